"""Scenarios are played once for what their bundle and they say, a few at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from orderloom.platform.app import scenario_results
from orderloom.platform.app.scenario import ScenarioResult
from orderloom.platform.app.scenario_results import ScenarioResults
from orderloom.platform.app.simulate import Simulate
from orderloom.platform.definitions import Bundle, Document


class Counting:
    """Stands in for the runner; remembers what it was given."""

    def __init__(self) -> None:
        self.played: list[str] = []

    def scenarios(self, bundle: Bundle) -> list[ScenarioResult]:
        self.played += [each.id for each in bundle.scenarios]
        return [
            ScenarioResult(scenario=each.id, file="", line=1, problem=each.value.get("wrong", ""))
            for each in bundle.scenarios
        ]


def scenario(id_: str, **more: Any) -> Document:
    return Document("scenario", id_, "s.yaml", 1, {"scenario": id_, **more})


def opened() -> tuple[ScenarioResults, Counting]:
    counting = Counting()
    return ScenarioResults(cast(Simulate, counting)), counting


def problems(found: Mapping[str, ScenarioResult]) -> dict[str, str]:
    return {id_: each.problem for id_, each in found.items()}


BUNDLE = Bundle(meta={"bundle": "b"}, documents=(Document("form", "f", "f", 1, {"id": "f"}),))


def test_a_few_at_a_time_and_each_once() -> None:
    results, counting = opened()
    all_ = [scenario("a"), scenario("b", wrong="no"), scenario("c")]
    assert problems(results.of(BUNDLE, all_, most=2)) == {"a": "", "b": "no"}
    assert problems(results.of(BUNDLE, all_, most=2)) == {"a": "", "b": "no", "c": ""}
    assert problems(results.of(BUNDLE, all_, most=0)) == {"a": "", "b": "no", "c": ""}
    assert counting.played == ["a", "b", "c"]


def test_what_changed_is_played_again() -> None:
    results, counting = opened()
    results.of(BUNDLE, [scenario("a"), scenario("b")])
    results.of(BUNDLE, [scenario("a"), scenario("b", wrong="now")])
    assert counting.played == ["a", "b", "b"]
    for other in (
        replace(BUNDLE, meta={"bundle": "b", "zone": "UTC"}),
        replace(BUNDLE, documents=(Document("form", "f", "f", 1, {"id": "f", "x-a": 1}),)),
    ):
        counting.played.clear()
        results.of(other, [scenario("a"), scenario("b")])
        assert counting.played == ["a", "b"]


def test_no_more_are_kept_than_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenario_results, "KEPT", 2)
    results, counting = opened()
    for id_ in "abc":
        results.of(BUNDLE, [scenario(id_)])
    counting.played.clear()
    results.of(BUNDLE, [scenario("a"), scenario("c")])
    assert counting.played == ["a"]
