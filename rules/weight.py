"""How much there is in a value. A few signs can make a list of lists that holds itself again and
again, `{a: [1, 1], b: [a, a], c: [b, b] …}`: it takes no room until somebody walks through it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from orderloom.rules.error import FeelError

PARTS: Final = 1_000_000
DEPTH: Final = 100


_SCALARS: Final = frozenset((str, int, bool, Decimal, type(None)))


def weigh(value: Any) -> None:
    """Raises `FeelError` for a value with too many parts or nested too deep to be walked."""
    if _is_small(value):
        return
    if isinstance(value, list | Mapping):
        _weight(value, 0, {})


def _is_small(value: Any) -> bool:
    """Whether nothing in it holds more than plain values: nearly all there is."""
    if type(value) is dict:
        return len(value) < PARTS and _SCALARS.issuperset(map(type, value.values()))
    return type(value) is list and len(value) < PARTS and _SCALARS.issuperset(map(type, value))


def _weight(value: Any, depth: int, known: dict[int, int]) -> int:
    if type(value) in _SCALARS or not isinstance(value, list | Mapping):
        return 1
    if depth > DEPTH:
        raise FeelError(f"a value is nested deeper than {DEPTH} levels")
    found = known.get(id(value))
    if found is None:
        items = value.values() if isinstance(value, Mapping) else value
        found = 1 + sum(_weight(item, depth + 1, known) for item in items)
        if found > PARTS:
            raise FeelError(f"a value has more than {PARTS} parts")
        known[id(value)] = found
    return found
