"""Commands are read off their events and carried out again: every construct, and random walks.

What comes out otherwise although the entries tell it whole would be a false alarm of a replay.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parts.carried_again import carried_again
from parts.constructs import cases, played
from parts.random_processes import walk


@pytest.mark.parametrize("case", [case for _, case in cases()], ids=[name for name, _ in cases()])
def test_every_construct_comes_out_the_same(case: dict[str, Any]) -> None:
    world = played(case)
    if world is not None:
        found = carried_again(world)
        assert [(type(one.body).__name__, again) for one, again in found.wrong] == []


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_random_walks_come_out_the_same(seed: int) -> None:
    assert carried_again(walk(seed).world).wrong == []


def test_few_commands_cannot_be_told() -> None:
    same: Counter[str] = Counter()
    untold: Counter[str] = Counter()
    for seed in range(30):
        found = carried_again(walk(seed).world)
        same += found.same
        untold += found.untold
    assert sum(untold.values()) < sum(same.values()) / 20, untold
    assert {"Create", "Wake", "Deliver", "Fail", "CastVerdict", "EditData"} <= same.keys()
