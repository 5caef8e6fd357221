"""Decision tables: inputs, rows, hit policies (language 4; DMN 1.5, 8.2).

Strict: an input or a cell that fails, or an input that is null where it may not be, is an error
with row, column and value; UNIQUE and ANY are enforced.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from orderloom.rules.error import EvaluationError, FeelError
from orderloom.rules.expression import Expression, parse_expression, parse_unary
from orderloom.rules.hit_policy import HIT_POLICIES, answer
from orderloom.rules.index import Index, build_index
from orderloom.rules.types import is_instance
from orderloom.rules.values import is_number, kind, to_json

ANY_CELL: Final = "-"


@dataclass(frozen=True, slots=True)
class Input:
    """`type`: a FEEL type, checked when given. `allowed`: unary tests the value must pass."""

    name: str
    value: Expression
    type: str | None = None
    nullable: bool = False
    allowed: Expression | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """`order`: the allowed values in order of priority. `default`: when no row matches."""

    name: str
    type: str | None = None
    order: tuple[Any, ...] = ()
    default: Expression | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """`cells`: one test an input, None for `-`. `outputs`: one expression an output or None."""

    id: str
    cells: tuple[Expression | None, ...]
    outputs: tuple[Expression | None, ...]
    valid_from: date | None = None
    valid_to: date | None = None

    def valid(self, today: date | None) -> bool:
        if today is None:
            return True
        starts = self.valid_from is None or self.valid_from <= today
        return starts and (self.valid_to is None or today <= self.valid_to)


Answer = tuple[Any, tuple[str, ...], dict[str, Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A compiled decision table. `index` finds the rows; where it cannot, cells are run."""

    id: str
    hit: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rows: tuple[Row, ...]
    index: Index
    dated: bool = False

    def evaluate(self, scope: Mapping[str, Any]) -> Answer:
        """Outputs, ids of the rows matched, and the trace."""
        values = [self._input(one, scope) for one in self.inputs]
        matched, how = self._matching(values, scope)
        outputs, rows = answer(self, matched, scope)
        inputs = {one.name: _traced(value) for one, value in zip(self.inputs, values, strict=True)}
        return outputs, tuple(row.id for row in rows), {"inputs": inputs, "how": how}

    def matching(self, values: Sequence[Any], scope: Mapping[str, Any]) -> list[Row]:
        """The rows that match, by running every cell: what the index must equal."""
        today = self._today(scope)
        return [
            row
            for row in self.rows
            if row.valid(today) and self._matches(row, range(len(row.cells)), values, scope)
        ]

    def _matching(self, values: Sequence[Any], scope: Mapping[str, Any]) -> tuple[list[Row], str]:
        candidates = self.index.candidates(values)
        today = self._today(scope)
        found = []
        for position in _bits(candidates):
            row = self.rows[position]
            open_cells = self.index.open_cells(position, values)
            if row.valid(today) and self._matches(row, open_cells, values, scope):
                found.append(row)
        return found, "indexed" if self.index.complete else "scanned"

    def _today(self, scope: Mapping[str, Any]) -> date | None:
        if not self.dated:
            return None
        try:
            today = scope["today"]
        except KeyError:
            return None
        return today if isinstance(today, date) else None

    def _matches(
        self, row: Row, columns: Sequence[int] | range, values: Sequence[Any], scope: Any
    ) -> bool:
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

    def _input(self, one: Input, scope: Mapping[str, Any]) -> Any:
        try:
            value = one.value.evaluate(scope)
        except FeelError as error:
            message = f"input {one.name}: {error}"
            raise EvaluationError(message, column=one.name) from error
        if value is None:
            if one.nullable:
                return None
            raise EvaluationError(f"input {one.name} is null", column=one.name)
        if one.type and not _fits(value, one.type):
            message = f"input {one.name} is {kind(value)}, not {one.type}: {_shown(value)}"
            raise EvaluationError(message, column=one.name, value=value)
        if one.allowed is not None and one.allowed.evaluate(_WithInput(value, scope)) is not True:
            message = f"input {one.name} is not among the allowed values: {_shown(value)}"
            raise EvaluationError(message, column=one.name, value=value)
        return value


def compile_table(document: Mapping[str, Any], *, names: Iterable[str] = ()) -> Table:
    """The table of a checked document. Raises `FeelError` for a cell that cannot be read."""
    inputs = tuple(_input(one, names) for one in document.get("inputs") or ())
    outputs = tuple(_output(one, names) for one in document.get("outputs") or ())
    rows = tuple(
        _row(one, number, inputs, outputs, names)
        for number, one in enumerate(document.get("rules") or (), 1)
    )
    hit = str(document.get("hit", "UNIQUE"))
    if hit not in HIT_POLICIES:
        raise FeelError(f"{hit} is not a hit policy")
    return Table(
        id=document["id"],
        hit=hit,
        inputs=inputs,
        outputs=outputs,
        rows=rows,
        index=build_index([row.cells for row in rows], len(inputs)),
        dated=any(row.valid_from or row.valid_to for row in rows),
    )


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


def _input(one: Mapping[str, Any], names: Iterable[str]) -> Input:
    allowed = one.get("allowed")
    return Input(
        name=one["name"],
        value=parse_expression(str(one.get("value", one["name"])), names=names),
        type=one.get("type"),
        nullable=bool(one.get("nullable", False)),
        allowed=parse_unary(allowed, names=names) if allowed else None,
    )


def _output(one: Mapping[str, Any], names: Iterable[str]) -> Output:
    default = one.get("default")
    return Output(
        name=one["name"],
        type=one.get("type"),
        order=_order(one.get("allowed")),
        default=parse_expression(_text(default), names=names) if default is not None else None,
    )


def _order(allowed: str | None) -> tuple[Any, ...]:
    if not allowed:
        return ()
    value = parse_expression(f"[{allowed}]").evaluate({}, strict=False)
    return tuple(value) if isinstance(value, list) else ()


def _row(
    one: Mapping[str, Any],
    number: int,
    inputs: Sequence[Input],
    outputs: Sequence[Output],
    names: Iterable[str],
) -> Row:
    id_ = str(one.get("id", number))
    when, then = one.get("when") or {}, one.get("then") or {}
    cells = [_at(when, index, input_.name) for index, input_ in enumerate(inputs)]
    values = [_at(then, index, output.name) for index, output in enumerate(outputs)]
    try:
        return Row(
            id=id_,
            cells=tuple(_cell(cell, names) for cell in cells),
            outputs=tuple(
                None if value is None else parse_expression(_text(value), names=names)
                for value in values
            ),
            valid_from=_date(one.get("valid_from")),
            valid_to=_date(one.get("valid_to")),
        )
    except FeelError as error:
        raise FeelError(f"row {id_}: {error}", error.position) from error


def _at(cells: Any, index: int, name: str) -> Any:
    if isinstance(cells, Mapping):
        return cells.get(name)
    return cells[index] if index < len(cells) else None


def _cell(cell: Any, names: Iterable[str]) -> Expression | None:
    if cell is None or (isinstance(cell, str) and cell.strip() in (ANY_CELL, "")):
        return None
    return parse_unary(_text(cell), names=names)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _date(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


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


def _bits(mask: int) -> list[int]:
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
