"""What `advance` can answer: an outcome, a rejection, questions, or a failure.

Questions (engine 2) are what the pure interpreter must ask; the app answers them by ordinal and
digest and calls again from the start. Effects are carried out after the commit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from orderloom.platform.codec import canonical
from orderloom.platform.engine.commands import Actor, Body
from orderloom.platform.engine.state import OrderState
from orderloom.platform.record import record


@record
class Event:
    """One sentence of the timeline: a type of `events.TYPES` and its facts (JSON values)."""

    type: str
    facts: Mapping[str, Any]
    trace: Mapping[str, Any] | None = None


# ── questions ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Approvers:
    """Who has `role` (and belongs to `unit`), filtered by the FEEL condition `where`, which reads
    `user` and `names`. Answer: sorted user ids. With `users` (ids) instead: those that exist.
    With `manager_of` (a user id) and `level`: that manager, as a list."""

    role: str | None = None
    unit: str | None = None
    where: str | None = None
    names: Mapping[str, Any] = field(default_factory=dict)
    users: tuple[str, ...] | None = None
    manager_of: str | None = None
    level: int = 1


@dataclass(frozen=True, slots=True)
class Person:
    """The directory's record of one user. Answer: `Actor.record()` or None."""

    user: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """A collection's row by key (None: all its rows). Answer: a row, None, or a list of rows."""

    collection: str
    key: str | None


@dataclass(frozen=True, slots=True)
class Infer:
    """What follows from an order's facts by a ruleset of its release; `digest`: the ruleset's.
    Answered outside of the transaction. Answer: `{facts, chain, library}`, or `{failed: {reason,
    detail, rule}}`."""

    ruleset: str
    digest: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReadOrder:
    """Another order's data by number. Answer: data or None."""

    number: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How another order stands now, by id, read without a lock. Answer: `relatives.standing`, or
    None where there is no such order."""

    order: int


@dataclass(frozen=True, slots=True)
class Siblings:
    """How the orders stand that the same activity of `parent` started beside `order`. Answer: a
    list as `relatives.siblings` makes it."""

    parent: int
    order: int


@dataclass(frozen=True, slots=True)
class FindOrders:
    """Ids of orders by numbers, or of open orders of `process` by the value of a key."""

    numbers: tuple[str, ...] = ()
    process: str | None = None
    key: str | None = None
    value: str | None = None


@record
class Files:
    """Which of these files (SHA-256, size, type) a command may name: those that `order` names
    already, or that `person` has brought lately. Answer: the digests of these, sorted."""

    files: tuple[tuple[str, int, str], ...]
    person: str
    order: int


@record
class NextNumber:
    """The next value of a sequence. `name`: `<process>` or a sequence's id, with the date parts."""

    name: str
    gapless: bool = False


@dataclass(frozen=True, slots=True)
class NewOrders:
    """Ids for child orders. Answer: a list of `count` ids."""

    count: int


@dataclass(frozen=True, slots=True)
class Move:
    """Reserve, release or issue amounts of balances, for this order: all the lines, or none where
    one is short; with `partial` as much as there is. Answered in the transaction, which keeps the
    move if the command is accepted.

    Lines: `{balance key amount own}`: `collection.field`, a record's key (where that was merged,
    of the kept one), how much, and what of it comes out of the order's own reservation. `back`:
    the very move is taken back, since its block failed; that is always possible.

    Answer: `{moved, lines}`, lines `{granted free record why}`: what was taken (of a move that was
    not made: what could have been), what is free now, the record's key where it is another, and
    `why` nothing is there (`record field`).
    """

    way: str
    lines: tuple[Mapping[str, Any], ...]
    partial: bool = False
    back: bool = False


Question = (
    Approvers
    | Person
    | Lookup
    | Infer
    | ReadOrder
    | Standing
    | Siblings
    | FindOrders
    | Files
    | NextNumber
    | NewOrders
    | Move
)


def question_digest(question: Question) -> str:
    """Hexadecimal SHA-256 of the question's kind and fields, canonical JSON."""
    if isinstance(question, NextNumber):
        return _number_digest(question)
    return _digest(question)


@lru_cache(maxsize=1024)
def _number_digest(question: NextNumber) -> str:
    """Every order that begins asks for the next number of the same few series."""
    return _digest(question)


def _digest(question: Question) -> str:
    kind = type(question)
    body = {name: getattr(question, name) for name in kind.__dataclass_fields__}
    body["q"] = kind.__name__
    return hashlib.sha256(canonical(body)).hexdigest()


# ── effects ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class CallEffect:
    """An outgoing call. `n`: its number in the order; the idempotency key is `<order>.<n>`."""

    n: int
    connector: str
    operation: str
    args: Mapping[str, Any]
    lane: str | None = None


@dataclass(frozen=True, slots=True)
class CancelCall:
    """A call that was not yet sent need not be."""

    n: int


@record
class MessageEffect:
    """A notice to people. `names`: what its templates read, as it was. `to`: principals, and mail
    addresses or templates of them."""

    n: int
    message: str
    names: Mapping[str, Any]
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InboxEffect:
    """A message to another order (`kind`: `create event child.ended`), in the same transaction."""

    n: int
    to_order: int
    kind: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KeepFile:
    """The order names a file, whose bytes are kept as long as its entries are."""

    digest: str


Effect = CallEffect | CancelCall | MessageEffect | InboxEffect | KeepFile


# ── answers of advance ───────────────────────────────────────────────────────────────────────


@record
class Outcome:
    """The command applies: these events, this state (their fold), these effects."""

    events: tuple[Event, ...]
    effects: tuple[Effect, ...]
    state: OrderState


@dataclass(frozen=True, slots=True)
class Asks:
    """The interpreter needs an answer: put it under `(ordinal, digest)` and call again.

    `more`: what it knows that it will ask next; whoever answers it too saves a call each.
    """

    ordinal: int
    digest: str
    question: Question
    more: tuple[Asks, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """An error that nobody took: undo all, then `advance` with `Fail(body, error)`."""

    body: Body
    error: Mapping[str, Any]


@record
class Context:
    """What enters from outside: the instant (aware UTC), who, and through which channel.

    `answers`: `(ordinal, digest)` → answer. `most_moves`: how many moves one step may have.
    `judged`: the command was accepted before, and is carried out once more to compare: whether the
    actor may give it is not asked again.
    """

    now: datetime
    actor: Actor
    channel: str = "api"
    on_behalf_of: str | None = None
    answers: Mapping[tuple[int, str], Any] = field(default_factory=dict)
    most_moves: int = 1_000
    judged: bool = False
