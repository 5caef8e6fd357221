"""Somebody was at the tables: order and entry are named, in the database and in an export."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from parts.application import small_application
from parts.examples import NOW
from parts.postgres import PostgresServer
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from orderloom.audit.verify import verify_lines
from orderloom.platform.app.application import Application
from orderloom.platform.app.auditing import export_lines, verify_store
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Command
from orderloom.platform.problem import Rejection

TABLES = ("order_row", "order_reference", "audit_entry", "audit_personal", "audit_stream")
Tamper = Callable[[Connection, int], None]


class Kept:
    """An application with three orders and a security stream, put back after each test."""

    def __init__(self, app: Application) -> None:
        self.app = app
        self.orders = [_order(app) for _ in range(3)]
        mallory = app.accounts.by_login("mallory")
        assert mallory is not None
        app.handle(Command(body=c.SendEvent("paid"), actor=mallory, order=self.orders[0]))
        self.sqlite = app.store.database.sqlite
        with app.store.database.writing() as connection:
            self.triggers = self._triggers(connection)
            for table in TABLES:
                made = f"CREATE TABLE kept_{table} AS SELECT * FROM {table}"
                connection.exec_driver_sql(made)

    def tamper(self, act: Tamper) -> None:
        with self.app.store.database.writing() as connection:
            self._off(connection)
            act(connection, self.orders[1])

    def restore(self) -> None:
        with self.app.store.database.writing() as connection:
            self._off(connection)
            for table in TABLES:
                connection.exec_driver_sql(f"DELETE FROM {table}")
                over = "" if self.sqlite or table != "audit_entry" else "OVERRIDING SYSTEM VALUE "
                connection.exec_driver_sql(f"INSERT INTO {table} {over}SELECT * FROM kept_{table}")
            for _, sql in self.triggers if self.sqlite else ():
                connection.exec_driver_sql(sql)

    def _triggers(self, connection: Connection) -> list[tuple[str, str]]:
        if not self.sqlite:
            return []
        sql = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        return [(str(name), str(made)) for name, made in connection.exec_driver_sql(sql)]

    def _off(self, connection: Connection) -> None:
        """What only the owner of the database can do."""
        if not self.sqlite:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for name, _ in self.triggers:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")


def _order(app: Application) -> int:
    alice, bob = (app.accounts.by_login(login) for login in ("alice", "bob"))
    assert alice is not None
    assert bob is not None
    made = app.handle(
        Command(body=c.Create("request", {"title": "Desk", "total": 250}), actor=alice)
    )
    assert not isinstance(made, Rejection)
    for said in ("soon", "please"):
        app.handle(Command(body=c.Comment(said), actor=alice, order=made.order))
    app.handle(Command(body=c.CastVerdict(3, "approve", "ok"), actor=bob, order=made.order))
    return made.order


@pytest.fixture(scope="module", params=["sqlite", pytest.param("pg", marks=pytest.mark.postgres)])
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kept]:
    folder = tmp_path_factory.mktemp("tampered")
    if request.param == "sqlite":
        with small_application(folder, clock=NOW) as app:
            yield Kept(app)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create()
    with small_application(folder, database=url, clock=NOW) as app:
        yield Kept(app)
    server.drop(url)


@pytest.fixture
def kept(opened: Kept) -> Iterator[Kept]:
    yield opened
    opened.restore()


def sql(*statements: str) -> Tamper:
    """Statements about the order `:o`."""

    def act(connection: Connection, order: int) -> None:
        for statement in statements:
            connection.execute(text(statement), {"o": order} if ":o" in statement else {})

    return act


ENTRY = "FROM audit_entry WHERE stream = :o"
COLUMNS = "organisation_id, type, at, actor, subject, body, hash, trace"
TAMPERINGS: dict[str, tuple[Tamper, int, str]] = {
    "a byte of a body": (
        sql("UPDATE audit_entry SET body = replace(body, 'Desk', 'Dusk') WHERE stream = :o"),
        1,
        "changed",
    ),
    "a hash": (
        sql("UPDATE audit_entry SET hash = 'AAAA' WHERE stream = :o AND seq = 3"),
        3,
        "changed",
    ),
    "a trace": (
        sql("UPDATE audit_entry SET trace = '{}' WHERE stream = :o AND type = 'decided'"),
        0,
        "changed",
    ),
    "a personal value": (
        sql("UPDATE audit_personal SET value = '\"no\"' WHERE stream = :o"),
        0,
        "changed",
    ),
    "an entry taken out": (sql(f"DELETE {ENTRY} AND seq = 4"), 4, "missing"),
    "an entry taken out, the others moved up": (
        sql(
            f"DELETE {ENTRY} AND seq = 4",
            "UPDATE audit_entry SET seq = -seq WHERE stream = :o AND seq > 4",
            "UPDATE audit_entry SET seq = -seq - 1 WHERE stream = :o AND seq < 0",
        ),
        4,
        "missing",
    ),
    "an entry put in": (
        sql(
            "UPDATE audit_entry SET seq = -seq WHERE stream = :o AND seq > 3",
            "UPDATE audit_entry SET seq = -seq + 1 WHERE stream = :o AND seq < 0",
            f"INSERT INTO audit_entry (stream, seq, {COLUMNS})"
            f" SELECT stream, 4, {COLUMNS} {ENTRY} AND seq = 2",
        ),
        4,
        "inserted",
    ),
    "two entries changed places": (
        sql(
            "UPDATE audit_entry SET seq = -5 WHERE stream = :o AND seq = 4",
            "UPDATE audit_entry SET seq = 4 WHERE stream = :o AND seq = 5",
            "UPDATE audit_entry SET seq = 5 WHERE stream = :o AND seq = -5",
        ),
        4,
        "reordered",
    ),
    "the tail cut off": (sql(f"DELETE {ENTRY} AND seq > 4"), 5, "cut"),
    "all entries of an order": (sql(f"DELETE {ENTRY}"), 1, "cut"),
    "an order, all but its number": (
        sql(f"DELETE {ENTRY}", "DELETE FROM order_row WHERE id = :o"),
        1,
        "cut",
    ),
    # Half a command is left, which no chain can hold. (A cut between two commands, the head with
    # it, is what receipts and exports kept elsewhere are for.)
    "the tail and the head": (
        sql(
            f"DELETE {ENTRY} AND seq > 2",
            "UPDATE order_row SET chain_seq = 2, chain_head ="
            " (SELECT hash FROM audit_entry WHERE stream = :o AND seq = 2) WHERE id = :o",
        ),
        3,
        "cut",
    ),
    "the order's row": (sql("DELETE FROM order_row WHERE id = :o"), 1, "inserted"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_the_order_and_the_entry_are_named(kept: Kept, name: str) -> None:
    tamper, entry, problem = TAMPERINGS[name]
    assert verify_store(kept.app)["ok"]
    kept.tamper(tamper)
    report = verify_store(kept.app)
    expected = entry or _places(kept, name)
    number = "RQ-000002" if name != "the order's row" else kept.orders[1]
    first = {"order": number, "entry": expected, "problem": problem}
    assert report["first"] == first
    exported = verify_lines(export_lines(kept.app)).to_json()
    assert exported["first"]["problem"] in (problem, "changed")
    assert (exported["first"]["entry"], exported["ok"]) == (expected, False)


def _places(kept: Kept, name: str) -> int:
    """Where the trace or the value stands."""
    table = "audit_personal" if "value" in name else "audit_entry"
    more = "" if "value" in name else " AND trace IS NOT NULL"
    with kept.app.store.database.reading() as connection:
        found = connection.execute(
            text(f"SELECT MIN(seq) FROM {table} WHERE stream = :o{more}"),
            {"o": kept.orders[1]},
        )
        return int(found.scalar_one())


def test_an_order_removed_whole_is_missing_from_a_later_look_at_the_export(kept: Kept) -> None:
    lines = list(export_lines(kept.app))
    place = next(n for n, line in enumerate(lines) if b'"RQ-000002"' in line)
    rest = next(n for n, line in enumerate(lines[place + 1 :], place + 1) if b'"head":' in line)
    report = verify_lines([*lines[:place], *lines[rest:]])
    assert report.first is not None
    assert report.first.problem == "missing"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET body = '{}'",
        "UPDATE audit_entry SET hash = ''",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_personal",
    ],
)
def test_the_database_refuses(kept: Kept, statement: str) -> None:
    with (
        pytest.raises(DBAPIError, match="keeps what it has"),
        kept.app.store.database.writing() as connection,
    ):
        connection.exec_driver_sql(statement)
    assert verify_store(kept.app)["ok"]
