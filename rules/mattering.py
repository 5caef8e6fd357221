"""Inputs that make no difference: whatever they are, the same rows answer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from orderloom.rules.columns import Row
from orderloom.rules.covering import WORK, TooLarge
from orderloom.rules.hit_policy import rank_of
from orderloom.rules.space import TODAY, Dimension, Space
from orderloom.rules.table import Table


def idle_dimensions(table: Table, space: Space) -> Iterator[Dimension]:
    """The dimensions that could be left out. May raise `TooLarge`."""
    outcomes = _Outcomes(table)
    spent = [0]
    for number, dimension in enumerate(space.dimensions):
        if not dimension.names or TODAY in dimension.names:
            continue
        others = [d.rows for at, d in enumerate(space.dimensions) if at != number]
        kinds = list(dict.fromkeys(dimension.rows))
        comparison = _Comparison(outcomes, others, spent)
        if all(comparison.same(0, one, other) for one, other in pairwise(kinds)):
            yield dimension


class _Comparison:
    """Whether two sets of rows always answer alike, whatever the other inputs are. `spent`: parts
    looked at so far, of all dimensions."""

    def __init__(
        self, outcomes: _Outcomes, others: list[tuple[int, ...]], spent: list[int]
    ) -> None:
        self.outcomes = outcomes
        self.others = others
        self.spent = spent
        self.known: set[tuple[int, int, int]] = set()

    def same(self, depth: int, one: int, other: int) -> bool:
        if one == other or (depth, one, other) in self.known:
            return True
        if depth == len(self.others):
            return bool(self.outcomes.of(one) == self.outcomes.of(other))
        self.spent[0] += len(self.others[depth])
        if self.spent[0] > WORK:
            raise TooLarge
        pairs = {(one & rows, other & rows) for rows in self.others[depth]}
        if not all(self.same(depth + 1, a, b) for a, b in pairs):
            return False
        self.known.add((depth, one, other))
        return True


class _Outcomes:
    """What a set of rows answers, as something to compare; each row's answer is a number."""

    def __init__(self, table: Table) -> None:
        self.hit = table.hit
        known: dict[Any, int] = {}
        self.answers = [known.setdefault(_key(row), len(known)) for row in table.rows]
        self.ranks = [rank_of(table, row) or [] for row in table.rows]

    def of(self, rows: int) -> Any:
        found = []
        while rows:
            low = rows & -rows
            found.append(low.bit_length() - 1)
            rows ^= low
        if self.hit in ("PRIORITY", "OUTPUT ORDER"):
            found.sort(key=lambda row: self.ranks[row])
        answers = [self.answers[row] for row in found]
        if self.hit in ("FIRST", "PRIORITY"):
            return answers[:1]
        if self.hit == "UNIQUE" and len(answers) > 1:
            return "error"
        if self.hit == "ANY":
            return "error" if len(set(answers)) > 1 else answers[:1]
        return answers


def _key(row: Row) -> Any:
    """Equal outputs, equal keys; outputs that are no plain values by their text."""
    if row.values is not None and not any(isinstance(one, list | dict) for one in row.values):
        return tuple((type(value) is bool, value) for value in row.values)
    return tuple(None if one is None else one.text for one in row.outputs)
