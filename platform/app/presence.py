"""How many wait for an answer just now: lists of commands give way to them (decision 0009)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_here: ContextVar[bool] = ContextVar("here", default=False)


class Presence:
    """Counts requests under way. Safe to use from many threads; `count` may be read without."""

    def __init__(self) -> None:
        self.count = 0
        self._lock = threading.Lock()

    @contextmanager
    def here(self) -> Iterator[None]:
        """Somebody waits for what is done inside, in this context and those copied from it."""
        self._add(1)
        token = _here.set(True)
        try:
            yield
        finally:
            _here.reset(token)
            self._add(-1)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Whoever waits for a list of their own counts as the list does."""
        counted = _here.get()
        if not counted:
            yield
            return
        self._add(-1)
        try:
            yield
        finally:
            self._add(1)

    def _add(self, more: int) -> None:
        with self._lock:
            self.count += more
