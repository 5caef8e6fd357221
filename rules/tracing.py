"""How a decision tells the values that it met, in its trace and in its errors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from orderloom.rules.values import is_number, kind, to_json

# Values that a trace keeps as they are.
PLAIN: Final = frozenset((int, Decimal, str, bool, type(None)))
_LONGEST: Final = 20


def traced(value: Any) -> Any:
    """What the trace keeps: plain values whole, others by their kind and size."""
    type_ = type(value)
    if type_ in PLAIN:
        return value
    if type_ is date:
        return value.isoformat()
    if isinstance(value, Mapping):
        return f"context of {len(value)}"
    if isinstance(value, list) and len(value) > _LONGEST:
        return f"list of {len(value)}"
    return to_json(value)


def shown(value: Any) -> str:
    """A value within a sentence."""
    if is_number(value) or kind_shown(value) == type(value).__name__:
        return str(value)
    return repr(to_json(value))


def kind_shown(value: Any) -> str:
    """The kind of a value; of one that no expression has, such as a float, Python's name for it."""
    name = kind(value)
    return type(value).__name__ if name == "any" and not callable(value) else name
