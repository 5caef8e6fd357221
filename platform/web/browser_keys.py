"""The order of keys in JSON that a browser made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def as_stood(value: Any, there: Any) -> Any:
    """`value` with its keys where they stand in `there`: JavaScript moves keys that look like
    numbers (`404` among the answers of a call) to the front of their map. Keys that were moved on
    purpose stay moved."""
    if isinstance(value, list) and isinstance(there, list):
        rest = [None] * (len(value) - len(there))
        return [as_stood(new, old) for new, old in zip(value, [*there, *rest], strict=False)]
    if not isinstance(value, Mapping) or not isinstance(there, Mapping):
        return value
    known = [key for key in there if key in value]
    new = [key for key in value if key not in there]
    kept = [key for key in value if key in there]
    same = list(_words(kept)) == list(_words(known))
    keys = [*known, *new] if same and kept != known else list(value)
    return {key: as_stood(value[key], there.get(key)) for key in keys}


def _words(keys: Iterable[str]) -> Iterable[str]:
    return (key for key in keys if not key.isdigit())
