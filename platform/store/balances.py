"""Balances to be looked at: what there is, who holds it, and what was moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import reduce
from typing import Any, Final

from orderloom.platform.engine.amounts import NOTHING, plus
from orderloom.platform.store.balance_rows import BalanceMove, Level, Reservation
from orderloom.platform.store.database import Database
from orderloom.platform.store.plain_text import bounded

_LEVEL: Final = (
    "SELECT organisation_id, collection, key, field, on_hand, reserved FROM balance_level"
)
_OF: Final = f"{_LEVEL} WHERE organisation_id = ? AND collection = ? AND key = ? ORDER BY field"
_OF_COLLECTION: Final = (
    f"{_LEVEL} WHERE organisation_id = ? AND collection = ? AND (key, field) > (?, ?)"
    " ORDER BY key, field LIMIT ?"
)
_AFTER: Final = (
    f"{_LEVEL} WHERE (organisation_id, collection, key, field) > (?, ?, ?, ?)"
    " ORDER BY organisation_id, collection, key, field LIMIT ?"
)
_HELD: Final = (
    "SELECT organisation_id, order_id, collection, field, key, record, amount"
    " FROM balance_reservation"
)
_RECORD: Final = "organisation_id = ? AND collection = ? AND record = ?"
_HELD_OF: Final = f"{_HELD} WHERE {_RECORD} ORDER BY field, order_id LIMIT ?"
_HELD_BY: Final = f"{_HELD} WHERE order_id = ? ORDER BY collection, field, key"
_MOVES: Final = (
    "SELECT organisation_id, order_id, seq, line, collection, record, field, way, reserved,"
    f' on_hand, at, "by" FROM balance_move WHERE {_RECORD}'
    " AND (at, order_id, seq, line) < (?, ?, ?, ?)"
    " ORDER BY at DESC, order_id DESC, seq DESC, line DESC LIMIT ?"
)
_ONE: Final = f"{_RECORD} AND field = ?"
_HELD_SUM: Final = f"SELECT amount FROM balance_reservation WHERE {_ONE}"
_MOVED_SUM: Final = f"SELECT reserved FROM balance_move WHERE {_ONE}"
Place = tuple[str, int, int, int]
NEWEST: Final[Place] = ("~", 0, 0, 0)
PAGE: Final = 200


class SqlBalances:
    """Each call is one read of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def levels(self, organisation: int, collection: str, key: str) -> list[Level]:
        """The balances of exactly that record against which anything ever was moved."""
        rows = self._database.reader.rows(_OF, (organisation, collection, bounded(key)))
        return [_level(row) for row in rows]

    def of_collection(
        self, organisation: int, collection: str, after: tuple[str, str], limit: int
    ) -> list[Level]:
        """Balances against which anything ever was moved, by key and field, after these."""
        known = (organisation, collection, *after, limit)
        return [_level(row) for row in self._database.reader.rows(_OF_COLLECTION, known)]

    def all_levels(self) -> Iterator[Level]:
        """Every balance of the installation, page by page."""
        after: tuple[Any, ...] = (0, "", "", "")
        while True:
            rows = self._database.reader.rows(_AFTER, (*after, PAGE))
            yield from map(_level, rows)
            if len(rows) < PAGE:
                return
            after = tuple(rows[-1][:4])

    def held(self, organisation: int, collection: str, key: str, limit: int) -> list[Reservation]:
        """What orders hold of a record."""
        known = (organisation, collection, bounded(key), limit)
        return [_reservation(row) for row in self._database.reader.rows(_HELD_OF, known)]

    def held_by(self, order: int) -> list[Reservation]:
        """What an order holds."""
        return [_reservation(row) for row in self._database.reader.rows(_HELD_BY, (order,))]

    def moves(
        self, organisation: int, collection: str, key: str, *, before: Place | None, limit: int
    ) -> list[BalanceMove]:
        """What was moved of a record, the last first. `before`: only what comes after that."""
        known = (organisation, collection, bounded(key), *(before or NEWEST), limit)
        return [_move(row) for row in self._database.reader.rows(_MOVES, known)]

    def held_sum(self, organisation: int, collection: str, key: str, field: str) -> Decimal:
        """The exact sum of what orders hold of a balance."""
        return self._sum(_HELD_SUM, organisation, collection, bounded(key), field)

    def moved_sum(self, organisation: int, collection: str, key: str, field: str) -> Decimal:
        """The exact sum of all that moves changed of what is reserved."""
        return self._sum(_MOVED_SUM, organisation, collection, bounded(key), field)

    def _sum(self, sql: str, *known: Any) -> Decimal:
        """Added here: SQLite would round."""
        rows = self._database.reader.rows(sql, known)
        return reduce(plus, (Decimal(row[0]) for row in rows), NOTHING)


def _level(row: Sequence[Any]) -> Level:
    return Level(
        organisation=row[0],
        collection=row[1],
        key=row[2],
        field=row[3],
        on_hand=Decimal(row[4]),
        reserved=Decimal(row[5]),
    )


def _reservation(row: Sequence[Any]) -> Reservation:
    return Reservation(
        organisation=row[0],
        order=row[1],
        collection=row[2],
        field=row[3],
        key=row[4],
        record=row[5],
        amount=Decimal(row[6]),
    )


def _move(row: Sequence[Any]) -> BalanceMove:
    return BalanceMove(
        organisation=row[0],
        order=row[1],
        seq=row[2],
        line=row[3],
        collection=row[4],
        record=row[5],
        field=row[6],
        way=row[7],
        reserved=Decimal(row[8]),
        on_hand=Decimal(row[9]),
        at=row[10],
        by=row[11],
    )
