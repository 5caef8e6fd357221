"""Cases that a table suggests: each row's edges, a value on this side and one on the other. An
analyst looks at the answers and keeps what is right as the decision's tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from orderloom.rules.alternatives import nearest
from orderloom.rules.covering import Search
from orderloom.rules.decision import Decision
from orderloom.rules.error import EvaluationError
from orderloom.rules.reading import named_by
from orderloom.rules.sampling import scope_of
from orderloom.rules.space import Space, space_of
from orderloom.rules.table import Table
from orderloom.rules.values import to_json

LIMIT: Final = 500


@dataclass(frozen=True, slots=True)
class BoundaryCase:
    """`given`: a scope; what it leads to now: outputs and rows, or an error."""

    given: Mapping[str, Any]
    outputs: Any = None
    matched: tuple[str, ...] = ()
    error: str = ""


def boundary_cases(decision: Decision) -> tuple[BoundaryCase, ...]:
    """The cases of a table, at most `LIMIT`, none twice.

    None for a single expression, nor where an input is calculated or comes from another decision:
    what to give for it is not known. Rows with a cell that has to be run are left out.
    """
    table = decision.table
    if table is None or not all(_given(decision, table)):
        return ()
    space = space_of(table)
    found: dict[str, BoundaryCase] = {}
    for sample in _edges(space, Search(space)):
        given = scope_of(table, sample)
        known = repr(to_json(given))
        if known not in found:
            found[known] = _case(decision, given)
        if len(found) == LIMIT:
            break
    return tuple(found.values())


def rows_never_matched(decision: Decision, scopes: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Ids of rows that no scope matches: what tests do not cover. Failing scopes match nothing."""
    if decision.table is None:
        return ()
    matched: set[str] = set()
    for scope in scopes:
        try:
            matched.update(decision.evaluate(scope).matched)
        except EvaluationError:
            continue
    return tuple(row.id for row in decision.table.rows if row.id not in matched)


def _given(decision: Decision, table: Table) -> Iterator[bool]:
    for one in table.inputs:
        name = named_by(one.value)
        yield name is not None and name not in decision.requires


def _edges(space: Space, search: Search) -> Iterator[dict[str, Any]]:
    """For every row its place, and for every dimension values on both sides of its edges."""
    for row in range(space.every.bit_length()):
        bit = 1 << row
        matching = [[bool(rows & bit) for rows in d.rows] for d in space.dimensions]
        if space.unknown & bit or not all(any(parts) for parts in matching):
            continue
        place = space.sample(search.meeting_place(row))
        yield place
        for dimension, parts in zip(space.dimensions, matching, strict=True):
            for one, other in pairwise(range(len(parts))):
                if parts[one] == parts[other]:
                    continue
                low, high = dimension.samples[one], dimension.samples[other]
                for value in (nearest(high, low), low, high, nearest(low, high)):
                    yield place | dict.fromkeys(dimension.names, value)


def _case(decision: Decision, given: Mapping[str, Any]) -> BoundaryCase:
    try:
        found = decision.evaluate(given)
    except EvaluationError as error:
        return BoundaryCase(given, error=error.message)
    return BoundaryCase(given, found.outputs, found.matched)
