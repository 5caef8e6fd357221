"""Hands on what orders wrote to each other (engine 11)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, Protocol

from orderloom.platform.app.backoff import Backoff
from orderloom.platform.app.logs import about_order
from orderloom.platform.engine.commands import SYSTEM, Actor, Command, Create, Deliver, Message
from orderloom.platform.problem import Rejection
from orderloom.platform.store import StoreError
from orderloom.platform.store.work_rows import Letter, WorkTables

BATCH: Final = 64
# Nothing was done: the same command may go well later.
NOT_DONE: Final = frozenset({"internal", "unavailable", "outcome.unknown"})

log = logging.getLogger(__name__)


class Submit(Protocol):
    """The runner: one command, one transaction."""

    def submit(self, command: Command) -> object: ...


class NotDone(Exception):
    """The database or the program could not take a message: it stays where it is."""


class Inbox:
    """Each receiver takes all its messages in one command. Its state keeps the highest number per
    sender, so that what is delivered twice is taken once; a child's id is fixed, so that it is
    created once. A receiver that cannot take them rests; the others do not wait for it."""

    def __init__(
        self,
        work: WorkTables,
        runner: Submit,
        now: Callable[[], datetime],
        backoff: Backoff | None = None,
    ) -> None:
        self._work = work
        self._runner = runner
        self._now = now
        self._backoff = backoff or Backoff()
        # How many of the orders looked at last had nothing to be handed on yet.
        self._behind = 0

    def run_once(self, limit: int = BATCH) -> int:
        """Delivers to up to `limit` orders; how many messages there were. Raises `StoreError`."""
        delivered, behind = 0, 0
        passed_over = self._behind + self._backoff.resting()
        for order in self._work.waiting(self._now(), limit + passed_over):
            if self._backoff.rests(order):
                continue
            with about_order(order):
                count = self._guarded(order)
            delivered += count
            behind += not count
        self._behind = behind
        return delivered

    def _guarded(self, order: int) -> int:
        try:
            delivered = self._deliver(order)
        except StoreError:
            self._backoff.failed(order)
            raise
        except NotDone as error:
            rests = self._backoff.failed(order)
            log.warning("messages wait", extra={"code": str(error), "milliseconds": rests})
            return 0
        except Exception:
            rests = self._backoff.failed(order)
            log.exception("messages failed", extra={"milliseconds": rests})
            return 0
        self._backoff.went_well(order)
        return delivered

    def _deliver(self, order: int) -> int:
        letters = self._due(self._work.letters(order))
        births = tuple(letter for letter in letters if letter.kind == "create")
        for letter in births:
            self._create(letter)
        rest = tuple(letter for letter in letters if letter.kind != "create")
        if not rest:
            return len(births)
        for actor, some in _by_sender(rest):
            messages = tuple(
                Message(one.from_stream, one.from_n, one.kind, one.body) for one in some
            )
            reply = self._submit(order, Deliver(messages), some[0].organisation, actor)
            if isinstance(reply, Rejection):
                log.warning("messages refused", extra={"code": reply.code, "count": len(some)})
        self._work.taken(rest)
        return len(letters)

    def _due(self, letters: tuple[Letter, ...]) -> tuple[Letter, ...]:
        """What may be handed on now. Order is kept per sender: what was sent after a message that
        is to come later waits behind it."""
        now = self._now()
        late: set[int] = set()
        due = []
        for letter in letters:
            if letter.at > now:
                late.add(letter.from_stream)
            if letter.from_stream not in late:
                due.append(letter)
        return tuple(due)

    def _create(self, letter: Letter) -> None:
        body = letter.body
        create = Create(
            process=body["process"],
            data=body.get("data") or {},
            order=letter.to_order,
            parent=letter.parent,
            source=body.get("source"),
            sender=body.get("sender") or 0,
        )
        reply = self._submit(letter.to_order, create, letter.organisation)
        if isinstance(reply, Rejection):
            log.warning("child order refused", extra={"code": reply.code})
            self._tell_parent(letter, reply)
        self._work.taken((letter,))

    def _tell_parent(self, letter: Letter, refused: Rejection) -> None:
        """An order that could not begin has failed: its parent does not wait for ever."""
        parent = letter.parent
        if parent is None:
            return
        body: dict[str, Any] = {
            "activity": parent.activity,
            "order": letter.to_order,
            "outcome": refused.code,
            "failed": True,
        }
        message = Message(letter.to_order, 1, "child.ended", body)
        self._submit(parent.order, Deliver((message,)), letter.organisation)

    def _submit(
        self, order: int, body: Create | Deliver, organisation: int, actor: Actor = SYSTEM
    ) -> object:
        """In the organisation of the message. Raises `NotDone`."""
        actor = replace(actor, organisation=organisation)
        command = Command(body=body, actor=actor, order=order, channel="worker")
        reply = self._runner.submit(command)
        if isinstance(reply, Rejection) and reply.code in NOT_DONE:
            raise NotDone(reply.code)
        return reply


def _by_sender(letters: Sequence[Letter]) -> list[tuple[Actor, list[Letter]]]:
    """What orders wrote together, what each watch sent as its own: it is the one who acts."""
    found: dict[str, tuple[Actor, list[Letter]]] = {}
    for letter in letters:
        watch = str(letter.body["source"]) if letter.kind == "hit" else ""
        actor = Actor(id=f"w:{watch}", kind="system", name=watch) if watch else SYSTEM
        found.setdefault(watch, (actor, []))[1].append(letter)
    return list(found.values())
