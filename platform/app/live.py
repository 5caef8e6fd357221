"""Who wants to hear of changes in this process, and the thread that tells them (decision 0024).

Nothing is done where nobody listens. Hints are gathered and told at most ten times a second; a
listener holds a few names, however much happens, and neither a thread nor a connection.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import sleep
from typing import Final, Protocol
from uuid import uuid4

from orderloom.platform.app.hints import Hints
from orderloom.platform.engine.commands import Actor
from orderloom.platform.store.order_rows import OrderWrite, ProjectionWrite

GATHERED: Final = 0.1
MOST: Final = 500
MOST_EACH: Final = 8
TASKS: Final = "tasks"
ORDER: Final = "order"
NOTICES: Final = "notices"
# Heads of orders that this process wrote, kept so that it does not hear of them again.
MOST_OWN: Final = 10_000

log = logging.getLogger(__name__)


class Listener:
    """One open page. `wake` is called from another thread when there is something to take, or
    when it is over. `order`: the one whose changes are wanted, by its id."""

    def __init__(
        self,
        organisation: int,
        user: str,
        principals: frozenset[str],
        wake: Callable[[], None],
        order: int | None = None,
    ) -> None:
        self.organisation = organisation
        self.user = user
        self.principals = principals
        self.order = order
        self.over = False
        self._wake = wake
        self._lock = threading.Lock()
        self._names: set[str] = set()

    def take(self) -> list[str]:
        """What changed since the last call: `tasks`, `order`, `notices`."""
        with self._lock:
            names, self._names = self._names, set()
        return sorted(names)

    def tell(self, *names: str) -> None:
        """Adds names; what is told twice is taken once."""
        with self._lock:
            self._names.update(names)
        self._wake()

    def end(self) -> None:
        """It is over: the server stops."""
        self.over = True
        self._wake()

    def concerned(self, hints: Hints) -> Iterator[str]:
        """What of the hints is for this page."""
        home = self.organisation
        if (
            hints.all
            or home in hints.wide
            or any((home, name) in hints.principals for name in self.principals)
        ):
            yield TASKS
        if self.order is not None and (hints.all or (home, self.order) in hints.orders):
            yield ORDER
        if hints.all or (home, self.user) in hints.people:
            yield NOTICES


class Ears(Protocol):
    """How other processes are heard while somebody listens."""

    def start(self) -> None:
        """Hears until nobody listens any more; nothing happens where it does already."""

    def close(self) -> None: ...


class Live:
    """Safe to use from many threads. `announce`: tells other processes, None where none can hear;
    `end`: what is to be closed at the end."""

    def __init__(
        self,
        *,
        announce: Callable[[str], None] | None = None,
        end: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = uuid4().hex
        self._announce = announce
        self._end = end
        self._ears: Ears | None = None
        self._listeners: set[Listener] = set()
        self._lock = threading.Lock()
        self._pending = Hints()
        self._work = threading.Event()
        self._thread: threading.Thread | None = None
        self._open = True
        self._closed = False
        self._own: dict[int, int] = {}

    def listen_with(self, ears: Ears) -> None:
        """How other processes are heard."""
        self._ears = ears

    @property
    def count(self) -> int:
        """How many listen."""
        return len(self._listeners)

    def people(self) -> set[tuple[int, str]]:
        """Who listens, as (organisation, user)."""
        with self._lock:
            return {(one.organisation, one.user) for one in self._listeners}

    @contextmanager
    def accepting(self) -> Iterator[None]:
        """Pages may listen inside; at the end all are let go at once, and none is taken."""
        with self._lock:
            self._open = True
        try:
            yield
        finally:
            with self._lock:
                self._open = False
                leaving = list(self._listeners)
            for one in leaving:
                one.end()

    def join(self, listener: Listener) -> bool:
        """Whether there is room for one more page, of this person and at all."""
        with self._lock:
            same = sum(one.user == listener.user for one in self._listeners)
            if not self._open or len(self._listeners) >= MOST or same >= MOST_EACH:
                return False
            self._listeners.add(listener)
        if self._ears is not None:
            self._ears.start()
        return True

    def leave(self, listener: Listener) -> None:
        """The page is gone."""
        with self._lock:
            self._listeners.discard(listener)

    # ── what happened here ───────────────────────────────────────────────────────────────────

    def written(self, writes: Iterable[tuple[OrderWrite, ProjectionWrite]]) -> None:
        """A transaction of this process is durable."""
        if self._announce is None and not self._listeners:
            return
        hints = Hints()
        for each in writes:
            hints.written([each])
            if len(self._own) >= MOST_OWN:
                self._own.clear()
            self._own[each[0].id] = each[0].seq
        self._gather(hints)

    def noticed(self, organisation: int, user: str) -> None:
        """Somebody's notices changed."""
        if self._announce is not None or self._listeners:
            self._gather(Hints(people={(organisation, user)}))

    def wrote(self, order: int, seq: int) -> bool:
        """Whether this process wrote the entry, as far as it remembers."""
        return seq <= self._own.get(order, 0)

    def heard(self, hints: Hints) -> None:
        """What other processes told: for the pages of this one."""
        with self._lock:
            listeners = list(self._listeners)
        for one in listeners:
            names = tuple(one.concerned(hints))
            if names:
                one.tell(*names)

    def close(self) -> None:
        """Ends the threads."""
        self._closed = True
        self._work.set()
        if self._ears is not None:
            self._ears.close()
        thread = self._thread
        if thread is not None:
            thread.join()
        self._end()

    def _gather(self, hints: Hints) -> None:
        if not hints:
            return
        with self._lock:
            self._pending.add(hints)
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._tell, name="live", daemon=True)
                self._thread.start()
        self._work.set()

    def _tell(self) -> None:
        while True:
            self._work.wait()
            if self._closed:
                return
            self._work.clear()
            with self._lock:
                hints, self._pending = self._pending, Hints()
            try:
                self.heard(hints)
                if hints and self._announce is not None:
                    self._announce(hints.text(self.name))
            except Exception:
                # A hint is lost; the next one must not be.
                log.exception("bug")
            sleep(GATHERED)


def principals_of(actor: Actor) -> frozenset[str]:
    """Under which names tasks are offered to somebody, those for whom they stand in included."""
    absent = (other.principals() for other in actor.in_place_of.values())
    return actor.principals().union(*absent)
