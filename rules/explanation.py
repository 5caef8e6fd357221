"""Why a decision answers as it does, or has no answer: the rows that match, what stops every other
row, and the smallest change of one and of two inputs that changes the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any, Final

from orderloom.rules.alternatives import Alternative, alternatives
from orderloom.rules.columns import Input, Row
from orderloom.rules.decision import Decision
from orderloom.rules.error import EvaluationError, FeelError
from orderloom.rules.failing import Failure, failure
from orderloom.rules.operators import equal
from orderloom.rules.result import Result
from orderloom.rules.table import Table
from orderloom.rules.values import to_json

# Evaluations that looking for a change may take.
TRIES: Final = 20_000
_BEFORE_ROWS: Final = ("null", "type", "allowed", "input")


@dataclass(frozen=True, slots=True)
class Missed:
    """A row that does not match: the first cell that fails, as written, and the value it met.

    `column` None: the row is not valid on that day. `error`: the cell has no answer.
    """

    row: str
    column: str | None
    cell: str
    value: Any = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """An input that would have another value."""

    column: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Flip:
    """The smallest changes found that lead to another answer."""

    changes: tuple[Change, ...]
    outputs: Any
    matched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`beaten`: rows that match too, but do not count by the hit policy. `flips`: of one input and
    of two, as far as there are any. `cells`: of the rows matched, by row and column, as written.
    `failure`: why there is no answer; then `matched` are the rows whose cells hold."""

    outputs: Any
    matched: tuple[str, ...]
    inputs: Mapping[str, Any]
    cells: Mapping[str, Mapping[str, str]]
    beaten: tuple[str, ...] = ()
    missed: tuple[Missed, ...] = ()
    flips: tuple[Flip, ...] = ()
    failure: Failure | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "outputs": to_json(self.outputs),
            "matched": list(self.matched),
            "inputs": {name: to_json(value) for name, value in self.inputs.items()},
            "cells": {row: dict(cells) for row, cells in self.cells.items()},
            "beaten": list(self.beaten),
            "missed": [
                {
                    **{"row": one.row, "column": one.column, "cell": one.cell},
                    **{"value": to_json(one.value), **({"error": one.error} if one.error else {})},
                }
                for one in self.missed
            ],
            "flips": [
                {
                    "changes": [
                        {"column": c.column, "from": to_json(c.before), "to": to_json(c.after)}
                        for c in one.changes
                    ],
                    "outputs": to_json(one.outputs),
                    "matched": list(one.matched),
                }
                for one in self.flips
            ],
            **({} if self.failure is None else {"failure": self.failure.to_json()}),
        }


def explain(decision: Decision, inputs: Mapping[str, Any]) -> Explanation:
    """Why `decision` answers as it does in the scope `inputs`, or why it has no answer. Raises
    `EvaluationError` where one that it requires has none.

    A single expression has neither rows nor changes. A change is looked for at the cut points of
    the table's literal cells; what a cell that is run would need is not known.
    """
    scope = decision.scope(inputs)
    result: Result | None = None
    failed: Failure | None = None
    try:
        result = decision.evaluate(inputs)
    except EvaluationError as error:
        failed = failure(decision, error)
    outputs = None if result is None else result.outputs
    table = decision.table
    if table is None:
        read = {} if result is None else result.trace.get("inputs", {})
        return Explanation(outputs, (), read, {}, failure=failed)
    values = [_value(one, scope) for one in table.inputs]
    if failed is not None and failed.kind in _BEFORE_ROWS:
        flips = tuple(_flips(table, values, scope, None))
        return Explanation(None, (), _named(table, values), {}, flips=flips, failure=failed)
    missed, rows = [], []
    for row in table.rows:
        one = _missed(table, row, values, scope)
        if one is None:
            rows.append(row)
        else:
            missed.append(one)
    matched = tuple(row.id for row in rows) if result is None else result.matched
    return Explanation(
        outputs=outputs,
        matched=matched,
        inputs=_named(table, values),
        cells={row.id: dict(_cells(table, row)) for row in rows if row.id in matched},
        beaten=tuple(row.id for row in rows if row.id not in matched),
        missed=tuple(missed),
        flips=tuple(_flips(table, values, scope, result)),
        failure=failed,
    )


def _named(table: Table, values: Sequence[Any]) -> dict[str, Any]:
    return dict(zip((one.name for one in table.inputs), values, strict=True))


def _value(one: Input, scope: Mapping[str, Any]) -> Any:
    """What an input is; null where it fails, which is told as the failure."""
    return one.value.evaluate(scope, strict=False)


def _cells(table: Table, row: Row) -> Iterator[tuple[str, str]]:
    for one, cell in zip(table.inputs, row.cells, strict=True):
        if cell is not None:
            yield one.name, cell.text


def _missed(
    table: Table, row: Row, values: Sequence[Any], scope: Mapping[str, Any]
) -> Missed | None:
    for column, (one, cell) in enumerate(zip(table.inputs, row.cells, strict=True)):
        if cell is None:
            continue
        try:
            if table.holds(row, column, values[column], scope):
                continue
        except EvaluationError as error:
            return Missed(row.id, one.name, cell.text, values[column], error.message)
        return Missed(row.id, one.name, cell.text, values[column])
    if table.valid(row, scope):
        return None
    period = f"{row.valid_from or ''}..{row.valid_to or ''}"
    return Missed(row.id, None, period, scope.get("today"))


def _flips(
    table: Table, values: Sequence[Any], scope: Mapping[str, Any], result: Result | None
) -> Iterator[Flip]:
    """Changes that lead to another answer, or to one where there is none."""
    choices = [alternatives(table, column, value) for column, value in enumerate(values)]
    tries = _Tries(table, values, scope, result)
    single: dict[int, list[Alternative]] = {}
    found: list[tuple[Decimal, Flip]] = []
    for column, options in enumerate(choices):
        for option in options:
            flip = tries.flip({column: option})
            if flip is not None:
                found.append((option.distance, flip))
                continue
            single.setdefault(column, []).append(option)
    if found:
        yield min(found, key=lambda one: one[0])[1]
    pairs = sorted(
        (
            (one.distance + other.distance, first, one, second, other)
            for first, second in combinations(single, 2)
            for one in single[first]
            for other in single[second]
        ),
        key=lambda pair: pair[0],
    )
    for _, first, one, second, other in pairs:
        flip = tries.flip({first: one, second: other})
        if flip is not None:
            yield flip
            return


class _Tries:
    """Answers with other values, within a number of tries."""

    def __init__(
        self,
        table: Table,
        values: Sequence[Any],
        scope: Mapping[str, Any],
        now: Result | None,
    ) -> None:
        self.table = table
        self.values = values
        self.scope = scope
        self.now = now
        self.left = TRIES

    def flip(self, options: Mapping[int, Alternative]) -> Flip | None:
        """What the changes lead to, if that is another answer."""
        self.left -= 1
        if self.left < 0:
            return None
        values = list(self.values)
        for column, option in options.items():
            values[column] = option.value
        try:
            result = self.table.answer_for(values, self.scope)
        except (EvaluationError, FeelError):
            return None
        if self.now is not None and equal(result.outputs, self.now.outputs) is True:
            return None
        changes = tuple(
            Change(self.table.inputs[column].name, self.values[column], option.value)
            for column, option in options.items()
        )
        return Flip(changes, result.outputs, result.matched)
