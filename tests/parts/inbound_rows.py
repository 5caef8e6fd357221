"""Kept messages of other systems, written directly: pages need no connector."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from orderloom.platform.app.refusals import rejection_json
from orderloom.platform.codec import dumps
from orderloom.platform.problem import Rejection
from orderloom.platform.store import Store
from orderloom.platform.store.inbound_rows import Arrival, Became, KeptMessage, State


def no_order(value: str) -> Any:
    """Why a message stands still: no order has that number."""
    params = {"process": "pump-order", "key": "number", "value": value}
    return rejection_json(Rejection("inbound.no_order", "there is no such order", params))


def stand_still(
    store: Store, now: datetime, *, count: int = 1, value: str = "PO-4711", message: str = "shipped"
) -> list[KeptMessage]:
    """So many messages that stand still, each of another minute."""
    arrivals = [
        Arrival(
            organisation=1,
            connector="wms",
            message=message,
            once=f"{value}:{n}",
            body=dumps({"id": n, "type": message, "ref": value, "qty": 10}).decode(),
            headers={"x_topic": message},
            received=now - timedelta(minutes=count - n),
        )
        for n in range(count)
    ]
    kept = list(store.inbound.keep(arrivals, due=now))
    for each in kept:
        became = Became(state=State.QUARANTINED, problem=no_order(value))
        store.inbound.became(each, became)
    return kept
