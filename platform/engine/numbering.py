"""Order numbers (`SO-{yyyy}-{seq:6}`, language 3.1)."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from orderloom.platform.definitions.model import NumberPattern, Release
from orderloom.platform.engine.outcome import NextNumber
from orderloom.platform.engine.step import Step

_DATED = ("yyyy", "yy", "mm", "dd")
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

    parts, dated = _parts(pattern)
    words = {**(_dates(moment) if dated else {}), "parent": parent}
    return "".join(
        one if not is_word else words[one] if one in words else str(value).zfill(int(one[4:] or 0))
        for is_word, one in parts
    )


@lru_cache(maxsize=1024)
def _parts(pattern: str) -> tuple[tuple[tuple[bool, str], ...], bool]:
    """The pattern cut into plain text and words, each told apart; whether it shows a date."""
    cut = [(at % 2 == 1, one) for at, one in enumerate(_PART.split(pattern)) if one]
    return tuple(cut), any(is_word and one in _DATED for is_word, one in cut)


def _dates(moment: datetime) -> dict[str, str]:
    return {
        "yyyy": f"{moment.year:04}",
        "yy": f"{moment.year % 100:02}",
        "mm": f"{moment.month:02}",
        "dd": f"{moment.day:02}",
    }


def series(sequence: str, pattern: str, now: datetime, zone: ZoneInfo) -> str:
    """The name of a series: the sequence and the date parts that the pattern shows."""
    if not _parts(pattern)[1]:
        return sequence
    dates = _dates(now.astimezone(zone))
    shown = [dates[word] for word in _DATED if "{" + word + "}" in pattern]
    return ":".join([sequence, *shown])
