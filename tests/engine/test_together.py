"""What followed from an event at once shares its entry; everything else has its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.platform.engine.events import TYPES
from orderloom.platform.engine.outcome import Event
from orderloom.platform.engine.together import FOLLOWS, LEADS, together

# Types that tables look for by the type of their entry.
BY_THEMSELVES = (
    *("order.ended", "order.discarded", "commented", "refused", "stock.moved", "personal.erased"),
    *("approval.verdict", "task.done", "ticket.waived", "attention.settled", "decided", "checked"),
)


def _grouped(types: list[str]) -> list[list[str]]:
    return [[each.type for each in group] for group in together([Event(one, {}) for one in types])]


@pytest.mark.parametrize(
    ("types", "groups"),
    [
        ("order.created stage.changed", "order.created stage.changed"),
        ("event.received stage.changed order.ended", "event.received stage.changed | order.ended"),
        (
            "event.received data.changed stage.changed",
            "event.received | data.changed | stage.changed",
        ),
        ("decided stage.changed work.started", "decided stage.changed work.started"),
        (
            "decided stage.changed work.started approval.opened",
            "decided stage.changed work.started | approval.opened",
        ),
        ("decided decided stage.changed", "decided | decided stage.changed"),
        ("stage.changed stage.changed", "stage.changed | stage.changed"),
        (
            "stage.changed work.started approval.opened work.started approval.opened",
            "stage.changed work.started approval.opened | work.started approval.opened",
        ),
        (
            "approval.verdict approval.closed activity.ended stage.changed work.started"
            " approval.opened",
            "approval.verdict approval.closed activity.ended stage.changed work.started"
            " | approval.opened",
        ),
        ("task.done activity.ended stage.changed", "task.done activity.ended stage.changed"),
        ("task.done result.set activity.ended", "task.done | result.set | activity.ended"),
    ],
)
def test_a_sentence_is_an_entry(types: str, groups: str) -> None:
    assert _grouped(types.split()) == [group.split() for group in groups.split(" | ")]


def test_what_has_a_trace_begins_an_entry() -> None:
    events = [Event("event.received", {}), Event("stage.changed", {}, {"rows": []})]
    assert len(together(events)) == 2


@given(st.lists(st.sampled_from(sorted(FOLLOWS.keys() | LEADS | set(BY_THEMSELVES)))))
def test_nothing_is_lost_and_nothing_is_twice(types: list[str]) -> None:
    groups = _grouped(types)
    assert [each for group in groups for each in group] == types
    for group in groups:
        assert len(set(group)) == len(group)
        assert group[0] in LEADS or len(group) == 1
        # One entry is found by one definition.
        assert len({"approval.opened", "approval.closed", "decided"} & set(group)) <= 1
        assert not set(group[1:]) & set(BY_THEMSELVES)


def test_the_types_are_those_of_the_catalogue() -> None:
    assert set(TYPES) >= LEADS
    assert all(set(TYPES) >= before for before in FOLLOWS.values())
