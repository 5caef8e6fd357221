"""A row of an order as the program reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orderloom.platform.codec import loads
from orderloom.platform.engine.state import OrderState
from orderloom.platform.store.encoding import from_base64
from orderloom.platform.store.order_rows import LoadedOrder


def loaded_order(row: Sequence[Any]) -> LoadedOrder:
    """From id, organisation, release, revision, entries, commands, head, state and data, in this
    order."""
    return LoadedOrder(
        id=row[0],
        organisation=row[1],
        release=row[2],
        revision=row[3],
        seq=row[4],
        commands=row[5],
        head=from_base64(row[6]),
        state=OrderState.from_json(loads(row[7]), loads(row[8])),
    )
