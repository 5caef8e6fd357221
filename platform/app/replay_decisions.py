"""A table's decision evaluated once more from the values that its entry recorded.

For decisions whose command cannot be carried out again: what was read beside the inputs (rows of
collections, other decisions, whole lists) is not recorded, and then there is no answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from orderloom.audit.personal import SLOT
from orderloom.platform.codec import canonical
from orderloom.platform.definitions.model import Release
from orderloom.rules import Decision, EvaluationError, FeelError, to_json
from orderloom.rules.lifting import lifted_value

_DATED: Final = ("date", "time", "date and time", "duration", "any", None)


def decided_again(release: Release, facts: Mapping[str, Any]) -> bool | None:
    """Whether a `decided` entry's rows and outputs follow from its inputs; None where that cannot
    be told."""
    decision = release.decisions.get(str(facts.get("decision")))
    values = None if decision is None else _values(decision, facts.get("in"))
    if decision is None or decision.table is None or values is None:
        return None
    try:
        found = decision.table.answer_for(values, _Untold())
    except (EvaluationError, FeelError, _NotTold):
        return None
    if list(found.matched) != list(facts.get("rows") or ()):
        return False
    return canonical(to_json(found.outputs)) == canonical(facts.get("out"))


def _values(decision: Decision, inputs: Any) -> list[Any] | None:
    """The value of each column; None where one is not recorded whole."""
    table = decision.table
    if table is None or decision.requires or decision.own_reads or table.validity is not None:
        return None
    if not isinstance(inputs, Mapping) or _has_marker(inputs):
        return None
    values = []
    for column in table.inputs:
        if column.name not in inputs:
            return None
        value = inputs[column.name]
        if isinstance(value, str) and column.type in _DATED:
            read = lifted_value(value, column.type) if column.type else value
            if read is value:
                return None  # a text, or a moment whose type nothing tells
            value = read
        elif isinstance(value, Mapping | list):
            return None
        values.append(value)
    return values


def _has_marker(inputs: Mapping[str, Any]) -> bool:
    return any(isinstance(one, Mapping) and SLOT in one for one in inputs.values())


class _NotTold(Exception):
    """A cell reads what the entry does not hold."""


class _Untold(Mapping[str, Any]):
    """Nothing is known beside the inputs, which is not the same as that there is nothing."""

    def __getitem__(self, name: str) -> Any:
        raise _NotTold(name)

    def __contains__(self, name: object) -> bool:
        raise _NotTold(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
