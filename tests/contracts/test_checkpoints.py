"""What SQLite writes ahead is moved beside the writer, and the log stays short."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from parts.stores import opened
from sqlalchemy import text

from orderloom.platform.store import Store
from orderloom.platform.store.checkpoints import MEGABYTE, TOO_LONG, WORTH

PIECE = "x" * 500_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = opened(f"sqlite:///{tmp_path / 'x.db'}")
    yield store
    store.close()


def write(store: Store, megabytes: int) -> None:
    for n in range(megabytes * 2):
        with store.database.writing() as connection:
            connection.execute(
                text("INSERT INTO bundle_meta (organisation_id, bundle, meta) VALUES (1, :b, :m)"),
                {"b": f"{n}.{store.database.commits}", "m": PIECE},
            )


def sizes(folder: Path) -> tuple[int, int]:
    """Megabytes of the file and of its log."""
    return tuple((folder / name).stat().st_size // MEGABYTE for name in ("x.db", "x.db-wal"))  # type: ignore[return-value]


def settled(folder: Path, file: int) -> None:
    """Waits until the thread has moved so many megabytes."""
    for _ in range(500):
        if sizes(folder)[0] >= file:
            return
        time.sleep(0.01)
    pytest.fail(f"the file has {sizes(folder)} megabytes")


def test_little_is_not_moved(store: Store, tmp_path: Path) -> None:
    write(store, WORTH // MEGABYTE - 1)
    assert sizes(tmp_path) == (0, 3)


def test_a_thread_moves_what_is_worth_it(store: Store, tmp_path: Path) -> None:
    for megabytes in range(5, 31, 5):
        write(store, 5)
        settled(tmp_path, megabytes - WORTH // MEGABYTE - 1)
    assert sizes(tmp_path)[0] >= 20


def test_readers_of_old_pages_stop_nobody(store: Store, tmp_path: Path) -> None:
    with ExitStack() as readers:
        connection = readers.enter_context(store.database.reading())
        count = text("SELECT COUNT(*) FROM bundle_meta")
        assert connection.execute(count).scalar_one() == 0
        write(store, TOO_LONG // MEGABYTE + 10)
        assert connection.execute(count).scalar_one() == 0
        assert sizes(tmp_path)[1] > TOO_LONG // MEGABYTE
    # The writer itself shortens what has grown too long.
    write(store, WORTH // MEGABYTE + 1)
    assert sizes(tmp_path)[1] <= WORTH // MEGABYTE + 1


def test_closing_leaves_one_file_with_all_that_there_is(store: Store, tmp_path: Path) -> None:
    write(store, 6)
    store.close()
    assert [path.name for path in tmp_path.iterdir() if path.stat().st_size] == ["x.db"]
    again = opened(f"sqlite:///{tmp_path / 'x.db'}")
    assert len(again.definitions.bundles(1)) == 12
    again.close()
