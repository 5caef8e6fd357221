"""JSON that pages send in fields of a form, exact numbers and all."""

from __future__ import annotations

from typing import Any, TypeVar

from orderloom.platform.codec import CodecError, loads_strict
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.fields import Fields

T = TypeVar("T", dict[str, Any], list[Any])


def json_map(fields: Fields, name: str, *, default: str = "") -> dict[str, Any]:
    """A map; `default`: JSON that stands for an empty field. Raises `Refused` (`request.invalid`,
    at the field) for what is none."""
    return _read(fields, name, dict, default)


def json_list(fields: Fields, name: str, *, default: str = "") -> list[Any]:
    """The same for a list."""
    return _read(fields, name, list, default)


def json_value(fields: Fields, name: str, *, default: str = "") -> Any:
    """Whatever it is."""
    try:
        return loads_strict(fields.get(name).strip() or default)
    except CodecError as error:
        raise _malformed(name, error.message) from None


def _read(fields: Fields, name: str, wanted: type[T], default: str) -> T:
    value = json_value(fields, name, default=default)
    if not isinstance(value, wanted):
        kind = "a map is expected" if wanted is dict else "a list is expected"
        raise _malformed(name, kind)
    return value


def _malformed(name: str, problem: str) -> Refused:
    return Refused(Rejection("request.invalid", problem, {"problem": problem}, path=name))
