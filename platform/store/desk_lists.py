"""The SQL that reads what the auditor's desk is searched by. Each statement is a few ranges of an
index, and reads as many rows as it is told at most."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Any, Final

from orderloom.platform.store.desk_rows import (
    AND,
    Column,
    FactRow,
    FactTest,
    KeyRange,
    microseconds,
)
from orderloom.platform.store.order_lists import batched, within
from orderloom.platform.store.plain_text import bounded
from orderloom.platform.store.reader import Reader

WHAT: Final = "what"
_ROW: Final = "id, stream, at, what, actor, behalf, definition, process, channel"
_LAST_SIGN: Final = "\U0010ffff"
_LISTED: Final = (
    "SELECT id, what FROM audit_fact WHERE {column} = ?{has} AND id > ? AND id < ?"
    " ORDER BY id DESC LIMIT ?"
)
_LATEST: Final = (
    f"SELECT {_ROW} FROM audit_fact WHERE id > ? AND id < ? AND organisation_id = ?"
    " ORDER BY id DESC LIMIT ?"
)
_SLOTTED: Final = (
    'SELECT entry, slot, "key" FROM audit_value WHERE slot = ? AND entry > ? AND entry < ?'
    ' ORDER BY entry DESC, "key" LIMIT ?'
)
_OF_STREAM: Final = (
    f"SELECT {_ROW} FROM audit_fact WHERE stream = ? AND id > ? AND id < ? ORDER BY id DESC LIMIT ?"
)
# Halving by one statement: about a step for each time the number of entries has doubled.
_SINCE: Final = """
WITH RECURSIVE halving (low, high) AS (
  SELECT CAST(0 AS BIGINT), COALESCE(MAX(id), 0) FROM audit_fact
  UNION ALL
  SELECT CASE WHEN f.at < ? THEN f.id ELSE h.low END,
    CASE WHEN f.at < ? THEN h.high ELSE (h.low + h.high) / 2 END
  FROM halving h JOIN audit_fact f
    ON f.id = (SELECT MIN(n.id) FROM audit_fact n WHERE n.id > (h.low + h.high) / 2)
  WHERE h.low < h.high
)
SELECT MAX(low) FROM halving"""
# Indices that hold some rows alone are taken only where the statement says so too.
_HAS: Final = {"behalf": " AND behalf > 0", "definition": " AND definition > 0"}
# The clocks of several programs differ a little, and a transaction takes a moment.
MARGIN: Final = timedelta(minutes=1)
_AT_ONCE: Final = 400


class SqlDeskLists:
    """The reading half of `DeskTables`."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def words(
        self, organisation: int, kind: str, wanted: Collection[str], *, begin: bool = False
    ) -> Mapping[str, int]:
        found: dict[str, int] = {}
        sql = "SELECT word, no FROM audit_word WHERE organisation_id = ? AND kind = ?"
        if kind == WHAT:
            # A few hundred at most: what a process can bring about at once.
            begins = tuple(wanted) if begin else ()
            return {
                word: no
                for word, no in self._reader.rows(sql, (organisation, kind))
                if any(
                    each.startswith(begins) if begin else each in wanted for each in word.split(AND)
                )
            }
        for word in sorted({bounded(each) for each in wanted}):
            test = " AND word >= ? AND word < ?" if begin else " AND word = ?"
            values = (word, word + _LAST_SIGN) if begin else (word,)
            rows = self._reader.rows(sql + test, (organisation, kind, *values))
            found.update((row[0], row[1]) for row in rows)
        return found

    def listed(
        self, column: Column, numbers: Collection[int], *, above: int, below: int, limit: int
    ) -> Sequence[tuple[int, int]]:
        sql = _LISTED.format(column=column, has=_HAS.get(column, ""))
        lists = [
            [tuple(row) for row in self._reader.rows(sql, (number, above, within(below), limit))]
            for number in sorted(numbers)
        ]
        return list(islice(merge(*lists, reverse=True), limit))

    def rows(self, ids: Collection[int]) -> Mapping[int, FactRow]:
        found: dict[int, FactRow] = {}
        for some in batched(sorted(ids), _AT_ONCE):
            among, values = self._among("id", some)
            sql = f"SELECT {_ROW} FROM audit_fact WHERE {among}"
            found.update((row[0], FactRow(*row)) for row in self._reader.rows(sql, values))
        return found

    def latest(self, organisation: int, *, above: int, below: int, limit: int) -> Sequence[FactRow]:
        values = (above, within(below), organisation, limit)
        return [FactRow(*row) for row in self._reader.rows(_LATEST, values)]

    def valued(self, ranges: Sequence[KeyRange], *, limit: int) -> Sequence[int]:
        found: list[int] = []
        for one in ranges:
            test, values = _within_keys(one)
            sql = f"SELECT entry FROM audit_value WHERE {test} LIMIT ?"
            found += [row[0] for row in self._reader.rows(sql, (*values, limit))]
        return found[:limit]

    def slotted(
        self, slots: Collection[int], *, above: int, below: int, limit: int
    ) -> Sequence[tuple[int, int, str]]:
        lists = [
            [tuple(row) for row in self._reader.rows(_SLOTTED, (slot, above, within(below), limit))]
            for slot in sorted(slots)
        ]
        return list(islice(merge(*lists, key=lambda row: row[0], reverse=True), limit))

    def having(self, ranges: Sequence[KeyRange], ids: Collection[int]) -> set[int]:
        found: set[int] = set()
        for some in batched(sorted(ids), _AT_ONCE):
            among, given = self._among("entry", some)
            for one in ranges:
                test, values = _within_keys(one, looked_up=True)
                sql = f"SELECT entry FROM audit_value WHERE {among} AND {test}"
                found.update(row[0] for row in self._reader.rows(sql, (*given, *values)))
        return found

    def streams_having(self, test: FactTest, streams: Collection[int]) -> set[int]:
        found: set[int] = set()
        for some in batched(sorted(streams), _AT_ONCE):
            sql, values = _of_test(test, *self._among("{of}.stream", some))
            found.update(row[0] for row in self._reader.rows(sql, values))
        return found

    def of_streams(
        self, streams: Collection[int], *, above: int, below: int, limit: int
    ) -> Sequence[FactRow]:
        found: list[FactRow] = []
        for stream in sorted(streams):
            values = (within(stream), above, within(below), limit)
            found += [FactRow(*row) for row in self._reader.rows(_OF_STREAM, values)]
        return sorted(found, key=lambda row: -row.id)[:limit]

    def since(self, moment: datetime) -> int:
        """By halving: ids and instants rise together, but for the clocks of several programs."""
        wanted = microseconds(moment - MARGIN)
        return int(self._reader.first(_SINCE, (wanted, wanted))[0])

    def _among(self, column: str, numbers: Sequence[int]) -> tuple[str, list[Any]]:
        """PostgreSQL takes them as one array: the driver would look for marks in a long text."""
        if self._reader.sqlite:
            return f"{column} IN ({_marks(numbers)})", list(numbers)
        return f"{column} = ANY(?)", [list(numbers)]


def _of_test(test: FactTest, among: str, streams: Sequence[Any]) -> tuple[str, list[Any]]:
    """Streams with such an entry: from the streams to the entries with the value that the fewest
    have, and from each of these to its other values."""
    if not test.values:
        conditions, given = _columns(test)
        where = " AND ".join([among.format(of="f"), *conditions])
        return f"SELECT DISTINCT f.stream FROM audit_fact f WHERE {where}", [*streams, *given]
    joins, conditions, values = list[str](), [among.format(of="v0")], [*streams]
    for place, ranges in enumerate(sorted(test.values, key=_breadth)):
        if place:
            # A cross join is carried out as it is written by SQLite.
            joins.append(f" CROSS JOIN audit_value v{place}")
            conditions.append(f"v{place}.entry = v0.entry")
        slots = sorted({one.slot for one in ranges})
        tests = [_within_keys(one, f"v{place}.", looked_up=True) for one in ranges]
        either = " OR ".join(f"({sql})" for sql, _ in tests)
        conditions.append(f"v{place}.slot IN ({_marks(slots)}) AND ({either})")
        values += [*slots, *(value for _, given in tests for value in given)]
    columns, given = _columns(test)
    if columns:
        joins.append(" CROSS JOIN audit_fact f")
        conditions += ["f.id = v0.entry", *columns]
        values += given
    where = " AND ".join(conditions)
    return f"SELECT DISTINCT v0.stream FROM audit_value v0{''.join(joins)} WHERE {where}", values


def _breadth(ranges: Sequence[KeyRange]) -> int:
    """One value leaves fewer than a range of them."""
    return sum(1 if one.low == one.high else 1_000 for one in ranges)


def _columns(test: FactTest) -> tuple[list[str], list[Any]]:
    conditions, values = list[str](), list[Any]()
    for column in ("what", "actor", "behalf", "definition", "channel"):
        numbers = getattr(test, column)
        if numbers is not None:
            conditions.append(f"f.{column} IN ({_marks(numbers)})" if numbers else "1 = 0")
            values += sorted(numbers)
    return conditions, values


def _within_keys(one: KeyRange, of: str = "", *, looked_up: bool = False) -> tuple[str, list[Any]]:
    """`looked_up`: of an entry that is known already. Then the key must not be what is walked
    along: it may be that of a million others."""
    key = f"{of}\"key\" || ''" if looked_up else f'{of}"key"'
    if one.low == one.high and one.with_low and one.with_high and not one.but:
        return f"{of}slot = ? AND {key} = ?", [one.slot, one.low]
    low = f"{key} {'>=' if one.with_low else '>'} ?"
    high = f"{key} {'<=' if one.with_high else '<'} ?"
    but = f' AND {of}"key" NOT IN ({_marks(one.but)})' if one.but else ""
    return f"{of}slot = ? AND {low} AND {high}{but}", [one.slot, one.low, one.high, *one.but]


def _marks(values: Iterable[Any]) -> str:
    return ", ".join("?" for _ in values)
