"""Substitutions from a file: each line has its own answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from parts.command_line import CommandLine


@pytest.fixture
def people(orderloom: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    monkeypatch.setenv("ORDERLOOM_CLOCK", "2026-03-02T09:00:00Z")
    for login, *more in (("bob",), ("carol", "--manager", "bob"), ("dave",)):
        assert orderloom.run("user", "add", login, "--no-password", *more).code == 0
    return orderloom


def written(folder: Path, *lines: str) -> Path:
    file = folder / "absences.csv"
    file.write_text("\n".join(("person,substitute,from,until", *lines, "")), encoding="utf-8")
    return file


def test_good_lines_are_set(people: CommandLine, tmp_path: Path) -> None:
    file = written(tmp_path, "carol,dave,2026-03-03,2026-03-06", "bob,carol,2026-03-10,2026-03-10")
    ran = people.json("user", "absences", file)
    assert (ran.code, ran.json) == (0, {"set": 2, "refused": []})


def test_bad_lines_are_named_and_good_ones_set(people: CommandLine, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "carol,dave,2026-03-03,2026-03-06",
        "carol,bob,2026-03-05,2026-03-09",
        "dave,carol,2026-03-04,2026-03-04",
        "eve,bob,2026-03-05,2026-03-09",
        "bob,dave,soon,later",
        "bob",
    )
    ran = people.json("user", "absences", file)
    assert ran.code == 1
    assert ran.json["set"] == 1
    assert [(each["line"], each["code"]) for each in ran.json["refused"]] == [
        (3, "substitution.taken"),
        (4, "substitution.cycle"),
        (5, "user.not_found"),
        (6, "substitution.day"),
        (7, "substitution.columns"),
    ]
    said = people.run("user", "absences", file).out
    assert "Line 2: Somebody stands in for this person in that time already." in said


def test_a_person_sets_only_what_is_theirs(people: CommandLine, tmp_path: Path) -> None:
    lines = ("carol,dave,2026-03-03,2026-03-06", "dave,carol,2026-04-01,2026-04-02")
    ran = people.json("user", "absences", written(tmp_path, *lines), "--as", "bob")
    assert ran.json["set"] == 1
    assert [each["code"] for each in ran.json["refused"]] == ["substitution.not_allowed"]
