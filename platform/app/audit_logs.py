"""The log for programs of others: spreadsheets (CSV), process miners (XES, OCEL 2.0).

Written as it is read, order by order. Personal values stay home unless they are asked for.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from tempfile import TemporaryFile
from typing import IO, Any, Final

from orderloom.audit.entry import decode
from orderloom.audit.export import Stream
from orderloom.audit.ocel import ocel
from orderloom.audit.personal import disclose
from orderloom.audit.xes import xes
from orderloom.platform.app.application import Application
from orderloom.platform.app.audit_formats import Progress, Wanted
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.released import Released
from orderloom.platform.app.withheld_exports import for_viewer, may_export
from orderloom.platform.codec import dumps
from orderloom.platform.problem import Refused, Rejection
from orderloom.rules.spreadsheet_csv import safe_cell

COLUMNS: Final = (
    *("order", "entry", "at", "type", "actor", "on_behalf_of", "channel", "command"),
    *("index", "definition", "facts", "hash"),
)
_BOM: Final = "\ufeff"
# Rows that leave together.
_AT_ONCE: Final = 500


def write_csv(app: Application, out: IO[bytes], wanted: Wanted, progress: Progress) -> None:
    """A row an entry; no cell is taken for a formula by who opens it. Raises `Refused`."""
    for piece in csv_pieces(_streams(app, wanted, progress), personal=wanted.personal is True):
        out.write(piece)


def write_xes(app: Application, out: IO[bytes], wanted: Wanted, progress: Progress) -> None:
    """A trace an order, IEEE 1849-2016. Raises `Refused`."""
    released = Released(app.store.definitions, app.registry)
    pieces = xes(
        app.store.audit.log(),
        _streams(app, wanted, progress),
        structure=released.structure,
        personal=wanted.personal is True,
    )
    for piece in pieces:
        out.write(piece)


def write_ocel(app: Application, out: IO[bytes], wanted: Wanted, progress: Progress) -> None:
    """OCEL 2.0 in JSON. Raises `Refused`."""
    released = Released(app.store.definitions, app.registry)
    with TemporaryFile() as spool:
        pieces = ocel(
            _streams(app, wanted, progress),
            spool=spool,
            version=released.version,
            personal=wanted.personal is True,
        )
        for piece in pieces:
            out.write(piece)


def csv_pieces(streams: Iterator[Stream], *, personal: bool = False) -> Iterator[bytes]:
    """RFC 4180, UTF-8 with the mark by which spreadsheets know it; `facts` is JSON, a personal
    value in it its commitment."""
    yield (_BOM + ",".join(COLUMNS) + "\r\n").encode()
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for stream in streams:
        for number, row in enumerate(_rows(stream, personal=personal), start=1):
            writer.writerow([safe_cell(cell) for cell in row])
            if number % _AT_ONCE == 0:
                yield _emptied(out)
        yield _emptied(out)


def _rows(stream: Stream, *, personal: bool) -> Iterator[tuple[str, ...]]:
    for stored in stream.entries:
        entry = decode(stored.body)
        kept = {each.slot: each.value for each in stored.personal} if personal else {}
        command, index, _ = entry.place
        for type_, told in entry.told():
            facts: dict[str, Any] = disclose(told, kept) if kept else told
            yield (
                *(stream.name, str(stored.seq), entry.at, type_, entry.actor),
                *(entry.on_behalf_of or "", entry.channel, str(command), str(index)),
                *(str(facts.get("def") or ""), dumps(facts).decode(), stored.hash.hex()),
            )


def _emptied(out: io.StringIO) -> bytes:
    made = out.getvalue().encode()
    out.seek(0)
    out.truncate()
    return made


def _streams(app: Application, wanted: Wanted, progress: Progress) -> Iterator[Stream]:
    """All streams, or the one of an order."""
    may_export(wanted)
    tables, order = app.store.audit, None
    if wanted.order is not None:
        head = app.views.head(wanted.viewer or OPERATOR, wanted.order)
        if isinstance(head, Rejection):
            raise Refused(head)
        order = head.id
    streams = for_viewer(app, wanted, tables.streams(order))
    return _told(streams, tables.count(), progress)


def _told(
    streams: Iterator[Stream], total: int, progress: Callable[[int, int], None]
) -> Iterator[Stream]:
    done = 0
    for stream in streams:
        yield stream
        done += stream.count
        progress(done, total)
