"""Which tasks a list shows: walked along one index for each principal, page by page.

What a list is sorted by is the index; what it is chosen by stands beside it. A page looks at so
many rows and no more, whatever the filter lets through: the reader is told from where to go on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from orderloom.platform.store.columns import moment, stamp
from orderloom.platform.store.order_lists import batched, within
from orderloom.platform.store.plain_text import bounded
from orderloom.platform.store.read_rows import TaskFilter, TaskKey, TaskPage, TaskRow
from orderloom.platform.store.reader import Reader

NONE_DUE: Final = "~"
# Ranges and values in one statement; SQLite joins 500 selects at most.
TOGETHER: Final = 100
# Rows that one statement looks at where a filter may pass over them: all principals together, and
# each of many at least.
LOOKED_AT: Final = 2_500
# Where each of them has to be looked up elsewhere: in the table, or by a key of its order.
LOOKED_UP: Final = 800
LEAST: Final = 100
# Orders that a search takes one by one; of more it walks along the list.
FEW_ORDERS: Final = 400
_LAST_SIGN: Final = "\U0010ffff"
_WORD: Final = (
    "SELECT order_id FROM order_key WHERE organisation_id = ? AND slot = 'word'"
    " AND sort_key >= ? AND sort_key < ? LIMIT ?"
)
_REQUESTED: Final = (
    "SELECT order_id FROM order_key WHERE organisation_id = ? AND slot = 'requester'"
    " AND sort_key = ? LIMIT ?"
)
# A value rather than EXISTS: PostgreSQL may make a table of all the keys for that one first.
_HAS: Final = (
    "(SELECT 1 FROM order_key {k} WHERE {k}.order_id = walked.order_id"
    " AND {k}.organisation_id = ? AND {k}.slot = '{slot}' AND {range} LIMIT 1) IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class _Sort:
    """The column of an index; empty: orders themselves, by their id."""

    column: str
    down: bool = False

    @property
    def key(self) -> str:
        return self.column or "''"


SORTS: Final = {
    "due": _Sort("due_at"),
    "oldest": _Sort("opened"),
    "newest": _Sort("opened", down=True),
    "amount": _Sort("amount", down=True),
    "order": _Sort("", down=True),
}


@dataclass(frozen=True, slots=True)
class _Condition:
    sql: str
    values: tuple[Any, ...] = ()


def found_tasks(
    reader: Reader,
    organisation: int,
    principals: Collection[str],
    chosen: TaskFilter,
    *,
    after: TaskKey | None,
    limit: int,
) -> TaskPage:
    """As `ReadTables.found_tasks`."""
    names = sorted(set(principals))
    if chosen.words or chosen.requesters:
        orders = _few_orders(reader, organisation, chosen)
        if orders is not None:
            return _of_orders(reader, organisation, names, chosen, orders, after, limit)
    found: list[tuple[Any, ...]] = []
    ends: list[TaskKey] = []
    elsewhere = chosen.sort != "due" or chosen.stage or chosen.words or chosen.requesters
    most = (LOOKED_UP if elsewhere else LOOKED_AT) // max(1, len(names))
    walk = _Walk(organisation, chosen, after, limit, max(LEAST, most))
    for some in batched(names, TOGETHER):
        rows = walk.rows(reader, some)
        found += [row[1:] for row in rows]
        ends += walk.ends(reader, some, rows)
    return _page(found, ends, chosen, limit)


def is_beyond(key: TaskKey, end: TaskKey, chosen: TaskFilter) -> bool:
    """Whether a row stands after another one in the list."""
    return key < end if SORTS[chosen.sort].down else key > end


class _Walk:
    """Along the index of the sort, for some principals at once."""

    def __init__(
        self,
        organisation: int,
        chosen: TaskFilter,
        after: TaskKey | None,
        limit: int,
        most: int,
    ) -> None:
        self._organisation = organisation
        self._most = most
        self._limit = limit
        self._sort = SORTS[chosen.sort]
        self._within = _range(chosen, after)
        self._conditions = _conditions(organisation, chosen)

    def rows(self, reader: Reader, names: Sequence[str]) -> list[tuple[Any, ...]]:
        many = self._most if self._conditions else self._limit
        selects, values = [], []
        for place, name in enumerate(names):
            sql, known = self._looked(name, many)
            if self._conditions:
                where = " AND ".join(each.sql for each in self._conditions)
                order = _order(self._sort)
                sql = (
                    f"SELECT whose, k, order_id, n, due_at FROM ({sql}) AS walked WHERE {where}"
                    f" ORDER BY {order} LIMIT ?"
                )
                known += [value for each in self._conditions for value in each.values]
                known.append(self._limit)
            selects.append(f"SELECT * FROM ({sql}) AS offered{place}")
            values += known
        return [tuple(row[:5]) for row in reader.rows(" UNION ALL ".join(selects), values)]

    def ends(
        self, reader: Reader, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
    ) -> list[TaskKey]:
        """The last row that was looked at of each principal, where there may be more. Of one whose
        rows fill a page there is nothing to look for: what lies behind them is not on it."""
        if not self._conditions:
            return []
        full = {
            name for name, many in Counter(row[0] for row in rows).items() if many >= self._limit
        }
        selects, values = [], []
        for place, name in enumerate(name for name in names if name not in full):
            sql, known = self._looked(name, 1)
            selects.append(f"SELECT * FROM ({sql} OFFSET ?) AS offered{place}")
            values += [*known, self._most - 1]
        found = reader.rows(" UNION ALL ".join(selects), values) if selects else []
        return [(row[1], row[2], row[3]) for row in found]

    def _looked(self, name: str, many: int) -> tuple[str, list[Any]]:
        column = self._sort.column
        beside = ", process, kind, stopped" if self._conditions else ""
        where = "".join(f" AND {each.sql}" for each in self._within)
        sql = (
            f"SELECT principal AS whose, {self._sort.key} AS k, order_id, n, due_at{beside}"
            f" FROM task_candidate WHERE organisation_id = ? AND principal = ?{where}"
            f" ORDER BY {_order(self._sort, column)} LIMIT ?"
        )
        bounds = [value for each in self._within for value in each.values]
        return sql, [self._organisation, name, *bounds, many]


def _of_orders(
    reader: Reader,
    organisation: int,
    names: Sequence[str],
    chosen: TaskFilter,
    orders: Collection[int],
    after: TaskKey | None,
    limit: int,
) -> TaskPage:
    """The tasks of a few orders: all of them, which are then sorted."""
    conditions = _conditions(organisation, chosen)
    sort, within_ = SORTS[chosen.sort], _range(chosen, after)
    found: list[tuple[Any, ...]] = []
    marks = ", ".join("?" * len(names))
    inner = " AND ".join(each.sql for each in within_) or "1 = 1"
    outer = " AND ".join(each.sql for each in conditions) or "1 = 1"
    for some in batched(sorted(orders), TOGETHER):
        wanted = ", ".join("?" * len(some))
        sql = (
            f"SELECT k, order_id, n, due_at FROM (SELECT {sort.key} AS k, order_id, n,"
            f" due_at, process, kind, stopped FROM task_candidate WHERE order_id IN ({wanted})"
            f" AND organisation_id = ? AND principal IN ({marks}) AND {inner}) AS walked"
            f" WHERE {outer}"
        )
        values = [*some, organisation, *names]
        values += [value for each in (*within_, *conditions) for value in each.values]
        found += [tuple(row) for row in reader.rows(sql, values)] if names else []
    return _page(found, [], chosen, limit)


def _page(
    found: Sequence[tuple[Any, ...]], ends: Sequence[TaskKey], chosen: TaskFilter, limit: int
) -> TaskPage:
    down = SORTS[chosen.sort].down
    end = (max(ends) if down else min(ends)) if ends else None
    rows = sorted(set(found), reverse=down)
    if end is not None:
        # Beyond it not everybody's rows were looked at.
        rows = [row for row in rows if not is_beyond(row[:3], end, chosen)]
    kept = tuple(_task(row) for row in rows[:limit])
    if len(kept) == limit:
        return TaskPage(kept, kept[-1].key if kept else None)
    return TaskPage(kept, end)


def _task(row: tuple[Any, ...]) -> TaskRow:
    key, order, n, due = row
    at = None if due == NONE_DUE else moment(due)
    return TaskRow(order=order, n=n, due=at, key=(key, order, n))


def _order(sort: _Sort, column: str = "k") -> str:
    way = " DESC" if sort.down else ""
    parts = ([column] if sort.column else []) + ["order_id", "n"]
    return ", ".join(f"{part}{way}" for part in parts)


def _range(chosen: TaskFilter, after: TaskKey | None) -> list[_Condition]:
    """What keeps the walk within a range of its index."""
    sort, found = SORTS[chosen.sort], []
    since, before = _bounds(chosen)
    start = None if after is None else (after[0], within(after[1]), within(after[2]))
    if sort.column == "due_at" and since and (start is None or start < (since, -1, -1)):
        start = (since, -1, -1)
    if start is not None:
        sign = "<" if sort.down else ">"
        if sort.column:
            found.append(_Condition(f"({sort.column}, order_id, n) {sign} (?, ?, ?)", start))
        else:
            found.append(_Condition(f"(order_id, n) {sign} (?, ?)", start[1:]))
    if sort.column == "due_at" and before:
        found.append(_Condition("due_at < ?", (before,)))
    return found


def _conditions(organisation: int, chosen: TaskFilter) -> list[_Condition]:
    """What must hold of a row besides."""
    found = []
    if chosen.process is not None:
        found.append(_Condition("process = ?", (chosen.process,)))
    if chosen.kind is not None:
        found.append(_Condition("kind = ?", (chosen.kind,)))
    if chosen.stopped is not None:
        found.append(_Condition("stopped" if chosen.stopped else "NOT stopped"))
    since, before = _bounds(chosen)
    if chosen.sort != "due" and since:
        found.append(_Condition("due_at >= ?", (since,)))
    if chosen.sort != "due" and before:
        found.append(_Condition("due_at < ?", (before,)))
    if chosen.stage is not None:
        sql = _HAS.format(k="staged", slot="stage", range="staged.sort_key = ?")
        found.append(_Condition(sql, (organisation, chosen.stage)))
    if chosen.words or chosen.requesters:
        found.append(_searched(organisation, chosen))
    return found


def _searched(organisation: int, chosen: TaskFilter) -> _Condition:
    """All the words are the order's, or one of these people started it."""
    both, values = [], []
    for place, word in enumerate(chosen.words):
        k = f"word{place}"
        both.append(_HAS.format(k=k, slot="word", range=f"{k}.sort_key >= ? AND {k}.sort_key < ?"))
        values += [organisation, word, word + _LAST_SIGN]
    either = [f"({' AND '.join(both)})"] if both else []
    if chosen.requesters:
        marks = ", ".join("?" * len(chosen.requesters))
        either.append(_HAS.format(k="by", slot="requester", range=f"by.sort_key IN ({marks})"))
        values += [organisation, *map(bounded, chosen.requesters)]
    return _Condition(f"({' OR '.join(either)})", tuple(values))


def _few_orders(reader: Reader, organisation: int, chosen: TaskFilter) -> set[int] | None:
    """Orders among which all that are looked for lie; None: too many to take one by one."""
    most = FEW_ORDERS + 1
    found: set[int] = set()
    for person in chosen.requesters:
        rows = reader.rows(_REQUESTED, (organisation, bounded(person), most))
        found.update(row[0] for row in rows)
        if len(found) > FEW_ORDERS:
            return None
    if not chosen.words:
        return found
    for word in chosen.words:
        rows = reader.rows(_WORD, (organisation, word, word + _LAST_SIGN, most))
        if len(rows) < most:
            together = found | {row[0] for row in rows}
            return together if len(together) <= FEW_ORDERS else None
    return None


def _bounds(chosen: TaskFilter) -> tuple[str, str]:
    """`due_at` from, and before; empty where there is none."""
    if chosen.undated:
        return NONE_DUE, ""
    since = stamp(chosen.due_from) if chosen.due_from is not None else ""
    before = stamp(chosen.due_before) if chosen.due_before is not None else ""
    # What has no date sorts behind every date.
    return since, before or (NONE_DUE if since else "")
