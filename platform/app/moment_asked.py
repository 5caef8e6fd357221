"""Which moment of an order somebody asks for: an entry by its number, or an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from orderloom.platform.problem import Rejection

DIGITS = 9
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """After entry number `entry`, or all that happened up to `at`, itself counted in. Neither:
    now."""

    entry: int | None = None
    at: datetime | None = None


def asked(text: str, zone: str) -> Asked | Rejection:
    """`14`, `2026-03-02` (the whole day counts in), `2026-03-02T09:12`, RFC 3339; empty: now. An
    instant without a zone is one by the clock of `zone`."""
    text = text.strip()
    if not text:
        return Asked()
    if text.isascii() and text.isdigit() and len(text) <= DIGITS:
        return Asked(entry=int(text))
    here = ZoneInfo(zone)
    try:
        if len(text) == len("2026-03-02"):
            day = datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), here)
            return Asked(at=day - timedelta(microseconds=1))
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=here)
        return Asked(at=moment + _rest(text))
    except (ValueError, OverflowError):
        message = f"expected an entry's number or a moment, not {text[:LONGEST]!r}"
        return Rejection("moment.unreadable", message, {"text": text[:LONGEST]}, "at")


def _rest(text: str) -> timedelta:
    """As clocks are read: a minute or a second that is named counts in until its end."""
    clock = text.partition("T")[2] or text.partition(" ")[2]
    clock = clock.partition("+")[0].partition("-")[0].rstrip("Z")
    if "." in clock:
        return timedelta()
    left = timedelta(seconds=1) if clock.count(":") == 2 else timedelta(minutes=1)
    return left - timedelta(microseconds=1)
