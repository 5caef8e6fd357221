"""From a bitmap of rows that match for certain to the answer: a short way for each hit policy.

What it gives and raises is what `hit_policy.py` does with the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from orderloom.rules.hit_policy import POLICIES, SINGLE, nothing, outputs_of
from orderloom.rules.index import numbers_of
from orderloom.rules.result import Result

if TYPE_CHECKING:
    from orderloom.rules.table import Table

# The bitmap, the scope, the trace → the answer.
Answer = Callable[[int, Mapping[str, Any], Mapping[str, Any]], Result]
# Half the time of `Result(…)`.
_made: Final = tuple.__new__


def answer_of(table: Table) -> Answer:
    """How a table answers; it raises `EvaluationError`."""
    if table.hit == "FIRST":
        return _first(table)
    if table.hit in SINGLE:
        return _single(table)
    return _list(table) if table.hit in ("COLLECT", "RULE ORDER") else _any(table)


def _first(table: Table) -> Answer:
    rows, one = table.rows, len(table.outputs) == 1

    def answer(mask: int, scope: Mapping[str, Any], trace: Mapping[str, Any]) -> Result:
        if not mask:
            return Result(nothing(table, scope), (), trace)
        row = rows[-mask.bit_length()]
        values = row.values
        outputs = values[0] if one and values else outputs_of(table, row, scope)
        return _made(Result, (outputs, row.ids, trace))

    return answer


def _single(table: Table) -> Answer:
    alone, several = _first(table), _any(table)

    def answer(mask: int, scope: Mapping[str, Any], trace: Mapping[str, Any]) -> Result:
        if mask & mask - 1:
            return several(mask, scope, trace)
        return alone(mask, scope, trace)

    return answer


def _list(table: Table) -> Answer:
    rows, one = table.rows, len(table.outputs) == 1

    def answer(mask: int, scope: Mapping[str, Any], trace: Mapping[str, Any]) -> Result:
        outputs: list[Any] = []
        ids: tuple[str, ...] = ()
        while mask:
            length = mask.bit_length()
            row = rows[-length]
            values = row.values
            outputs.append(values[0] if one and values else outputs_of(table, row, scope))
            ids += row.ids
            mask ^= 1 << length - 1
        return _made(Result, (outputs, ids, trace))

    return answer


def _any(table: Table) -> Answer:
    size, rows, policy = len(table.rows), table.rows, POLICIES[table.hit]

    def answer(mask: int, scope: Mapping[str, Any], trace: Mapping[str, Any]) -> Result:
        if not mask:
            return Result(nothing(table, scope), (), trace)
        outputs, kept = policy(table, [rows[number] for number in numbers_of(mask, size)], scope)
        return Result(outputs, tuple(row.id for row in kept), trace)

    return answer
