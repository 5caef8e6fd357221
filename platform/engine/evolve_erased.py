"""What an erasure leaves of a state: markers in the place of values, each with its date.

Entries whose values are gone fold to commitments (`{"$p": slot, "c": ...}`) by themselves; the
entry of the erasure says since when.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from orderloom.platform.engine.evolve_table import Facts, on
from orderloom.platform.engine.state import OrderState

SLOT: Final = "$p"
# How much of a commitment an entry of an erasure names it by.
NAMED: Final = 12
_HELD: Final = (
    *("data", "results", "activities", "tasks", "calls", "children", "approvals", "undo", "kept"),
    *("checks", "attachments", "result"),
)


def is_erased(value: Any) -> bool:
    """Whether a value of a state is the marker of one that was erased."""
    return isinstance(value, Mapping) and SLOT in value and isinstance(value.get("c"), str)


def erased_at(value: Mapping[str, Any]) -> str:
    """Since when (ISO 8601) the value behind a marker is gone; empty where nothing says it."""
    return str(value.get("at") or "")


def leads_into_erased(data: Any, pointer: str) -> bool:
    """Whether a JSON pointer leads to something inside a value that is gone."""
    for part in pointer.split("/")[1:-1]:
        if isinstance(data, Mapping):
            if SLOT in data:
                return True
            data = data.get(part.replace("~1", "/").replace("~0", "~"))
        elif isinstance(data, list | tuple) and part.isdigit() and int(part) < len(data):
            data = data[int(part)]
        else:
            return False
    return is_erased(data)


def markers(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every marker in a value."""
    if is_erased(value):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from markers(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from markers(each)


@on("personal.erased")
def _erased(state: OrderState, facts: Facts) -> OrderState:
    of = frozenset(facts.get("of") or ())
    found = {name: _dated(getattr(state, name), of, facts["at"]) for name in _HELD}
    return state.but(**found)


def _dated(value: Any, of: frozenset[str], at: str) -> Any:
    if is_erased(value):
        return value if "at" in value or value["c"][:NAMED] not in of else {**value, "at": at}
    if isinstance(value, Mapping):
        return {key: _dated(each, of, at) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(_dated(each, of, at) for each in value)
    if isinstance(value, list):
        return [_dated(each, of, at) for each in value]
    return value
