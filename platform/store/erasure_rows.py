"""Erasures as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

REQUEST, RETENTION = "request", "retention"
WAITING, DONE = "waiting", "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What is to be erased: an order (`order`, else 0), a record of a collection, or with neither
    the account of `person`. `person`: only what is theirs, None: all. `reason` is empty once it is
    done. Instants are aware UTC."""

    id: str
    organisation: int
    order: int = 0
    collection: str = ""
    record: str = ""
    person: str | None = None
    cause: str = REQUEST
    reason: str = ""
    by: str
    at: datetime
    state: str = WAITING
    removed: int = 0
    done: datetime | None = None

    @property
    def of_account(self) -> bool:
        """Whether it is the account of `person` itself."""
        return not self.order and not self.collection


@dataclass(frozen=True, slots=True)
class Slot:
    """One personal value of an entry. `type`: the entry's."""

    stream: int
    seq: int
    slot: int
    path: str
    person: str | None
    salt: bytes
    value: bytes
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What goes in one transaction. `slots` and the `traces` of these entries (stream, seq).
    `texts`: what must not be found anywhere else; `whole`: also what lies around the order: files,
    messages, mail."""

    organisation: int
    order: int
    number: str
    slots: Sequence[tuple[int, int, int]]
    traces: Sequence[tuple[int, int]]
    texts: Sequence[str]
    whole: bool
    at: str


@dataclass(frozen=True, slots=True)
class Held:
    """Where something of a person lies. `theirs`: they are whom the order is about; else only
    words of theirs stand in it. `values`: how many are still kept."""

    order: int
    theirs: bool
    values: int


@dataclass(frozen=True, slots=True)
class Answered:
    """Orders of a process in which somebody decided or did a task. `running`: how many have not
    ended; `ended`: when the last of the others did."""

    process: str
    running: int
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A personal value of an order that is still kept, with the entry that brought it. `value`:
    JSON; `actor`: who wrote the entry."""

    stream: int
    seq: int
    path: str
    person: str | None
    value: bytes
    type: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class Falling:
    """Orders of a process that hold personal values: `due`: how many had ended before an instant,
    as far as was counted; `next`: when the first of the others ended, the earliest first."""

    due: int
    next: Sequence[datetime]


@dataclass(frozen=True, slots=True)
class RetentionRun:
    """The last time that orders of a process were due: how many `orders`, how many `values` went,
    how many of the orders still wait."""

    at: datetime
    orders: int
    values: int
    waiting: int


class ErasureTables(Protocol):
    """The SQL of erasures (`store.erasures`): each call is one short transaction of its own."""

    def ask(self, erasures: Sequence[Erasure]) -> None:
        """Keeps requests; one whose id is known stays as it is."""

    def one(self, id_: str) -> Erasure | None: ...

    def waiting(self, limit: int) -> Sequence[Erasure]:
        """Those that wait, and whose order (if it is one) has ended, oldest first."""

    def listed(
        self, organisation: int, *, before: tuple[str, str] | None, limit: int
    ) -> Sequence[Erasure]:
        """Newest first. `before`: instant as stored and id of the last one known."""

    def of_order(self, order: int) -> Sequence[Erasure]:
        """Those of an order, oldest first."""

    def done_after(self, after: str, limit: int) -> Sequence[Erasure]:
        """Those that are done, by id."""

    def held(self, organisation: int, person: str) -> Sequence[Held]:
        """The orders in which something of a person is kept, by id."""

    def answered(self, organisation: int, user: str) -> Sequence[Answered]:
        """The processes in whose orders a user decided or did a task, by id."""

    def ended_before(
        self, organisation: int, process: str, ended: datetime, *, after: int, limit: int
    ) -> Sequence[int]:
        """Orders of a process that may have ended before then and still hold personal values, by
        id."""

    def about(self, organisation: int, person: str, *, limit: int) -> Sequence[int]:
        """The orders in which something is or was kept of a person, the newest first: also what
        was erased, as far as entries say whose it was."""

    def kept(self, organisation: int, order: int) -> Sequence[Kept]:
        """The personal values that are kept of an order, in its own stream and beside it, by
        entry."""

    def falling(
        self, organisation: int, process: str, ended: datetime, *, count: int, next_: int
    ) -> Falling:
        """Counts up to `count`; of those that ended later the first `next_`."""

    def retention_runs(self, organisation: int) -> Mapping[str, RetentionRun]:
        """Process → its last run. Orders of a run were asked for at one instant."""

    def scrub(self, *, whole: bool) -> bool:
        """Makes the files forget what the tables have forgotten: SQLite moves its log into the
        file and empties it, and writes the file anew (`whole`); PostgreSQL vacuums. Whether all of
        it could be done."""
