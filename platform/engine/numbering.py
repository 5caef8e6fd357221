"""Order numbers (`SO-{yyyy}-{seq:6}`, language 3.1)."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from orderloom.platform.definitions.model import NumberPattern, Release
from orderloom.platform.engine.outcome import NextNumber
from orderloom.platform.engine.step import Step

_PART = re.compile(r"\{(seq(?::[0-9]+)?|yyyy|yy|mm|dd|parent)\}")


def draw(step: Step, pattern: NumberPattern) -> str:
    """The text of a new number; a series begins anew when a date part of the pattern changes."""
    parent = (step.state.parent or {}).get("number", "")
    question = number_question(step.release, step.now, parent)
    value = 0 if question is None else step.ask(question)
    return fill(pattern.pattern, value, step.now.astimezone(step.release.zone), parent)


def number_question(release: Release, moment: datetime, parent: str = "") -> NextNumber | None:
    """What an order that begins at a moment asks for its number; None: the pattern counts nothing.
    `parent`: the number of the order that starts it."""
    pattern = release.process.number
    if "{seq" not in pattern.pattern:
        return None
    name = series(pattern.sequence, pattern.pattern, moment, release.zone)
    if "{parent}" in pattern.pattern:
        name = f"{name}:{parent}"
    return NextNumber(name, pattern.gapless)


def fill(pattern: str, value: int, moment: datetime, parent: str = "") -> str:
    """The pattern with its parts filled in."""

    def part(found: re.Match[str]) -> str:
        word = found[1]
        if word.startswith("seq"):
            return str(value).zfill(int(word[4:] or 0))
        return {**_dates(moment), "parent": parent}[word]

    return _PART.sub(part, pattern)


def _dates(moment: datetime) -> dict[str, str]:
    return {
        "yyyy": f"{moment.year:04}",
        "yy": f"{moment.year % 100:02}",
        "mm": f"{moment.month:02}",
        "dd": f"{moment.day:02}",
    }


def series(sequence: str, pattern: str, now: datetime, zone: ZoneInfo) -> str:
    """The name of a series: the sequence and the date parts that the pattern shows."""
    moment = now.astimezone(zone)
    dates = _dates(moment)
    shown = [dates[word] for word in ("yyyy", "yy", "mm", "dd") if "{" + word + "}" in pattern]
    return ":".join([sequence, *shown])
