"""Streams whose entries hang together, written directly: to seal them no engine is needed."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from orderloom.audit.chain import genesis, link
from orderloom.platform.app.anchoring import Anchor, Anchoring
from orderloom.platform.app.metrics import Metrics
from orderloom.platform.app.seal_keys import KeyFile
from orderloom.platform.app.sealing import MOST, Sealing
from orderloom.platform.codec import dumps
from orderloom.platform.store import Store
from orderloom.platform.store.columns import stamp
from parts.store_rows import START, add, numbered, order, settled

_HEAD = "SELECT chain_seq, chain_head FROM order_row WHERE id = :stream"
_ENTRY = text(
    "INSERT INTO audit_entry (organisation_id, stream, seq, type, at, actor, body, hash)"
    " VALUES (1, :stream, :seq, :type, :at, 'u_1', :body, :hash)"
)
_MOVE = text("UPDATE order_row SET chain_seq = :seq, chain_head = :hash WHERE id = :stream")


def begin(store: Store, *streams: int) -> None:
    """Orders without entries, numbered SO-<stream>."""
    for stream in streams:
        add(store, order(stream), numbered(stream, f"SO-{stream}"))


def append(connection: Connection, log: str, stream: int, *, at: datetime = START) -> None:
    """One more entry of an order, within a transaction."""
    lock = "" if connection.dialect.name == "sqlite" else " FOR NO KEY UPDATE"
    seq, head = connection.execute(text(_HEAD + lock), {"stream": stream}).one()
    before = b64decode(head) if seq else genesis(log, stream)
    seq += 1
    type_ = "decided" if seq > 1 else "order.created"
    facts = {"act": "u_1", "at": stamp(at), "c": [seq, 0, 1], "ch": "api", "rt": 1, "v": 1}
    body = dumps({**facts, "t": type_})
    hash_ = b64encode(link(before, stream, seq, body)).decode()
    row: dict[str, Any] = {"stream": stream, "seq": seq, "hash": hash_}
    connection.execute(_ENTRY, {**row, "type": type_, "at": stamp(at), "body": body.decode()})
    connection.execute(_MOVE, row)


def write(store: Store, *streams: int, at: datetime = START) -> None:
    """One more entry of each of the streams, and nothing keeps them from being sealed."""
    with store.database.writing() as connection:
        for stream in streams:
            append(connection, store.log, stream, at=at)
    settled(store)


class Moving:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **span: int) -> None:
        self.at += timedelta(**span)


def sealer(
    store: Store,
    *anchors: Anchor,
    key: Path | None = None,
    now: Callable[[], datetime] | None = None,
    most: int = MOST,
    metrics: Metrics | None = None,
) -> Sealing:
    """A sealer of a store; its key lives as long as it where no file is named."""
    metrics, now = metrics or Metrics(), now or Moving()
    return Sealing(
        store.seal,
        store.log,
        KeyFile(key, f"orderloom/{store.log}"),
        now,
        metrics=metrics,
        anchoring=Anchoring(store.seal, anchors, now, metrics=metrics),
        most=most,
    )
