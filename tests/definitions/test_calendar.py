"""Working time: cases that people would count on their fingers, and a slow count of random ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from parts.slow_calendar import Minutes, SlowCalendar

from orderloom.platform.definitions.calendar import (
    DAYS,
    NoTimeAhead,
    WorkingCalendar,
    compile_calendar,
)
from orderloom.platform.definitions.model import WorkingTime
from orderloom.platform.definitions.spans import parse_span

EIGHT = ["08:00-16:00"]
TWO_PARTS = ["08:00-12:00", "12:30-16:30"]
DAY_AND_NIGHT = ["00:00-24:00"]
OFFICE = {
    "zone": "Europe/Warsaw",
    "hours": dict.fromkeys(DAYS[:5], EIGHT),
    "holidays": "PL",
    "closed": ["2026-05-04"],
    "special": {"2026-12-31": ["08:00-12:00"], "2026-11-14": ["10:00-14:00"], "2026-11-11": EIGHT},
}
LUNCH = {"zone": "Europe/Warsaw", "hours": dict.fromkeys(DAYS[:5], TWO_PARTS)}
# Over the hours in which the clock is moved: 29 March 02:00 → 03:00, 25 October 03:00 → 02:00.
NIGHT = {"zone": "Europe/Warsaw", "hours": {"sun": ["00:00-02:30", "02:30-06:00"]}}
GAP = {"zone": "Europe/Warsaw", "hours": {"sun": ["02:15-02:45"], "mon": EIGHT}}
ALWAYS = {"zone": "Europe/Warsaw", "hours": dict.fromkeys(DAYS, DAY_AND_NIGHT)}
BORDER = {"zone": "Europe/Berlin", "hours": OFFICE["hours"], "holidays": ["PL", "DE-BY"]}
BAVARIA = {**BORDER, "holidays": "DE-BY"}
BERLIN = {**BORDER, "holidays": "DE-BE"}


def calendar(document: Mapping[str, Any]) -> WorkingCalendar:
    return compile_calendar(document, ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("document", "moment", "span", "due"),
    [
        # As hours go: within a day, at its edges, over night, weekend and holidays.
        (OFFICE, "2026-10-23T09:00+02:00", "3 working hours", "2026-10-23T12:00:00+02:00"),
        (OFFICE, "2026-10-23T06:00+02:00", "3 working hours", "2026-10-23T11:00:00+02:00"),
        (OFFICE, "2026-10-23T08:00+02:00", "8 working hours", "2026-10-23T16:00:00+02:00"),
        (OFFICE, "2026-10-23T16:00+02:00", "8 working hours", "2026-10-26T16:00:00+01:00"),
        (OFFICE, "2026-10-23T20:00+02:00", "8 working hours", "2026-10-26T16:00:00+01:00"),
        (OFFICE, "2026-10-24T12:00+02:00", "8 working hours", "2026-10-26T16:00:00+01:00"),
        (OFFICE, "2026-10-23T15:30+02:00", "45 working minutes", "2026-10-26T08:15:00+01:00"),
        (OFFICE, "2026-10-23T16:00+02:00", "1 working minute", "2026-10-26T08:01:00+01:00"),
        (OFFICE, "2026-10-23T15:59:30+02:00", "1 working minute", "2026-10-26T08:00:30+01:00"),
        (OFFICE, "2026-12-24T10:00+01:00", "1 working hour", "2026-12-28T09:00:00+01:00"),
        (OFFICE, "2026-05-01T10:00+02:00", "1 working hour", "2026-05-05T09:00:00+02:00"),
        (OFFICE, "2026-12-31T11:00+01:00", "2 working hours", "2027-01-04T09:00:00+01:00"),
        (OFFICE, "2026-11-13T15:00+01:00", "3 working hours", "2026-11-14T12:00:00+01:00"),
        (OFFICE, "2026-11-11T08:00+01:00", "1 working hour", "2026-11-11T09:00:00+01:00"),
        (LUNCH, "2026-10-23T08:00+02:00", "4 working hours", "2026-10-23T12:00:00+02:00"),
        (LUNCH, "2026-10-23T12:15+02:00", "1 working hour", "2026-10-23T13:30:00+02:00"),
        (LUNCH, "2026-10-23T11:00+02:00", "2 working hours", "2026-10-23T13:30:00+02:00"),
        # None: at once while it is open, else as it opens.
        (OFFICE, "2026-10-23T16:00+02:00", "0 working hours", "2026-10-23T16:00:00+02:00"),
        (OFFICE, "2026-10-23T16:01+02:00", "0 working hours", "2026-10-26T08:00:00+01:00"),
        (OFFICE, "2026-10-24T10:00+02:00", "0 working days", "2026-10-26T08:00:00+01:00"),
        # Days: to the same time, moved into the hours of that day; from a day off, to the closing.
        (OFFICE, "2026-10-23T11:30+02:00", "1 working day", "2026-10-26T11:30:00+01:00"),
        (OFFICE, "2026-10-23T16:00+02:00", "1 working day", "2026-10-26T16:00:00+01:00"),
        (OFFICE, "2026-10-23T06:00+02:00", "1 working day", "2026-10-26T08:00:00+01:00"),
        (OFFICE, "2026-10-23T20:00+02:00", "1 working day", "2026-10-26T16:00:00+01:00"),
        (OFFICE, "2026-10-24T11:00+02:00", "1 working day", "2026-10-26T16:00:00+01:00"),
        (OFFICE, "2026-12-30T15:00+01:00", "1 working day", "2026-12-31T12:00:00+01:00"),
        (OFFICE, "2026-12-30T15:00+01:00", "2 working days", "2027-01-04T15:00:00+01:00"),
        (OFFICE, "2026-12-23T10:00+01:00", "1 working day", "2026-12-28T10:00:00+01:00"),
        (LUNCH, "2026-10-22T12:15+02:00", "1 working day", "2026-10-23T12:30:00+02:00"),
        # The clock is set forward: 2 h 30 of the hours until half past two are 2 h that pass.
        (NIGHT, "2026-03-28T12:00+01:00", "2 working hours", "2026-03-29T03:00:00+02:00"),
        (NIGHT, "2026-03-28T12:00+01:00", "5 working hours", "2026-03-29T06:00:00+02:00"),
        (NIGHT, "2026-03-28T12:00+01:00", "6 working hours", "2026-04-05T01:00:00+02:00"),
        # Hours that lie in what is left out do not come to pass.
        (GAP, "2026-03-28T12:00+01:00", "30 working minutes", "2026-03-30T08:30:00+02:00"),
        (NIGHT, "2026-03-22T02:15+01:00", "1 working day", "2026-03-29T03:00:00+02:00"),
        # The clock is put back: a time shown twice is the first; the hours after last longer.
        (NIGHT, "2026-10-24T12:00+02:00", "150 working minutes", "2026-10-25T02:30:00+02:00"),
        (NIGHT, "2026-10-24T12:00+02:00", "3 working hours", "2026-10-25T02:00:00+01:00"),
        (NIGHT, "2026-10-24T12:00+02:00", "7 working hours", "2026-10-25T06:00:00+01:00"),
        (GAP, "2026-10-25T02:30+02:00", "30 working minutes", "2026-10-26T08:15:00+01:00"),
        (GAP, "2026-10-25T02:30+01:00", "30 working minutes", "2026-10-26T08:30:00+01:00"),
        (NIGHT, "2026-10-18T02:45+02:00", "1 working day", "2026-10-25T02:45:00+02:00"),
        (ALWAYS, "2026-03-28T12:00+01:00", "24 working hours", "2026-03-29T13:00:00+02:00"),
        (ALWAYS, "2026-10-24T12:00+02:00", "24 working hours", "2026-10-25T11:00:00+01:00"),
        (ALWAYS, "2026-10-24T12:00+02:00", "1 working day", "2026-10-25T12:00:00+01:00"),
        # Holidays of a part of a country, and of several.
        (BAVARIA, "2026-01-05T16:00+01:00", "1 working hour", "2026-01-07T09:00:00+01:00"),
        (BERLIN, "2026-01-05T16:00+01:00", "1 working hour", "2026-01-06T09:00:00+01:00"),
        (BORDER, "2026-11-10T16:00+01:00", "1 working hour", "2026-11-12T09:00:00+01:00"),
        (BORDER, "2026-10-02T16:00+02:00", "1 working hour", "2026-10-05T09:00:00+02:00"),
    ],
)
def test_as_one_counts_on_fingers(
    document: Mapping[str, Any], moment: str, span: str, due: str
) -> None:
    days = calendar(document)
    found = days.add(datetime.fromisoformat(moment), _working(span))
    assert (found.tzinfo, found.astimezone(days.zone).isoformat()) == (UTC, due)


def test_the_search_ends_after_ten_years() -> None:
    days = calendar({"hours": {"mon": ["08:00-09:00"]}})
    at = datetime(2026, 10, 22, 16, tzinfo=UTC)
    assert days.add(at, WorkingTime(520, "days")) == datetime(2036, 10, 6, 9, tzinfo=UTC)
    never = calendar({"hours": {}})
    for empty, span in [(days, WorkingTime(530, "hours")), (never, WorkingTime(1, "minutes"))]:
        with pytest.raises(NoTimeAhead):
            empty.add(at, span)
    for unit in ("days", "hours"):
        with pytest.raises(NoTimeAhead):
            never.add(at, WorkingTime(1, unit))
        with pytest.raises(NoTimeAhead):
            days.add(datetime(9999, 12, 30, tzinfo=UTC), WorkingTime(9, unit))


# ── random calendars ─────────────────────────────────────────────────────────────────────────

# Each week has a day on which a clock is moved; of the last, at midnight.
WEEKS = {
    "Europe/Warsaw": [date(2026, 3, 26), date(2026, 10, 22)],
    "America/New_York": [date(2026, 3, 5), date(2026, 10, 29)],
    "Australia/Lord_Howe": [date(2026, 4, 2), date(2026, 10, 1)],
    "Africa/Cairo": [date(2026, 4, 21), date(2026, 10, 27)],
    "America/Havana": [date(2026, 3, 5), date(2026, 10, 29)],
    "UTC": [date(2026, 3, 26)],
}


@st.composite
def calendars(draw: st.DrawFn) -> tuple[WorkingCalendar, SlowCalendar, datetime]:
    """A calendar, the slow one, and a whole minute shortly before a clock is moved, or after."""
    name = draw(st.sampled_from(sorted(WEEKS)))
    week = draw(st.sampled_from(WEEKS[name]))
    hours = [draw(_minutes()) for _ in DAYS]
    assume(sum(bool(day) for day in hours) >= 2)
    special = {
        week + timedelta(days=draw(st.integers(0, 6))): draw(_minutes())
        for _ in range(draw(st.integers(0, 2)))
    }
    document = {
        "zone": name,
        "hours": {day: _written(own) for day, own in zip(DAYS, hours, strict=True)},
        "special": {day.isoformat(): _written(own) for day, own in special.items()},
    }
    zone = ZoneInfo(name)
    start = datetime(week.year, week.month, week.day, tzinfo=zone).astimezone(UTC)
    moment = start + timedelta(minutes=draw(st.integers(0, 6 * 1440)))
    return calendar(document), SlowCalendar(zone, start, hours, special), moment


@st.composite
def _minutes(draw: st.DrawFn) -> Minutes:
    """Spans of a day: often some, often near the hours in which clocks are moved."""
    edges = st.one_of(st.integers(0, 240), st.integers(0, 96).map(lambda quarter: quarter * 15))
    found = sorted(draw(st.sets(edges, max_size=4)))
    return tuple(zip(found[::2], found[1::2], strict=False))


def _written(hours: Sequence[tuple[int, int]]) -> list[str]:
    return [f"{_time(start)}-{_time(end)}" for start, end in hours]


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _working(text: str) -> WorkingTime:
    found = parse_span(text).working
    assert found is not None
    return found


@given(calendars(), st.integers(1, 600))
def test_as_minute_by_minute(
    made: tuple[WorkingCalendar, SlowCalendar, datetime], minutes: int
) -> None:
    quick, slow, moment = made
    expected = slow.after(moment, minutes)
    assume(expected is not None)
    found = quick.add(moment, WorkingTime(minutes, "minutes"))
    assert found == expected
    later = moment + timedelta(days=3)
    assert quick.between(moment, later) == timedelta(minutes=slow.between(moment, later))


@given(calendars(), st.integers(0, 900), st.integers(0, 900))
def test_hours_add_up_and_never_end_while_nobody_works(
    made: tuple[WorkingCalendar, SlowCalendar, datetime], first: int, second: int
) -> None:
    quick, slow, moment = made
    between = quick.add(moment, WorkingTime(first, "minutes"))
    whole = quick.add(moment, WorkingTime(first + second, "minutes"))
    assert quick.add(between, WorkingTime(second, "minutes")) == whole or (first, second) == (0, 0)
    assert moment <= between <= whole
    assert quick.between(moment, whole) == timedelta(minutes=first + second)
    if first and slow.holds(between):
        assert slow.is_worked(between - timedelta(minutes=1))


@given(calendars(), st.integers(0, 3000), st.sampled_from(["minutes", "days"]), st.integers(0, 9))
def test_who_begins_later_is_not_due_earlier(
    made: tuple[WorkingCalendar, SlowCalendar, datetime], wait: int, unit: str, amount: int
) -> None:
    quick, _, moment = made
    later = moment + timedelta(minutes=wait)
    # In the hour that comes twice the same time of day comes twice.
    twice = any(at.astimezone(quick.zone).fold for at in (moment, later))
    assume(unit == "minutes" or not twice)
    span = WorkingTime(amount, unit)
    assert quick.add(moment, span) <= quick.add(later, span)


@given(calendars(), st.integers(1, 5))
def test_days_end_in_working_hours(
    made: tuple[WorkingCalendar, SlowCalendar, datetime], amount: int
) -> None:
    quick, slow, moment = made
    found = quick.add(moment, WorkingTime(amount, "days"))
    assert found >= moment
    assume(slow.holds(found))
    around = [slow.is_worked(found + timedelta(minutes=one)) for one in (-1, 0)]
    assert any(around) or not _is_worked(slow, found, quick.zone)


def _is_worked(slow: SlowCalendar, at: datetime, zone: ZoneInfo) -> bool:
    """Whether a minute of that day is worked: its hours may lie where a clock is set forward."""
    day = at.astimezone(zone).replace(hour=12, minute=0)
    minutes = [day.astimezone(UTC) + timedelta(minutes=one) for one in range(-800, 800)]
    inside = [one for one in minutes if slow.holds(one)]
    return any(slow.is_worked(one) for one in inside if one.astimezone(zone).date() == day.date())
