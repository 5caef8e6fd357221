"""JSON data as expressions see them: dates, times and durations by the schema's `format`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any, Final

from orderloom.forms.nodes import Node
from orderloom.rules import FeelError, parse_duration

Lift = Callable[[Any], Any]


def lifter(node: Node) -> Lift | None:
    """A function that lifts values of this field; None where nothing changes.

    Text that is no date, time or duration stays text: validation says so at the field.
    """
    if node.kind == "string":
        return _SCALARS.get(node.format or "")
    if node.item is not None:
        return _list(lifter(node.item))
    below = {name: lift for name, child in node.properties.items() if (lift := lifter(child))}
    return _object(below) if below else None


def _list(lift: Lift | None) -> Lift | None:
    if lift is None:
        return None

    def lifted(value: Any) -> Any:
        return [lift(item) for item in value] if isinstance(value, list) else value

    return lifted


def _object(below: Mapping[str, Lift]) -> Lift:
    def lifted(value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        out = dict(value)
        for name, lift in below.items():
            if name in out:
                out[name] = lift(out[name])
        return out

    return lifted


def _scalar(parse: Callable[[str], Any]) -> Lift:
    def lifted(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return parse(value)
        except (ValueError, FeelError):
            return value

    return lifted


_SCALARS: Final[Mapping[str, Lift]] = {
    "date": _scalar(date.fromisoformat),
    "date-time": _scalar(datetime.fromisoformat),
    "time": _scalar(time.fromisoformat),
    "duration": _scalar(parse_duration),
}
