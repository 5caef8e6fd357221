"""Decision tables: inputs, rows, hit policies (language 4; DMN 1.5, 8.2).

Strict: an input or a cell that fails, or an input that is null where it may not be, is an error
with row, column and value; UNIQUE and ANY are enforced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from orderloom.rules.columns import Input, Output, Row
from orderloom.rules.error import EvaluationError, FeelError
from orderloom.rules.expression import Expression
from orderloom.rules.hit_policy import AGGREGATORS, POLICIES, SINGLE, nothing, outputs_of
from orderloom.rules.index import Finder, Index
from orderloom.rules.names import Names
from orderloom.rules.reading import Read, reader, replaced
from orderloom.rules.result import Result
from orderloom.rules.types import is_instance
from orderloom.rules.values import is_number, kind, to_json

_PLAIN: Final = frozenset((int, Decimal, str, bool, type(None)))


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A compiled decision table. `index` finds the rows; where it cannot, cells are run.

    `validity`: the rows of a day, where some have a period. `names`: of the outputs.
    """

    id: str
    hit: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rows: tuple[Row, ...]
    index: Index
    validity: Finder | None = None
    names: tuple[str, ...] = field(init=False)
    _alone: bool | None = field(init=False)
    _columns: tuple[tuple[int, str, Read, dict[type, Finder]], ...] = field(init=False)

    def __post_init__(self) -> None:
        made = tuple(
            (at, one.name, reader(one.value), self.index.finders[at])
            for at, one in enumerate(self.inputs)
        )
        object.__setattr__(self, "_columns", made)
        # What one row alone gives: its value, a list of it, or (None) what an aggregator makes.
        alone = None if self.hit in AGGREGATORS else self.hit in SINGLE
        object.__setattr__(self, "_alone", alone)
        object.__setattr__(self, "names", tuple(output.name for output in self.outputs))

    def evaluate(self, scope: Mapping[str, Any]) -> Result:
        """The answer. Raises `EvaluationError` with row, column and value."""
        mask = self.index.every
        inputs: dict[str, Any] = {}
        odd: list[int] = []
        try:
            for at, name, read, finders in self._columns:
                value = read(scope)
                type_ = type(value)
                inputs[name] = value if type_ in _PLAIN else _traced(value)
                finder = finders.get(type_)
                found = None if finder is None else finder(value)
                if found is None:
                    found = self._unusual(value, odd, at, scope)
                mask &= found
        except FeelError as error:
            raise EvaluationError(f"input {name}: {error}", column=name) from error
        if self.validity is not None:
            mask &= self._valid(scope)
        trace = {"inputs": inputs, "how": "indexed"}
        if odd or mask & self.index.open_rows:
            trace["how"] = "scanned"
            values = [self._value(one, scope) for one in self.inputs]
            return self._answer(self._running(mask, odd, values, scope), scope, trace)
        lowest = mask & -mask
        if lowest and self._alone is not None and (lowest == mask or self.hit == "FIRST"):
            row = self.rows[lowest.bit_length() - 1]
            value = outputs_of(self, row, scope)
            return Result(value if self._alone else [value], row.ids, trace)
        return self._answer([self.rows[at] for at in _bits(mask)], scope, trace)

    def _answer(
        self, rows: list[Row], scope: Mapping[str, Any], trace: Mapping[str, Any]
    ) -> Result:
        if not rows:
            return Result(nothing(self, scope), (), trace)
        outputs, rows = POLICIES[self.hit](self, rows, scope)
        return Result(outputs, tuple(row.id for row in rows), trace)

    def matching(self, values: Sequence[Any], scope: Mapping[str, Any]) -> list[Row]:
        """The rows that match, by running every cell: what the index must equal.

        Cells that may fail come after those that cannot. By FIRST no row after the first counts.
        """
        today = self._today(scope)
        finders = self.index.finders
        odd = [at for at, value in enumerate(values) if type(value) not in finders[at]]
        found = []
        for number, row in enumerate(self.rows):
            last = self._last(number, odd)
            first = [at for at in range(len(row.cells)) if at not in last]
            if row.valid(today) and self._matches(row, [*first, *last], values, scope):
                found.append(row)
                if self.hit == "FIRST":
                    break
        return found

    def answer_for(self, values: Sequence[Any], scope: Mapping[str, Any]) -> Result:
        """The answer if the inputs were `values`. Raises `EvaluationError`."""
        scope = Names(replaced(scope, [one.value for one in self.inputs], values), scope)
        mask = self.index.every
        odd: list[int] = []
        for at, (value, finders) in enumerate(zip(values, self.index.finders, strict=True)):
            finder = finders.get(type(value))
            found = None if finder is None else finder(value)
            mask &= self._unusual(value, odd, at, scope) if found is None else found
        if self.validity is not None:
            mask &= self._valid(scope)
        trace = {"inputs": dict(zip((one.name for one in self.inputs), values, strict=True))}
        if odd or mask & self.index.open_rows:
            return self._answer(self._running(mask, odd, values, scope), scope, trace)
        return self._answer([self.rows[at] for at in _bits(mask)], scope, trace)

    def read(self, scope: Mapping[str, Any]) -> list[Any]:
        """The checked values of the inputs. Raises `EvaluationError`."""
        return [self._checked(one, self._value(one, scope), scope) for one in self.inputs]

    def holds(self, row: Row, column: int, value: Any, scope: Mapping[str, Any]) -> bool:
        """Whether one cell holds. Raises `EvaluationError`."""
        return self._matches(row, (column,), {column: value}, scope)

    def valid(self, row: Row, scope: Mapping[str, Any]) -> bool:
        """Whether a row is valid on the day of the scope."""
        return row.valid(self._today(scope))

    def _unusual(self, value: Any, odd: list[int], at: int, scope: Mapping[str, Any]) -> int:
        """A value that the index does not know: refused, or every cell of the column is run."""
        self._checked(self.inputs[at], value, scope)
        odd.append(at)
        return self.index.every

    def _running(
        self, mask: int, odd: Sequence[int], values: Sequence[Any], scope: Mapping[str, Any]
    ) -> list[Row]:
        found = []
        # The same cell in many rows is run once.
        known: dict[tuple[int, Expression], bool] = {}
        for at in _bits(mask):
            row = self.rows[at]
            if self._holds_all(row, self._last(at, odd), values, scope, known):
                found.append(row)
                if self.hit == "FIRST":
                    break
        return found

    def _last(self, row: int, odd: Sequence[int]) -> list[int]:
        return sorted({*self.index.open_by_row[row], *odd})

    def _holds_all(
        self,
        row: Row,
        columns: Iterable[int],
        values: Sequence[Any],
        scope: Any,
        known: dict[tuple[int, Expression], bool],
    ) -> bool:
        for column in columns:
            cell = row.cells[column]
            if cell is None:
                continue
            if (column, cell) not in known:
                known[column, cell] = self._holds(row, column, cell, values[column], scope)
            if not known[column, cell]:
                return False
        return True

    def _valid(self, scope: Mapping[str, Any]) -> int:
        today = self._today(scope)
        rows = None if today is None or self.validity is None else self.validity(today)
        return self.index.every if rows is None else rows

    def _today(self, scope: Mapping[str, Any]) -> date | None:
        if self.validity is None:
            return None
        try:
            today = scope["today"]
        except KeyError:
            return None
        return today if isinstance(today, date) else None

    def _matches(self, row: Row, columns: Iterable[int], values: Any, scope: Any) -> bool:
        for column in columns:
            cell = row.cells[column]
            if cell is not None and not self._holds(row, column, cell, values[column], scope):
                return False
        return True

    def _holds(self, row: Row, column: int, cell: Expression, value: Any, scope: Any) -> bool:
        if value is None:
            return cell.evaluate(_WithInput(None, scope), strict=False) is True
        try:
            found = cell.evaluate(_WithInput(value, scope))
        except FeelError as error:
            self._fail(f"{cell.text}: {error}", row, column, value, error)
        if not isinstance(found, bool):
            self._fail(f"{cell.text} is neither true nor false", row, column, value)
        return bool(found)

    def _fail(
        self, message: str, row: Row, column: int, value: Any, cause: Exception | None = None
    ) -> Any:
        name = self.inputs[column].name
        raise EvaluationError(
            f"row {row.id}, column {name}: {message} for {_shown(value)}",
            row=row.id,
            column=name,
            value=value,
        ) from cause

    def _value(self, one: Input, scope: Mapping[str, Any]) -> Any:
        try:
            return one.value.evaluate(scope)
        except FeelError as error:
            message = f"input {one.name}: {error}"
            raise EvaluationError(message, column=one.name) from error

    def _checked(self, one: Input, value: Any, scope: Mapping[str, Any]) -> Any:
        if value is None:
            if one.nullable:
                return None
            raise EvaluationError(f"input {one.name} is null", column=one.name)
        if one.type and not _fits(value, one.type):
            message = f"input {one.name} is {kind(value)}, not {one.type}: {_shown(value)}"
            raise EvaluationError(message, column=one.name, value=value)
        if one.allowed is not None and not self._allowed(one.allowed, value, scope):
            message = f"input {one.name} is not among the allowed values: {_shown(value)}"
            raise EvaluationError(message, column=one.name, value=value)
        return value

    def _allowed(self, allowed: Expression, value: Any, scope: Mapping[str, Any]) -> bool:
        return allowed.evaluate(_WithInput(value, scope), strict=False) is True


class _WithInput(Mapping[str, Any]):
    """A scope where `?` is the value of the column."""

    __slots__ = ("outer", "value")

    def __init__(self, value: Any, outer: Mapping[str, Any]) -> None:
        self.value = value
        self.outer = outer

    def __getitem__(self, name: str) -> Any:
        return self.value if name == "?" else self.outer[name]

    def __iter__(self) -> Any:
        yield "?"
        yield from self.outer

    def __len__(self) -> int:
        return len(self.outer) + 1


def _fits(value: Any, type_: str) -> bool:
    if type_.startswith("["):
        return isinstance(value, list)
    if type_.startswith("{"):
        return isinstance(value, Mapping)
    return is_instance(value, type_)


def _traced(value: Any) -> Any:
    """What the trace keeps: plain values whole, others by their kind and size."""
    if isinstance(value, Mapping):
        return f"context of {len(value)}"
    if isinstance(value, list):
        return f"list of {len(value)}" if len(value) > 20 else to_json(value)
    return to_json(value)


def _shown(value: Any) -> str:
    return str(value) if is_number(value) else repr(to_json(value))


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
