"""The outer parts that tests use are real, and closed to the outside."""

import socket
from pathlib import Path

import psycopg
import pytest
from parts.network import OutsideConnection
from parts.postgres import PostgresServer
from playwright.sync_api import Error, Page


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


def test_the_browser_runs_pages_and_reaches_nothing_outside(page: Page) -> None:
    page.set_content("<p>one</p>")
    page.evaluate("document.querySelector('p').textContent = 'two'")
    assert page.inner_text("p") == "two"
    with pytest.raises(Error, match=r"ERR_FAILED|ERR_NAME_NOT_RESOLVED"):
        page.goto("https://example.org/")


def test_shared_data_is_the_documented_material(shared_data: Path) -> None:
    assert (shared_data / "README.md").is_file()
