"""Decisions as spreadsheets: written, compared cell by cell, and taken back once accepted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from orderloom.platform.app.bundles import refused_by
from orderloom.platform.codec import dump_yaml, dumps
from orderloom.platform.definitions import (
    Bundle,
    Document,
    errors,
    read_bundle,
    shape_findings,
)
from orderloom.platform.problem import Refused, Rejection
from orderloom.rules import FeelError, compile_decision
from orderloom.rules.decision_changes import decision_changes
from orderloom.rules.spreadsheet import GridError, document_of, grid_of
from orderloom.rules.spreadsheet_csv import LIMIT_BYTES, read_csv, write_csv
from orderloom.rules.spreadsheet_xlsx import read_xlsx, write_xlsx

WRITERS: Final = {".csv": write_csv, ".xlsx": write_xlsx}
READERS: Final = {".csv": read_csv, ".xlsx": read_xlsx}
_BETWEEN: Final = re.compile(r"^---[ \t]*\r?\n", re.MULTILINE)


def export_table(bundle: Bundle, target: Path, decision: str | None = None) -> str:
    """Writes one decision, which may stay unnamed where it is the only one; gives its id.

    The format is what `target` ends in: `.csv` or `.xlsx`. Raises `Refused`, `OSError`.
    """
    write = WRITERS.get(target.suffix.lower())
    if write is None:
        raise _unknown(target)
    document = one_decision(bundle, decision)
    try:
        content = write(grid_of(document.value))
    except GridError as error:
        raise _not_a_table(target, error) from error
    target.write_bytes(content)
    return document.id


def read_table(file: Path) -> dict[str, Any]:
    """The decision of a spreadsheet, checked as far as it can be alone. Raises `Refused`."""
    if file.suffix.lower() not in READERS:
        raise _unknown(file)
    with file.open("rb") as opened:
        return table_of(file, opened.read(LIMIT_BYTES + 1))


def table_of(file: Path, content: bytes) -> dict[str, Any]:
    """The same of the content of a file with that name. Raises `Refused`."""
    read = READERS.get(file.suffix.lower())
    if read is None:
        raise _unknown(file)
    try:
        value = document_of(read(content))
    except GridError as error:
        raise _not_a_table(file, error) from error
    document = Document("decision", str(value.get("id") or ""), file.name, 1, value)
    found = errors(shape_findings(document))
    if found:
        raise Refused(refused_by(found))
    try:
        compile_decision({**value, "requires": {}})
    except FeelError as error:
        raise _not_a_table(file, GridError([str(error)])) from error
    return value


def table_changes(file: Path, target: Path, decision: str | None = None) -> list[dict[str, Any]]:
    """`{place, before, after}` of what `file` would change in `target`, cell by cell.

    Everything where `target` is not there, or has no such decision. Raises `Refused`.
    """
    value = read_table(file)
    document = _there(target, decision or str(value["id"]))
    before = {} if document is None else document.value
    return [
        {"place": one.place, "before": one.before, "after": one.after}
        for one in decision_changes(before, value)
    ]


def accept_table(file: Path, target: Path, decision: str | None = None) -> None:
    """Puts the decision of `file` where the one of its id stands in `target`, or at its end.

    Other documents of `target` stay as they are written, to the last sign. Raises `Refused`.
    """
    value = read_table(file)
    wanted = decision or str(value["id"])
    text = target.read_text(encoding="utf-8") if target.exists() else ""
    made = dump_yaml(value)
    there = _documents(target)
    at = next((n for n, one in enumerate(there) if _is(one, wanted)), None)
    parts = _parts(text, there)
    if at is None:
        parts.append(made)
    else:
        parts[at] = made
    whole = [part if part.endswith("\n") else f"{part}\n" for part in parts]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("---\n".join(whole), encoding="utf-8", newline="\n")


def shown(value: Any) -> str:
    """A cell for people: text as it is, all else as JSON, nothing as a dash."""
    if value is None:
        return "–"
    return value if isinstance(value, str) else dumps(value).decode()


def one_decision(bundle: Bundle, id_: str | None) -> Document:
    """The decision of this id, or the only one. Raises `Refused`."""
    found = [one for one in bundle.documents if one.kind == "decision"]
    if id_ is None and len(found) == 1:
        return found[0]
    for one in found:
        if one.id == id_:
            return one
    if id_ is None:
        names = ", ".join(one.id for one in found)
        message = f"Name one of the decisions: {names}."
        raise Refused(Rejection("table.which", message, {"decisions": names}))
    message = f"There is no decision {id_}."
    raise Refused(Rejection("decision.not_found", message, {"decision": id_}))


def _there(target: Path, wanted: str) -> Document | None:
    return next((one for one in _documents(target) if _is(one, wanted)), None)


def _is(one: Document, wanted: str) -> bool:
    return one.kind == "decision" and one.id == wanted


def _documents(target: Path) -> list[Document]:
    """All documents of one file in their order; none where it is not there."""
    if not target.exists():
        return []
    if target.is_dir() or target.suffix not in (".yaml", ".yml"):
        message = f"{target.name} is no YAML file of definitions."
        raise Refused(Rejection("table.target", message, {"file": target.name}))
    bundle = read_bundle(target)
    if not isinstance(bundle, Bundle):
        raise Refused(refused_by(bundle))
    if bundle.findings:
        raise Refused(refused_by(bundle.findings))
    return sorted((*bundle.documents, *bundle.scenarios), key=lambda one: one.line)


def _parts(text: str, there: list[Document]) -> list[str]:
    """The text of each document; written anew where it cannot be told apart."""
    parts = [part for part in _BETWEEN.split(text) if part.strip()]
    if len(parts) == len(there):
        return parts
    return [dump_yaml(dict(one.value)) for one in there]


def _unknown(file: Path) -> Refused:
    message = f"{file.name} ends neither in .csv nor in .xlsx."
    return Refused(Rejection("table.format", message, {"file": file.name}))


def _not_a_table(file: Path, error: GridError) -> Refused:
    message = f"{file.name} cannot be taken."
    details = tuple(Rejection("table.cell", one, {"message": one}) for one in error.problems)
    return Refused(Rejection("table.cells", message, {"file": file.name}, details=details))
