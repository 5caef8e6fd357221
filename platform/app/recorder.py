"""Events become entries: sealed, chained, personal values committed (engine 5)."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from orderloom.audit.chain import extend
from orderloom.audit.entries import seal
from orderloom.audit.entry import Header
from orderloom.audit.personal import SALT_BYTES
from orderloom.audit.persons import Persons
from orderloom.platform.engine.commands import Actor
from orderloom.platform.engine.outcome import Event
from orderloom.platform.engine.together import together
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


class Tip:
    """What a stream ends with: the hash of its last entry, 32 bytes, as soon as that is sealed."""

    __slots__ = ("hash",)

    def __init__(self, known: bytes = b"") -> None:
        self.hash = known


# Not frozen: one is made for each command.
@dataclass(slots=True)
class Begun:
    """The entries of one command: their places are taken, their bodies and hashes still missing.
    `groups`: the events that each of them tells. `before`, `tip`: what the stream ended with, and
    will end with."""

    entries: list[EntryWrite]
    groups: list[Sequence[Event]]
    header: Header
    before: Tip
    tip: Tip
    personal: Sequence[str]
    answers: Any
    persons: Persons


class Recorder:
    """Writes the entries of commands. `runtime`: the number of the versions that run here."""

    def __init__(self, runtime: int, salt: Salt = fresh_salt) -> None:
        self._runtime = runtime
        self._salt = salt

    def begin(
        self,
        events: Sequence[Event],
        command: Sent,
        *,
        stream: int,
        organisation: int,
        number: int,
        seq: int,
        head: Tip,
        personal: Sequence[str] = NO_FIELDS,
        answers: Any = None,
        subject: int | None = None,
        persons: Persons | None = None,
    ) -> Begun:
        """The entries of command `number` of a stream whose last entry is `seq`, to be sealed.

        All events of a command happen at one instant. `answers` belong to its first entry.
        `persons`: whose values these are; without it what people write is the actor's.
        """
        actor = command.actor.id
        header = Header(
            at=str(events[0].facts["at"]),
            actor=actor,
            channel=command.channel,
            command=number,
            runtime=self._runtime,
            on_behalf_of=command.on_behalf_of,
            subject=subject,
        )
        groups = together(events)
        entries = [
            EntryWrite(
                organisation=organisation,
                stream=stream,
                seq=place,
                type=group[0].type,
                at=header.at,
                actor=actor,
                subject=subject,
            )
            for place, group in enumerate(groups, seq + 1)
        ]
        whose = persons or Persons(author=actor)
        return Begun(entries, groups, header, head, Tip(), personal, answers, whose)

    def seal(self, many: Sequence[Begun]) -> None:
        """Puts bodies, hashes and what is kept beside them into the entries of many commands, in
        their order. One after another they take less time than between the commands, whose work
        is done with other parts of the program."""
        for one, sealed in zip(many, seal(many, self._salt), strict=True):
            entries = one.entries
            hashes = extend(one.before.hash, entries[0].stream, entries[0].seq - 1, sealed.bodies)
            for entry, body, hash_, trace in zip(
                entries, sealed.bodies, hashes, sealed.traces, strict=True
            ):
                entry.body, entry.hash, entry.trace = body, hash_, trace
            for index, kept in sealed.personal.items():
                entries[index].personal = kept
            one.tip.hash = hashes[-1]


def recorded(answers: Mapping[tuple[int, str], Any], kinds: Mapping[int, str]) -> Any:
    """Answers as an entry keeps them: `[ordinal, kind, digest's first 16 digits, answer]` each."""
    if not answers:
        return None
    return [
        [ordinal, kinds[ordinal], digest[:16], answer]
        for (ordinal, digest), answer in sorted(answers.items())
    ]
