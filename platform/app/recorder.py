"""Events become entries: sealed, chained, personal values committed (engine 5)."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from orderloom.audit.chain import link
from orderloom.audit.entry import Header
from orderloom.audit.personal import SALT_BYTES, seal
from orderloom.audit.persons import Persons
from orderloom.platform.engine.commands import Actor
from orderloom.platform.engine.outcome import Event
from orderloom.platform.store.order_rows import EntryWrite

Salt = Callable[[], bytes]
NO_FIELDS: Final[tuple[str, ...]] = ()
# Salts drawn from the system together.
AT_ONCE: Final = 64


class Sent(Protocol):
    """What an entry says of a command: who sent it, for whom, through what."""

    @property
    def actor(self) -> Actor: ...

    @property
    def on_behalf_of(self) -> str | None: ...

    @property
    def channel(self) -> str: ...


class _Random(threading.local):
    """Random bytes for many commitments: each time that they are asked for, other threads get the
    interpreter. A child process begins with none of its parent's."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.salts: list[bytes] = []


_random = _Random()


def fresh_salt() -> bytes:
    """Random bytes for one commitment."""
    if not _random.salts or _random.process != os.getpid():
        drawn = os.urandom(SALT_BYTES * AT_ONCE)
        _random.process = os.getpid()
        _random.salts = [drawn[at : at + SALT_BYTES] for at in range(0, len(drawn), SALT_BYTES)]
    return _random.salts.pop()


class Recorder:
    """Writes the entries of commands. `runtime`: the number of the versions that run here."""

    def __init__(self, runtime: int, salt: Salt = fresh_salt) -> None:
        self._runtime = runtime
        self._salt = salt

    def entries(
        self,
        events: Sequence[Event],
        command: Sent,
        *,
        stream: int,
        organisation: int,
        number: int,
        seq: int,
        head: bytes,
        personal: Sequence[str] = NO_FIELDS,
        answers: Any = None,
        subject: int | None = None,
        persons: Persons | None = None,
    ) -> list[EntryWrite]:
        """The entries of command `number` of a stream whose last entry is `seq` with hash `head`.

        All events of a command happen at one instant. `answers` belong to its first entry.
        `persons`: whose values these are; without it what people write is the actor's.
        """
        persons = persons or Persons(author=command.actor.id)
        header = Header(
            at=str(events[0].facts["at"]),
            actor=command.actor.id,
            channel=command.channel,
            command=number,
            runtime=self._runtime,
            on_behalf_of=command.on_behalf_of,
            subject=subject,
        )
        written: list[EntryWrite] = []
        for index, event in enumerate(events):
            sealed = seal(
                event.type,
                event.facts,
                header=header,
                index=index,
                count=len(events),
                personal=personal,
                salt=self._salt,
                trace=event.trace,
                answers=answers if index == 0 else None,
                persons=persons,
            )
            head = link(head, stream, seq := seq + 1, sealed.body)
            written.append(
                EntryWrite(
                    organisation=organisation,
                    stream=stream,
                    seq=seq,
                    type=event.type,
                    at=header.at,
                    actor=header.actor,
                    body=sealed.body,
                    hash=head,
                    subject=subject,
                    trace=sealed.trace,
                    personal=sealed.personal,
                )
            )
        return written


def recorded(answers: Mapping[tuple[int, str], Any], kinds: Mapping[int, str]) -> Any:
    """Answers as an entry keeps them: `[ordinal, kind, digest's first 16 digits, answer]` each."""
    if not answers:
        return None
    return [
        [ordinal, kinds[ordinal], digest[:16], answer]
        for (ordinal, digest), answer in sorted(answers.items())
    ]
