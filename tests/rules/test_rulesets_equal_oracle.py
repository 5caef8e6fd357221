"""The library, in its child, answers what plain Python does: any ruleset, any facts, any events."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from parts import random_rulesets as random

from orderloom.platform.app.ruleset_worker import RulesetWorker
from orderloom.rules import (
    Hit,
    Inferred,
    RulesetFailed,
    RulesetStopped,
    WatchEvent,
    compile_ruleset,
    infer_slowly,
)
from orderloom.rules.ruleset_reading import read_ruleset
from orderloom.rules.ruleset_watch_oracle import WatchSlowly


@pytest.fixture(scope="module")
def worker() -> Iterator[RulesetWorker]:
    running = RulesetWorker(20.0, pause=0)
    yield running
    running.close()


@settings(max_examples=150)
@given(random.rulesets(), st.lists(random.facts(), min_size=1, max_size=3))
def test_inference(worker: RulesetWorker, definition: dict[str, Any], given_: list[Any]) -> None:
    ruleset, problems = read_ruleset(definition)
    event("refused" if problems else "compiled")
    assume(ruleset is not None)
    assert ruleset is not None
    for facts in given_:
        try:
            expected: Inferred | str = infer_slowly(ruleset, facts)
        except RulesetStopped as stopped:
            expected = f"{stopped.reason}: {stopped.detail} ({stopped.rule})"
        found = worker.infer(ruleset, facts)
        if isinstance(found, RulesetFailed):
            event(found.reason)
            assert f"{found.reason}: {found.detail} ({found.rule})" == expected
            continue
        assert isinstance(expected, Inferred)
        event(f"derived {min(len(found.chain), 4)}")
        assert (found.facts, found.chain) == (expected.facts, expected.chain)


@settings(max_examples=120)
@given(random.watches(), random.events(), st.data())
def test_watches(
    worker: RulesetWorker, definition: dict[str, Any], events: list[WatchEvent], data: st.DataObject
) -> None:
    ruleset = compile_ruleset(definition)
    slow, session = WatchSlowly(ruleset), worker.watch(ruleset)
    told: list[Hit] = []
    while events:
        size = data.draw(st.integers(1, 8))
        some, events = events[:size], events[size:]
        now = some[-1].time + timedelta(seconds=data.draw(st.sampled_from([0, 3, 10])))
        expected = [hit for one in some for hit in slow.feed(one)] + slow.advance(now)
        found = session.feed(some, now=now)
        assert found == tuple(expected)
        told += expected
    event(f"hits {min(len(told), 5)}")
    assert len({hit.identity for hit in told}) == len(told)
    session.close()
