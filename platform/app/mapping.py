"""A mapping: how records of another system become data of one process (`docs/mappings.md`)."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orderloom.platform.app.records import read_records
from orderloom.platform.codec import CodecError, load_yaml
from orderloom.platform.definitions.compile_values import feel_text
from orderloom.platform.problem import Refused, Rejection
from orderloom.rules import EvaluationError, Expression, FeelError, parse_expression, to_json

KEYS = {"mapping", "title", "process", "from", "records", "join", "key", "if", "data"}


@dataclass(frozen=True, slots=True)
class Join:
    """A side file: its rows by the text of the field `key`."""

    file: str
    key: str


@dataclass(frozen=True, slots=True)
class OrderMapping:
    """A compiled mapping. Expressions read `record` and the joined names."""

    name: str
    process: str
    source: str
    records: str | None
    joins: Map[str, Join]
    key: Expression
    condition: Expression | None
    data: Expression

    def side_files(self, folder: Path) -> dict[str, dict[str, Any]]:
        """Every joined file as key text → row. Raises `Refused` where a file is missing."""
        return {name: _rows(folder / join.file, join.key) for name, join in self.joins.items()}

    def apply(self, record: Any, sides: Map[str, Any]) -> Mapped | Rejection | None:
        """The order of one record; None where the mapping's `if` leaves it out."""
        scope = {**sides, "record": record}
        key = None
        try:
            if self.condition is not None and self.condition.evaluate(scope) is not True:
                return None
            key = to_json(self.key.evaluate(scope))
            data = to_json(self.data.evaluate(scope))
        except (FeelError, EvaluationError) as error:
            params = {"problem": str(error), "key": None if key is None else str(key)}
            return Rejection("import.expression", str(error), params)
        if key is None or isinstance(key, (dict, list)):
            return Rejection("import.no_key", "the record has no key")
        return Mapped(str(key), _without_nulls(data))


@dataclass(frozen=True, slots=True)
class Mapped:
    """The key and the data of one order to be made."""

    key: str
    data: dict[str, Any]


def find_mapping(bundle: Path, name: str) -> OrderMapping:
    """The mapping `name` of a bundle's folder, or the file of that path. Raises `Refused`."""
    for path in (bundle / "mappings" / f"{name}.yaml", Path(name)):
        if path.is_file():
            return read_mapping(path)
    raise Refused(Rejection("mapping.unknown", f"no mapping {name}", {"mapping": name}))


def read_mapping(path: Path) -> OrderMapping:
    """Reads and compiles a mapping file. Raises `Refused` with the place of what is wrong."""
    try:
        document = load_yaml(path.read_text(encoding="utf-8"), file=str(path)).value
        return compile_mapping(document)
    except (CodecError, FeelError) as error:
        message = f"{path.name}: {error}"
        raise Refused(Rejection("mapping.invalid", message, {"problem": message})) from error


def compile_mapping(document: Any) -> OrderMapping:
    """Compiles a mapping's document. Raises `Refused` or `FeelError`."""
    if not isinstance(document, dict):
        raise _invalid("a mapping is a map")
    unknown = sorted(key for key in document if key not in KEYS and not key.startswith("x-"))
    missing = sorted({"mapping", "process", "from", "key", "data"} - document.keys())
    if unknown or missing:
        raise _invalid(
            "; ".join(
                [
                    *(f"unknown key {key}" for key in unknown),
                    *(f"{key} is missing" for key in missing),
                ]
            )
        )
    condition = document.get("if")
    return OrderMapping(
        name=document["mapping"],
        process=document["process"],
        source=document["from"],
        records=document.get("records"),
        joins={
            name: Join(file=join["file"], key=join["key"])
            for name, join in (document.get("join") or {}).items()
        },
        key=_expression(document["key"]),
        condition=None if condition is None else _expression(condition),
        data=_expression(document["data"]),
    )


def _expression(value: Any) -> Expression:
    return parse_expression(feel_text(value))


def _invalid(message: str) -> Refused:
    return Refused(Rejection("mapping.invalid", message, {"problem": message}))


def _rows(path: Path, key: str) -> dict[str, Any]:
    if not path.is_file():
        raise Refused(Rejection("mapping.no_file", f"there is no {path.name}", {"file": path.name}))
    return {
        str(record.value[key]): record.value
        for record in read_records(path)
        if isinstance(record.value, dict) and key in record.value
    }


def _without_nulls(value: Any) -> Any:
    """In data null and absent are one (language 2): the absent form is kept."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value
