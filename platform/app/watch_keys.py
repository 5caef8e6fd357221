"""By what a watch counts, and where the open orders of a key stand in `order_key`.

An order is found by the key of the watch that its release pinned; who starts later is found by a
newer one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orderloom.platform.engine import OrderState
from orderloom.platform.store.plain_text import bounded
from orderloom.platform.store.sort_keys import sort_key
from orderloom.rules import Expression, FeelError, to_json
from orderloom.rules.builtins import BUILTINS


def names_of(state: OrderState, expressions: Iterable[Expression]) -> dict[str, Any]:
    """What these expressions read of an order: its data, and `order`; what is missing is null."""
    known: dict[str, Any] = {
        name: None for one in expressions for name in one.names if name not in BUILTINS
    }
    order = {
        "number": state.number or None,
        "process": state.process,
        "requester": state.requester,
        "channel": state.channel,
    }
    return {**known, **state.data, "order": order}


def key_of(state: OrderState, key: Expression) -> Any:
    """The order's key as JSON; None where it has none, or it cannot be read."""
    try:
        return to_json(key.evaluate(names_of(state, [key])))
    except FeelError:
        return None


def slot_of(watch: str, key: Expression) -> str:
    """Where `order_key` has the open orders that take events from a watch."""
    return bounded(f"watch:{watch}:{key.text}")


def watch_keys(state: OrderState, watches: Mapping[str, Expression]) -> Iterable[tuple[str, str]]:
    """(slot, sort key) of an open order for each watch whose events it takes."""
    for watch, key in watches.items():
        value = key_of(state, key)
        if value is not None:
            yield slot_of(watch, key), sort_key(value)
