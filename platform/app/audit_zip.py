"""The log, or some of its orders, as audit format 2: a zip with the tree and its signatures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, Final

from orderloom.audit.checkpoint import sign
from orderloom.audit.export import Stream
from orderloom.audit.export_zip import Export, Sealed, export_zip
from orderloom.audit.merkle import inclusion
from orderloom.platform.app.application import Application
from orderloom.platform.app.audit_formats import Progress, Wanted
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.seal_keys import KeyFault
from orderloom.platform.app.withheld_exports import may_export_whole
from orderloom.platform.engine.step import iso
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.store.seal_rows import CheckpointRow, SealTables

# Of more checkpoints than this only some are told, the last and those of a new key among them.
MOST_CHECKPOINTS: Final = 10_000


def write_zip(app: Application, out: IO[bytes], wanted: Wanted, progress: Progress) -> None:
    """Writes an export of format 2; of one order it proves every entry. Raises `Refused`."""
    may_export_whole(app, wanted)
    orders = None
    if wanted.order is not None:
        head = app.views.head(OPERATOR, wanted.order)
        if isinstance(head, Rejection):
            raise Refused(head)
        orders = [head.id]
    total = app.store.audit.count()
    write_orders(
        app,
        out,
        orders,
        personal=bool(wanted.personal),
        progress=lambda done: progress(done, total),
    )


def write_orders(
    app: Application,
    out: IO[bytes],
    orders: Sequence[int] | None,
    *,
    personal: bool,
    extras: Mapping[str, bytes] | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> str:
    """Writes chosen orders (by ascending id), or all of the log, with `extras` for people; answers
    the file's digest."""
    sealed = sealed_so_far(app)
    told = Export(
        log=app.store.audit.log(),
        at=iso(app.clock.now()),
        whole=orders is None,
        personal=personal,
        extras=extras or {},
    )
    return export_zip(out, told, _streams(app, orders), sealed, progress=progress)


def sealed_so_far(app: Application) -> Sealed:
    """What the tree is now. Whoever has the key signs the manifest as well."""
    tables = app.store.seal
    rows = tables.checkpoints()
    if not rows:
        return Sealed()
    last = rows[-1]
    return Sealed(
        size=last.size,
        notes=[(row.no, row.note) for row in _some(rows)],
        keys=[row.verifier for row in tables.signers()],
        leaves=lambda: tables.leaves(0, last.size),
        prove=lambda stream, seq: _proof(tables, last.size, stream, seq),
        sign=_signer(app),
    )


def _streams(app: Application, orders: Sequence[int] | None) -> Iterator[Stream]:
    if orders is None:
        yield from app.store.audit.streams()
        return
    for order in sorted(set(orders)):
        yield from app.store.audit.streams(order)


def _proof(
    tables: SealTables, size: int, stream: int, seq: int
) -> tuple[int, Sequence[bytes]] | None:
    index = tables.index_of(stream, seq)
    if index is None or index >= size:
        return None
    return index, inclusion(index, size, tables.subtree)


def _signer(app: Application) -> Callable[[str], str] | None:
    try:
        keys = app.sealing.keys.read()
    except KeyFault:
        return None
    return (lambda text: sign(text, keys[:1])) if keys else None


def _some(rows: Sequence[CheckpointRow]) -> Sequence[CheckpointRow]:
    """Not more than so many, spread over all of them."""
    if len(rows) <= MOST_CHECKPOINTS:
        return rows
    step = -(-len(rows) // MOST_CHECKPOINTS)
    return [
        row
        for at, row in enumerate(rows)
        if at % step == 0 or at == len(rows) - 1 or row.note.count("\n— ") > 1
    ]
