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
    of_any: list[Check] = []
    of_kind: dict[str, list[Check]] = {kind: [] for kind in _IS}
    for keyword, value in schema.items():
        if keyword in _ANNOTATIONS or keyword.startswith("x-") or keyword in _TOGETHER:
            continue
        if keyword in _OF_ANY:
            of_any.append(_OF_ANY[keyword](value))
        elif keyword in _OF_KIND:
            kind, make = _OF_KIND[keyword]
            of_kind[kind].append(make(value))
        else:
            raise _Unsupported
    if "multipleOf" in schema:
        of_kind["number"].append(_multiple(schema["multipleOf"], is_multiple))
    if _OF_OBJECTS & schema.keys():
        of_kind["object"].append(_object(schema, is_multiple))
    if "items" in schema:
        of_kind["array"].append(_items(_compile(schema["items"], is_multiple)))
    named = schema.get("type")
    if not isinstance(named, str):
        many = () if named is None else (_one_of_types(named),)
        return _all([*many, *of_any, *(_only_of(kind, each) for kind, each in of_kind.items())])
    # Of one type the keywords of others say nothing, and its own need not ask for it.
    own = of_kind.get("number" if named == "integer" else named, [])
    return _all([_TYPES[named], *of_any, *own])


def _only_of(kind: str, checks: Sequence[Check]) -> Check:
    """Checks that say nothing of values of another kind."""
    if not checks:
        return _anything
    is_kind, check = _IS[kind], _all(checks)
    return lambda value: not is_kind(value) or check(value)


def _anything(value: Any) -> bool:
    return True


def _all(checks: Sequence[Check]) -> Check:
    needed = [check for check in checks if check is not _anything]
    if len(needed) == 1:
        return needed[0]
    if len(needed) == 2:
        first, second = needed
        return lambda value: first(value) and second(value)

    def check(value: Any) -> bool:
        for one in needed:  # noqa: SIM110  a generator costs more than all that it would run
            if not one(value):
                return False
        return True

    return check


# ── types ────────────────────────────────────────────────────────────────────────────────────


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_number(value: Any) -> bool:
    return isinstance(value, _NUMBERS) and not isinstance(value, bool)


def _is_integer(value: Any) -> bool:
    if isinstance(value, Decimal):
        return value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)


def _is_list(value: Any) -> bool:
    return isinstance(value, _LISTS)


def _is_object(value: Any) -> bool:
    # To ask of anything but a dictionary whether it is a mapping takes long.
    return type(value) is dict or isinstance(value, Mapping)


_NUMBERS: Final = (int, Decimal)
_LISTS: Final = (list, tuple)
# The kinds of values that keywords speak of.
_IS: Final[Mapping[str, Check]] = {
    "string": _is_text,
    "number": is_number,
    "array": _is_list,
    "object": _is_object,
}
_TYPES: Final[Mapping[str, Check]] = {
    **_IS,
    "integer": _is_integer,
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}


def _one_of_types(named: Any) -> Check:
    known = [_TYPES[one] for one in named]
    return lambda value: any(one(value) for one in known)


# ── keywords ─────────────────────────────────────────────────────────────────────────────────


def _pattern(pattern: str) -> Check:
    search = re2.compile(pattern).search
    return lambda value: search(value) is not None


def _enum(values: Sequence[Any]) -> Check:
    """Texts alone: what else is equal to what, jsonschema knows."""
    if not all(isinstance(value, str) for value in values):
        raise _Unsupported
    known = frozenset(values)
    return lambda value: isinstance(value, str) and value in known


def _multiple(step: Any, is_multiple: Multiple) -> Check:
    return lambda value: is_multiple(value, step)


def _items(item: Check) -> Check:
    return lambda value: all(map(item, value))


def _object(schema: Mapping[str, Any], is_multiple: Multiple) -> Check:
    below = {
        name: _compile(child, is_multiple)
        for name, child in (schema.get("properties") or {}).items()
    }
    required = tuple(schema.get("required") or ())
    more = schema.get("additionalProperties", True)
    other = None if isinstance(more, bool) else _compile(more, is_multiple)

    def check(value: Any) -> bool:
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
_TOGETHER: Final = _OF_OBJECTS | {"type", "items", "multipleOf"}
_OF_ANY: Final[Mapping[str, Callable[[Any], Check]]] = {
    "enum": _enum,
    "const": lambda value: _enum([value]),
}
_OF_KIND: Final[Mapping[str, tuple[str, Callable[[Any], Check]]]] = {
    "pattern": ("string", _pattern),
    "format": ("string", lambda name: lambda value: fits(name, value)),
    "minLength": ("string", lambda least: lambda value: len(value) >= least),
    "maxLength": ("string", lambda most: lambda value: len(value) <= most),
    "minimum": ("number", lambda least: lambda value: value >= least),
    "maximum": ("number", lambda most: lambda value: value <= most),
    "exclusiveMinimum": ("number", lambda least: lambda value: value > least),
    "exclusiveMaximum": ("number", lambda most: lambda value: value < most),
    "minItems": ("array", lambda least: lambda value: len(value) >= least),
    "maxItems": ("array", lambda most: lambda value: len(value) <= most),
}
