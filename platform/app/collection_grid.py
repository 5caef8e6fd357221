"""Records as lines of cells, and back: what CSV files and workbooks hold, lossless.

A column for each field, by its dotted path (`address.city`); lists, and objects whose fields are
not known, are JSON. An empty cell is no value; a text that could be taken for something else is
JSON text (`""`, `" a "`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from orderloom.forms.nodes import Node, find
from orderloom.platform.app.collection_schema import Collection
from orderloom.platform.codec import CodecError, dumps, loads_strict
from orderloom.platform.problem import Rejection
from orderloom.rules.spreadsheet import Grid

# What workbooks make of days and instants (`rules.spreadsheet_xlsx`).
_MOMENT: Final = '@"'
_TRUE: Final = frozenset(("true", "yes", "1"))
_FALSE: Final = frozenset(("false", "no", "0"))
_DIGITS: Final = 34
# What JSON values begin with.
_JSON: Final = frozenset('[{"-0123456789tfn')

Path = tuple[str, ...]


class BadCell(Exception):
    """A cell that is no value of its field; `code` and `params` as a `Rejection` has them."""

    def __init__(self, code: str, message: str, **params: Any) -> None:
        super().__init__(message)
        self.rejection = Rejection(code, message, params)


def columns_of(collection: Collection) -> tuple[Path, ...]:
    """The fields that have a column, the key first."""
    paths = tuple(_leaves(collection.form.root, ()))
    key = (collection.field,)
    return (key, *(path for path in paths if path != key))


def grid_of(collection: Collection, records: Sequence[Mapping[str, Any]]) -> Grid:
    """A line of names, then a line for each record. Fields that no schema names have a column where
    a record has them."""
    columns = list(columns_of(collection))
    known = set(columns)
    for record in records:
        for name in record:
            if (name,) not in known and not any(path[0] == name for path in columns):
                columns.append((name,))
                known.add((name,))
    kinds = [_kind(collection, path) for path in columns]
    lines = [
        [_written(_at(record, path), kind) for path, kind in zip(columns, kinds, strict=True)]
        for record in records
    ]
    return [[".".join(path) for path in columns], *lines]


def path_of(collection: Collection, name: str) -> Path | Rejection:
    """The field of a column's name."""
    path = tuple(name.strip().split("."))
    if collection.form.knows(path) == "no" or not all(path):
        message = f"there is no field {name[:60]}"
        return Rejection("record.column", message, {"column": name[:60]})
    return path


def value_of(collection: Collection, path: Path, cell: str) -> Any:
    """What a cell says of a field; None for an empty one. Raises `BadCell`."""
    text = cell.strip()
    if not text:
        return None
    kind = _kind(collection, path)
    if kind == "string":
        return _text(text)
    if kind in ("number", "integer"):
        return _number(text)
    if kind == "boolean":
        return _truth(text)
    return _json(text, kind)


def with_value(record: dict[str, Any], path: Path, value: Any) -> None:
    """Puts a value at a path of the record, None takes it away."""
    for part in path[:-1]:
        inner = record.get(part)
        record[part] = dict(inner) if isinstance(inner, Mapping) else {}
        record = record[part]
    if value is None:
        record.pop(path[-1], None)
    else:
        record[path[-1]] = value


def shown(value: Any) -> str:
    """A value as people read it in a cell; nothing for none."""
    return value if isinstance(value, str) else _written(value, "any")


def _kind(collection: Collection, path: Path) -> str:
    node = find(collection.form.root, path)
    return node.kind if node is not None else "any"


def _leaves(node: Node, path: Path) -> Iterator[Path]:
    for name, below in node.properties.items():
        if below.kind == "object" and below.properties and not below.open:
            yield from _leaves(below, (*path, name))
        else:
            yield (*path, name)


def _at(record: Mapping[str, Any], path: Path) -> Any:
    value: Any = record
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _written(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return dumps(value).decode()
    plain = value and value == value.strip() and not value.startswith(('"', _MOMENT))
    plain = plain and (kind == "string" or value[0] not in _JSON)
    return value if plain else dumps(value).decode()


def _text(text: str) -> str:
    if text.startswith(_MOMENT) and text.endswith('"'):
        return text[len(_MOMENT) : -1]
    if text.startswith('"'):
        value = _json(text, "string")
        if isinstance(value, str):
            return value
    return text


def _number(text: str) -> int | Decimal:
    digits = text.replace(".", "", 1).removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > _DIGITS:
        raise BadCell("record.number", f"{text[:40]} is no number such as 1234.50", text=text[:40])
    return Decimal(text) if "." in text else int(text)


def _truth(text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise BadCell("record.truth", f"{text[:40]} is neither true nor false", text=text[:40])


def _json(text: str, kind: str) -> Any:
    if kind == "any" and text[0] not in _JSON:
        return text
    try:
        return loads_strict(text)
    except CodecError as error:
        if kind == "any":
            return text
        raise BadCell("record.json", f"not JSON: {error}", text=text[:40]) from None
