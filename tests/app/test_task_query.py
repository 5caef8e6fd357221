"""The words of a list's address: read, written, and what days they mean by somebody's clock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.platform.app import task_query as q
from orderloom.platform.problem import Rejection

WARSAW = "Europe/Warsaw"


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


DAYS: list[tuple[str, str, str, str | None, str | None]] = [
    # A quarter past midnight in Warsaw is still yesterday in UTC.
    ("today", "2026-03-05T23:15Z", WARSAW, "2026-03-05T23:00Z", "2026-03-06T23:00Z"),
    ("today", "2026-03-05T23:15Z", "UTC", "2026-03-05T00:00Z", "2026-03-06T00:00Z"),
    # The day on which the clocks go forward has 23 hours, the one on which they go back 25.
    ("today", "2026-03-29T10:00Z", WARSAW, "2026-03-28T23:00Z", "2026-03-29T22:00Z"),
    ("today", "2026-10-25T10:00Z", WARSAW, "2026-10-24T22:00Z", "2026-10-25T23:00Z"),
    # From Monday to Sunday, also on a Sunday and across the year.
    ("week", "2026-03-29T10:00Z", WARSAW, "2026-03-22T23:00Z", "2026-03-29T22:00Z"),
    ("week", "2027-01-01T10:00Z", WARSAW, "2026-12-27T23:00Z", "2027-01-03T23:00Z"),
    ("late", "2026-03-05T10:00Z", WARSAW, None, "2026-03-05T10:00Z"),
    ("none", "2026-03-05T10:00Z", WARSAW, None, None),
    ("", "2026-03-05T10:00Z", WARSAW, None, None),
]


@pytest.mark.parametrize(("due", "now", "zone", "since", "before"), DAYS)
def test_days(due: str, now: str, zone: str, since: str | None, before: str | None) -> None:
    query = q.TaskQuery(due=due)
    found = q.task_filter(query, now=_at(now), zone=zone, people=lambda words: ())
    wanted = tuple(None if text is None else _at(text) for text in (since, before))
    assert (found.due_from, found.due_before) == wanted
    assert found.undated == (due == "none")


def test_what_is_late_has_not_stopped_unless_it_is_asked_for() -> None:
    for paused, stopped in (("", False), ("yes", True), ("no", False)):
        query = q.TaskQuery(due="late", paused=paused)
        found = q.task_filter(query, now=datetime.now(UTC), zone="UTC", people=lambda words: ())
        assert found.stopped is stopped


def test_people_are_looked_for_by_the_same_words() -> None:
    asked: list[tuple[str, ...]] = []

    def people(words: tuple[str, ...]) -> tuple[str, ...]:
        asked.append(words)
        return ("u_1",)

    now = datetime.now(UTC)
    found = q.task_filter(q.TaskQuery(q="Łódź  bob"), now=now, zone="UTC", people=people)
    assert (found.words, found.requesters, asked) == (("lodz", "bob"), ("u_1",), [("lodz", "bob")])
    assert q.task_filter(q.TaskQuery(), now=now, zone="UTC", people=people).requesters == ()


QUERIES = st.builds(
    q.TaskQuery,
    scope=st.sampled_from([each for each in q.SCOPES if each != "done"]),
    process=st.text(max_size=9).map(str.strip),
    kind=st.sampled_from(("", *q.KINDS)),
    due=st.sampled_from(("", *q.DUES)),
    paused=st.sampled_from(("", *q.PAUSED)),
    q=st.text(max_size=200).map(str.strip),
    sort=st.sampled_from(q.SORTS),
)


@given(QUERIES)
def test_what_is_written_is_read(query: q.TaskQuery) -> None:
    assert q.task_query(query.words()) == query


@given(st.dictionaries(st.text(max_size=9), st.text(max_size=210), max_size=4))
def test_any_words_are_read_or_refused_with_a_place(words: dict[str, str]) -> None:
    read = q.task_query(words)
    if isinstance(read, Rejection):
        assert read.path is not None
    else:
        assert q.task_query(read.words()) == read
