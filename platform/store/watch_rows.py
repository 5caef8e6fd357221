"""What the follower of watches reads and writes, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from orderloom.platform.store.feed_rows import FeedCursor


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldWatch:
    """A watch that this holder follows now. `read_at`: the instant of the last entry read; None:
    nothing was read yet."""

    organisation: int
    ruleset: str
    version: int
    stream: int
    cursor: FeedCursor
    read_at: datetime | None
    holder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownHit:
    """What a rule of a watch has told about one key. `mark`: the same for the same hit. `events`:
    the ids of those that led to it. `awaited`: it is about what did not come until `at`."""

    mark: str
    rule: str
    key: Any
    events: tuple[str, ...]
    at: datetime
    awaited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HitWrite:
    """A hit with its letters: each of `bodies` goes to each open order that `order_key` has under
    `slot` and `sort_key`, which may be written from `at` on."""

    hit: KnownHit
    slot: str
    sort_key: str
    bodies: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchStanding:
    """How a watch stands, for people. `stopped`: `{reason}`, with the instant beside it."""

    organisation: int
    ruleset: str
    version: int
    sent: int
    cursor: FeedCursor
    read_at: datetime | None
    stopped: Mapping[str, Any] | None
    stopped_at: datetime | None


class WatchTables(Protocol):
    """The SQL of watches (`store.watches`). Each call is one short transaction of its own."""

    def begin(
        self, organisation: int, ruleset: str, *, version: int, cursor: FeedCursor, stream: int
    ) -> None:
        """A watch that is new reads from the cursor on, and sends from the stream; one that is
        there stays as it is."""

    def hold(
        self,
        organisation: int,
        ruleset: str,
        *,
        version: int,
        holder: str,
        now: datetime,
        until: datetime,
    ) -> HeldWatch | None:
        """Takes the watch for `holder`, or keeps it, until then; None while another one holds it,
        where it was stopped at this version, or where it never `began`."""

    def let_go(self, held: HeldWatch) -> None:
        """Another one may take it at once."""

    def hits(self, organisation: int, ruleset: str, since: datetime) -> Sequence[KnownHit]:
        """What the watch has told since then, the oldest first."""

    def advance(
        self,
        held: HeldWatch,
        *,
        cursor: FeedCursor,
        read_at: datetime | None,
        hits: Sequence[HitWrite],
    ) -> int | None:
        """Moves the watch on and writes the letters of its hits, each hit once, in one transaction;
        how many letters. None: another one holds it by now, and nothing was written."""

    def stop(self, held: HeldWatch, *, reason: str, now: datetime) -> None:
        """Stops the watch at its version, and says why."""

    def start_again(self, organisation: int, ruleset: str) -> None:
        """A watch that was stopped may go on."""

    def standing(self, organisation: int | None = None) -> Sequence[WatchStanding]:
        """Every watch that has ever been held, by its id; of one organisation or of all."""

    def sweep(self, before: datetime, *, limit: int) -> int:
        """Forgets hits that are older than then; how many."""
