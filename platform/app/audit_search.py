"""Finds the entries that a question asks for, newest first, with a bounded amount of work.

Of all conditions the one that leaves the fewest entries is walked along; what it leads to is
compared with the others, block by block. Where nothing leaves few and little fits, a page ends
early, and says how far back it looked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from orderloom.platform.store.desk_rows import (
    COLUMNS,
    Column,
    DeskTables,
    FactRow,
    FactTest,
    KeyRange,
)

# Conditions that leave at most so many entries are looked up as a whole.
FEW: Final = 2_000
# The same of conditions on other entries, by orders.
FEW_STREAMS: Final = 300
# Entries looked at for a page, and to count further: one that needs another look costs more.
MOST_LOOKS: Final = 8_000
MOST_COUNTING: Final = 2_500
COUNTED: Final = 1_000
BLOCK: Final = 64
# Longer than any order's history.
MOST_OF_ORDERS: Final = 1_000_000
LARGEST_BLOCK: Final = 1_024
ANYTHING: Final = FactTest()
# Behind every id.
FAR: Final = 2**62


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of what is walked along. `ids`: the entries on it that may fit; `looks`: how many
    there were; `last`: the lowest id that was looked at, None where the way ends."""

    ids: Collection[int]
    looks: int
    last: int | None


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that may fit, newest first; `back`: the last one that was looked at, fitting or not."""

    rows: Sequence[FactRow]
    looks: int
    back: FactRow


Walk = Callable[[int, int, int], Step]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """A question in numbers. `others`: for each an entry of the same order must pass. `streams`:
    only of these, and the entries `beside`. Ids lie between `above` and `below`, instants from
    `since` (microseconds) up to before `until`; behind the first id of `inner`, and up to the
    second, they surely do. `nothing`: it asks for what no entry has."""

    organisation: int
    test: FactTest = ANYTHING
    others: tuple[FactTest, ...] = ()
    process: frozenset[int] | None = None
    streams: frozenset[int] | None = None
    beside: frozenset[int] = frozenset()
    above: int = 0
    below: int | None = None
    since: int | None = None
    until: int | None = None
    inner: tuple[int, int] = (0, FAR)
    nothing: bool = False

    @property
    def cost(self) -> int:
        """What a look at one entry costs."""
        return 1 + len(self.test.values) + 6 * len(self.others)


@dataclass(frozen=True, slots=True)
class Found:
    """`rows` newest first. `further`: the id below which there may be more; None: that was all.
    `count`: how many there are, as far as was counted; `whole`: there are no more. `back`: the
    instant (microseconds) down to which was looked."""

    rows: tuple[FactRow, ...]
    further: int | None = None
    count: int = 0
    whole: bool = True
    back: int | None = None


def search(
    tables: DeskTables, sought: Sought, *, before: int | None, limit: int, count: bool = True
) -> Found:
    """A page of at most `limit` entries with ids below `before`. With `count` it is counted on, as
    far as `COUNTED`."""
    below = min((each for each in (before, sought.below) if each is not None), default=FAR)
    if sought.nothing or below <= sought.above:
        return Found(())
    if count and (counted := _counted(tables, sought, below)) is not None:
        found = search(tables, sought, before=before, limit=limit, count=False)
        if found.further is None:
            return found
        number, whole = counted
        return replace(found, count=max(number, len(found.rows)), whole=whole)
    hits: list[FactRow] = []
    looks, back = 0, None
    for block in _blocks(tables, sought, below):
        hits += _fitting(tables, sought, block.rows)
        looks += block.looks + len(block.rows) * (sought.cost - 1)
        back = block.back
        enough = COUNTED + 1 if count else limit + 1
        counting = len(hits) > limit and looks >= MOST_COUNTING
        if len(hits) >= enough or counting or looks >= MOST_LOOKS:
            break
    else:
        shown = tuple(hits[:limit])
        return Found(shown, shown[-1].id if len(hits) > limit else None, len(hits))
    if len(hits) > limit:
        shown = tuple(hits[:limit])
        return Found(shown, shown[-1].id, len(hits), whole=False)
    return Found(tuple(hits), back.id, len(hits), whole=False, back=back.at)


def _counted(tables: DeskTables, sought: Sought, below: int) -> tuple[int, bool] | None:
    """How many there are and whether that is all, if a list alone tells it: only those at the ends
    of the period are looked at."""
    listed = _of_one_list(tables, sought, below)
    if listed is None:
        return None
    ids, whole = listed
    low, high = sought.inner
    ends = [id_ for id_ in ids if not low < id_ <= high]
    fitting = sum(_fits(sought, row) for row in tables.rows(ends).values())
    found = len(ids) - len(ends) + fitting
    return min(found, COUNTED + 1), whole and found <= COUNTED


def _of_one_list(
    tables: DeskTables, sought: Sought, below: int
) -> tuple[Collection[int], bool] | None:
    """The ids of the one list that tells all but instants, and whether it was read to its end."""
    test, above = sought.test, sought.above
    for column in COLUMNS:
        numbers: frozenset[int] | None = getattr(test, column)
        given: dict[str, Any] = {"what": test.what, column: numbers}
        if numbers is not None and _is_all(sought, FactTest(**given)):
            most = FEW if test.what else COUNTED
            seen = tables.listed(column, numbers, above=above, below=below, limit=most + 1)
            return _fit(seen, test), len(seen) <= most
    if len(test.values) != 1 or not _is_all(sought, FactTest(values=test.values)):
        return None
    (ranges,) = test.values
    having = tables.valued(ranges, limit=FEW + 1)
    if len(having) <= FEW:
        return {id_ for id_ in having if above < id_ < below}, True
    slots = {one.slot for one in ranges}
    keyed = tables.slotted(slots, above=above, below=below, limit=MOST_COUNTING + 1)
    return _fit_keys(keyed, ranges), len(keyed) <= MOST_COUNTING


def _is_all(sought: Sought, test: FactTest) -> bool:
    """Whether nothing but this is asked of an entry, and of its instant."""
    free = (sought.others, sought.process, sought.streams, sought.beside)
    return sought.test == test and free == ((), None, None, frozenset())


def _fit(seen: Sequence[tuple[int, int]], test: FactTest) -> list[int]:
    """Of (id, what) the ids that fit, as far as that tells."""
    return [id_ for id_, what in seen if test.what is None or what in test.what]


def _fit_keys(keyed: Sequence[tuple[int, int, str]], ranges: Sequence[KeyRange]) -> set[int]:
    """Of (id, slot, key) the ids whose key lies in a range of its slot."""
    return {
        id_
        for id_, slot, key in keyed
        if any(one.slot == slot and one.holds(key) for one in ranges)
    }


def _fitting(tables: DeskTables, sought: Sought, block: Sequence[FactRow]) -> list[FactRow]:
    rows = [row for row in block if _fits(sought, row)]
    for ranges in sought.test.values:
        if rows:
            having = tables.having(ranges, [row.id for row in rows])
            rows = [row for row in rows if row.id in having]
    for other in sought.others:
        if rows:
            streams = tables.streams_having(other, {row.stream for row in rows})
            rows = [row for row in rows if row.stream in streams]
    return rows


def _fits(sought: Sought, row: FactRow) -> bool:
    return (
        (sought.since is None or row.at >= sought.since)
        and (sought.until is None or row.at < sought.until)
        and (sought.process is None or row.process in sought.process)
        and (sought.streams is None or row.stream in sought.streams or row.id in sought.beside)
        and sought.test.fits(row)
    )


# ── what is walked along ─────────────────────────────────────────────────────────────────────


def _blocks(tables: DeskTables, sought: Sought, below: int) -> Iterator[Block]:
    """Entries that may fit, newest first, in growing blocks; each that fits is among them once."""
    above = sought.above
    if sought.streams is not None:
        rows = [
            *tables.of_streams(sought.streams, above=above, below=below, limit=MOST_OF_ORDERS),
            *(row for id_, row in tables.rows(sought.beside).items() if above < id_ < below),
        ]
        yield from _cut(sorted(rows, key=lambda row: -row.id))
        return
    few, walk = _fewest(tables, sought, below)
    if few is not None:
        ids, size = sorted(few, reverse=True), BLOCK
        while ids:
            if some := _in_order(tables, ids[:size]):
                yield _whole(some)
            ids, size = ids[size:], min(size * 2, LARGEST_BLOCK)
        return
    size = BLOCK
    while True:
        if walk is None:
            latest = tables.latest(sought.organisation, above=above, below=below, limit=size)
            if latest:
                yield _whole(latest)
            last = latest[-1].id if len(latest) == size else None
        else:
            step = walk(above, below, size)
            last = step.last
            ends = () if last is None else (last,)
            rows = _in_order(tables, {*step.ids, *ends})
            if rows:
                fitting = [row for row in rows if row.id in step.ids]
                yield Block(fitting, step.looks, rows[-1])
        if last is None:
            return
        below = last
        size = min(size * 2, LARGEST_BLOCK)


def _whole(rows: Sequence[FactRow]) -> Block:
    return Block(rows, len(rows), rows[-1])


def _in_order(tables: DeskTables, ids: Collection[int]) -> list[FactRow]:
    rows = tables.rows(ids)
    return [rows[id_] for id_ in sorted(rows, reverse=True)]


def _cut(rows: Sequence[FactRow]) -> Iterator[Block]:
    for start in range(0, len(rows), LARGEST_BLOCK):
        yield _whole(rows[start : start + LARGEST_BLOCK])


def _fewest(
    tables: DeskTables, sought: Sought, below: int
) -> tuple[Collection[int] | None, Walk | None]:
    """All entries that the most telling condition leaves, if they are few; else the list that is
    walked along: the one whose entries lie the farthest apart."""
    ways = list(_ways(tables, sought, below))
    few = [ids for ids, _, _ in ways if ids is not None]
    if few:
        return min(few, key=len), None
    for other in sought.others:
        ids = _of_others(tables, other, sought, below)
        if ids is not None:
            return ids, None
    spread = max(ways, key=lambda way: way[1], default=None)
    return None, spread[2] if spread is not None else None


Way = tuple[Collection[int] | None, float, Walk | None]


def _ways(tables: DeskTables, sought: Sought, below: int) -> Iterator[Way]:
    """For each condition: its entries if they are few; how far apart they lie; the walk."""
    above, test = sought.above, sought.test
    for column in COLUMNS:
        numbers: frozenset[int] | None = getattr(test, column)
        if numbers is None:
            continue
        seen = tables.listed(column, numbers, above=above, below=below, limit=FEW + 1)
        ids = _fit(seen, test)
        if len(seen) <= FEW:
            yield ids, 0, None
        else:
            apart = (seen[0][0] - seen[-1][0]) / max(len(ids), 1)
            yield None, apart, _along(tables, column, numbers, test)
    for ranges in test.values:
        having = tables.valued(ranges, limit=FEW + 1)
        if len(having) <= FEW:
            yield {id_ for id_ in having if above < id_ < below}, 0, None
            continue
        slots = {one.slot for one in ranges}
        keyed = tables.slotted(slots, above=above, below=below, limit=FEW)
        fit = sum(
            any(one.slot == slot and one.holds(key) for one in ranges) for _, slot, key in keyed
        )
        apart = (keyed[0][0] - keyed[-1][0]) / max(fit, 1) if keyed else 0.0
        yield None, apart, _along_slots(tables, slots, ranges)


def _along(tables: DeskTables, column: Column, numbers: Collection[int], test: FactTest) -> Walk:
    def walk(above: int, below: int, limit: int) -> Step:
        seen = tables.listed(column, numbers, above=above, below=below, limit=limit)
        last = seen[-1][0] if len(seen) == limit else None
        return Step(set(_fit(seen, test)), len(seen), last)

    return walk


def _along_slots(tables: DeskTables, slots: Collection[int], ranges: Sequence[KeyRange]) -> Walk:
    """By the keys, without the entries' rows. The end of a stretch may lie within an entry of
    several values, so its last entry is always one that may fit."""

    def walk(above: int, below: int, limit: int) -> Step:
        seen = tables.slotted(slots, above=above, below=below, limit=limit)
        ids = _fit_keys(seen, ranges)
        if len(seen) < limit:
            return Step(ids, len(seen), None)
        last = seen[-1][0]
        return Step({*ids, last}, len(seen), last)

    return walk


def _of_others(
    tables: DeskTables, other: FactTest, sought: Sought, below: int
) -> Collection[int] | None:
    """Entries of the orders in which something passes the test, if these orders are few."""
    found: list[Sequence[int]] = []
    for column in COLUMNS:
        numbers: frozenset[int] | None = getattr(other, column)
        if numbers is not None:
            # Those may lie outside of the period.
            seen = tables.listed(column, numbers, above=0, below=FAR, limit=FEW_STREAMS + 1)
            found += [_fit(seen, other)] if len(seen) <= FEW_STREAMS else []
    for ranges in other.values:
        ids = tables.valued(ranges, limit=FEW_STREAMS + 1)
        found += [ids] if len(ids) <= FEW_STREAMS else []
    if not found:
        return None
    found.sort(key=len)
    rows = tables.rows(set(found[0]))
    streams = {row.stream for row in rows.values()}
    return [
        row.id
        for row in tables.of_streams(streams, above=sought.above, below=below, limit=MOST_OF_ORDERS)
    ]
