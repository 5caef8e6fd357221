"""Durations as definitions write them: ISO 8601 (`P3D`, `P1M`) and `8 working hours`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from orderloom.platform.definitions.model import Span, WorkingTime
from orderloom.rules import YearsMonths, parse_duration

_WORKING: Final = re.compile(r"([0-9]{1,5}) working (minute|hour|day)s?")


def parse_span(text: str) -> Span:
    """A `Span` of text. Raises `ValueError` when it is neither form."""
    found = _WORKING.fullmatch(text.strip())
    if found:
        return Span(working=WorkingTime(int(found[1]), found[2] + "s"), text=text)
    value = parse_duration(text.strip())
    if isinstance(value, YearsMonths):
        return Span(months=value.months, text=text)
    if isinstance(value, timedelta):
        return Span(seconds=value.days * 86400 + value.seconds, text=text)
    raise ValueError(f"{text!r} is not a duration such as P3D or 8 working hours")
