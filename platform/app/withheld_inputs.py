"""Inputs and results of decisions that tell a field which is kept from somebody."""

from __future__ import annotations

from collections.abc import Iterator

from orderloom.platform.app.withheld import Path, Paths, is_withheld
from orderloom.platform.definitions.model import Release
from orderloom.rules import Expression
from orderloom.rules.columns import Input
from orderloom.rules.decision import Decision


def place_read(release: Release, table: str, path: str) -> str:
    """The field that a value of a table comes from: `who.name` where the input `who` reads
    `customer` is `customer.name`; of an input that is worked out, and of what is none, its name."""
    first, dot, rest = path.partition(".")
    one = _input(release, table, first)
    return f"{one.value.text}{dot}{rest}" if one is not None and _is_plain(one) else path


def tells_hidden(release: Release, table: str, path: str, hidden: Paths) -> bool:
    """Whether the value is that of a hidden field, or worked out from one."""
    one = _input(release, table, path.partition(".")[0])
    if one is None or _is_plain(one):
        return is_withheld(place_read(release, table, path), hidden)
    return any(touches(each, hidden) for each in one.value.paths)


def result_tells_hidden(release: Release, name: str, hidden: Paths) -> bool:
    """Whether an output of that name may be a hidden field as it stands, in any decision. What
    follows from one by a rule's choice tells the choice, and is nobody's secret."""
    return any(
        touches(path, hidden)
        for decision in release.decisions.values()
        for expression in _giving(decision, name.partition(".")[0])
        for path in expression.paths
    )


def _giving(decision: Decision, name: str) -> Iterator[Expression]:
    """What a decision may answer under the name. Of one that gives a single value, all: where it is
    used says what that is called."""
    if decision.value is not None:
        yield decision.value
    if decision.table is None:
        return
    outputs = decision.table.outputs
    for row in decision.table.rows:
        for output, cell in zip(outputs, row.outputs, strict=True):
            if cell is not None and (len(outputs) == 1 or output.name == name):
                yield cell


def _input(release: Release, table: str, name: str) -> Input | None:
    found = release.decisions.get(table)
    inputs = found.table.inputs if found is not None and found.table is not None else ()
    return next((each for each in inputs if each.name == name), None)


def _is_plain(one: Input) -> bool:
    return one.value.paths == {tuple(one.value.text.split("."))}


def touches(path: Path, hidden: Paths) -> bool:
    """Whether the path lies in a hidden field, or one in it."""
    return any(path[: len(one)] == one or one[: len(path)] == path for one in hidden)
