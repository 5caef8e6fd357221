"""Where the boxes of a picture stand and which way its arrows go: level by level from the left.

Pure and exact: equal graphs give equal places, all of them whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

ROW: Final = 26
MARGIN: Final = 16
# Beyond it arrows over several levels are drawn straight, so that the work stays small.
MOST_BENDS: Final = 4_000
SWEEPS: Final = 4

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Size:
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one box to another; `width`: the room that its words need."""

    source: str
    target: str
    width: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """`corners`: of each box the upper left one. `ways`: of each arrow the points between its
    boxes, from its source on. `size`: of all."""

    corners: Mapping[str, Point]
    ways: tuple[tuple[Point, ...], ...]
    size: Size


def placed(boxes: Mapping[str, Size], arrows: Sequence[Arrow], *, gap: int = 40) -> Placed:
    """Boxes in their order, the first one leftmost. Arrows from a box to itself have no way."""
    levels = _levels(boxes, arrows)
    columns, chains = _columns(boxes, arrows, levels)
    rows = _sorted(columns, chains)
    return _drawn(boxes, arrows, rows, chains, _gaps(arrows, levels, len(rows), gap))


def _levels(boxes: Mapping[str, Size], arrows: Sequence[Arrow]) -> dict[str, int]:
    """The level of each box: right of all that lead to it, loops left aside."""
    leads: dict[str, list[str]] = {name: [] for name in boxes}
    for arrow in arrows:
        if arrow.source != arrow.target:
            leads[arrow.source].append(arrow.target)
    order, forward = _walked(leads)
    found = dict.fromkeys(boxes, 0)
    for name in order:
        for target in forward[name]:
            found[target] = max(found[target], found[name] + 1)
    return found


def _walked(leads: Mapping[str, Sequence[str]]) -> tuple[list[str], dict[str, list[str]]]:
    """The boxes so that every arrow leads on, and the arrows without those that lead back."""
    state: dict[str, int] = {}
    order: list[str] = []
    forward: dict[str, list[str]] = {name: [] for name in leads}
    for first in leads:
        if first in state:
            continue
        state[first] = 1
        stack = [(first, iter(leads[first]))]
        while stack:
            name, rest = stack[-1]
            target = next(rest, None)
            if target is None:
                state[name] = 2
                order.append(name)
                stack.pop()
            elif state.get(target) != 1:
                forward[name].append(target)
                if target not in state:
                    state[target] = 1
                    stack.append((target, iter(leads[target])))
    return order[::-1], forward


Column = list[str]
Chain = list[str]


def _columns(
    boxes: Mapping[str, Size], arrows: Sequence[Arrow], levels: Mapping[str, int]
) -> tuple[list[Column], list[Chain]]:
    """What stands in each level, bends of arrows among it, and of each arrow what it runs over."""
    columns: list[Column] = [[] for _ in range(max(levels.values(), default=0) + 1)]
    for name in boxes:
        columns[levels[name]].append(name)
    spans = [abs(levels[each.source] - levels[each.target]) - 1 for each in arrows]
    bends = sum(span for span in spans if span > 0) <= MOST_BENDS
    chains: list[Chain] = []
    for n, arrow in enumerate(arrows):
        low, high = sorted((levels[arrow.source], levels[arrow.target]))
        between = [f"\0{n}:{level}" for level in range(low + 1, high)] if bends else []
        for bend, level in zip(between, range(low + 1, high), strict=False):
            columns[level].append(bend)
        back = levels[arrow.source] > levels[arrow.target]
        chains.append([arrow.source, *(between[::-1] if back else between), arrow.target])
    return columns, chains


def _sorted(columns: list[Column], chains: Sequence[Chain]) -> list[Column]:
    """Each level in the order of what leads there, so that arrows seldom cross."""
    beside: dict[str, list[str]] = {}
    for chain in chains:
        for one, other in pairwise(chain):
            beside.setdefault(one, []).append(other)
            beside.setdefault(other, []).append(one)
    level_of = {name: n for n, column in enumerate(columns) for name in column}
    rows = [list(column) for column in columns]
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        numbers = range(1, len(rows)) if down else range(len(rows) - 2, -1, -1)
        for n in numbers:
            there = n - 1 if down else n + 1
            _sort(rows, n, there, beside, level_of)
    return rows


def _sort(
    rows: list[Column],
    n: int,
    there: int,
    beside: Mapping[str, Sequence[str]],
    level_of: Mapping[str, int],
) -> None:
    place = {name: row for row, name in enumerate(rows[there])}
    own = {name: row for row, name in enumerate(rows[n])}

    def middle(name: str) -> tuple[int, int]:
        near = [place[each] for each in beside.get(name, ()) if level_of[each] == there]
        # In hundredths: whole numbers give the same order everywhere.
        return (sum(near) * 100 // len(near) if near else own[name] * 100, own[name])

    rows[n].sort(key=middle)


def _gaps(
    arrows: Sequence[Arrow], levels: Mapping[str, int], count: int, gap: int
) -> tuple[int, ...]:
    """The room right of each level: for the longest words that stand there."""
    rooms = [gap] * count
    for arrow in arrows:
        low = min(levels[arrow.source], levels[arrow.target])
        rooms[low] = max(rooms[low], arrow.width + 28)
    return tuple(rooms)


def _drawn(
    boxes: Mapping[str, Size],
    arrows: Sequence[Arrow],
    rows: Sequence[Column],
    chains: Sequence[Chain],
    gaps: Sequence[int],
) -> Placed:
    heights = {name: size.height for name, size in boxes.items()}
    tall = [_height(column, heights) for column in rows]
    whole = max(tall, default=0)
    corners: dict[str, Point] = {}
    across: dict[str, tuple[Point, Point]] = {}
    x = MARGIN
    for n, column in enumerate(rows):
        width = max((boxes[name].width for name in column if name in boxes), default=0)
        y = MARGIN + (whole - tall[n]) // 2
        for name in column:
            height = heights.get(name, 0)
            across[name] = ((x, y + height // 2), (x + width, y + height // 2))
            if name in boxes:
                corners[name] = (x, y)
            y += height + ROW
        x += width + gaps[n]
    right = x - gaps[len(rows) - 1] if rows else x
    levels = {name: n for n, column in enumerate(rows) for name in column}
    ways = tuple(_way(chain, across, levels) for chain in chains)
    return Placed(corners, ways, Size(right + MARGIN, whole + 2 * MARGIN))


def _way(
    chain: Chain, across: Mapping[str, tuple[Point, Point]], levels: Mapping[str, int]
) -> tuple[Point, ...]:
    """Straight through each level that it crosses, and as far as the widest box of its own."""
    first, last = levels[chain[0]], levels[chain[-1]]
    if first == last:
        return ()
    back = first > last
    bends = [point for name in chain[1:-1] for point in across[name][:: -1 if back else 1]]
    return (*bends, across[chain[-1]][1]) if back else (across[chain[0]][1], *bends)


def _height(column: Column, heights: Mapping[str, int]) -> int:
    return sum(heights.get(name, 0) for name in column) + ROW * max(len(column) - 1, 0)
