"""What an event brings, judged by the types that it declares (language 2, 3.3).

Types are those of expressions as a definition writes them: `string`, `[number]`, `{sku: string}`.
JSON has no dates, times and durations: their text is read, so that expressions see what was
declared. Null and absent are one and always fit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from orderloom.platform.problem import Rejection
from orderloom.rules import FeelError, parse_duration


class Misfit(Exception):
    """`path`: the place in the data; `wanted`: the type that does not fit there."""

    def __init__(self, path: str, wanted: str) -> None:
        super().__init__(f"{path} is not {wanted}")
        self.path = path
        self.wanted = wanted


def read_data(
    event: str, declared: Mapping[str, Any], data: Mapping[str, Any]
) -> dict[str, Any] | Rejection:
    """The data as expressions see them, or why they do not fit the declared types."""
    unknown = next((name for name in data if name not in declared), None)
    if unknown is not None:
        params = {"event": event, "field": unknown}
        message = f"{event} does not bring {unknown}"
        return Rejection("event.unknown_data", message, params, path=unknown)
    try:
        return {name: read(value, declared[name], name) for name, value in data.items()}
    except Misfit as misfit:
        params = {"event": event, "field": misfit.path, "type": misfit.wanted}
        return Rejection("event.data", f"{event}: {misfit}", params, path=misfit.path)


def read(value: Any, type_: Any, path: str) -> Any:
    """A JSON value as a value of `type_`. Raises `Misfit` with the place."""
    if value is None:
        return None
    if isinstance(type_, str):
        return _simple(value, type_, path)
    if isinstance(type_, Mapping):
        if not isinstance(value, Mapping):
            raise Misfit(path, "context")
        return {
            name: read(inner, type_[name], f"{path}.{name}") if name in type_ else inner
            for name, inner in value.items()
        }
    if not isinstance(value, list):
        raise Misfit(path, "list")
    item = type_[0] if isinstance(type_, Sequence) and type_ else "any"
    return [read(inner, item, f"{path}.{index}") for index, inner in enumerate(value)]


def _simple(value: Any, type_: str, path: str) -> Any:
    reader = _TEXTS.get(type_)
    if reader is None:
        if _FITS.get(type_, _anything)(value):
            return value
        raise Misfit(path, type_)
    if not isinstance(value, str):
        raise Misfit(path, type_)
    try:
        return reader(value)
    except (ValueError, FeelError) as error:
        raise Misfit(path, type_) from error


def _anything(value: Any) -> bool:
    return True


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


_FITS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "string": lambda value: isinstance(value, str),
    "number": _is_number,
    "boolean": lambda value: isinstance(value, bool),
}
_TEXTS: Final[Mapping[str, Callable[[str], Any]]] = {
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "date and time": datetime.fromisoformat,
    "duration": parse_duration,
}
