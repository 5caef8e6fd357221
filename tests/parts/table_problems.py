"""Whether the sample of a table's problem shows what is said: the table is run on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orderloom.rules import Decision, EvaluationError


def shows(decision: Decision, code: str, rows: Sequence[str], scope: Mapping[str, Any]) -> bool:
    """`code`: of a `TableProblem` with a sample; `rows`: the ids that it names; `scope`: values."""
    matching = rows_matching(decision, scope)
    if code == "gap":
        return matching == [] and "no row matches" in _refused(decision, scope)
    if not set(rows[: 1 if code == "masked" else 2]) <= set(matching):
        return False
    if code == "overlap":
        return "match" in _refused(decision, scope)
    if code == "masked":
        return rows[0] not in decision.evaluate(scope).matched
    one, other = (_outputs(decision, id_, scope) for id_ in rows[:2])
    return (one == other) is (code == "duplicate")


def rows_matching(decision: Decision, scope: Mapping[str, Any]) -> list[str]:
    """The ids of the rows whose cells all hold, each cell run."""
    table = decision.table
    assert table is not None
    values = table.read(decision.scope(scope))
    return [
        row.id
        for row in table.rows
        if table.valid(row, scope)
        and all(table.holds(row, at, value, scope) for at, value in enumerate(values))
    ]


def _outputs(decision: Decision, id_: str, scope: Mapping[str, Any]) -> list[Any]:
    assert decision.table is not None
    row = next(one for one in decision.table.rows if one.id == id_)
    return [None if one is None else one.evaluate(scope) for one in row.outputs]


def _refused(decision: Decision, scope: Mapping[str, Any]) -> str:
    try:
        decision.evaluate(scope)
    except EvaluationError as error:
        return error.message
    return ""
