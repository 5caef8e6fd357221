"""Values of a table's inputs, as an author would give them: the names that its inputs read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.rules.columns import Input
from orderloom.rules.reading import named_by, replaced
from orderloom.rules.space import TODAY, some_value
from orderloom.rules.table import Table


def scope_of(table: Table, sample: Mapping[str, Any]) -> dict[str, Any]:
    """A scope in which the inputs have the values of `sample` (by the names of inputs).

    An input that it leaves out has any value that it may have; one that is calculated stands under
    its own name, since what it is calculated from is not known. `today`: of rows with periods.
    """
    values = [_value(one, sample) for one in table.inputs]
    found = replaced({}, [one.value for one in table.inputs], values)
    for one, value in zip(table.inputs, values, strict=True):
        if named_by(one.value) is None:
            found.setdefault(one.name, value)
    return {**found, TODAY: sample[TODAY]} if TODAY in sample else found


def calculated(table: Table) -> tuple[str, ...]:
    """The names of inputs that do more than name something."""
    return tuple(one.name for one in table.inputs if named_by(one.value) is None)


def _value(one: Input, sample: Mapping[str, Any]) -> Any:
    return sample[one.name] if one.name in sample else some_value(one)
