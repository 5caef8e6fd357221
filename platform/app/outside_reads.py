"""Other orders as views see them: read, never locked, and no number is drawn."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NoReturn

from orderloom.platform.app.balance_book import BalanceBook
from orderloom.platform.app.files_named import fitting
from orderloom.platform.app.registry import Registry
from orderloom.platform.engine.outcome import Files, FindOrders, Move, NextNumber
from orderloom.platform.engine.relatives import Others
from orderloom.platform.store import Store


class OutsideReads:
    """Fulfils `questions.Orders` for those who only look."""

    def __init__(self, store: Store, registry: Registry) -> None:
        self._store = store
        self._registry = registry

    def data_of(self, organisation: int, number: str) -> Any:
        stored = self._store.reads.order_by_number(organisation, number)
        return None if stored is None else stored.state.data

    def others(self, organisation: int, ids: Collection[int]) -> Others:
        found = self._store.reads.orders_by_id(organisation, ids)
        return {
            id_: (stored.state, self._registry.by_no(stored.release))
            for id_, stored in found.items()
        }

    def find(self, question: FindOrders, organisation: int) -> list[int]:
        with self._store.commands.transaction() as transaction:
            if question.process is None or question.key == "number":
                numbers = question.numbers or (question.value or "",)
                return transaction.by_numbers(organisation, numbers)
            found = transaction.owner(
                organisation, question.process, str(question.key), str(question.value)
            )
        return [] if found is None else [found]

    def namable(self, question: Files, organisation: int, since: datetime) -> list[str]:
        with self._store.commands.transaction() as transaction:
            return fitting(question, transaction, organisation, since)

    def draw(self, question: NextNumber, organisation: int) -> NoReturn:
        raise TypeError("who only looks draws no number")

    def move(self, question: Move, organisation: int) -> dict[str, Any]:
        """What would be answered now; nothing is moved."""
        with self._store.commands.transaction() as transaction:
            book = BalanceBook(transaction, in_order=False, locks=False)
            return book.move(organisation, question)

    def new_ids(self, count: int) -> NoReturn:
        raise TypeError("who only looks makes no order")
