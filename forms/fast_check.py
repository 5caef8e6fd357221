"""A quick "it fits" in front of jsonschema: functions for the keywords that forms are made of.

It says yes or *cannot tell*, never no: what it does not pass goes to the authority, which finds
the problems and words them. A schema with any other keyword has no quick check.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import re2

from orderloom.forms.formats import fits

Check = Callable[[Any], bool]
Multiple = Callable[[int | Decimal, int | Decimal], bool]

_ANNOTATIONS: Final = frozenset(
    (
        *("title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"),
        *("$comment", "$defs", "$schema", "$id", "$anchor"),
    )
)


class _Unsupported(Exception):
    """The schema says what only jsonschema understands."""


def fast_check(schema: Mapping[str, Any], is_multiple: Multiple) -> Check | None:
    """Whether a value certainly fits; None where the schema is beyond this module."""
    try:
        return _compile(schema, is_multiple)
    except _Unsupported:
        return None


def _compile(schema: Any, is_multiple: Multiple) -> Check:
    if not isinstance(schema, Mapping):
        raise _Unsupported
    checks: list[Check] = []
    for keyword, value in schema.items():
        if keyword in _ANNOTATIONS or keyword.startswith("x-") or keyword in _TOGETHER:
            continue
        made = _KEYWORDS.get(keyword)
        if made is None:
            raise _Unsupported
        checks.append(made(value))
    if "multipleOf" in schema:
        checks.append(_multiple(schema["multipleOf"], is_multiple))
    if _OF_OBJECTS & schema.keys():
        checks.append(_object(schema, is_multiple))
    if "items" in schema:
        checks.append(_items(_compile(schema["items"], is_multiple)))
    return _all(checks)


def _all(checks: Sequence[Check]) -> Check:
    if len(checks) == 1:
        return checks[0]

    def check(value: Any) -> bool:
        for one in checks:  # noqa: SIM110  a generator costs more than all that it would run
            if not one(value):
                return False
        return True

    return check


# ── types ────────────────────────────────────────────────────────────────────────────────────


def is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _is_integer(value: Any) -> bool:
    if isinstance(value, Decimal):
        return value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)


_TYPES: Final[Mapping[str, Check]] = {
    "string": lambda value: isinstance(value, str),
    "number": is_number,
    "integer": _is_integer,
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list | tuple),
    "object": lambda value: isinstance(value, Mapping),
    "null": lambda value: value is None,
}


def _type(named: Any) -> Check:
    if isinstance(named, str):
        return _TYPES[named]
    known = [_TYPES[one] for one in named]
    return lambda value: any(one(value) for one in known)


# ── keywords ─────────────────────────────────────────────────────────────────────────────────


def _of_texts(test: Check) -> Check:
    return lambda value: not isinstance(value, str) or test(value)


def _of_numbers(test: Check) -> Check:
    return lambda value: not is_number(value) or test(value)


def _of_lists(test: Check) -> Check:
    return lambda value: not isinstance(value, list | tuple) or test(value)


def _pattern(pattern: str) -> Check:
    search = re2.compile(pattern).search
    return _of_texts(lambda value: search(value) is not None)


def _format(name: str) -> Check:
    return _of_texts(lambda value: fits(name, value))


def _enum(values: Sequence[Any]) -> Check:
    """Texts alone: what else is equal to what, jsonschema knows."""
    if not all(isinstance(value, str) for value in values):
        raise _Unsupported
    known = frozenset(values)
    return lambda value: isinstance(value, str) and value in known


def _multiple(step: Any, is_multiple: Multiple) -> Check:
    return _of_numbers(lambda value: is_multiple(value, step))


def _items(item: Check) -> Check:
    def check(value: Any) -> bool:
        return not isinstance(value, list | tuple) or all(map(item, value))

    return check


def _object(schema: Mapping[str, Any], is_multiple: Multiple) -> Check:
    below = {
        name: _compile(child, is_multiple)
        for name, child in (schema.get("properties") or {}).items()
    }
    required = tuple(schema.get("required") or ())
    more = schema.get("additionalProperties", True)
    other = None if isinstance(more, bool) else _compile(more, is_multiple)

    def check(value: Any) -> bool:
        if not isinstance(value, Mapping):
            return True
        for name in required:
            if name not in value:
                return False
        for name, item in value.items():
            test = below.get(name)
            if test is not None:
                if not test(item):
                    return False
            elif more is False or (other is not None and not other(item)):
                return False
        return True

    return check


_OF_OBJECTS: Final = frozenset(("properties", "required", "additionalProperties"))
_TOGETHER: Final = _OF_OBJECTS | {"items", "multipleOf"}
_KEYWORDS: Final[Mapping[str, Callable[[Any], Check]]] = {
    "type": _type,
    "pattern": _pattern,
    "format": _format,
    "enum": _enum,
    "const": lambda value: _enum([value]),
    "minLength": lambda least: _of_texts(lambda value: len(value) >= least),
    "maxLength": lambda most: _of_texts(lambda value: len(value) <= most),
    "minimum": lambda least: _of_numbers(lambda value: value >= least),
    "maximum": lambda most: _of_numbers(lambda value: value <= most),
    "exclusiveMinimum": lambda least: _of_numbers(lambda value: value > least),
    "exclusiveMaximum": lambda most: _of_numbers(lambda value: value < most),
    "minItems": lambda least: _of_lists(lambda value: len(value) >= least),
    "maxItems": lambda most: _of_lists(lambda value: len(value) <= most),
}
