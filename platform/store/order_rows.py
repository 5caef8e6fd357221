"""What a command reads and writes, as plain values (engine 3, 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from orderloom.audit.personal import Disclosure
from orderloom.platform.engine.state import OrderState
from orderloom.platform.record import named_record, record
from orderloom.platform.store.administration_rows import Kept
from orderloom.platform.store.balance_rows import BalanceMove, Level, Reservation
from orderloom.platform.store.collection_rows import RecordWrite
from orderloom.platform.store.substitution_rows import Substitution


class Conflict(Exception):
    """Another transaction changed an order, or took a number or a key, first: try again."""


@named_record
class LoadedOrder:
    """An order as read, locked until the transaction ends. `release`: number of its release row.
    `seq`: entries of its stream, `commands`: commands that wrote them, `head`: the last hash."""

    id: int
    organisation: int
    release: int
    revision: int
    seq: int
    commands: int
    head: bytes
    state: OrderState


@named_record
class OrderWrite:
    """An order's row as it is to be. `before`: (revision, seq) it had; None: the order is new.
    `data` None: unchanged."""

    id: int
    organisation: int
    process: str
    release: int
    revision: int
    status: str
    seq: int
    commands: int
    head: bytes
    state: str
    data: str | None
    wake_at: str | None
    before: tuple[int, int] | None


class EntryWrite(Struct, kw_only=True, gc=False):
    """An entry to be written. Made for every entry, in a fifth of the time of a dataclass; nothing
    in it leads back to it. `hash`: 32 bytes; it and `body` come when the entry is sealed.
    `personal`: what is kept beside it."""

    organisation: int
    stream: int
    seq: int
    type: str
    at: str
    actor: str
    body: bytes = b""
    hash: bytes = b""
    subject: int | None = None
    trace: bytes | None = None
    personal: tuple[Disclosure, ...] = ()


@record
class TaskWrite:
    """An open task. `due`, `opened`: ISO text. `principals`: whom lists show it to; what follows
    stands with each of them. `amount`: a sort key; `stopped`: a question stops its clock."""

    n: int
    kind: str
    definition: str
    due: str | None
    assignee: str | None
    principals: tuple[str, ...]
    process: str = ""
    opened: str = ""
    amount: str = ""
    stopped: bool = False


@record
class Projection:
    """What the tables say of an order beside its row: a function of its state.

    `keys`: (slot, sort key). `references`: (process, key, value), unique in the organisation.
    """

    keys: frozenset[tuple[str, str]] = frozenset()
    references: frozenset[tuple[str, str, str]] = frozenset()
    tasks: frozenset[TaskWrite] = frozenset()


NOTHING = Projection()


@record
class ProjectionWrite:
    organisation: int
    order: int
    before: Projection
    after: Projection


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWrite:
    organisation: int
    to_order: int
    from_stream: int
    from_n: int
    kind: str
    body: bytes
    at: str


@named_record
class JobWrite:
    organisation: int
    order: int
    n: int
    kind: str
    body: bytes
    due: str
    lane: str | None = None


@named_record
class Answered:
    """A request that was answered. `revision`: of the order after it; `refused`: it was refused,
    and entry `seq` of `stream` says how."""

    scope: str
    key: str
    organisation: int
    digest: str
    stream: int
    seq: int
    revision: int
    at: str
    refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamHead:
    """A security stream: what has no order."""

    stream: int
    organisation: int
    name: str
    seq: int
    commands: int
    head: bytes
    fresh: bool = False


@dataclass(slots=True)
class Changes:
    """Everything that one transaction writes. `files`: (organisation, digest, order) of files that
    orders name from now on."""

    orders: list[OrderWrite] = field(default_factory=list)
    projections: list[ProjectionWrite] = field(default_factory=list)
    entries: list[EntryWrite] = field(default_factory=list)
    letters: list[LetterWrite] = field(default_factory=list)
    jobs: list[JobWrite] = field(default_factory=list)
    cancelled: list[tuple[int, int]] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)
    streams: list[StreamHead] = field(default_factory=list)
    substitutions: list[Substitution] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    records: list[RecordWrite] = field(default_factory=list)
    files: list[tuple[int, str, int]] = field(default_factory=list)
    levels: list[Level] = field(default_factory=list)
    held: list[Reservation] = field(default_factory=list)
    moves: list[BalanceMove] = field(default_factory=list)
    sequences: Sequence[tuple[int, str, int]] = ()
