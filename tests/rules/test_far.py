"""Dates beyond Python's own years, and nanoseconds."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.rules import evaluate
from orderloom.rules.far import calendar_of, far, far_date, far_later, near

HOLD = [
    'string(date("999999999-12-31")) = "999999999-12-31"',
    'date("1000000000-01-01") = null',
    'string(@"-2021-01-31" + @"P1M") = "-2021-02-28"',
    'string(@"-2021-01-01T00:00:00Z" - @"PT1S") = "-2022-12-31T23:59:59Z"',
    '@"9999-12-31" + @"P1D" > @"9999-12-31"',
    'string(@"9999-12-31" + @"P1D") = "10000-01-01"',
    '@"10000-01-01" - @"P1D" = @"9999-12-31"',
    '@"10000-01-02" - @"9999-12-30" = @"P3D"',
    'string(time("10:00:00.123456789")) = "10:00:00.123456789"',
    'time("10:00:00.123456789") > time("10:00:00.123456788")',
    'time("10:00:00.123456789").second = 0.123456789',
    '@"12345-06-07".year = 12345 and @"12345-06-07".day = 7',
    '@"2026-01-01T24:00:00" = @"2026-01-02T00:00:00"',
    '@"-0001-01-01" < @"0000-01-01"',
    'string(@"12345-06-07T08:00:00@Europe/Warsaw") = "12345-06-07T08:00:00@Europe/Warsaw"',
]


@pytest.mark.parametrize("text", HOLD)
def test_far_dates(text: str) -> None:
    assert evaluate(text, {}) is True


@given(st.dates(), st.timedeltas(timedelta(days=-(10**6)), timedelta(days=10**6)))
def test_days_are_counted_as_python_counts_them(day: date, step: timedelta) -> None:
    assert near(far_date(day.year, day.month, day.day)) == day
    assert calendar_of(far(day)) == (day.year, day.month, day.day)
    try:
        expected = datetime.combine(day, datetime.min.time()) + step
    except OverflowError:
        return
    assert far_later(datetime.combine(day, datetime.min.time()), step) == expected


@given(st.integers(-999_999, 999_999), st.integers(1, 12), st.integers(1, 28))
def test_every_year_goes_there_and_back(year: int, month: int, day: int) -> None:
    assert calendar_of(far_date(year, month, day)) == (year, month, day)
