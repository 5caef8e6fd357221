"""Hears what other processes changed, in one thread, only while a page of this one listens."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from time import sleep
from typing import Final, Protocol

from orderloom.platform.app.hints import Hints, read_hints
from orderloom.platform.app.live import Live
from orderloom.platform.store import Store, StoreError
from orderloom.platform.store.hints import Announcing, Listening, Watching
from orderloom.platform.store.notices import SqlNotices

# How often SQLite is asked whether anybody wrote; so long PostgreSQL is waited for at once.
SECONDS: Final = 0.5
AFTER_A_FAULT: Final = 2.0
# What is only said, or was refused, leaves everybody's tasks as they were.
NO_TASKS: Final = frozenset({"commented", "refused"})

log = logging.getLogger(__name__)


class Source(Protocol):
    """What is heard within a moment."""

    def next(self) -> Hints: ...

    def close(self) -> None: ...


class Elsewhere:
    """The thread. `source`: makes what it hears from."""

    def __init__(self, live: Live, source: Callable[[], Source]) -> None:
        self._live = live
        self._source = source
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def start(self) -> None:
        with self._lock:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._hear, name="elsewhere", daemon=True)
                self._thread.start()

    def close(self) -> None:
        with self._lock:
            self._closed, thread = True, self._thread
        if thread is not None:
            thread.join()

    def _hear(self) -> None:
        source = self._source()
        while not self._is_over():
            self._live.heard(self._next(source))
        source.close()

    def _next(self, source: Source) -> Hints:
        try:
            return source.next()
        except StoreError as error:
            log.warning("nothing is heard of other processes", extra={"fault": str(error)})
        except Exception:
            # Whatever it is, pages must not wait for ever.
            log.exception("bug")
        sleep(AFTER_A_FAULT)
        return Hints()

    def _is_over(self) -> bool:
        """Under the lock, so that whoever comes next starts another one."""
        with self._lock:
            if self._closed or not self._live.count:
                self._thread = None
                return True
            return False


class Told:
    """What other processes tell by PostgreSQL."""

    def __init__(self, listening: Listening, own: str) -> None:
        self._listening = listening
        self._own = own

    def next(self) -> Hints:
        texts = self._listening.wait(SECONDS)
        return Hints(all=True) if texts is None else read_hints(texts, self._own)

    def close(self) -> None:
        self._listening.close()


class Seen:
    """What others wrote into the same SQLite file. Whose tasks a change took away is not known
    afterwards: everybody of the organisation looks."""

    def __init__(self, watching: Watching, live: Live, notices: SqlNotices) -> None:
        self._watching = watching
        self._live = live
        self._notices = notices
        self._marks: dict[tuple[int, str], str] = {}

    def next(self) -> Hints:
        entries = self._watching.wait(SECONDS)
        if entries is None:
            self._marks = self._notices.marks(self._live.people())
            return Hints(all=True)
        hints = self._of(entries)
        if self._watching.moved:
            hints.people = self._people()
        return hints

    def close(self) -> None:
        self._watching.close()

    def _of(self, entries: Iterable[tuple[int, int, int, str]]) -> Hints:
        hints = Hints()
        for organisation, order, seq, type_ in entries:
            if self._live.wrote(order, seq):
                continue
            hints.orders.add((organisation, order))
            if type_ not in NO_TASKS:
                hints.wide.add(organisation)
        return hints

    def _people(self) -> set[tuple[int, str]]:
        """Those who listen and whose notices are not as they were; who came since counts in."""
        before, self._marks = self._marks, self._notices.marks(self._live.people())
        return {who for who, mark in self._marks.items() if before.get(who) != mark}


def live_of(store: Store) -> Live:
    """The hub of an application on this store."""
    database = store.database
    if database.sqlite:
        live = Live()
        if database.file is None:
            # Nobody else can open what is in memory.
            live.listen_with(Elsewhere(live, lambda: Seen(Watching(database), live, store.notices)))
        return live
    announcing = Announcing(database)

    def announce(text: str) -> None:
        try:
            announcing.tell(text)
        except StoreError as error:
            log.warning("other processes are not told", extra={"fault": str(error)})

    live = Live(announce=announce, end=announcing.close)
    live.listen_with(Elsewhere(live, lambda: Told(Listening(database), live.name)))
    return live
