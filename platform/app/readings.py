"""Who read personal data of others, and who took it out: entries of the security stream.

Once for each person, order and hour, each form apart. Reading never waits for it: a thread of its
own writes what came together, a moment later.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from orderloom.platform.app.refusals import Announced
from orderloom.platform.app.runner import Runner
from orderloom.platform.codec import dumps
from orderloom.platform.engine import Event
from orderloom.platform.engine.commands import Actor
from orderloom.platform.engine.step import iso
from orderloom.platform.words.erased import is_erased

READ: Final = "personal.read"
EXPORTED: Final = "personal.exported"
# So many people, orders and hours are known; beyond, some are written twice.
MOST: Final = 10_000
# So many orders can be found by one entry (`audit_facts.MOST_VALUES`).
AT_ONCE: Final = 100
# Seconds until what could not be written is tried again.
AGAIN: Final = 5
# A moment in which what is read together is written together.
PAUSE: Final = 0.5

log = logging.getLogger(__name__)


class Readings:
    """Safe to use from many threads; `close` writes what is left."""

    def __init__(self, runner: Runner, now: Callable[[], datetime]) -> None:
        self._runner = runner
        self._now = now
        self._lock = threading.Lock()
        self._known: set[tuple[str, str, bytes, str]] = set()
        self._waiting: list[Announced] = []
        self._wake = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None

    def read(self, actor: Actor, order: int, number: str) -> None:
        """Somebody has seen an order's personal fields. Never waits, never raises."""
        self._note(READ, actor, order, {"number": number}, channel=actor.channel)

    def exported(
        self,
        actor: Actor,
        what: str,
        *,
        number: str | None = None,
        order: int = 0,
        channel: str,
    ) -> None:
        """Somebody has taken personal data out: an export, a file, a pack. `what`: in which form;
        `order`: the id of the one with the `number`; without one it was all of them."""
        facts = {"what": what} if number is None else {"what": what, "number": number}
        self._note(EXPORTED, actor, order, facts, channel=channel)

    def listed(
        self,
        actor: Actor,
        orders: Mapping[int, str],
        *,
        taken: str = "",
    ) -> None:
        """Somebody has seen personal fields of several orders in a list (id → number), or has
        `taken` them as a file of that kind: one entry for each `AT_ONCE` of them."""
        known = sorted(orders)
        for start in range(0, len(known), AT_ONCE):
            subjects = known[start : start + AT_ONCE]
            facts: dict[str, Any] = {"count": len(subjects), "subjects": subjects}
            if taken:
                facts = {"what": taken, **facts}
            self._note(EXPORTED if taken else READ, actor, 0, facts, channel=actor.channel)

    def beside(self, actor: Actor, facts: Mapping[str, Any], *, taken: str = "") -> None:
        """Somebody has seen, or `taken` as a file of that kind, personal data that stand beside
        orders. `facts`: where."""
        facts = {"what": taken, **facts} if taken else facts
        self._note(EXPORTED if taken else READ, actor, 0, facts, channel=actor.channel)

    def flush(self) -> None:
        """Writes what waits, on this thread."""
        with self._lock:
            taken, self._waiting = self._waiting, []
        done = 0
        try:
            for announced in taken:
                if not self._runner.announce(announced):
                    return
                done += 1
        finally:
            # What could not be written, for whatever reason, waits for the next time.
            with self._lock:
                self._waiting = [*taken[done:], *self._waiting][:MOST]

    def close(self) -> None:
        self._closed = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        self.flush()

    def _note(
        self,
        type_: str,
        actor: Actor,
        order: int,
        facts: Mapping[str, Any],
        *,
        channel: str,
    ) -> None:
        now = self._now()
        key = (actor.id, type_, dumps(dict(facts)), iso(now)[:13])
        with self._lock:
            if key in self._known:
                return
            if len(self._known) >= MOST:
                self._known.clear()
            self._known.add(key)
            event = Event(type_, {**facts, "at": iso(now)})
            self._waiting.append(
                Announced(event=event, actor=actor, channel=channel, subject=order or None)
            )
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="readings", daemon=True)
                self._thread.start()
        self._wake.set()

    def _run(self) -> None:
        while not self._closed:
            self._wake.wait(AGAIN if self._waiting else None)
            self._wake.clear()
            if not self._closed:
                # What a page and its parts read comes together.
                threading.Event().wait(PAUSE)
                try:
                    self.flush()
                except Exception:
                    # A fault of the database or a bug: the thread outlives it and tries again.
                    log.exception("readings")


def holds_personal(data: Any, paths: Iterable[str]) -> bool:
    """Whether data have a value, not erased, in any of these fields."""
    return any(_any(data, path.split(".")) for path in paths)


def _any(data: Any, steps: list[str]) -> bool:
    if isinstance(data, list | tuple):
        return any(_any(each, steps) for each in data)
    if is_erased(data) or data is None:
        return False
    if not steps:
        return True
    return isinstance(data, Mapping) and _any(data.get(steps[0]), steps[1:])
