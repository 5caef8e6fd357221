"""Expressions as documents write them: numbers and truth as themselves, maps and lists of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any


def feel_text(value: Any) -> str:
    """FEEL for a value where expressions are expected (language 2).

    A number, boolean or null is itself, a map or list consists of expressions, a string is FEEL.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        members = (f"{_key(key)}: {feel_text(item)}" for key, item in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(f"({feel_text(item)})" for item in value) + "]"
    raise TypeError(f"{type(value).__name__} is not a value of a definition")


def _key(key: Any) -> str:
    return json.dumps(str(key), ensure_ascii=False)
