"""Programs that write to one SQLite file take turns, whoever holds on and whoever dies."""

from __future__ import annotations

import errno
import fcntl
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from parts.patience import wait_for

from orderloom.platform.store import writers
from orderloom.platform.store.database import open_database
from orderloom.platform.store.writers import Writers

HOLDS = """
import sys
from pathlib import Path
from orderloom.platform.store.writers import Writers
Writers(Path(sys.argv[1])).acquire()
print("holds", flush=True)
sys.stdin.read()
"""


class Waiting(threading.Thread):
    """Somebody who waits for a turn; `came` as soon as they have it."""

    def __init__(self, turns: Writers) -> None:
        super().__init__(daemon=True)
        self.turns = turns
        self.came = threading.Event()

    def run(self) -> None:
        with self.turns:
            self.came.set()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "orders.db"


def test_the_second_waits_for_the_first(file: Path) -> None:
    first, second = Writers(file), Writers(file)
    with first:
        waiting = Waiting(second)
        waiting.start()
        assert not waiting.came.wait(0.05)
    assert waiting.came.wait(10)
    waiting.join()
    first.close()
    second.close()


def test_between_two_of_many_transactions_there_is_a_turn(file: Path) -> None:
    """SQLite's own waiting asks ten times a second, and nearly always finds it taken."""
    busy, other = Writers(file), Writers(file)
    waiting, turns = Waiting(other), 0
    with busy:
        waiting.start()
        time.sleep(0.01)
    while not waiting.came.is_set() and turns < 400:
        turns += 1
        time.sleep(0.000_5)
        with busy:
            time.sleep(0.005)
    assert turns < 100
    waiting.join(10)


def test_who_died_has_no_turn(file: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "holds\n"
        waiting = Waiting(Writers(file))
        waiting.start()
        assert not waiting.came.wait(0.05)
        program.kill()
        assert waiting.came.wait(10)


def test_who_waited_too_long_goes_on(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writers, "BUSY_SECONDS", 0.05)
    first, second = Writers(file), Writers(file)
    with first:
        with second:
            pass
        # They are still in order among the threads of their program.
        waiting = Waiting(second)
        with second:
            waiting.start()
            assert not waiting.came.wait(0.05)
        assert waiting.came.wait(10)


@pytest.mark.parametrize("where", ["missing/orders.db", "turn/orders.db"])
def test_where_no_file_can_be_locked_nobody_is_kept(tmp_path: Path, where: str) -> None:
    (tmp_path / "turn" / "orders.db-turn").mkdir(parents=True)
    turns = Writers(tmp_path / where)
    for _ in range(2):
        with turns:
            pass
    turns.close()


def test_a_disk_without_locks_keeps_nobody(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks here")

    monkeypatch.setattr(fcntl, "flock", refused)
    turns = Writers(file)
    for _ in range(2):
        with turns:
            pass
    turns.close()


def test_an_error_lets_the_next_one_begin(file: Path) -> None:
    turns, other = Writers(file), Writers(file)
    with pytest.raises(RuntimeError), turns:
        raise RuntimeError
    for each in (turns, other):
        with each:
            pass


def test_the_database_takes_turns_with_other_programs(file: Path) -> None:
    database = open_database(f"sqlite:///{file}")
    other = Writers(file)
    done = threading.Event()

    def write() -> None:
        with database.writing() as connection:
            connection.exec_driver_sql("CREATE TABLE t (n INTEGER)")
        done.set()

    with other:
        thread = threading.Thread(target=write)
        thread.start()
        assert not done.wait(0.05)
    wait_for(done.is_set)
    thread.join()
    database.close()


def test_a_database_in_memory_has_no_such_file() -> None:
    database = open_database("memory:")
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE t (n INTEGER)")
    assert database.file is not None
    assert not [*database.file.parent.glob("*-turn")]
    database.close()
