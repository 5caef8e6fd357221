"""Answers kept for a moment."""

from functools import partial
from time import sleep

from orderloom.platform.app.briefly import Briefly


def test_an_answer_is_kept_for_its_time_alone() -> None:
    asked: list[str] = []
    kept = Briefly(0.05)

    def read(name: str) -> str:
        asked.append(name)
        return f"{name}{len(asked)}"

    assert [kept.get("a", lambda: read("a")) for _ in range(3)] == ["a1"] * 3
    assert kept.get("b", lambda: read("b")) == "b2"
    sleep(0.06)
    assert kept.get("a", lambda: read("a")) == "a3"
    assert asked == ["a", "b", "a"]


def test_an_empty_answer_is_an_answer() -> None:
    asked: list[int] = []
    kept = Briefly(60)
    for _ in range(3):
        assert kept.get("none", lambda: asked.append(1)) is None
    assert asked == [1]


def test_only_so_many_are_kept() -> None:
    kept = Briefly(60, most=10)
    for number in range(1000):
        assert kept.get(number, partial(int, number)) == number
    assert len(kept._kept) <= 10


def test_what_is_missing_is_read_together() -> None:
    asked: list[list[str]] = []
    kept = Briefly(60)

    def read(names: list[str]) -> dict[str, str]:
        asked.append(names)
        return {name: name.title() for name in names if name != "nobody"}

    assert kept.each("name", ["bob", "nobody", "bob"], read) == {"bob": "Bob"}
    assert kept.each("name", ["carol", "nobody", "bob"], read) == {"carol": "Carol", "bob": "Bob"}
    assert kept.each("name", ["nobody"], read) == {}
    assert kept.each("title", ["bob"], read) == {"bob": "Bob"}
    assert asked == [["bob", "nobody"], ["carol"], ["bob"]]
