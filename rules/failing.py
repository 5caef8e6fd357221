"""Why a decision has no answer: the input, the cell or the rows that it fails at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orderloom.rules.columns import Input
from orderloom.rules.decision import Decision
from orderloom.rules.error import EvaluationError
from orderloom.rules.reading import named_by
from orderloom.rules.table import Table
from orderloom.rules.values import to_json


@dataclass(frozen=True, slots=True)
class Failure:
    """`kind`: `nothing` (no row, no default), `many` and `different` (rows that may not match
    together), `null type allowed input` (a value that may not be, or an input that fails), `cell`,
    `output`, or `other`. `row`, `column`, `value`: the place; `cell`: what is written there, for
    `type` and `allowed` what the input demands. `reason`: the message, in English."""

    kind: str
    reason: str
    row: str | None = None
    column: str | None = None
    cell: str = ""
    value: Any = None

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            **{"kind": self.kind, "reason": self.reason, "row": self.row, "column": self.column},
            **{"cell": self.cell, "value": to_json(self.value)},
        }


def failure(decision: Decision, error: EvaluationError) -> Failure:
    """What `error`, which evaluating `decision` has raised, is about."""
    table = decision.table
    inputs = {} if table is None else {one.name: one for one in table.inputs}
    if table is None:
        text = "" if decision.value is None else decision.value.text
        return Failure("other", error.message, column=error.column, cell=text)
    if error.row is None and error.column is None:
        nothing = error.message.startswith("no row")
        return Failure("nothing" if nothing else "other", error.message)
    if error.row is None and error.column in inputs:
        return _input(inputs[error.column], error)
    if error.row is None:
        return Failure("other", error.message, column=error.column)
    if error.column is None:
        kind = "different" if table.hit == "ANY" else "many"
        return Failure(kind, error.message, row=error.row)
    return _cell(table, error)


def _input(one: Input, error: EvaluationError) -> Failure:
    def made(kind: str, cell: str) -> Failure:
        return Failure(kind, error.message, None, one.name, cell, error.value)

    if error.value is not None:
        # Types are looked at before allowed values.
        if one.allowed is not None and "allowed" in error.message:
            return made("allowed", one.allowed.text)
        return made("type", one.type or "")
    # What only names something is missing, whether it is null or there is no such name.
    missing = named_by(one.value) is not None or error.message.endswith("is null")
    return made("null" if missing else "input", one.value.text)


def _cell(table: Table, error: EvaluationError) -> Failure:
    row = next(one for one in table.rows if one.id == error.row)
    for cells, columns in (
        (row.cells, [one.name for one in table.inputs]),
        (row.outputs, [one.name for one in table.outputs]),
    ):
        tested = cells is row.cells
        for name, cell in zip(columns, cells, strict=True):
            if name == error.column and cell is not None:
                kind = "cell" if tested else "output"
                return Failure(kind, error.message, row.id, name, cell.text, error.value)
    return Failure("other", error.message, row.id, error.column)
