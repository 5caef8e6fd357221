"""When a digest comes, across clock changes too; and what can be chosen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.platform.app.mail_choices import (
    DAYS,
    DEFAULTS,
    MailChoices,
    kept_choices,
    read_choices,
)
from orderloom.platform.problem import Rejection

EVERY_DAY = MailChoices(days=DAYS)
WARSAW = "Europe/Warsaw"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# Zone, hour, now (UTC), the next digest (UTC).
MOMENTS: list[tuple[str, int, tuple[str, ...], str, str | None]] = [
    (WARSAW, 7, DAYS, "2026-03-02T05:59:59", "2026-03-02T06:00:00"),
    # On the moment itself it is the next one's turn.
    (WARSAW, 7, DAYS, "2026-03-02T06:00:00", "2026-03-03T06:00:00"),
    # From Friday to Monday.
    (WARSAW, 7, DAYS[:5], "2026-03-06T06:00:01", "2026-03-09T06:00:00"),
    (WARSAW, 7, ("sun",), "2026-03-02T00:00:00", "2026-03-08T06:00:00"),
    (WARSAW, 7, ("mon",), "2026-03-02T07:00:00", "2026-03-09T06:00:00"),
    # Clocks go forward on 29 March 2026, at 01:00 UTC: summer time, an hour earlier in UTC.
    (WARSAW, 7, DAYS, "2026-03-28T06:00:00", "2026-03-29T05:00:00"),
    # 02:00 does not exist on that day: it comes right after.
    (WARSAW, 2, DAYS, "2026-03-28T01:00:00", "2026-03-29T01:00:00"),
    (WARSAW, 2, DAYS, "2026-03-29T01:00:00", "2026-03-30T00:00:00"),
    # Clocks go back on 25 October 2026, at 01:00 UTC: 02:00 comes twice, the digest once.
    (WARSAW, 2, DAYS, "2026-10-24T12:00:00", "2026-10-25T00:00:00"),
    (WARSAW, 2, DAYS, "2026-10-25T00:00:00", "2026-10-26T01:00:00"),
    (WARSAW, 7, DAYS, "2026-10-24T12:00:00", "2026-10-25T06:00:00"),
    ("America/New_York", 23, DAYS, "2026-03-02T05:00:00", "2026-03-03T04:00:00"),
    ("Pacific/Kiritimati", 0, DAYS, "2026-03-02T05:00:00", "2026-03-02T10:00:00"),
    ("UTC", 0, (), "2026-03-02T05:00:00", None),
]


@pytest.mark.parametrize(("zone", "hour", "days", "now", "expected"), MOMENTS)
def test_when_the_next_digest_comes(
    zone: str, hour: int, days: tuple[str, ...], now: str, expected: str | None
) -> None:
    choices = MailChoices(days=days, hour=hour)
    found = choices.after(utc(now), ZoneInfo(zone))
    assert found == (utc(expected) if expected else None)


def test_without_anything_in_it_there_is_no_digest() -> None:
    choices = MailChoices(ways=dict.fromkeys(DEFAULTS, "at_once"), days=DAYS)
    assert choices.after(utc("2026-03-02T05:00:00"), ZoneInfo("UTC")) is None
    assert choices.on(utc("2026-03-02T05:00:00"), ZoneInfo("UTC")) is None


@given(
    st.sampled_from([WARSAW, "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"]),
    st.integers(0, 23),
    st.integers(0, 366 * 24 * 60),
)
def test_one_digest_a_day_and_none_left_out(zone: str, hour: int, minute: int) -> None:
    """Walking from digest to digest meets each local day once."""
    place, choices = ZoneInfo(zone), MailChoices(days=DAYS, hour=hour)
    at = utc("2026-01-01T00:00:00") + timedelta(minutes=minute)
    days = []
    for _ in range(8):
        found = choices.after(at, place)
        assert found is not None
        assert found > at
        days.append(found.astimezone(place).date())
        assert choices.on(found, place) == found
        at = found
    assert [day - days[0] for day in days] == [timedelta(days=n) for n in range(8)]


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        ({"task": "sometimes"}, "notifications.way"),
        ({"task": None}, "notifications.way"),
        ({"post": "never"}, "notifications.unknown"),
        ({"days": ["mon", "monday"]}, "notifications.days"),
        ({"days": "mon"}, "notifications.days"),
        ({"hour": 24}, "notifications.hour"),
        ({"hour": -1}, "notifications.hour"),
        ({"hour": True}, "notifications.hour"),
        ({"hour": None}, "notifications.hour"),
        ({"hour": Decimal("2.5")}, "notifications.hour"),
        ({"hour": Decimal("NaN")}, "notifications.hour"),
        ({"days": []}, "notifications.no_day"),
    ],
)
def test_what_cannot_be_chosen(given_: dict[str, Any], code: str) -> None:
    found = read_choices(given_)
    assert isinstance(found, Rejection)
    assert found.code == code


@pytest.mark.parametrize(
    "given_",
    [
        {},
        {"role": "at_once", "days": []},
        {"task": "never", "hour": 0},
        {"hour": Decimal("2.0")},
        {"days": ["sun", "mon", "sun"], "mention": "digest"},
    ],
)
def test_what_is_chosen_is_kept(given_: dict[str, Any]) -> None:
    found = read_choices(given_)
    assert isinstance(found, MailChoices), found
    assert kept_choices(found.to_json()) == found
    assert all(found.way(kind) == given_.get(kind, way) for kind, way in DEFAULTS.items())
    assert found.days == tuple(day for day in DAYS if day in given_.get("days", DAYS[:5]))
    assert found.hour == given_.get("hour", 7)
    assert isinstance(found.hour, int)


def test_what_is_no_longer_known_is_as_by_default() -> None:
    assert kept_choices({"gone": "x", "task": "never"}).way("task") == "never"
    assert kept_choices({"task": "gone"}) == MailChoices()
    assert MailChoices().way("message") == "at_once"
