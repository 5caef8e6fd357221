"""Plain data (JSON, YAML) as values of FEEL: texts of dates, times and durations by their types."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from orderloom.rules.decision import Decision
from orderloom.rules.reading import named_by, replaced
from orderloom.rules.table import Table
from orderloom.rules.temporal import parse_duration, read_date, read_moment, read_time

_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "date": read_date,
    "time": read_time,
    "date and time": read_moment,
    "duration": parse_duration,
    "days and time duration": parse_duration,
    "years and months duration": parse_duration,
}
# What every scope has, where it has it.
_RESERVED: Final = {"today": "date", "now": "date and time", "entered": "date and time"}


def lifted(decision: Decision, given: Mapping[str, Any]) -> dict[str, Any]:
    """The scope with the texts that inputs of the decision, or of one that it requires, read as a
    date, time or duration as such. A text that is none stays a text, which the input refuses.

    An input that is calculated says nothing of what it is calculated from.
    """
    found = {
        name: lifted_value(value, _RESERVED[name]) if name in _RESERVED else value
        for name, value in given.items()
    }
    for table in _tables(decision, set()):
        for one in table.inputs:
            if one.type is None or named_by(one.value) not in found:
                continue
            before = one.value.evaluate(found, strict=False)
            after = lifted_value(before, one.type)
            if after is not before:
                found |= replaced(found, [one.value], [after])
    return found


def lifted_value(value: Any, type_: str) -> Any:
    """A plain value as one of a type as text: a name, `[type]`, `{name: type}`."""
    if isinstance(value, str):
        read = _READ.get(type_)
        made = None if read is None else read(value)
        return value if made is None else made
    if isinstance(value, list) and type_.startswith("["):
        items = [lifted_value(one, type_[1:-1].strip()) for one in value]
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    if isinstance(value, Mapping) and type_.startswith("{"):
        members = dict(members_of(type_[1:-1]))
        named = {
            name: lifted_value(one, members[name]) if name in members else one
            for name, one in value.items()
        }
        return named if any(named[name] is not one for name, one in value.items()) else value
    return value


def _tables(decision: Decision, seen: set[str]) -> Iterator[Table]:
    if decision.id in seen:
        return
    seen.add(decision.id)
    for other in decision.requires.values():
        yield from _tables(other, seen)
    if decision.table is not None:
        yield decision.table


def members_of(text: str) -> Iterator[tuple[str, str]]:
    """The names and types of a context as text: `a: t, b: {c: t}`."""
    depth, start = 0, 0
    for at, sign in enumerate(f"{text},"):
        depth += (sign in "[{<") - (sign in "]}>")
        if sign == "," and depth == 0:
            name, _, type_ = text[start:at].partition(":")
            start = at + 1
            yield name.strip(), type_.strip()
