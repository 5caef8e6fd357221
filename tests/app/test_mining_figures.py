"""Figures of courses are those of a slow, obvious computation."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.platform.app.length_words import length_words
from orderloom.platform.app.mining import (
    ANSWERED,
    ASIDE,
    ASKED,
    MOVED,
    SPARED,
    WORK,
    Course,
    Shape,
    instant,
    micro,
    steps_of,
    tasks,
)
from orderloom.platform.app.mining_behind import behind
from orderloom.platform.app.mining_figures import figures, times
from orderloom.platform.words import Words

# A stage with two regions side by side, each a sequence; before and after it plain stages.
PARENTS = {
    **dict.fromkeys(("a", "b", "P"), None),
    **dict.fromkeys(("R", "S"), "P"),
    **dict.fromkeys(("r", "q"), "R"),
    "s": "S",
}
SHAPE = Shape(PARENTS, frozenset({"P"}))
STAGES = sorted(PARENTS)


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """Stages are left with what is in them and entered after what is around them."""
    at, here, steps = 0, list[str](), list[list[Any]]()
    for _ in range(draw(st.integers(0, 8))):
        at += draw(st.integers(0, 50))
        leave = draw(st.one_of(st.none(), st.sampled_from(here))) if here else None
        exits = [each for each in here if leave in _around(each)]
        here = [each for each in here if each not in exits]
        enters = []
        for stage in reversed(_around(draw(st.sampled_from(STAGES)))):
            if stage not in here:
                here.append(stage)
                enters.append(stage)
        steps.append([at, MOVED, exits, enters])
    ended = at + draw(st.integers(0, 50)) if draw(st.booleans()) else None
    order = draw(st.integers(1, 1000))
    outcome = "done" if ended is not None else ""
    return Course(
        order=order,
        number=str(order),
        process="p",
        version=1,
        created=0,
        ended=ended,
        outcome=outcome,
        failed=False,
        steps=steps,
    )


def _around(stage: str) -> list[str]:
    parent = PARENTS[stage]
    return [stage, *(_around(parent) if parent is not None else [])]


@given(st.lists(courses(), max_size=6))
def test_figures_are_those_of_a_slow_computation(many: list[Course]) -> None:
    found = figures(many, lambda version: SHAPE)
    visits, follows, variants = Counter[str](), defaultdict[Any, list[int]](list), Counter[Any]()
    lengths = defaultdict[str, list[int]](list)
    for course in many:
        entered = [
            (step[0], stage, index) for index, step in enumerate(course.steps) for stage in step[3]
        ]
        variants[tuple(stage for _, stage, _ in entered if stage not in ("P", "R", "S"))] += 1
        for place, (at, stage, index) in enumerate(entered):
            visits[stage] += 1
            left = [step[0] for step in course.steps[index + 1 :] if stage in step[2]]
            if left:
                lengths[stage].append(left[0] - at)
            parent = PARENTS[stage]
            if parent == "P":
                continue
            # Since the stage around was last entered: the sibling that came just before.
            since = max((n for n in range(place) if entered[n][1] == parent), default=-1)
            before = [n for n in range(since + 1, place) if PARENTS[entered[n][1]] == parent]
            if before:
                then, sibling, _ = entered[before[-1]]
                follows[parent or "", sibling, stage].append(at - then)
    assert {id_: stay.visits for id_, stay in found.stages.items()} == visits
    assert {key: sorted(each) for key, each in found.edges.items()} == {
        key: sorted(each) for key, each in follows.items()
    }
    assert {variant: each.orders for variant, each in found.variants.items()} == variants
    for id_, stay in found.stages.items():
        assert sorted(stay.lengths) == sorted(lengths[id_])
    # Each figure leads to as many orders as it counts.
    for key in found.edges:
        holding = [course for course in many if behind(course, SHAPE, ("edge", *key))]
        assert 0 < len(holding) <= len(found.edges[key])
    for id_, stay in found.stages.items():
        assert sum(behind(course, SHAPE, ("stage", id_)) for course in many) == stay.orders
        assert sum(behind(course, SHAPE, ("again", id_)) for course in many) == stay.returned


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=30))
def test_times_are_those_of_the_textbook(lengths: list[int]) -> None:
    found = times(lengths)
    assert found.mean == sum(lengths) // len(lengths)
    assert found.median == int(statistics.median(map(Fraction, lengths)))
    assert sum(each <= found.p90 for each in lengths) * 10 >= len(lengths) * 9
    assert sum(each < found.p90 for each in lengths) * 10 < len(lengths) * 9


def test_none_take_no_time() -> None:
    assert times([]).count == times([]).p90 == 0


# Entry and what it adds to a course.
ENTRIES: list[tuple[str, dict[str, Any], list[list[Any]]]] = [
    ("stage.changed", {"exits": ["a"], "enters": ["b"]}, [[5, MOVED, ["a"], ["b"]]]),
    (
        "work.started",
        {
            "activities": {"2": {"stage": "b", "kind": "task"}},
            "tasks": {"3": {"id": "pay", "kind": "task", "activity": 2}},
        },
        [[5, WORK, 2, "b"], [5, ASKED, 3, "pay", "task", 2]],
    ),
    (
        "approval.verdict",
        {"task": 3, "by": "u_1", "verdict": "approve", "closed": [3, 4], "step": "x"},
        [[5, ANSWERED, 3, "u_1", "approve"], [5, SPARED, 4]],
    ),
    ("approval.verdict", {"task": 3, "by": "u_1", "verdict": "ask"}, []),
    ("attention.settled", {"n": 9, "way": "move", "by": "u_1"}, [[5, ASIDE, "moved"]]),
    ("ticket.waived", {"n": 9}, [[5, ASIDE, "waived"]]),
    ("undone", {"n": 1, "skipped": True}, [[5, ASIDE, "undo_skipped"]]),
    ("undone", {"n": 1}, []),
    ("refused", {"code": "x"}, [[5, ASIDE, "refused"]]),
    ("approval.voided", {"closed": [7]}, [[5, ASIDE, "voided"], [5, SPARED, 7]]),
]


@pytest.mark.parametrize(("type_", "facts", "steps"), ENTRIES)
def test_what_an_entry_adds(type_: str, facts: dict[str, Any], steps: list[list[Any]]) -> None:
    added = [list(each) for each in steps_of(type_, facts, 5)]
    assert added[: len(steps)] == steps
    assert all(each[1] == ANSWERED for each in added[len(steps) :])


def test_what_is_left_with_its_stage_waits_no_longer() -> None:
    steps = [
        [0, MOVED, [], ["a"]],
        [0, WORK, 2, "a"],
        [10, ASKED, 3, "pay", "task", 2],
        [25, MOVED, ["a"], ["b"]],
    ]
    course = Course(
        order=1,
        number="1",
        process="p",
        version=1,
        created=0,
        ended=None,
        outcome="",
        failed=False,
        steps=steps,
    )
    (asked,) = tasks(course)
    assert (asked.asked, asked.spared, asked.answered) == (10, 25, None)
    assert figures([course], lambda version: SHAPE).stages["a"].waiting == 15


@pytest.mark.parametrize(
    ("micros", "said"),
    [
        (0, "0 s"),
        (499_999, "0 s"),
        (500_000, "1 s"),
        (61_000_000, "1 min 1 s"),
        (3_600_000_000, "1 h"),
        (86_400_000_000 + 59_000_000, "1 d"),
        (90_000_000_000, "1 d 1 h"),
    ],
)
def test_lengths_in_words(micros: int, said: str) -> None:
    assert length_words(micros, Words("en")) == said


def test_instants_survive() -> None:
    assert instant(micro("2026-03-02T09:00:00.000001Z")).isoformat() == (
        "2026-03-02T09:00:00.000001+00:00"
    )
