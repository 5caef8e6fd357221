"""A key of each value by which equal values are found at once, without comparing all pairs."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from orderloom.rules.far import far, instant
from orderloom.rules.values import Range, is_number, kind
from orderloom.rules.weight import weigh


def key(value: Any) -> Hashable:
    """Values that `equal` finds equal have the same key, others another. Raises `FeelError` for
    a value too large to be walked."""
    weigh(value)
    return _key(value)


def _key(value: Any) -> Hashable:
    if isinstance(value, list):
        return ("list", tuple(_key(item) for item in value))
    if isinstance(value, Mapping):
        return ("context", frozenset((name, _key(item)) for name, item in value.items()))
    if isinstance(value, Range):
        ends = (_key(value.low), _key(value.high))
        return ("range", *ends, value.low_closed, value.high_closed, value.sign)
    name = kind(value)
    if name in ("time", "date and time") or (name == "date" and not isinstance(value, date)):
        return (name, _instant(value))
    if is_number(value) or isinstance(value, Hashable):
        return (name, value)
    return (name, id(value))


def _instant(value: Any) -> Hashable:
    if isinstance(value, datetime):
        try:
            return value if value.tzinfo is None else value.astimezone(UTC)
        except OverflowError:  # within hours of the first or last moment that Python's type holds
            return (instant(far(value)), False)
    if isinstance(value, time):
        day = datetime.combine(date(2000, 1, 1), value)
        return day if day.tzinfo is None else day.astimezone(UTC)
    one = far(value)
    return (instant(one), one.zone is None)
