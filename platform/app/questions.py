"""Answers what the interpreter asks (engine 2): people, rows, other orders, numbers."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from orderloom.platform.app.directory import Directory
from orderloom.platform.engine.outcome import (
    Approvers,
    Files,
    FindOrders,
    Lookup,
    Move,
    NewOrders,
    NextNumber,
    Person,
    Question,
    ReadOrder,
    Siblings,
    Standing,
)
from orderloom.platform.engine.relatives import Others, sibling_ids, siblings, standing
from orderloom.platform.store.collections import SqlCollections

# So long after it was brought a file may be named; then, a little later, it is swept.
NAMED_WITHIN: Final = timedelta(days=1)


class Orders(Protocol):
    """Other orders, and numbers, as one transaction sees them."""

    def data_of(self, organisation: int, number: str) -> Any:
        """The data of the order with a number, or None."""

    def others(self, organisation: int, ids: Collection[int]) -> Others:
        """State and release of the orders that exist, read without a lock."""

    def find(self, question: FindOrders, organisation: int) -> list[int]:
        """Ids of orders by number, or of the open order that holds a key."""

    def namable(self, question: Files, organisation: int, since: datetime) -> list[str]:
        """The digests of the files that may be named, of uploads those since then."""

    def draw(self, question: NextNumber, organisation: int) -> int: ...

    def new_ids(self, count: int) -> list[int]: ...

    def move(self, question: Move, organisation: int) -> dict[str, Any]:
        """Moves balances, as the question's class says."""


class Questions:
    """Answers for an organisation. What is read here is recorded with the command. `assume_files`:
    files that nobody brought may be named, as in scenarios."""

    def __init__(
        self,
        directory: Directory,
        collections: SqlCollections,
        *,
        now: Callable[[], datetime],
        assume_files: bool = False,
    ) -> None:
        self._directory = directory
        self._collections = collections
        self._now = now
        self._assume_files = assume_files

    def answer(self, question: Question, organisation: int, orders: Callable[[], Orders]) -> Any:
        """The answer, as the question's class says."""
        match question:
            case Approvers() | Person():
                return self._directory.answer(question, organisation)
            case Lookup(collection, None):
                return self._collections.rows(organisation, collection)
            case Lookup(collection, str() as key):
                return self._collections.row(organisation, collection, key)
            case ReadOrder(number):
                return orders().data_of(organisation, number)
            case Standing(order):
                found = orders().others(organisation, [order]).get(order)
                return None if found is None else standing(*found)
            case Siblings():
                return _siblings(question, organisation, orders())
            case FindOrders():
                return orders().find(question, organisation)
            case Files(files):
                if self._assume_files:
                    return sorted({digest for digest, _, _ in files})
                return orders().namable(question, organisation, self._now() - NAMED_WITHIN)
            case NextNumber():
                return orders().draw(question, organisation)
            case NewOrders(count):
                return orders().new_ids(count)
            case Move():
                return orders().move(question, organisation)
        raise TypeError(f"nobody answers {type(question).__name__}")


def _siblings(question: Siblings, organisation: int, orders: Orders) -> list[dict[str, Any]]:
    parent = orders.others(organisation, [question.parent]).get(question.parent)
    if parent is None:
        return []
    ids = sibling_ids(parent[0], question.order)
    return siblings(parent[0], question.order, orders.others(organisation, ids))
