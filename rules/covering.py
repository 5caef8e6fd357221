"""Whether rows cover a space, exactly: parts that the same rows match are looked at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final

from orderloom.rules.space import Dimension, Space

# Parts of dimensions that one search, or all of one kind of problem, may look at: some seconds.
WORK: Final = 10_000_000


class TooLarge(Exception):
    """The table has too many combinations to be searched."""


class Search:
    """Searches of one table, which share a budget. Those for gaps may raise `TooLarge`."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self._left = WORK
        # Null lies beside nothing.
        self._lone = [d.samples.index(None) if None in d.samples else -1 for d in space.dimensions]
        self._there: list[dict[int, int]] = [{} for _ in space.dimensions]

    @cached_property
    def boxes(self) -> list[tuple[int, ...]]:
        """Of every row where it matches: its parts as bits, one number a dimension."""
        made: list[list[int]] = [[] for _ in range(self.space.every.bit_length())]
        for dimension in self._dimensions:
            parts = [0] * len(made)
            for part, rows in enumerate(dimension.rows):
                for row in bits(rows):
                    parts[row] |= 1 << part
            for row, found in enumerate(parts):
                made[row].append(found)
        return [tuple(box) for box in made]

    def gaps(self, rows: int) -> Iterator[tuple[int, ...]]:
        """Parts, one a dimension from the first, where none of the rows matches; of parts beside
        each other the first."""
        yield from self._uncovered(0, rows, [d.rows for d in self._dimensions], set())

    def gap_within(self, row: int, others: int) -> tuple[int, ...] | None:
        """Where `row` (a number) matches and none of `others` (bits) does; None: nowhere.

        A row that matches nowhere is covered.
        """
        kept = [list(bits(parts)) for parts in self.boxes[row]]
        boxed = [
            tuple(d.rows[part] for part in parts)
            for d, parts in zip(self._dimensions, kept, strict=True)
        ]
        for found in self._uncovered(0, others, boxed, set()):
            return tuple(
                kept[number][found[number] if number < len(found) else 0]
                for number in range(len(kept))
            )
        return None

    def meeting(self, row: int) -> int:
        """The rows (bits) that match somewhere where `row` does."""
        found = self.space.every
        for number, parts in enumerate(self.boxes[row]):
            found &= self._rows_at(number, parts)
        return found

    def meeting_place(self, *rows: int) -> tuple[int, ...]:
        """Parts where all the rows (numbers) match."""
        bits = sum(1 << row for row in rows)
        return tuple(
            next(part for part, there in enumerate(d.rows) if there & bits == bits)
            for d in self._dimensions
        )

    def _rows_at(self, number: int, parts: int) -> int:
        """The rows (bits) that match at any of the parts (bits) of a dimension."""
        known = self._there[number]
        if parts not in known:
            there = 0
            rows = self._dimensions[number].rows
            for part in bits(parts):
                there |= rows[part]
            known[parts] = there
        return known[parts]

    @property
    def _dimensions(self) -> tuple[Dimension, ...]:
        return self.space.dimensions

    def _uncovered(
        self, depth: int, rows: int, parts: list[tuple[int, ...]], covered: set[tuple[int, int]]
    ) -> Iterator[tuple[int, ...]]:
        if depth == len(parts):
            if not rows:
                yield ()
            return
        if not all(parts[depth:]):
            return
        if not rows:
            yield ()
            return
        if (depth, rows) in covered:
            return
        self._left -= len(parts[depth])
        if self._left < 0:
            raise TooLarge
        found = False
        for inner, part in _groups(parts[depth], rows, self._lone[depth]):
            for rest in self._uncovered(depth + 1, inner, parts, covered):
                found = True
                yield (part, *rest)
        if not found:
            covered.add((depth, rows))


def joined(found: Iterable[tuple[int, ...]], alike: Sequence[bool]) -> Iterator[tuple[int, ...]]:
    """One of each group of places that differ only in dimensions whose parts are `alike`, taken
    from the last on: a gap at forty countries is one gap."""
    places = list(found)
    for number in reversed(range(len(alike))):
        if not alike[number]:
            continue
        groups: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[int, ...]] = {}
        for place in places:
            groups.setdefault((place[:number], place[number + 1 :]), place)
        places = list(groups.values())
    yield from places


def _groups(parts: tuple[int, ...], rows: int, lone: int) -> list[tuple[int, int]]:
    """The rows that are left at each part, once, with the first part; parts where none is left
    once a run. `lone`: a part that belongs to no run."""
    found: dict[int, int] = {}
    empty: list[tuple[int, int]] = []
    last = -2
    for part, there in enumerate(parts):
        left = rows & there
        if left:
            found.setdefault(left, part)
            continue
        if part != last + 1 or part == lone:
            empty.append((0, part))
        last = part
    # Fewest rows first: where something is uncovered, it is found there.
    return [*empty, *sorted(found.items(), key=lambda pair: pair[0].bit_count())]


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, from the lowest."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
