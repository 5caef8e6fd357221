"""Databases are opened as they should be, and say in a sentence why they cannot be."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from orderloom.platform.store import Store, StoreError, open_store


def _with(name: str, content: bytes) -> Callable[[Path], str]:
    def made(folder: Path) -> str:
        (folder / name).write_bytes(content)
        return f"sqlite:///{folder / name}"

    return made


def _read_only(folder: Path) -> str:
    made = open_store(f"sqlite:///{folder / 'full.db'}")
    made.migrate()
    made.close()
    return f"sqlite:///file:{folder / 'full.db'}?mode=ro&uri=true"


def _half(folder: Path) -> str:
    path = folder / "half.db"
    made = open_store(f"sqlite:///{path}")
    made.migrate()
    made.close()
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    return f"sqlite:///{path}"


UNUSABLE: list[tuple[Callable[[Path], str], str]] = [
    (_with("notes.db", b"not a database, only some notes" * 40), "not an SQLite database"),
    (lambda folder: f"sqlite:///{folder / 'nowhere' / 'x.db'}", "its folder must exist"),
    (lambda folder: f"sqlite:///{folder}", "cannot be opened"),
    (_half, "damaged"),
]


@pytest.mark.parametrize(("make", "message"), UNUSABLE)
def test_a_file_that_cannot_be_used_says_why(
    make: Callable[[Path], str], message: str, tmp_path: Path
) -> None:
    store = open_store(make(tmp_path))
    with pytest.raises(StoreError, match=message):
        store.migrate()
    store.close()


def test_a_file_that_may_not_be_written_says_so(tmp_path: Path) -> None:
    store = open_store(_read_only(tmp_path))
    store.migrate()
    with pytest.raises(StoreError, match="may not be written"):
        store.accounts.add_organisation(1, "Tests")
    store.close()


def test_a_server_that_is_not_there_says_so() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    store = open_store(f"postgresql://nobody:secret@127.0.0.1:{port}/none")
    for use in (store.ping, store.migrate):
        with pytest.raises(StoreError, match="refused") as raised:
            use()
        assert "secret" not in str(raised.value)
    store.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "memory",
        "mysql://x/y",
        "sqlite:",
        "sqlite://x",
        "sqlite:///",
        "sqlite:///:memory:",
        "http://127.0.0.1/",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(StoreError, match="memory:, sqlite:///file or postgresql"):
        open_store(url)


def test_another_way_to_write_is_refused() -> None:
    with pytest.raises(StoreError, match="OFF, not FULL or NORMAL"):
        open_store("memory:", synchronous="OFF")


def test_a_store_answers(store: Store) -> None:
    store.ping()


@pytest.mark.parametrize(("synchronous", "level"), [("FULL", 2), ("NORMAL", 1)])
def test_a_file_is_written_ahead_and_safely(synchronous: str, level: int, tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'x.db'}", synchronous=synchronous)
    store.migrate()
    expected = {"journal_mode": "wal", "synchronous": level, "secure_delete": 1}
    with store.database.reading() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in expected
        }
    store.close()
    assert found == expected


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    store = open_store(_with("empty.db", b"")(tmp_path))
    store.migrate()
    store.ping()
    store.close()
    with sqlite3.connect(tmp_path / "empty.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_postgresql_knows_who_is_connected_and_waits_for_nobody_for_ever(
    migrated_postgres: str,
) -> None:
    store = open_store(migrated_postgres)
    with store.database.reading() as connection:
        found = [
            connection.execute(text(f"SHOW {name}")).scalar_one()
            for name in (
                "application_name",
                "statement_timeout",
                "idle_in_transaction_session_timeout",
                "timezone",
                "transaction_isolation",
            )
        ]
    store.close()
    assert found == ["orderloom", "1min", "1min", "UTC", "repeatable read"]


def test_no_more_connections_than_asked_for(migrated_postgres: str) -> None:
    store = open_store(migrated_postgres, connections=2)
    assert (store.database.engine.pool.size(), 4) == (2, store.database.engine.pool._max_overflow)  # type: ignore[attr-defined]
    store.close()


def test_reads_see_one_moment_and_writers_do_not_wait_for_them(store: Store) -> None:
    store.accounts.add_organisation(1, "One")
    count = text("SELECT COUNT(*) FROM organisation")
    with store.database.reading() as connection:
        assert connection.execute(count).scalar_one() == 1
        store.accounts.add_organisation(2, "Two")
        assert connection.execute(count).scalar_one() == 1
    with store.database.reading() as connection:
        assert connection.execute(count).scalar_one() == 2


def test_an_exception_undoes_what_was_written(store: Store) -> None:
    insert = "INSERT INTO organisation (id, name) VALUES (1, 'x')"
    with suppress(ZeroDivisionError), store.database.writing() as connection:
        assert connection.execute(text(insert)).rowcount // 0
    with store.database.reading() as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM organisation")).scalar_one() == 0


def test_what_was_in_memory_is_gone_when_it_is_closed() -> None:
    store = open_store("memory:")
    store.migrate()
    file = store.database.file
    assert file is not None
    assert file.exists()
    store.close()
    assert not file.parent.exists()


def test_what_was_in_memory_is_gone_when_the_program_ends() -> None:
    program = "from orderloom.platform.store import open_store as o; s = o('memory:');"
    program += " s.migrate(); print(s.database.file)"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    file = Path(ran.stdout.strip())
    assert file.name == "memory.db"
    assert not file.parent.exists()
