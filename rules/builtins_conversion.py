"""Conversion, boolean and context functions (DMN 1.5, 10.3.4.1, 10.3.4.2, 10.3.4.8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time
from decimal import DecimalException
from typing import Any

from orderloom.rules.arguments import items, text
from orderloom.rules.error import FeelError
from orderloom.rules.operators import equal
from orderloom.rules.values import Function, kind, number_of, text_of
from orderloom.rules.weight import weigh

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")


def _string(value: Any) -> Any:
    weigh(value)
    return None if value is None else text_of(value)


def _number(value: Any, grouping: Any = None, decimal: Any = None) -> Any:
    given = text(value)
    if grouping not in (None, " ", ",", ".") or decimal not in (None, ".", ","):
        raise FeelError("the separators are wrong")
    if grouping is not None and grouping == decimal:
        raise FeelError("the separators are the same")
    if grouping:
        given = given.replace(grouping, "")
    if decimal:
        given = given.replace(decimal, ".")
    if not _NUMBER.fullmatch(given):
        raise FeelError(f"{value!r} is not a number")
    try:
        return number_of(given)
    except DecimalException as error:
        raise FeelError(f"{value!r} is not a number") from error


def _not(value: Any) -> Any:
    return not value if isinstance(value, bool) else None


def _get_value(context: Any, key: Any) -> Any:
    found = context
    for part in key if isinstance(key, list) else [key]:
        if not isinstance(found, Mapping):
            return None
        found = found.get(text(part, "the key"))
    return found


def _get_entries(context: Any) -> Any:
    if not isinstance(context, Mapping):
        raise FeelError("a context is needed")
    return [{"key": key, "value": value} for key, value in context.items()]


def _context(entries: Any) -> Any:
    made: dict[str, Any] = {}
    for entry in items(entries):
        if not isinstance(entry, Mapping) or "key" not in entry or "value" not in entry:
            raise FeelError("an entry has a key and a value")
        key = text(entry["key"], "the key")
        if key in made:
            raise FeelError(f"the key {key} occurs twice")
        made[key] = entry["value"]
    return made


def _context_put(context: Any, keys: Any, value: Any) -> Any:
    if not isinstance(context, Mapping):
        raise FeelError("a context is needed")
    path = keys if isinstance(keys, list) else [keys]
    if not path:
        raise FeelError("there is no key")
    key = text(path[0], "the key")
    if len(path) == 1:
        return {**context, key: value}
    return {**context, key: _context_put(context.get(key), path[1:], value)}


def _context_merge(contexts: Any) -> Any:
    made: dict[str, Any] = {}
    for context in items(contexts):
        if not isinstance(context, Mapping):
            raise FeelError("a context is needed")
        made.update(context)
    return made


def _is(one: Any, other: Any) -> bool:
    """The same element of the value domain: of moments, the zone counts too."""
    if one is None or other is None:
        return one is other
    if kind(one) != kind(other):
        return False
    if isinstance(one, datetime | time):
        return text_of(one) == text_of(other)
    return equal(one, other) is True


CONVERSION = (
    Function("is", ("value1", "value2"), _is),
    Function("string", ("from",), _string),
    Function("number", ("from", "grouping separator", "decimal separator"), _number, optional=2),
    Function("not", ("negand",), _not),
    Function("get value", ("m", "key"), _get_value),
    Function("get entries", ("m",), _get_entries),
    Function("context", ("entries",), _context),
    Function(
        "context put",
        ("context", "key", "value"),
        _context_put,
        aliases={"keys": "key"},
        named={"key": lambda value: not isinstance(value, list)},
    ),
    Function("context merge", ("contexts",), _context_merge),
    Function("is defined", ("value",), lambda value: value is not None),
)
