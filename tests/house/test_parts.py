"""The outer parts that tests use are real, and closed to the outside."""

import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from parts.application import small_application
from parts.asking import ask
from parts.migrated import empty, lay_tables
from parts.network import OutsideConnection
from parts.postgres import PostgresServer
from playwright.sync_api import Error, Page

from orderloom.platform.store import open_store

SOCKET = """address => new Promise(done => {
  const socket = new WebSocket(address);
  socket.onopen = () => done("open");
  socket.onerror = () => done("refused");
})"""


def test_a_connection_that_leaves_this_machine_is_refused() -> None:
    with socket.socket() as outgoing, pytest.raises(OutsideConnection):
        outgoing.connect(("192.0.2.1", 80))


def test_a_name_of_another_machine_is_not_even_looked_up() -> None:
    with pytest.raises(OutsideConnection):
        socket.getaddrinfo("example.org", 80)


def test_postgres_gives_each_test_an_empty_database(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        found = connection.execute("SELECT count(*) FROM pg_class WHERE relname = 'kept'")
        assert found.fetchone() == (0,)
        connection.execute("CREATE TABLE kept (n int)")


def test_a_database_can_be_the_template_of_another(postgres_server: PostgresServer) -> None:
    template = postgres_server.create()
    with psycopg.connect(template) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    copy = postgres_server.create(template=template)
    with psycopg.connect(copy) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)
    postgres_server.drop(copy)
    postgres_server.drop(template)


def test_what_was_used_is_emptied_to_what_the_migration_leaves(
    migrated_postgres: str, postgres_url: str, tmp_path: Path
) -> None:
    fresh = open_store(postgres_url)
    fresh.migrate()
    fresh.close()
    with small_application(tmp_path, database=migrated_postgres) as app:
        before = app.store.log
    assert _rows(migrated_postgres) != _rows(postgres_url)
    empty(migrated_postgres)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        # The id of the log is the program's: it is made when the database is opened.
        assert connection.execute("DELETE FROM installation").rowcount == 1
    assert _rows(migrated_postgres) == _rows(postgres_url)
    with small_application(tmp_path / "again", database=migrated_postgres) as app:
        assert app.store.log != before


def test_a_file_is_laid_as_the_migration_leaves_it(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path / name}" for name in ("laid.db", "migrated.db")]
    lay_tables(urls[0])
    dumped, logs = list[list[str]](), set[str]()
    for url in urls:
        with closing(open_store(url)) as store:
            store.migrate()
            logs.add(store.log)
            with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
                dumped.append([line.replace(store.log, "log") for line in connection.iterdump()])
    assert dumped[0] == dumped[1]
    assert len(logs) == 2


def _rows(url: str) -> list[tuple[object, ...]]:
    """How many rows each table has, and where the sequences stand."""
    with psycopg.connect(url) as connection:
        names = connection.execute(
            "SELECT relname, relkind FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE nspname = 'public' AND relkind IN ('r', 'S') ORDER BY relname"
        ).fetchall()
        columns = {"r": "count(*)", "S": "max(last_value)"}
        return [
            (name, *connection.execute(f'SELECT {columns[kind]} FROM "{name}"').fetchall())
            for name, kind in names
        ]


def test_the_browser_runs_pages_and_reaches_nothing_outside(page: Page) -> None:
    page.set_content("<p>one</p>")
    page.evaluate("document.querySelector('p').textContent = 'two'")
    assert page.inner_text("p") == "two"
    for outside in ("wss://192.0.2.1/", "wss://example.org/"):
        assert ask(page, SOCKET, outside) == "refused"
    for outside in ("https://example.org/", "http://192.0.2.1/"):
        # A tab of its own: the page that says what went wrong comes when it comes.
        with (
            closing(page.context.new_page()) as tab,
            pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"),
        ):
            tab.goto(outside)


def test_shared_data_is_the_documented_material(shared_data: Path) -> None:
    assert (shared_data / "README.md").is_file()
