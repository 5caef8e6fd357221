"""The turn to write to a SQLite file, among the threads of a program and among programs.

SQLite wakes nobody who waits to write: it asks again, later and later, up to ten times a second.
Beside a program that writes one transaction after another, whose pauses are shorter, that may take
seconds. Here it is asked more often, of a file that nothing else is about.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from pathlib import Path
from typing import Final

from orderloom.platform.store.sqlite import BUSY_SECONDS

_PAUSE: Final = 0.000_3


class Writers:
    """A lock (`acquire`, `release`, `with`). `file`: the database; None: no other program has it.

    It is only about whose turn it is: SQLite itself lets one write at a time. So whoever waited too
    long, or may not lock a file here, goes on without it. A program that dies has no turn.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._threads = threading.Lock()
        self._path = None if file is None else f"{file}-turn"
        self._turn: int | None = None

    def acquire(self) -> None:
        """Waits for its turn."""
        self._threads.acquire()
        if self._path is not None:
            try:
                self._wait(self._opened(self._path))
            except OSError:
                # A folder that nothing is written to, or a disk without locks.
                self._path = None
                self._let_go()
            except BaseException:
                self._threads.release()
                raise

    def release(self) -> None:
        """Lets the next one begin."""
        try:
            if self._turn is not None:
                fcntl.flock(self._turn, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def close(self) -> None:
        """Lets go of the file, unless somebody writes just now; the next turn opens it again."""
        if not self._threads.acquire(blocking=False):
            return
        self._let_go()
        self._threads.release()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        self.release()

    def _let_go(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            os.close(turn)

    def _opened(self, path: str) -> int:
        if self._turn is None:
            self._turn = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._turn

    def _wait(self, turn: int) -> None:
        until = None
        while True:
            try:
                fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                now = time.monotonic()
                until = until or now + BUSY_SECONDS
                if now >= until:
                    return
                time.sleep(_PAUSE)
            else:
                return
