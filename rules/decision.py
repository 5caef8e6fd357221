"""Decisions: tables and single expressions (language 4; DMN 1.5, 8 and 10.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from orderloom.rules.error import EvaluationError, FeelError
from orderloom.rules.expression import Expression, parse_expression
from orderloom.rules.names import Names
from orderloom.rules.result import Result
from orderloom.rules.table import Table
from orderloom.rules.table_reading import UNNAMED, compile_table
from orderloom.rules.values import to_json
from orderloom.rules.witness import used
from orderloom.rules.written import feel_text


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """A compiled decision. `reads`: name → collection, whose rows the caller gives under the name.

    `requires`: name → decision, evaluated first. `parameters`: with these it is a function for the
    decisions that require it.
    """

    id: str
    table: Table | None = None
    value: Expression | None = None
    requires: Mapping[str, Decision] = field(default_factory=dict)
    own_reads: Mapping[str, str] = field(default_factory=dict)
    parameters: tuple[str, ...] = ()

    @property
    def reads(self) -> Mapping[str, str]:
        """The collections that it and what it requires read."""
        found: dict[str, str] = {}
        for other in self.requires.values():
            found |= other.reads
        return {**found, **self.own_reads}

    def evaluate(self, scope: Mapping[str, Any]) -> Result:
        """The answer in `scope`. Raises `EvaluationError` with row, column and value.

        What several of those it requires require is evaluated once.
        """
        if self.table is not None and not self.requires:
            return self._looked_up(self.table, scope)
        return self._within(scope, {})

    def scope(self, scope: Mapping[str, Any]) -> Mapping[str, Any]:
        """The names that its table or value sees: those of `scope`, and what it requires."""
        return self._needed(scope, {})[0]

    def _within(self, scope: Mapping[str, Any], done: dict[Decision, Result]) -> Result:
        names, traces = self._needed(scope, done)
        found = self._evaluate(names)
        if not traces:
            return found
        return Result(found.outputs, found.matched, {**found.trace, "requires": traces})

    def _needed(
        self, scope: Mapping[str, Any], done: dict[Decision, Result]
    ) -> tuple[Mapping[str, Any], dict[str, Any]]:
        needed: dict[str, Any] = {}
        traces: dict[str, Any] = {}
        for name, other in self.requires.items():
            if other.parameters:
                needed[name] = other.function(scope)
                continue
            if other not in done:
                done[other] = other._within(scope, done)
            result = done[other]
            needed[name] = result.outputs
            traces[name] = {"out": to_json(result.outputs), "rows": list(result.matched)}
        return (Names(needed, scope) if needed else scope), traces

    def function(self, scope: Mapping[str, Any]) -> Any:
        """Called with the parameters in order: the outputs."""

        def call(*values: Any) -> Any:
            if len(values) != len(self.parameters):
                raise FeelError(f"{self.id} takes {', '.join(self.parameters)}")
            names = dict(zip(self.parameters, values, strict=True))
            return self.evaluate(Names(names, scope)).outputs

        return call

    def _evaluate(self, scope: Mapping[str, Any]) -> Result:
        if self.table is not None:
            return self._looked_up(self.table, scope)
        if self.value is None:
            raise EvaluationError(f"{self.id} has neither rules nor a value")
        try:
            outputs = self.value.evaluate(scope)
        except FeelError as error:
            raise EvaluationError(f"value: {error}", column="value") from error
        return Result(outputs, (), {"inputs": _read(self.value, scope), "how": "value"})

    def _looked_up(self, table: Table, scope: Mapping[str, Any]) -> Result:
        result = table.evaluate(scope)
        used("row", self.id, result.matched)
        return result


def compile_decision(
    document: Mapping[str, Any],
    *,
    decisions: Mapping[str, Decision] | None = None,
    names: Iterable[str] = (),
) -> Decision:
    """The decision of a checked document; `decisions`: by the references that `requires` names;
    `names`: those with spaces that its expressions may read.

    Raises `FeelError` for a cell that cannot be read (its message names the row).

    >>> table = {
    ...     "inputs": [{"name": "total", "type": "number"}],
    ...     "outputs": [{"name": "level"}],
    ...     "rules": [{"id": "high", "when": [">= 1000"], "then": ['"manager"']}],
    ... }
    >>> compile_decision(table).evaluate({"total": 1000}).outputs
    'manager'
    """
    known = decisions or {}
    required = {name: known[id_] for name, id_ in (document.get("requires") or {}).items()}
    value = document.get("value")
    return Decision(
        id=str(document.get("id", UNNAMED)),
        table=compile_table(document, names=names) if "value" not in document else None,
        value=parse_expression(feel_text(value), names=names) if "value" in document else None,
        requires=required,
        own_reads=dict(document.get("reads") or {}),
        parameters=tuple(document.get("parameters") or ()),
    )


def compile_decisions(
    documents: Mapping[str, Mapping[str, Any]], wanted: Iterable[str] | None = None
) -> dict[str, Decision]:
    """Decisions that require each other, by reference: the `wanted` ones and what they require,
    or all. A version in a reference (`id@7`) is left out where only the id is known.

    Raises `FeelError` for one that requires itself, by whatever way, or one that is not there.
    """
    made: dict[str, Decision] = {}
    for reference in documents if wanted is None else wanted:
        _compile(reference, documents, made, ())
    return made


def _compile(
    reference: str,
    documents: Mapping[str, Mapping[str, Any]],
    made: dict[str, Decision],
    way: tuple[str, ...],
) -> Decision:
    known = reference if reference in documents else reference.partition("@")[0]
    if known in way:
        raise FeelError(f"decisions require each other: {' → '.join((*way, known))}")
    if known not in documents:
        raise FeelError(f"there is no decision {reference}")
    if known not in made:
        document = documents[known]
        needed = {
            other: _compile(other, documents, made, (*way, known))
            for other in (document.get("requires") or {}).values()
        }
        made[known] = compile_decision(document, decisions=needed)
    return made[known]


def _read(expression: Expression, scope: Mapping[str, Any]) -> dict[str, Any]:
    """The plain values that an expression read, by dotted path."""
    found: dict[str, Any] = {}
    for path in sorted(expression.paths):
        try:
            value: Any = scope[path[0]]
        except KeyError:
            continue
        for part in path[1:]:
            value = value.get(part) if isinstance(value, Mapping) else None
        if not isinstance(value, Mapping | list) and not callable(value):
            found[".".join(path)] = to_json(value)
    return found
