"""On PostgreSQL the application works as a role that cannot rewrite what it has written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from fastapi.testclient import TestClient
from parts.application import small_application
from parts.command_line import CommandLine
from parts.examples import NOW
from parts.postgres import PostgresServer
from parts.replayed import replayed

from orderloom.platform.app.application import Application
from orderloom.platform.app.auditing import verify_store
from orderloom.platform.app.readiness import REWRITABLE
from orderloom.platform.bootstrap import build, worker_of
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Command
from orderloom.platform.problem import Rejection
from orderloom.platform.settings import Settings
from orderloom.platform.store.roles import _LIMITED, grants
from orderloom.platform.store.tables import METADATA
from orderloom.platform.web.app import create_app

ROLE = "ol_app"


@pytest.fixture(scope="module")
def owned(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str, Path]]:
    """The owner's URL and the application's, of a database with an order; and the home folder."""
    folder, url = tmp_path_factory.mktemp("roles"), postgres_server.create()
    with small_application(folder, database=url, clock=NOW) as app:
        _order(app)
        app.sealing.seal()
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(
            f"DO $$ BEGIN CREATE ROLE {ROLE} LOGIN; EXCEPTION WHEN duplicate_object THEN END $$"
        )
        for statement in grants(ROLE):
            owner.execute(statement)
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    yield url, urlunsplit(parts._replace(netloc=f"{ROLE}@{host}")), folder
    postgres_server.drop(url)


def _order(app: Application) -> int:
    alice, bob, carol = (app.accounts.by_login(login) for login in ("alice", "bob", "carol"))
    assert alice is not None
    assert bob is not None
    assert carol is not None
    body = c.Create("request", {"title": "Desk", "total": 250})
    made = app.handle(Command(body=body, actor=alice))
    assert not isinstance(made, Rejection), made
    for actor, step in (
        (alice, c.EditData({"note": "two"})),
        (bob, c.CastVerdict(3, "approve", "ok")),
    ):
        app.handle(Command(body=step, actor=actor, order=made.order))
    (task,) = app.store.reads.orders_by_id(1, [made.order])[made.order].state.tasks
    paid = c.CompleteTask(int(task), data={"invoice": "I-7"})
    app.handle(Command(body=paid, actor=carol, order=made.order))
    return made.order


@pytest.mark.postgres
def test_the_application_works_as_that_role(owned: tuple[str, str, Path]) -> None:
    _, url, folder = owned
    app = build(Settings(home=folder / "home", database_url=url, clock=NOW, second_person=False))
    try:
        order = _order(app)
        state = app.store.reads.orders_by_id(1, [order])[order].state
        assert state.status == "ended"
        worker = worker_of(app)
        worker.start()
        worker.stop()
        assert app.sealing.seal() is not None
        assert verify_store(app)["ok"]
        assert replayed(app).ok
        assert app.store.roles.rewritable() == []
    finally:
        app.close()


FORBIDDEN = (
    "UPDATE audit_entry SET body = '{}'",
    "UPDATE audit_entry SET actor = 'u_1'",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry",
    "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_entry_rows ON audit_entry",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION audit_entry_keeps() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RETURN NEW; END $$",
    "CREATE TABLE mine (id int)",
    "DELETE FROM audit_personal",
    "UPDATE audit_personal SET path = 'x'",
    "TRUNCATE audit_tile",
    "DELETE FROM audit_tile",
    "UPDATE audit_tile SET n = 7",
    "UPDATE audit_checkpoint SET size = 0",
    "DELETE FROM audit_checkpoint",
    "DELETE FROM audit_key",
    "UPDATE definition_version SET body = '{}'",
    "DELETE FROM definition_version",
    "DELETE FROM audit_stream",
    "UPDATE installation SET value = 'x'",
    "UPDATE alembic_version SET version_num = 'x'",
    "DROP TABLE audit_entry",
)


@pytest.mark.postgres
@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_database_refuses(owned: tuple[str, str, Path], statement: str) -> None:
    with (
        psycopg.connect(owned[1], autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


# What the role may by its columns, and the triggers refuse all the same.
NARROWED = (
    "UPDATE audit_entry SET trace = '{}'",
    "UPDATE audit_personal SET value = '\"other\"'",
    r"UPDATE audit_tile SET hashes = '\x00'",
)


@pytest.mark.postgres
@pytest.mark.parametrize("statement", NARROWED)
def test_triggers_narrow_what_is_left(owned: tuple[str, str, Path], statement: str) -> None:
    with (
        psycopg.connect(owned[1], autocommit=True) as connection,
        pytest.raises(psycopg.errors.IntegrityConstraintViolation),
    ):
        connection.execute(statement)


@pytest.mark.postgres
def test_what_an_erasure_and_a_clean_up_need_is_allowed(owned: tuple[str, str, Path]) -> None:
    with psycopg.connect(owned[1]) as connection:
        connection.execute("UPDATE audit_entry SET trace = NULL")
        connection.execute("UPDATE audit_personal SET salt = '', value = '', erased_at = 'now'")
        connection.rollback()


@pytest.mark.postgres
def test_the_command_says_who_could_rewrite(
    owned: tuple[str, str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, url, folder = owned
    line = CommandLine()
    monkeypatch.setenv("ORDERLOOM_HOME", str(folder / "home"))
    monkeypatch.setenv("ORDERLOOM_DATABASE_URL", owner)
    asked = line.json("audit", "roles")
    assert (asked.code, "audit_entry" in asked.json["rewritable"]) == (1, True)
    assert line.run("audit", "roles", "--apply", "--role", ROLE).code == 0
    monkeypatch.setenv("ORDERLOOM_DATABASE_URL", url)
    assert line.json("audit", "roles").json == {"ok": True, "rewritable": []}


@pytest.mark.postgres
@pytest.mark.parametrize("which", [0, 1])
def test_readiness_warns(owned: tuple[str, str, Path], which: int) -> None:
    url = owned[:2][which]
    app = build(Settings(home=owned[2] / "home", database_url=url, clock=NOW))
    try:
        answer = TestClient(create_app(app)).get("/readyz")
        assert (answer.status_code, REWRITABLE in answer.text) == (200, which == 0)
    finally:
        app.close()


def test_the_statements_name_every_table_once() -> None:
    made = grants(ROLE)
    for table in METADATA.tables:
        assert sum(f" ON {table} TO {ROLE}" in each for each in made) == 1
    assert set(_LIMITED) <= set(METADATA.tables)


def test_on_sqlite_there_are_no_roles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERLOOM_HOME", str(tmp_path))
    line = CommandLine()
    assert line.run("audit", "roles", "--sql").out.splitlines()[-1].endswith("TO orderloom_app;")
    assert line.json("audit", "roles", "--sql", "--role", "a; DROP").json["code"] == "role.name"
    assert line.json("audit", "roles", "--apply").json["code"] == "roles.none"
    assert line.run("audit", "roles").code == 0
