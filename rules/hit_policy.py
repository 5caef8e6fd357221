"""Hit policies and aggregators (DMN 1.5, 8.2.11): from rows matched to one answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from orderloom.rules.builtins import BUILTINS
from orderloom.rules.error import EvaluationError, FeelError
from orderloom.rules.operators import equal

if TYPE_CHECKING:
    from orderloom.rules.columns import Output, Row
    from orderloom.rules.table import Table

SINGLE: Final = ("UNIQUE", "ANY", "PRIORITY", "FIRST")
MULTIPLE: Final = ("RULE ORDER", "OUTPUT ORDER", "COLLECT")
AGGREGATORS: Final = {
    "COLLECT SUM": "sum",
    "COLLECT MIN": "min",
    "COLLECT MAX": "max",
    "COLLECT COUNT": "count",
}
HIT_POLICIES: Final = (*SINGLE, *MULTIPLE, *AGGREGATORS)


def _unique(table: Table, rows: Sequence[Row], scope: Any) -> tuple[Any, list[Row]]:
    if len(rows) > 1:
        ids = ", ".join(row.id for row in rows)
        raise EvaluationError(f"rows {ids} match, where one only may", row=rows[1].id)
    return outputs_of(table, rows[0], scope), [rows[0]]


def _any(table: Table, rows: Sequence[Row], scope: Any) -> tuple[Any, list[Row]]:
    first = outputs_of(table, rows[0], scope)
    for row in rows[1:]:
        if equal(first, outputs_of(table, row, scope)) is not True:
            ids = f"{rows[0].id} and {row.id}"
            raise EvaluationError(f"rows {ids} match with different outputs", row=row.id)
    return first, list(rows)


def _priority(table: Table, rows: Sequence[Row], scope: Any) -> tuple[Any, list[Row]]:
    best = _by_priority(table, rows, scope)[0]
    return outputs_of(table, best, scope), [best]


def _first(table: Table, rows: Sequence[Row], scope: Any) -> tuple[Any, list[Row]]:
    return outputs_of(table, rows[0], scope), [rows[0]]


def _collect(table: Table, rows: Sequence[Row], scope: Any) -> tuple[Any, list[Row]]:
    return [outputs_of(table, row, scope) for row in rows], list(rows)


def _output_order(table: Table, rows: Sequence[Row], scope: Any) -> tuple[Any, list[Row]]:
    return _collect(table, _by_priority(table, rows, scope), scope)


def _aggregate(table: Table, rows: Sequence[Row], scope: Any) -> tuple[Any, list[Row]]:
    return _aggregated(table, [outputs_of(table, row, scope) for row in rows]), list(rows)


Policy = Callable[["Table", Sequence["Row"], Any], tuple[Any, list["Row"]]]
# The outputs of the rows that match (at least one), and the rows they come from. One output gives
# its value, several a context; policies of many rows give a list.
POLICIES: Final[dict[str, Policy]] = {
    "UNIQUE": _unique,
    "ANY": _any,
    "PRIORITY": _priority,
    "FIRST": _first,
    "RULE ORDER": _collect,
    "OUTPUT ORDER": _output_order,
    "COLLECT": _collect,
    **dict.fromkeys(AGGREGATORS, _aggregate),
}


def _by_priority(table: Table, rows: Sequence[Row], scope: Any) -> list[Row]:
    """By the order of allowed values, output by output; equal ones as the table lists them."""

    def rank(row: Row) -> list[int]:
        return _rank(table, [_output(table, row, at, scope) for at in range(len(table.outputs))])

    return sorted(rows, key=rank)


def rank_of(table: Table, row: Row) -> list[int] | None:
    """The places of a row's outputs among the allowed values; None where they are not literals."""
    return None if row.values is None else _rank(table, row.values)


def _rank(table: Table, values: Sequence[Any]) -> list[int]:
    ranks = []
    for output, value in zip(table.outputs, values, strict=True):
        places = [at for at, one in enumerate(output.order) if equal(one, value) is True]
        ranks.append(places[0] if places else len(output.order))
    return ranks


def nothing(table: Table, scope: Any) -> Any:
    """The answer where no row matches: of policies of many rows an empty list, else the defaults.
    Raises `EvaluationError` where there is none."""
    if table.hit in MULTIPLE:
        return []
    if any(output.default is not None for output in table.outputs):
        values = {output.name: _default(output, scope) for output in table.outputs}
        return next(iter(values.values())) if len(values) == 1 else values
    if table.hit == "COLLECT COUNT":
        return 0
    if table.hit in AGGREGATORS:
        return None
    raise EvaluationError("no row matches, and there is no default")


def _default(output: Output, scope: Any) -> Any:
    if output.default is None:
        return None
    try:
        return output.default.evaluate(scope)
    except FeelError as error:
        message = f"default of {output.name}: {error}"
        raise EvaluationError(message, column=output.name) from error


def outputs_of(table: Table, row: Row, scope: Any) -> Any:
    """What one row gives: a value, or a context of several."""
    values = row.values
    if values is not None:
        return values[0] if len(values) == 1 else dict(zip(table.names, values, strict=True))
    if len(table.outputs) == 1:
        return _output(table, row, 0, scope)
    return {
        output.name: _output(table, row, column, scope)
        for column, output in enumerate(table.outputs)
    }


def _output(table: Table, row: Row, column: int, scope: Any) -> Any:
    expression = row.outputs[column]
    if expression is None:
        return None
    try:
        return expression.evaluate(scope)
    except FeelError as error:
        name = table.outputs[column].name
        message = f"row {row.id}, column {name}: {error}"
        raise EvaluationError(message, row=row.id, column=name) from error


def _aggregated(table: Table, values: list[Any]) -> Any:
    name = AGGREGATORS[table.hit]
    if len(table.outputs) > 1:
        raise EvaluationError(f"{table.hit} needs one output")
    try:
        return BUILTINS[name].call(values)
    except FeelError as error:
        raise EvaluationError(f"{table.hit}: {error}", column=table.outputs[0].name) from error
