"""`Reader`: statements outside of transactions, on kept connections that may break."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from parts.stores import Stores
from sqlalchemy import text

from orderloom.platform.store.reader import MOST_KEPT
from orderloom.platform.store.store import Store

VALUE = "SELECT value FROM installation WHERE name = ?"


def _write(store: Store, name: str, value: str) -> None:
    with store.database.writing() as connection:
        connection.execute(
            text("INSERT INTO installation (name, value) VALUES (:name, :value)"),
            {"name": name, "value": value},
        )


def test_what_was_committed_is_seen_at_once(store: Store) -> None:
    reader = store.database.reader
    for number in range(5):
        assert reader.first(VALUE, (f"n{number}",)) is None
        _write(store, f"n{number}", f"{number}%?")
        assert tuple(reader.first(VALUE, (f"n{number}",))) == (f"{number}%?",)
    # A mark inside of a text, and a percent sign, are no parameters.
    many = "SELECT name FROM installation WHERE name LIKE 'n%' AND value <> ? ORDER BY name"
    assert [row[0] for row in reader.rows(many, ("3%?",))] == ["n0", "n1", "n2", "n4"]


def test_a_text_with_nul_is_no_fault(store: Store) -> None:
    assert store.database.reader.first(VALUE, ("a\0b",)) is None


def test_many_threads_read_and_few_connections_stay(store: Store) -> None:
    _write(store, "many", "1")
    reader = store.database.reader
    with ThreadPoolExecutor(3 * MOST_KEPT) as pool:
        found = list(pool.map(lambda _: reader.first(VALUE, ("many",)), range(300)))
    assert [tuple(row) for row in found] == [("1",)] * 300
    assert 1 <= len(reader._kept) <= MOST_KEPT
    reader.close()
    assert tuple(reader.first(VALUE, ("many",))) == ("1",)


def test_a_statement_that_fails_leaves_no_broken_connection(store: Store) -> None:
    reader = store.database.reader
    for _ in range(2):
        with pytest.raises(Exception, match="nowhere"):
            reader.rows("SELECT * FROM nowhere", ())
    assert reader.first(VALUE, ("nothing",)) is None


@pytest.mark.postgres
def test_connections_that_the_server_closed_are_opened_again(stores: Stores) -> None:
    store = stores("postgres")
    _write(store, "gone", "1")
    reader = store.database.reader
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: reader.first("SELECT pg_sleep(0.05)", ()), range(4)))
    assert len(reader._kept) == 4
    with store.database.writing() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    assert tuple(reader.first(VALUE, ("gone",))) == ("1",)
