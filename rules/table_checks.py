"""What is wrong with a decision table, each with values that show it: exact, by boxes over the cut
points of its cells. What a cell that has to be run does is not known; that is said, not guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Any, Final

from orderloom.rules.cell import test_of
from orderloom.rules.columns import Row
from orderloom.rules.covering import Search, TooLarge, bits, joined
from orderloom.rules.decision import Decision
from orderloom.rules.hit_policy import SINGLE, rank_of
from orderloom.rules.mattering import idle_dimensions
from orderloom.rules.operators import equal
from orderloom.rules.sampling import scope_of
from orderloom.rules.space import Dimension, Space, space_of
from orderloom.rules.table import Table
from orderloom.rules.values import to_json

# So many problems of one code are told.
LIMIT: Final = 50
# Gaps that are looked for, before those that differ in texts alone are told as one.
SEARCHED: Final = 1000
_SHOWN: Final = ("gap", "overlap", "conflict", "duplicate", "masked")


@dataclass(frozen=True, slots=True)
class TableProblem:
    """`code`: `gap overlap conflict duplicate masked unreachable not_allowed idle not_analysed`.
    `rows`, `column`: ids and name it is about; `numbers`: of the rows, from 0. `sample`: values of
    the inputs that show it, as far as they matter; `scope`: the same as names that a decision
    reads, whole. `reason`: of what is not analysed."""

    code: str
    rows: tuple[str, ...] = ()
    column: str | None = None
    sample: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    numbers: tuple[int, ...] = ()
    scope: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        sample = {name: to_json(value) for name, value in self.sample.items()}
        return {
            **{"code": self.code, "rows": list(self.rows), "column": self.column},
            **{"sample": sample, "reason": self.reason},
        }


def check_decision(decision: Decision) -> list[TableProblem]:
    """All that is wrong with a decision's table, at most `LIMIT` of a code; nothing for a single
    expression. Where a table has too many combinations, that is among it."""
    table = decision.table
    if table is None:
        return []
    check = _Check(table, space_of(table))
    found: list[TableProblem] = []
    for part in (
        *(check.not_analysed, check.not_allowed, check.unreachable, check.gaps),
        *(check.pairs, check.masked, check.idle),
    ):
        try:
            found += islice(part(), LIMIT)
        except TooLarge:
            found.append(TableProblem("not_analysed", reason=f"{part.__name__}: too many parts"))
    return [_placed(table, one) for one in found]


def _placed(table: Table, problem: TableProblem) -> TableProblem:
    at = {row.id: number for number, row in enumerate(table.rows)}
    shown = problem.code in _SHOWN
    order = {one.name: number for number, one in enumerate(table.inputs)}
    named = sorted(problem.sample.items(), key=lambda pair: order.get(pair[0], len(order)))
    return replace(
        problem,
        sample=dict(named),
        numbers=tuple(at[id_] for id_ in problem.rows),
        scope=scope_of(table, problem.sample) if shown else {},
    )


class _Check:
    """The checks of one table."""

    def __init__(self, table: Table, space: Space) -> None:
        self.table = table
        self.space = space
        self.search = Search(space)
        self.empty = {number for number, box in enumerate(self.search.boxes) if not all(box)}

    def not_analysed(self) -> Iterator[TableProblem]:
        """Cells whose set of values is not known."""
        for number, columns in enumerate(self.table.index.open_by_row):
            row = self.table.rows[number]
            for column in columns:
                name, cell = self.table.inputs[column].name, row.cells[column]
                reason = "" if cell is None else cell.text
                yield TableProblem("not_analysed", (row.id,), name, reason=reason)

    def not_allowed(self) -> Iterator[TableProblem]:
        """Values in cells and outputs that their column does not allow."""
        for row in self.table.rows:
            yield from self._inputs_not_allowed(row)
            for output, value in zip(self.table.outputs, row.values or (), strict=False):
                known = [one for one in output.order if equal(one, value) is True]
                if output.order and not known:
                    yield TableProblem("not_allowed", (row.id,), output.name, {output.name: value})

    def _inputs_not_allowed(self, row: Row) -> Iterator[TableProblem]:
        for one, cell in zip(self.table.inputs, row.cells, strict=True):
            limit = None if one.allowed is None else test_of(one.allowed)
            test = None if cell is None else test_of(cell)
            if limit is None or test is None:
                continue
            for span in test.spans:
                if span.point and not limit.passes(span.low):
                    yield TableProblem("not_allowed", (row.id,), one.name, {one.name: span.low})

    def unreachable(self) -> Iterator[TableProblem]:
        """Rows that no values match."""
        for number in sorted(self.empty):
            yield TableProblem("unreachable", (self.table.rows[number].id,))

    def gaps(self) -> Iterator[TableProblem]:
        """Values that no row matches, where that is an error."""
        default = any(one.default is not None for one in self.table.outputs)
        if self.table.hit not in SINGLE or default:
            return
        named = [_texts(dimension) for dimension in self.space.dimensions]
        found: list[tuple[int, ...]] = []
        whole = True
        try:
            for parts in islice(Search(self.space).gaps(self.space.every), SEARCHED):
                found.append(parts)
        except TooLarge:
            whole = False
        for parts in joined(found, named):
            yield TableProblem("gap", sample=self.space.sample(parts))
        if not whole:
            raise TooLarge

    def pairs(self) -> Iterator[TableProblem]:
        """Rows that match the same values and may not, or that say the same twice."""
        for number, row in enumerate(self.table.rows):
            if number in self.empty or self.space.unknown >> number & 1:
                continue
            meeting = self.search.meeting(number) & ~self.space.unknown & ~((2 << number) - 1)
            while meeting:
                other = (meeting & -meeting).bit_length() - 1
                meeting &= meeting - 1
                code = self._pair(number, other)
                if code:
                    place = self.search.meeting_place(number, other)
                    rows = (row.id, self.table.rows[other].id)
                    yield TableProblem(code, rows, sample=self.space.sample(place))

    def _pair(self, first: int, second: int) -> str | None:
        same_box = self.search.boxes[first] == self.search.boxes[second]
        same = _same_outputs(self.table.rows[first], self.table.rows[second])
        if same_box and same:
            return "duplicate"
        if self.table.hit == "UNIQUE":
            return "conflict" if same_box else "overlap"
        if self.table.hit == "ANY":
            return "conflict" if same is False else None
        single = self.table.hit in ("FIRST", "PRIORITY")
        return "conflict" if same_box and same is False and single else None

    def masked(self) -> Iterator[TableProblem]:
        """Rows that never count, since others always come before them."""
        if self.table.hit not in ("FIRST", "PRIORITY"):
            return
        for number, row in enumerate(self.table.rows):
            if number in self.empty:
                continue
            before = self._before(number) & ~self.space.unknown & self.search.meeting(number)
            if before and self.search.gap_within(number, before) is None:
                place = self.search.meeting_place(number)
                above = tuple(self.table.rows[at].id for at in bits(before))
                sample = self.space.sample(place)
                yield TableProblem("masked", (row.id, *above[:LIMIT]), sample=sample)

    @cached_property
    def ranks(self) -> list[list[int] | None]:
        return [rank_of(self.table, row) for row in self.table.rows]

    def _before(self, number: int) -> int:
        if self.table.hit == "FIRST":
            return (1 << number) - 1
        ranks = self.ranks
        mine = ranks[number]
        if mine is None:
            return 0
        return sum(
            1 << at
            for at, rank in enumerate(ranks)
            if rank is not None and (rank < mine or (rank == mine and at < number))
        )

    def idle(self) -> Iterator[TableProblem]:
        """Columns whose value never makes a difference."""
        if self.space.unknown:
            return
        named = {name for dimension in self.space.dimensions for name in dimension.names}
        for one in self.table.inputs:
            if self.table.rows and one.name not in named:
                yield TableProblem("idle", column=one.name)
        for dimension in idle_dimensions(self.table, self.space):
            for name in dimension.names:
                yield TableProblem("idle", column=name)


def _texts(dimension: Dimension) -> bool:
    return all(isinstance(sample, str | None) for sample in dimension.samples)


def _same_outputs(one: Row, other: Row) -> bool | None:
    """Whether two rows give the same; None where only running them would tell."""
    if one.values is not None and other.values is not None:
        return equal(list(one.values), list(other.values)) is True
    return True if one.outputs == other.outputs else None
