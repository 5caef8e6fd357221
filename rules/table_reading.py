"""Decision tables as documents write them (language 4), compiled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from orderloom.rules.columns import Input, Output, Row
from orderloom.rules.error import FeelError
from orderloom.rules.expression import Expression, parse_expression, parse_unary
from orderloom.rules.hit_policy import HIT_POLICIES
from orderloom.rules.index import build_index, validity
from orderloom.rules.literals import NotLiteral, literal
from orderloom.rules.table import Table
from orderloom.rules.written import feel_text

ANY_CELL: Final = "-"
ABSENT: Final = object()
# A decision that nobody else names.
UNNAMED: Final = "decision"


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
    dated = any(row.valid_from or row.valid_to for row in rows)
    return Table(
        id=str(document.get("id", UNNAMED)),
        hit=hit,
        inputs=inputs,
        outputs=outputs,
        rows=rows,
        index=build_index(
            [row.cells for row in rows],
            [one.type for one in inputs],
            [one.nullable for one in inputs],
            [one.allowed for one in inputs],
        ),
        validity=validity([(row.valid_from, row.valid_to) for row in rows]) if dated else None,
    )


def _input(one: Mapping[str, Any], names: Iterable[str]) -> Input:
    allowed = one.get("allowed")
    return Input(
        name=one["name"],
        value=parse_expression(feel_text(one.get("value", one["name"])), names=names),
        type=_type(one.get("type")),
        nullable=bool(one.get("nullable", False)),
        allowed=parse_unary(allowed, names=names) if allowed else None,
    )


def _output(one: Mapping[str, Any], names: Iterable[str]) -> Output:
    default = one.get("default")
    return Output(
        name=one["name"],
        type=_type(one.get("type")),
        order=_order(one.get("allowed")),
        default=parse_expression(feel_text(default), names=names) if default is not None else None,
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
    try:
        found = tuple(
            _then(_at(then, index, output.name, ABSENT), output, names)
            for index, output in enumerate(outputs)
        )
        return Row(
            id=id_,
            cells=tuple(_cell(cell, names) for cell in cells),
            outputs=found,
            values=_values(found),
            valid_from=_date(one.get("valid_from")),
            valid_to=_date(one.get("valid_to")),
        )
    except FeelError as error:
        raise FeelError(f"row {id_}: {error}", error.position) from error


def _at(cells: Any, index: int, name: str, absent: Any = None) -> Any:
    if isinstance(cells, Mapping):
        return cells.get(name, absent)
    return cells[index] if index < len(cells) else absent


def _then(cell: Any, output: Output, names: Iterable[str]) -> Expression | None:
    """What a row gives: where it says nothing, the default of the output; a null is a null."""
    if cell is ABSENT:
        return output.default
    return None if cell is None else parse_expression(feel_text(cell), names=names)


def _cell(cell: Any, names: Iterable[str]) -> Expression | None:
    if cell is None or (isinstance(cell, str) and cell.strip() in (ANY_CELL, "")):
        return None
    return parse_unary(feel_text(cell), names=names)


def _type(value: Any) -> str | None:
    """A type as text: a list of a type is `[…]`, a context `{…}`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_type(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(str(_type(inner)) for inner in value) + "]"
    return value if isinstance(value, str) else None


def _date(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


def _values(outputs: Sequence[Expression | None]) -> tuple[Any, ...] | None:
    """The outputs of a row whose outputs are all literals."""
    try:
        return tuple(None if one is None else literal(one.node) for one in outputs)
    except NotLiteral:
        return None
