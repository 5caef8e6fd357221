"""Who listens hears what is used, in the order of use; nobody else does, and no answer changes."""

from __future__ import annotations

from threading import Thread
from typing import Any

from orderloom.rules import compile_decisions
from orderloom.rules.witness import listening, used

Heard = list[tuple[str, str, str]]
SIZE: dict[str, Any] = {
    "kind": "decision",
    "id": "size",
    "hit": "FIRST",
    "inputs": [{"name": "total", "value": "total", "type": "number"}],
    "outputs": [{"name": "size", "type": "string"}],
    "rules": [
        {"id": "small", "when": {"total": "<= 100"}, "then": {"size": '"small"'}},
        {"id": "large", "then": {"size": '"large"'}},
    ],
}
TIER: dict[str, Any] = {
    **SIZE,
    "id": "tier",
    "requires": {"size": "size"},
    "inputs": [{"name": "size", "value": "size", "type": "string"}],
    "outputs": [{"name": "tier", "type": "string"}],
    "rules": [
        {"id": "one", "when": {"size": '"small"'}, "then": {"tier": '"one"'}},
        {"id": "two", "then": {"tier": '"two"'}},
    ],
}


def heard_of(do: Any) -> Heard:
    heard: Heard = []
    with listening(lambda *said: heard.append(said)):
        do()
    return heard


def test_rows_of_a_decision_and_of_what_it_requires() -> None:
    tier = compile_decisions({"size": SIZE, "tier": TIER})["tier"]
    silent = tier.evaluate({"total": 100})
    answers = []
    heard = heard_of(lambda: answers.append(tier.evaluate({"total": 100})))
    assert heard == [("row", "size", "small"), ("row", "tier", "one")]
    assert answers[0].outputs == silent.outputs
    assert answers[0].matched == silent.matched


def test_the_inner_listener_hears_and_the_outer_goes_on() -> None:
    outer: Heard = []
    with listening(lambda *said: outer.append(said)):
        used("stage", "order", ["a"])
        inner = heard_of(lambda: used("stage", "order", ["b", "c"]))
        used("transition", "order", ["on.x"])
    used("stage", "order", ["d"])
    assert inner == [("stage", "order", "b"), ("stage", "order", "c")]
    assert outer == [("stage", "order", "a"), ("transition", "order", "on.x")]


def test_a_listener_is_forgotten_when_something_breaks() -> None:
    heard: Heard = []
    try:
        with listening(lambda *said: heard.append(said)):
            raise LookupError
    except LookupError:
        used("row", "tier", ["one"])
    assert heard == []


def test_other_threads_are_not_heard() -> None:
    def elsewhere() -> None:
        other = Thread(target=used, args=("row", "tier", ["one"]))
        other.start()
        other.join()

    assert heard_of(elsewhere) == []
