"""Rows of the order tables, written directly: the contracts of readers need no interpreter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from typing import Any, Final

from sqlalchemy import text
from sqlmodel import Session, SQLModel

from orderloom.platform.codec import dumps
from orderloom.platform.engine.state import OrderState
from orderloom.platform.store import Store
from orderloom.platform.store import tables_audit as audit
from orderloom.platform.store import tables_orders as orders
from orderloom.platform.store.columns import stamp

START = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
_SETTLED: Final = text(
    "SELECT COALESCE(bool_and(xid < pg_snapshot_xmin(pg_current_snapshot())), true)"
    " FROM audit_entry"
)


def at(minutes: int = 0) -> datetime:
    """So many minutes after the start."""
    return START + timedelta(minutes=minutes)


def add(store: Store, *rows: SQLModel) -> None:
    """Writes rows of any tables in one transaction."""
    with store.database.writing() as connection, Session(bind=connection) as unit:
        unit.add_all(rows)
        unit.flush()


def order(id_: int, organisation: int = 1, **more: Any) -> orders.OrderRow:
    """The row of an order; `data` is its document, `wake` an instant."""
    data = more.pop("data", {"total": 1})
    wake = more.pop("wake", None)
    state = OrderState(order=id_, process="b2b", status="open", number=f"SO-{id_:06}")
    values: dict[str, Any] = {
        "process": "b2b",
        "release_no": 1,
        "revision": 1,
        "status": "open",
        "chain_seq": 0,
        "commands": 1,
        "chain_head": "",
        "state": dumps(state.to_json()).decode(),
        "data": dumps(data).decode(),
        "wake_at": stamp(wake) if wake else None,
    }
    return orders.OrderRow(id=id_, organisation_id=organisation, **values | more)


def keys(
    id_: int, slots: Mapping[str, str | list[str]], *, organisation: int = 1
) -> list[SQLModel]:
    """The keys that lists find an order by: slot → key or keys."""
    return [
        orders.OrderKey(organisation_id=organisation, slot=slot, sort_key=key, order_id=id_)
        for slot, given in slots.items()
        for key in ([given] if isinstance(given, str) else given)
    ]


def numbered(id_: int, number: str, organisation: int = 1) -> orders.OrderReference:
    """The number of an order."""
    return orders.OrderReference(
        organisation_id=organisation, process="", key="number", value=number, order_id=id_
    )


def offer(
    id_: int, n: int, principal: str, *, due: datetime | None = None, organisation: int = 1
) -> orders.TaskCandidate:
    """A task of an order, offered to somebody."""
    return orders.TaskCandidate(
        organisation_id=organisation,
        principal=principal,
        due_at=stamp(due) if due else "~",
        order_id=id_,
        n=n,
    )


def job(n: int, organisation: int = 1, **more: Any) -> orders.OutboxRow:
    """A call of order 42 that waits since the start."""
    values: dict[str, Any] = {
        "order_id": 42,
        "kind": "call",
        "body": dumps(more.pop("body", {"connector": "erp"})).decode(),
        "due_at": stamp(more.pop("due", START)),
    }
    return orders.OutboxRow(organisation_id=organisation, n=n, **values | more)


def letter(to: int, stream: int, n: int, **more: Any) -> orders.InboxRow:
    """A message from one order to another."""
    values: dict[str, Any] = {
        "organisation_id": 1,
        "kind": "event",
        "body": dumps(more.pop("body", {"event": "go"})).decode(),
        "at": stamp(more.pop("at", START)),
    }
    return orders.InboxRow(to_order=to, from_stream=stream, from_n=n, **values | more)


def entry(stream: int, seq: int, organisation: int = 1, **more: Any) -> audit.AuditEntry:
    """An entry that says little."""
    body = {
        "act": "u_1",
        "at": stamp(START),
        "c": [seq, 0, 1],
        "ch": "api",
        "rt": 1,
        "t": "decided",
        "v": 1,
        **more.pop("facts", {}),
    }
    values: dict[str, Any] = {
        "type": "decided",
        "at": stamp(START),
        "actor": "u_1",
        "body": dumps(body).decode(),
        "hash": "aGFzaA==",
    }
    return audit.AuditEntry(organisation_id=organisation, stream=stream, seq=seq, **values | more)


def kept(stream: int, seq: int, slot: int, value: str, **more: Any) -> audit.AuditPersonal:
    """A personal value kept beside an entry; `value` is JSON."""
    values: dict[str, Any] = {"organisation_id": 1, "path": "name", "salt": "c2FsdA=="}
    return audit.AuditPersonal(stream=stream, seq=seq, slot=slot, value=value, **values | more)


def settled(store: Store) -> None:
    """Waits until every entry is older than the oldest open transaction of the whole server, other
    tests' in databases of their own included: so long the feed of PostgreSQL holds it back."""
    if store.database.sqlite:
        return
    latest = monotonic() + 60
    while True:
        with store.database.reading() as connection:
            if connection.execute(_SETTLED).scalar_one():
                return
        assert monotonic() < latest, "a transaction stays open on the server"
        sleep(0.01)
