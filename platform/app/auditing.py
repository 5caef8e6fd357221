"""The audit from outside: verified as it stands in the database or in a file, and exported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from orderloom.audit.export import Stream, export
from orderloom.audit.verify import Head, Row
from orderloom.audit.verify import verify as verify_rows
from orderloom.audit.verify import verify_file as verify_export
from orderloom.platform.app.application import Application
from orderloom.platform.app.audit_formats import Progress, Wanted
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.problem import Refused, Rejection


def verify_store(
    app: Application, *, progress: Progress = lambda done, total: None
) -> dict[str, Any]:
    """`{ok, checked, streams, first?}` of the whole log in the database."""
    tables = app.store.audit
    total = tables.count()
    heads: dict[int, Head] = {}
    report = verify_rows(
        _rows(tables.streams(), heads),
        heads,
        log=tables.log(),
        progress=lambda done: progress(done, total),
    )
    return report.to_json()


def verify_file(path: Path, *, progress: Progress = lambda done, total: None) -> dict[str, Any]:
    """The same of an export. Raises `OSError` if it cannot be read."""
    return verify_export(path, progress=lambda done: progress(done, done)).to_json()


def export_lines(
    app: Application,
    *,
    order: str | None = None,
    personal: bool = True,
    progress: Progress = lambda done, total: None,
) -> Iterator[bytes]:
    """The lines of an export, of everything or of one order. Without `personal` the values behind
    commitments stay home; it can be verified all the same. Raises `Refused`."""
    tables = app.store.audit
    stream = None
    if order is not None:
        head = app.views.head(OPERATOR, order)
        if isinstance(head, Rejection):
            raise Refused(head)
        stream = head.id
    total = tables.count()
    lines = export(tables.log(), tables.streams(stream), personal=personal)
    for done, line in enumerate(lines, start=1):
        yield line
        if done % 1000 == 0:
            progress(done, total)


def write_lines(app: Application, out: IO[bytes], wanted: Wanted, progress: Progress) -> None:
    """Writes an export in format 1. Raises `Refused`."""
    personal = wanted.personal is not False
    for line in export_lines(app, order=wanted.order, personal=personal, progress=progress):
        out.write(line)


def _rows(streams: Iterator[Stream], heads: dict[int, Head]) -> Iterator[Row]:
    """Rows stream by stream; each stream's head is known before its first row is looked at."""
    for stream in streams:
        if stream.head or stream.count:
            heads[stream.stream] = Head(stream.count, stream.head, stream.name)
        for entry in stream.entries:
            kept = {each.slot: (each.salt, each.value) for each in entry.personal}
            yield Row(stream.stream, entry.seq, entry.hash, entry.body, entry.trace, kept or None)
