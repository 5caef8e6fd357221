"""Decision tables: inputs, rows, hit policies (language 4; DMN 1.5, 8.2).

Strict: an input or a cell that fails, or an input that is null where it may not be, is an error
with row, column and value; UNIQUE and ANY are enforced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from orderloom.rules.columns import Input, Output, Row
from orderloom.rules.error import EvaluationError, FeelError
from orderloom.rules.expression import Expression
from orderloom.rules.hit_policy import POLICIES, nothing
from orderloom.rules.index import Finder, Index, numbers_of
from orderloom.rules.indexed_answer import Answer, answer_of
from orderloom.rules.names import Names, with_input
from orderloom.rules.open_cells import OpenCells, open_cells
from orderloom.rules.reading import Read, named_alone, reader, replaced
from orderloom.rules.result import Result
from orderloom.rules.tracing import PLAIN, kind_shown, shown, traced
from orderloom.rules.types import fits

# Of an input: its name; the name that it reads, or what reads it; its finders by the type of the
# value; what the trace keeps, where it is not the value.
_Column = tuple[str, str | None, Read, Callable[[type], Finder | None], Callable[[Any], Any] | None]


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
    _indexed: Answer = field(init=False)
    _open: OpenCells = field(init=False)
    _columns: tuple[_Column, ...] = field(init=False)

    def __post_init__(self) -> None:
        columns = zip(self.inputs, self.index.finders, strict=True)
        object.__setattr__(self, "_columns", tuple(_column(*one) for one in columns))
        object.__setattr__(self, "names", tuple(output.name for output in self.outputs))
        object.__setattr__(self, "_indexed", answer_of(self))
        cells = open_cells([row.cells for row in self.rows], self.index)
        object.__setattr__(self, "_open", cells)

    def evaluate(self, scope: Mapping[str, Any]) -> Result:
        """The answer. Raises `EvaluationError` with row, column and value."""
        if self.index.open_rows:
            return self._evaluate(scope)
        # The short way, for values that every column knows by the index. Its calls are spared.
        mask = self.index.every
        inputs: dict[str, Any] = {}
        try:
            for name, key, read, finder_of, keep in self._columns:
                value = read(scope) if key is None else scope[key]
                find = finder_of(type(value))
                found = None if find is None else find(value)
                if found is None:
                    return self._evaluate(scope)
                mask &= found
                inputs[name] = value if keep is None else keep(value)
        except (KeyError, FeelError):
            return self._evaluate(scope)
        if self.validity is not None:
            mask &= self._valid(scope)
        return self._indexed(mask, scope, {"inputs": inputs, "how": "indexed"})

    def _evaluate(self, scope: Mapping[str, Any]) -> Result:
        """The answer for any values and cells."""
        inputs: dict[str, Any] = {}
        return self._answer_for(self._traced(scope, inputs), scope, inputs)

    def _traced(self, scope: Mapping[str, Any], inputs: dict[str, Any]) -> Iterator[Any]:
        """The values of the inputs, one by one; `inputs` gets what the trace keeps."""
        for one in self.inputs:
            try:
                value = one.value.evaluate(scope)
                inputs[one.name] = traced(value)
            except FeelError as error:
                raise EvaluationError(f"input {one.name}: {error}", column=one.name) from error
            yield value

    def _answer_for(
        self, given: Iterable[Any], scope: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> Result:
        mask = self.index.every
        values: list[Any] = []
        odd: list[int] = []
        for at, value in enumerate(given):
            found = self._found(at, value)
            mask &= self._unusual(value, odd, at, scope) if found is None else found
            values.append(value)
        if self.validity is not None:
            mask &= self._valid(scope)
        if odd or mask & self.index.open_rows:
            rows = self._running(mask, odd, values, scope)
            return self._answer(rows, scope, {"inputs": inputs, "how": "scanned"})
        return self._indexed(mask, scope, {"inputs": inputs, "how": "indexed"})

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
        odd = [at for at, value in enumerate(values) if self._found(at, value) is None]
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
        inputs = dict(zip((one.name for one in self.inputs), values, strict=True))
        return self._answer_for(values, scope, inputs)

    def read(self, scope: Mapping[str, Any]) -> list[Any]:
        """The checked values of the inputs. Raises `EvaluationError`."""
        return [self._checked(one, self._value(one, scope), scope) for one in self.inputs]

    def holds(self, row: Row, column: int, value: Any, scope: Mapping[str, Any]) -> bool:
        """Whether one cell holds. Raises `EvaluationError`."""
        return self._matches(row, (column,), {column: value}, scope)

    def valid(self, row: Row, scope: Mapping[str, Any]) -> bool:
        """Whether a row is valid on the day of the scope."""
        return row.valid(self._today(scope))

    def _found(self, at: int, value: Any) -> int | None:
        find = self.index.finders[at].get(type(value))
        return None if find is None else find(value)

    def _unusual(self, value: Any, odd: list[int], at: int, scope: Mapping[str, Any]) -> int:
        """A value that the index does not know: refused, or every cell of the column is run."""
        self._checked(self.inputs[at], value, scope)
        odd.append(at)
        return self.index.every

    def _running(
        self, mask: int, odd: Sequence[int], values: Sequence[Any], scope: Mapping[str, Any]
    ) -> list[Row]:
        """The rows of the bitmap whose open cells hold, and those of `odd` columns."""
        if odd:
            return self._scanning(mask, odd, values, scope)
        found: list[Row] = []
        known: dict[int, bool] = {}
        scopes: dict[int, Mapping[str, Any]] = {}
        while mask:
            length = mask.bit_length()
            row = self.rows[-length]
            # This row and those above it are done with.
            mask &= (1 << length - 1) - 1
            for column, number in self._open.by_row[-length]:
                if column not in scopes:
                    scopes[column] = with_input(values[column], scope)
                if number not in known:
                    known[number] = self._holds(row, column, values[column], scopes[column])
                if not known[number]:
                    mask &= self._open.others[number]
                    break
            else:
                found.append(row)
                if self.hit == "FIRST":
                    break
        return found

    def _scanning(
        self, mask: int, odd: Sequence[int], values: Sequence[Any], scope: Mapping[str, Any]
    ) -> list[Row]:
        found = []
        for number in numbers_of(mask, len(self.rows)):
            row = self.rows[number]
            if self._matches(row, self._last(number, odd), values, scope):
                found.append(row)
                if self.hit == "FIRST":
                    break
        return found

    def _last(self, row: int, odd: Sequence[int]) -> list[int]:
        return sorted({*self.index.open_by_row[row], *odd})

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
            value = values[column]
            if not self._holds(row, column, value, with_input(value, scope)):
                return False
        return True

    def _holds(self, row: Row, column: int, value: Any, scope: Mapping[str, Any]) -> bool:
        """Whether a cell holds where `?` is its value."""
        cell = row.cells[column]
        if cell is None:
            return True
        if value is None:
            return cell.evaluate(scope, strict=False) is True
        try:
            found = cell.evaluate(scope)
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
            f"row {row.id}, column {name}: {message} for {shown(value)}",
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
        if one.type and not fits(value, one.type):
            message = f"input {one.name} is {kind_shown(value)}, not {one.type}: {shown(value)}"
            raise EvaluationError(message, column=one.name, value=value)
        if one.allowed is not None and not self._allowed(one.allowed, value, scope):
            message = f"input {one.name} is not among the allowed values: {shown(value)}"
            raise EvaluationError(message, column=one.name, value=value)
        return value

    def _allowed(self, allowed: Expression, value: Any, scope: Mapping[str, Any]) -> bool:
        return allowed.evaluate(with_input(value, scope), strict=False) is True


def _column(one: Input, finders: Mapping[type, Finder]) -> _Column:
    keep = None if finders.keys() <= PLAIN else traced
    return one.name, named_alone(one.value), reader(one.value), finders.get, keep
