"""A decision from a file of another program, compared with the draft that it would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from orderloom.platform.app.tables import READERS, WRITERS, table_of
from orderloom.platform.codec import canonical
from orderloom.platform.definitions import Document, Finding
from orderloom.platform.definitions.diff import Difference, differences
from orderloom.platform.problem import Refused, Rejection
from orderloom.rules import FeelError
from orderloom.rules.dmn_writing import write_dmn
from orderloom.rules.dmn_xml import read_dmn
from orderloom.rules.normal_form import ANY_CELL, cells_of, expression_text, normal
from orderloom.rules.spreadsheet import COLUMN, RULE, Grid, address, grid_of

DMN: Final = ".dmn"
_ARCHIVE: Final = b"PK\x03\x04"
# More than a definition may have as text, since spreadsheets say the same with more signs.
MOST_BYTES: Final = 4_000_000
MOST_LISTED: Final = 100
FORMATS: Final = ("xlsx", "csv", "dmn")
# What a model of another tool says of a decision; all else of a draft stays.
_DECIDING: Final = frozenset(
    ("hit", "inputs", "outputs", "rules", "value", "requires", "parameters", "reads")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`value`: what the draft would become; `changes`: of what it is. `left_out`: what a model has
    and could not be taken. `which`: the decision of the file, `others`: all that it has. `places`:
    cells of the spreadsheet by paths of the value."""

    value: Mapping[str, Any]
    changes: tuple[Difference, ...]
    left_out: tuple[str, ...] = ()
    which: str = ""
    others: tuple[str, ...] = ()
    places: Mapping[str, str]

    def place_of(self, finding: Finding) -> str:
        """The cell of the file that a finding is about; empty where it is about none."""
        parts = finding.path.split(".")
        while parts:
            if ".".join(parts) in self.places:
                return self.places[".".join(parts)]
            parts.pop()
        return ""


def proposal(there: Mapping[str, Any], content: bytes, *, which: str = "") -> Proposal | Rejection:
    """What a file makes of the decision that is `there`; its content says what it is. `which`: of
    a model with several decisions; by default the one of the same id, else the first."""
    if len(content) > MOST_BYTES:
        message = f"The file is longer than {MOST_BYTES} bytes."
        return Rejection("table.too_long", message, {"most": MOST_BYTES})
    file = Path(f"file{_suffix(content)}")
    try:
        if file.suffix.lower() == DMN:
            return _of_model(there, file, content, which)
        value = table_of(file, content)
        places = _places(READERS[file.suffix.lower()](content))
    except Refused as refused:
        return refused.rejection
    value = _kept(there, {**value, "kind": there.get("kind"), "id": there.get("id")})
    return Proposal(value=value, changes=_changes(there, value), places=places)


def written(value: Mapping[str, Any], format_: str) -> bytes | Rejection:
    """The decision as a file: `xlsx`, `csv` or `dmn`; no cell of it is taken for a formula."""
    try:
        if format_ == "dmn":
            required = {
                str(one).partition("@")[0] for one in (value.get("requires") or {}).values()
            }
            alone = {**value, "requires": {}} if required else value
            return write_dmn([alone], name=str(value.get("id"))).encode()
        write = WRITERS.get(f".{format_}")
        if write is None:
            message = f"There is no format {format_}."
            return Rejection("table.format", message, {"file": format_[:40]})
        return write(grid_of(value))
    except (FeelError, TypeError, ValueError, LookupError, AttributeError) as error:
        # A draft may be anything; what is no decision yet cannot be written.
        params = {"problem": str(error)[:300]}
        return Rejection("table.not_written", f"It cannot be written: {error}", params)


def _suffix(content: bytes) -> str:
    """What begins as an archive is a workbook, what begins as XML a model, all else is text."""
    if content.startswith(_ARCHIVE):
        return ".xlsx"
    return DMN if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else ".csv"


def _of_model(
    there: Mapping[str, Any], file: Path, content: bytes, which: str
) -> Proposal | Rejection:
    model = read_dmn(content)
    left_out = (*model.unsupported, *model.adapted, *model.notes)[:MOST_LISTED]
    found = {str(one["id"]): one for one in model.decisions}
    if not found:
        message = f"{file.name} has no decision that can be taken."
        details = tuple(Rejection("table.cell", one, {"message": one}) for one in left_out)
        return Rejection("table.no_decision", message, {"file": file.name}, details=details)
    own = str(there.get("id"))
    chosen = which if which in found else own if own in found else next(iter(found))
    stays = {key: value for key, value in there.items() if key not in _DECIDING}
    made = {key: value for key, value in found[chosen].items() if key in _DECIDING}
    value = _kept(there, {**stays, **made})
    return Proposal(
        value=value,
        changes=_changes(there, value),
        left_out=left_out,
        which=chosen,
        others=tuple(found),
        places={},
    )


def _changes(there: Mapping[str, Any], value: Mapping[str, Any]) -> tuple[Difference, ...]:
    before, after = (
        Document("decision", str(there.get("id")), "", 1, one) for one in (there, value)
    )
    return differences([before], [after])


def _kept(there: Mapping[str, Any], made: Mapping[str, Any]) -> dict[str, Any]:
    """What the file says, written as the draft writes it wherever both say the same: its keys in
    their order, rows and columns as they stand there."""
    try:
        before, after = normal(there), normal(made)
    except (KeyError, TypeError, AttributeError, ValueError):
        return dict(made)
    told: dict[str, Any] = {}
    for key in (*there, *made):
        if key not in after:
            # What goes without saying may be said all the same.
            if key in there and key not in before:
                told[key] = there[key]
            continue
        old, new = there.get(key), made.get(key, after[key])
        if key in before and _same(before[key], after[key]):
            told[key] = old
        elif isinstance(old, list) and isinstance(new, list):
            made_of = _elements(old, before.get(key), new, after[key])
            told[key] = _alike(there, made_of) if key == "rules" else made_of
        else:
            told[key] = new
    return told


def _elements(old: Sequence[Any], before: Any, new: Sequence[Any], after: Any) -> list[Any]:
    known = {canonical(one): written for one, written in zip(before or (), old, strict=False)}
    return [known.get(canonical(one), written) for one, written in zip(after, new, strict=False)]


def _alike(there: Mapping[str, Any], rows: Sequence[Any]) -> list[Any]:
    """Rows that changed written as those that stand in their places: by name or by position, and
    each cell that says the same as it was."""
    old: Sequence[Any] = there["rules"]
    named = {row["id"]: row for row in old if "id" in row}
    before = [*old, *[None] * len(rows)][: len(rows)]
    return [
        row if row is each else _written_as(there, named.get(row.get("id"), each), row)
        for row, each in zip(rows, before, strict=True)
    ]


def _written_as(there: Mapping[str, Any], before: Any, row: dict[str, Any]) -> dict[str, Any]:
    if before is None:
        return row
    told: dict[str, Any] = {}
    for key in (*before, *(each for each in row if each not in before)):
        columns = there.get({"when": "inputs", "then": "outputs"}.get(key, ""))
        if key in row and columns is None:
            told[key] = row[key]
        elif key in row:
            names = [one["name"] for one in columns or ()]
            told[key] = _cells(
                before.get(key), row[key], names, ANY_CELL if key == "when" else None
            )
    return told


def _cells(before: Any, after: Any, names: Sequence[str], blank: str | None) -> Any:
    """`blank`: what a list says where a row says nothing."""
    old, new = cells_of(before, names), cells_of(after, names)
    made = {
        name: old[name]
        if name in old and expression_text(old[name]) == expression_text(text)
        else text
        for name, text in new.items()
    }
    if not isinstance(before, list):
        return {name: made[name] for name in (*old, *new) if name in made}
    return [made.get(name, blank) for name in names]


def _same(one: Any, other: Any) -> bool:
    return canonical(one) == canonical(other)


def _places(grid: Grid) -> dict[str, str]:
    """Cells of a spreadsheet by the paths of the decision that it says."""
    head = next((n for n, line in enumerate(grid) if line and line[0].strip() == COLUMN), None)
    if head is None:
        return {}
    found: dict[str, str] = {}
    names = next((line for line in grid[head:] if line and line[0].strip() == "name"), [])
    columns = [
        (at, kind.strip(), names[at].strip() if at < len(names) else "")
        for at, kind in enumerate(grid[head])
        if kind.strip() in ("input", "output")
    ]
    for kind, key in (("input", "inputs"), ("output", "outputs")):
        for number, (at, _, _) in enumerate(one for one in columns if one[1] == kind):
            found[f"{key}.{number}"] = address(head, at)
    lines = [n for n, line in enumerate(grid) if n > head and line and line[0].strip() == RULE]
    for number, line in enumerate(lines):
        found[f"rules.{number}"] = address(line, 0)
        for at, kind, name in columns:
            cells = "when" if kind == "input" else "then"
            found[f"rules.{number}.{cells}.{name}"] = address(line, at)
    return found
