"""Somebody was at the tables of a sealed log: the verifier of its export names order and entry."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from parts.application import small_application
from parts.behind_the_back import without_triggers
from parts.examples import NOW
from parts.postgres import PostgresServer
from parts.store_rows import settled
from sqlalchemy import text

from orderloom.audit.chain import genesis, link
from orderloom.audit.verify import Problem, Report, verify_file
from orderloom.platform.app.application import Application
from orderloom.platform.app.audit_formats import Wanted
from orderloom.platform.app.audit_zip import write_zip
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Command
from orderloom.platform.problem import Rejection

WHOLE = (
    "DELETE FROM audit_personal WHERE stream = :o",
    "DELETE FROM audit_entry WHERE stream = :o",
    "DELETE FROM order_reference WHERE order_id = :o",
    "DELETE FROM order_row WHERE id = :o",
)


class Log(NamedTuple):
    app: Application
    order: int
    path: Path

    def verified(self, order: str | None = None) -> Report:
        with self.path.open("wb") as out:
            write_zip(self.app, out, Wanted(personal=True, order=order), lambda done, total: None)
        return verify_file(self.path)


@pytest.fixture(params=["sqlite", pytest.param("pg", marks=pytest.mark.postgres)])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Log]:
    """Three orders, all of them sealed; the second is looked at."""
    server: PostgresServer | None = None
    if request.param == "pg":
        server = request.getfixturevalue("postgres_server")
    url = server.create() if server else ""
    with small_application(tmp_path, database=url, clock=NOW) as app:
        alice = app.accounts.by_login("alice")
        assert alice is not None
        orders = []
        for _ in range(3):
            made = app.handle(
                Command(body=c.Create("request", {"title": "Desk", "total": 250}), actor=alice)
            )
            assert not isinstance(made, Rejection)
            orders.append(made.order)
        settled(app.store)
        app.sealing.seal()
        yield Log(app, orders[1], tmp_path / "e.zip")
    if server:
        server.drop(url)


def test_what_was_removed_or_changed_is_named(log: Log) -> None:
    good = log.verified()
    assert good.ok, good.problems
    assert good.facts["unsealed"] == 0
    one = log.verified(order="RQ-000002")
    assert (one.ok, one.facts["content"], one.facts["unsealed"]) == (True, "orders", 0)
    _rewrite(log)
    assert log.verified().first == Problem("RQ-000002", 2, "changed")
    without_triggers(log.app.store, *WHOLE, o=log.order)
    assert log.verified().first == Problem("RQ-000002", 1, "missing")


def _rewrite(log: Log) -> None:
    """Everything from entry 2 on, with the hashes and the head that fit: only the seal tells."""
    store = log.app.store
    with store.database.reading() as connection:
        found = connection.execute(
            text("SELECT seq, body FROM audit_entry WHERE stream = :o ORDER BY seq"),
            {"o": log.order},
        ).all()
    before, statements = genesis(store.log, log.order), []
    values: dict[str, Any] = {"o": log.order}
    for seq, body in found:
        changed = body if seq == 1 else body.replace('"rt":1', '"rt":2')
        before = link(before, log.order, seq, changed.encode())
        hash_ = b64encode(before).decode()
        values |= {f"b{seq}": changed, f"h{seq}": hash_, "head": hash_}
        place = f"stream = :o AND seq = {seq}"
        statements.append(f"UPDATE audit_entry SET body = :b{seq}, hash = :h{seq} WHERE {place}")
    statements.append("UPDATE order_row SET chain_head = :head WHERE id = :o")
    without_triggers(store, *statements, **values)
