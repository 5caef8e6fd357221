"""Orders as this process last wrote them, so that they need not be read and decoded again.

Nothing is trusted: (revision, seq) of the row, read under its lock, must be the same.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final

from orderloom.platform.app.working import WorkingOrder

MOST: Final = 1024


class KeptOrders:
    """The orders that were worked on last. Safe to use from many threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._orders: OrderedDict[int, WorkingOrder] = OrderedDict()

    def get(self, id_: int, head: tuple[int, int]) -> WorkingOrder | None:
        """The order, if it is still at this (revision, seq)."""
        with self._lock:
            order = self._orders.get(id_)
            if order is None or order.stored != head:
                return None
            self._orders.move_to_end(id_)
            return order

    def put(self, order: WorkingOrder) -> None:
        """Keeps an order as it was written; an ended one is seldom needed again."""
        with self._lock:
            self._orders.pop(order.id, None)
            if order.state.status != "ended":
                self._orders[order.id] = order
            while len(self._orders) > self._most:
                self._orders.popitem(last=False)
