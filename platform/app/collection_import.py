"""Records from a file: first what would change, cell by cell, then all of it or nothing."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from orderloom.platform.app.collection_grid import (
    BadCell,
    Path,
    columns_of,
    grid_of,
    path_of,
    value_of,
    with_value,
)
from orderloom.platform.app.collection_records import Collections, differences
from orderloom.platform.app.collection_schema import Collection, kept, key_text
from orderloom.platform.app.record_keeping import ChangeRecords, Edit
from orderloom.platform.app.runner import Runner
from orderloom.platform.codec import digest
from orderloom.platform.engine.commands import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.collection_rows import Record
from orderloom.platform.store.collections import SqlCollections
from orderloom.rules.spreadsheet import MOST_ROWS, Grid, GridError
from orderloom.rules.spreadsheet_csv import read_csv, write_csv
from orderloom.rules.spreadsheet_xlsx import read_xlsx, write_xlsx

# A workbook is an archive; nothing else that is taken begins so.
_ARCHIVE: Final = b"PK\x03\x04"
_PART: Final = 1000
FORMATS: Final = ("csv", "xlsx")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A cell, or a whole row (`column` empty), that cannot be taken. Rows as a spreadsheet counts
    them, the line of names is 1."""

    row: int
    column: str
    problem: Rejection


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one row makes of a record. `version` 0: it is new. `fields`: name, before, after."""

    row: int
    key: str
    version: int
    after: Mapping[str, Any]
    fields: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A file beside what is there. `digest`: of everything that would change."""

    added: tuple[Proposal, ...] = ()
    changed: tuple[Proposal, ...] = ()
    unchanged: int = 0
    rejected: tuple[Refusal, ...] = ()
    accepted: bool = False

    @property
    def digest(self) -> str:
        told = [[each.key, each.version, each.after] for each in (*self.added, *self.changed)]
        return digest([told, [[each.row, each.column] for each in self.rejected]])


class CollectionImport:
    """For holders of `collections.edit`; export for those who may read."""

    def __init__(self, collections: Collections, tables: SqlCollections, runner: Runner) -> None:
        self._collections = collections
        self._tables = tables
        self._runner = runner

    def compare(self, actor: Actor, id: str, data: bytes) -> Comparison | Rejection:
        """What the file would change; nothing is. A file that cannot be read at all is
        `import.unreadable`."""
        found = self._collections.to_edit(actor, id)
        if isinstance(found, Rejection):
            return found
        grid = read_grid(found, data)
        if isinstance(grid, Rejection):
            return grid
        records = every_record(self._tables, actor.organisation, id)
        merged = self._tables.merges(actor.organisation, id)
        return compared(found, grid, {each.key: each for each in records}, merged)

    def accept(
        self, actor: Actor, id: str, data: bytes, *, channel: str, expected: str | None = None
    ) -> Comparison | Rejection:
        """Brings the file in, all of it or nothing: with a row that is rejected nothing happens,
        and `accepted` is false. `expected`: the `digest` of the comparison that was looked at;
        where it would be another one now it is `import.overtaken`."""
        made = self.compare(actor, id, data)
        if isinstance(made, Rejection):
            return made
        if expected is not None and made.digest != expected:
            return Rejection("import.overtaken", "the records have changed meanwhile")
        if made.rejected:
            return made
        edits = tuple(
            Edit(key=each.key, after=each.after, expected=each.version)
            for each in (*made.added, *made.changed)
        )
        if edits:
            work = ChangeRecords(
                actor=actor, channel=channel, collection=id, edits=edits, way="import"
            )
            done = self._runner.change_records(work)
            if isinstance(done, Rejection):
                return done
        return Comparison(
            added=made.added, changed=made.changed, unchanged=made.unchanged, accepted=True
        )

    def export(self, actor: Actor, id: str, format: str) -> bytes | Rejection:
        """All records as `csv` or `xlsx`; what `compare` finds unchanged."""
        found = self._collections.one(actor, id)
        if isinstance(found, Rejection):
            return found
        if format not in FORMATS:
            message = f"Expected {' or '.join(FORMATS)}"
            return Rejection("import.format", message, {"format": format[:20]}, path="format")
        try:
            records = every_record(self._tables, actor.organisation, id)
            bodies = [each.body for each in records]
            grid = grid_of(found, bodies)
            file = write_csv(grid) if format == "csv" else write_xlsx(grid, title=id[:31])
        except GridError as error:
            return _unreadable(error)
        self._collections.seeing.records(actor, found, bodies, taken=format)
        return file


def every_record(tables: SqlCollections, organisation: int, id: str) -> list[Record]:
    """All records by key, a page at a time; not many more than a file can have."""
    rows: list[Record] = []
    while len(rows) <= MOST_ROWS:
        after = rows[-1].place if rows else None
        part = tables.search(organisation, id, "", after, _PART)
        rows += part
        if len(part) < _PART:
            break
    return rows


def read_grid(collection: Collection, data: bytes) -> Grid | Rejection:
    """A workbook or CSV as lines of cells."""
    names = [".".join(path) for path in columns_of(collection)]
    try:
        return read_xlsx(data) if data.startswith(_ARCHIVE) else read_csv(data, names=names)
    except GridError as error:
        return _unreadable(error)


def compared(
    collection: Collection,
    grid: Grid,
    known: Mapping[str, Record],
    merged: Mapping[str, str] | None = None,
) -> Comparison:
    """A grid beside the records that are there, by key. A field without a column keeps its value,
    an empty cell takes it away; records without a row stay as they are. `merged`: keys that lead to
    others, and take no record."""
    reading = _Reading(collection, known, merged or {})
    reading.read(grid)
    return Comparison(
        added=tuple(each for each in reading.proposals if not each.version),
        changed=tuple(each for each in reading.proposals if each.version),
        unchanged=reading.unchanged,
        rejected=tuple(reading.rejected),
    )


@dataclass
class _Reading:
    collection: Collection
    known: Mapping[str, Record]
    merged: Mapping[str, str]
    proposals: list[Proposal] = field(default_factory=list)
    rejected: list[Refusal] = field(default_factory=list)
    unchanged: int = 0
    seen: dict[str, int] = field(default_factory=dict)

    def read(self, grid: Grid) -> None:
        lines = [(row, line) for row, line in enumerate(grid, 1) if any(map(str.strip, line))]
        if not lines:
            self._reject(1, "", Rejection("record.no_columns", "the first line names the fields"))
            return
        head, names = lines[0]
        columns = self._columns(head, names)
        if columns is None:
            return
        for row, line in lines[1:]:
            self._row(row, line, columns)

    def _columns(self, row: int, names: Sequence[str]) -> dict[int, tuple[str, Path]] | None:
        before = len(self.rejected)
        found: dict[int, tuple[str, Path]] = {}
        for at, name in enumerate(names):
            path = path_of(self.collection, name)
            if not name.strip():
                continue
            if isinstance(path, Rejection):
                self._reject(row, name, path)
            elif any(path == other for _, other in found.values()):
                problem = Rejection("record.column_twice", f"{name} comes twice", {"column": name})
                self._reject(row, name, problem)
            else:
                found[at] = (name.strip(), path)
        key = self.collection.field
        if not any(path == (key,) for _, path in found.values()):
            problem = Rejection("record.no_key_column", f"no column {key}", {"field": key})
            self._reject(row, key, problem)
        return found if len(self.rejected) == before else None

    def _row(self, row: int, line: Sequence[str], columns: Mapping[int, tuple[str, Path]]) -> None:
        before = len(self.rejected)
        values: dict[Path, Any] = {}
        for at, (name, path) in columns.items():
            try:
                cell = line[at] if at < len(line) else ""
                values[path] = value_of(self.collection, path, cell)
            except BadCell as bad:
                self._reject(row, name, bad.rejection)
        for cell in [cell for at, cell in enumerate(line) if at not in columns and cell.strip()]:
            problem = Rejection("record.no_column", f"{cell[:40]} stands below no name")
            self._reject(row, "", problem)
        key = key_text(values.get((self.collection.field,)))
        if len(self.rejected) == before:
            self._propose(row, key, values)

    def _propose(self, row: int, key: str | None, values: Mapping[Path, Any]) -> None:
        there = self.known.get(key) if key is not None else None
        after: dict[str, Any] = copy.deepcopy(dict(there.body)) if there is not None else {}
        for path, value in values.items():
            with_value(after, path, value)
        after = _without_empty(kept(after), {path[0] for path in values if len(path) > 1})
        problems = self.collection.problems(after)
        for problem in problems:
            self._reject(row, problem.path or "", problem)
        if problems or key is None:
            return
        if key in self.seen:
            params = {"key": key, "row": self.seen[key]}
            self._reject(
                row,
                self.collection.field,
                Rejection("record.twice", f"{key} stands in row {self.seen[key]} too", params),
            )
            return
        if key in self.merged:
            params = {"key": key, "kept": self.merged[key]}
            problem = Rejection("record.merged", f"{key} leads to {self.merged[key]}", params)
            self._reject(row, self.collection.field, problem)
            return
        self.seen[key] = row
        fields = differences(there.body if there is not None else None, after)
        if there is not None and not fields:
            self.unchanged += 1
            return
        version = there.version if there is not None else 0
        self.proposals.append(Proposal(row, key, version, after, fields))

    def _reject(self, row: int, column: str, problem: Rejection) -> None:
        self.rejected.append(Refusal(row, column.strip()[:100], problem))


def _without_empty(record: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """Objects whose columns are all empty are none."""
    return {name: value for name, value in record.items() if not (name in names and value == {})}


def _unreadable(error: GridError) -> Rejection:
    details = tuple(
        Rejection("import.cell", problem, {"problem": problem}) for problem in error.problems[:50]
    )
    params = {"problem": str(error)[:400]}
    return Rejection("import.unreadable", str(error)[:400], params, details=details)
