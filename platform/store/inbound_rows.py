"""Messages of other systems as they are kept: every one before it is worked on, each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class State(StrEnum):
    """`received`: to be carried out, or waiting for its order; `ignored`: nothing wanted it;
    `quarantined`: somebody has to look at it; `discarded`: somebody did, and needs it no more."""

    RECEIVED = "received"
    DONE = "done"
    IGNORED = "ignored"
    QUARANTINED = "quarantined"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A message that was accepted. `message`: the id in its connector's `inbound`, empty for one
    that nothing wanted. `once`: a digest of what makes it the same when it comes again. `sender`:
    the user of the token it came with, none where it was signed."""

    organisation: int
    connector: str
    message: str
    once: str
    body: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    received: datetime
    sender: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMessage:
    """A message with what became of it. `due`: when to try again, none where nothing is to be
    done. `order`: the id of the order that took it; `number`: that order's number, or the one
    that somebody assigned. `problem`: why it stands still, as `refusals.rejection_json` tells."""

    id: int
    arrival: Arrival
    state: State
    attempts: int = 0
    due: datetime | None = None
    order: int | None = None
    number: str | None = None
    problem: Any = None
    settled_by: str | None = None
    settled: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """What a try came to. `due`: when the next one is, of a message that stays `received`."""

    state: State
    order: int | None = None
    number: str | None = None
    problem: Any = None
    due: datetime | None = None


class InboundTables(Protocol):
    """The SQL of kept messages (`store.inbound`): each call is one short transaction."""

    def keep(self, arrivals: Sequence[Arrival], *, due: datetime) -> Sequence[KeptMessage]:
        """All of them kept, in one transaction and in their order; those that came before are
        given as they are now. `due`: when to try a new one again unless it is settled before."""

    def one(self, organisation: int, id: int) -> KeptMessage | None: ...

    def due(self, now: datetime, limit: int) -> Sequence[KeptMessage]:
        """Messages to try now, the longest due first; read without locks."""

    def became(self, message: KeptMessage, what: Became) -> None:
        """Notes what a try came to. What is done or discarded stays so; what stands still goes on
        only by `again`, or when another try was `done` meanwhile."""

    def again(
        self, message: KeptMessage, *, number: str | None, by: str, at: datetime
    ) -> KeptMessage | None:
        """A message that stands still is to be tried again from the beginning, on behalf of `by`;
        with a `number`, for that order. None where it does not stand still any more."""

    def discard(self, message: KeptMessage, *, by: str, at: datetime) -> KeptMessage | None:
        """Nobody needs it. None where it does not stand still any more."""

    def listed(
        self, organisation: int, state: State | None, *, before: int | None, limit: int
    ) -> Sequence[KeptMessage]:
        """The newest first (descending id), those with an id below `before`."""

    def count(self, organisation: int, state: State, *, limit: int) -> int:
        """How many there are, at most `limit`."""
