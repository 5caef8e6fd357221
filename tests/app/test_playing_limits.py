"""A walk has an end, and nonsense ends as a sentence: long walks, endless clocks, odd steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parts.application import small_application
from parts.small_bundle import write_small_bundle
from parts.walks import STEPS, WALK, as_written, playing, process

from orderloom.platform.app.application import Application
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.playing import Playing
from orderloom.platform.app.playing_walk import MOST_STEPS, read_walk, walk_of
from orderloom.platform.codec import dumps
from orderloom.platform.definitions import Bundle
from orderloom.platform.problem import Rejection


@pytest.fixture
def small(tmp_path: Path) -> Bundle:
    return open_bundle(write_small_bundle(tmp_path / "bundle"))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with small_application(tmp_path) as opened:
        yield opened


def test_a_walk_has_an_end(small: Bundle) -> None:
    far = replace(WALK, steps=tuple({"pass": "PT1S"} for _ in range(MOST_STEPS)))
    one_more = far.and_then({"pass": "PT1S"})
    assert isinstance(one_more, Rejection)
    assert one_more.code == "play.too_many_steps"
    many = walk_of({**far.scenario(), "steps": [{"pass": "PT1S"}] * 1000})
    assert isinstance(many, Rejection)
    assert many.code == "play.too_many_steps"


def test_a_clock_that_strikes_for_ever_is_stopped(small: Bundle) -> None:
    def ticking(value: dict[str, Any]) -> dict[str, Any]:
        stages = {**value["stages"]}
        tick = {"every": "PT1S", "do": [{"set": {"note": '"tick"'}}]}
        stages["approval"] = {**stages["approval"], "after": [tick]}
        return {**value, "stages": stages}

    walk = replace(WALK, steps=({"pass": "P30D"},))
    with playing(process(small, ticking), walk) as game:
        assert game.stopped is not None
        assert game.stopped.code == "play.endless"
        assert len(game.snapshots) == 1


NONSENSE = {
    "no JSON": ("{", "play.malformed"),
    "no map": ("[]", "play.malformed"),
    "of another process": (
        dumps({**WALK.scenario(), "process": "other"}).decode(),
        "play.malformed",
    ),
    "a step that says nothing": (
        dumps({**WALK.scenario(), "steps": [{"dance": 1}]}).decode(),
        "play.malformed",
    ),
    "a duration that is none": (
        dumps({**WALK.scenario(), "steps": [{"pass": "soon"}]}).decode(),
        "play.malformed",
    ),
    "too long": (dumps({**WALK.scenario(), "x-pad": "x" * 500_001}).decode(), "play.too_long"),
}


@pytest.mark.parametrize("name", list(NONSENSE))
def test_what_is_no_walk_is_refused(name: str) -> None:
    text, code = NONSENSE[name]
    refused = read_walk(text, "request")
    assert isinstance(refused, Rejection)
    assert refused.code == code


ODD: dict[str, Mapping[str, Any]] = {
    "a moment that is none": {"until": "2026-99-99T00:00:00Z"},
    "beyond all years": {"pass": "P99999Y"},
    "nobody known": {"as": "nobody", "do": "cancel", "reason": "x"},
    "a child that is not there": {"of": "parcels/7", "as": "bob", "do": "cancel"},
    "data of another shape": {"as": "alice", "edit": {"total": {"a": [1]}}},
    "an event that is none": {"from": "api", "do": "nothing"},
}


@pytest.mark.parametrize("name", list(ODD))
def test_odd_steps_are_refused_and_end_nothing(small: Bundle, name: str) -> None:
    with playing(small, WALK.upto(0)) as game:
        refused = game.take(ODD[name])
        assert isinstance(refused, Rejection)
        assert game.take(STEPS[0]) is None


def test_a_draft_with_errors_is_told_with_its_findings(app: Application) -> None:
    view = app.drafting.one(OPERATOR, "process", "request")
    assert not isinstance(view, Rejection)
    text = view.text.replace("form: request", "form: missing")
    assert not isinstance(
        app.drafting.save(OPERATOR, "process", "request", text, tag=view.tag), Rejection
    )
    refused = Playing(app.drafting, as_written).draft(OPERATOR, "request")
    assert isinstance(refused, Rejection)
    assert refused.code == "bundle.findings"
    assert refused.details


TEXTS = st.text(max_size=12) | st.none() | st.integers(-5, 5) | st.lists(st.integers(), max_size=2)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    step=st.dictionaries(
        st.sampled_from(["as", "do", "pass", "until", "approve", "task", "with", "of", "expect"]),
        TEXTS,
        max_size=4,
    )
)
def test_no_step_breaks_a_game(tmp_path_factory: Any, step: dict[str, Any]) -> None:
    bundle = _one(tmp_path_factory)
    walk = walk_of({**WALK.scenario(), "steps": [step]})
    if isinstance(walk, Rejection):
        return
    with playing(bundle, walk) as game:
        game.told(as_written)
        game.now(as_written)


_KNOWN: list[Bundle] = []


def _one(tmp_path_factory: Any) -> Bundle:
    if not _KNOWN:
        _KNOWN.append(open_bundle(write_small_bundle(tmp_path_factory.mktemp("one") / "b")))
    return _KNOWN[0]
