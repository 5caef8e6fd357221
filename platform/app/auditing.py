"""The audit from outside: verified as it stands in the database or in a file, and exported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from orderloom.audit.checkpoint import read_verifier_key
from orderloom.audit.export import export
from orderloom.audit.verify import verify_file as verify_export
from orderloom.audit.verify_notes import read_key
from orderloom.platform.app.application import Application
from orderloom.platform.app.audit_formats import Progress, Wanted
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.verifying import verify_database
from orderloom.platform.app.withheld_exports import may_export_whole
from orderloom.platform.problem import Refused, Rejection


def verify_store(
    app: Application, *, key: str | None = None, progress: Progress = lambda done, total: None
) -> dict[str, Any]:
    """`{ok, checked, streams, checkpoint, unsealed, first?, problems?}` of the whole log in the
    database: its chains, the tree over them, its checkpoints, and the anchor's file. `key`: a
    verifier key that somebody kept; without it the file beside the database is believed."""
    return verify_database(
        app.store,
        verifier=app.sealing.known_verifier() if key is None else None,
        kept=key,
        anchor=app.settings.audit_anchor_file,
        progress=progress,
    )


def verifier_key(text: str) -> str:
    """A verifier key as somebody kept it. Raises `ValueError`."""
    return str(read_verifier_key(text.strip()))


def verify_file(
    path: Path, *, key: str | None = None, progress: Progress = lambda done, total: None
) -> dict[str, Any]:
    """The same of an export. Raises `OSError` if it cannot be read."""
    keys = () if key is None else (read_key(key),)
    return verify_export(path, keys=keys, progress=lambda done: progress(done, done)).to_json()


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
    may_export_whole(app, wanted)
    personal = wanted.personal is not False
    for line in export_lines(app, order=wanted.order, personal=personal, progress=progress):
        out.write(line)
