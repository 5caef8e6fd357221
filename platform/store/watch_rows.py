"""What the follower of watches reads and writes, as plain values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from orderloom.platform.store.feed_rows import FeedCursor

Place = tuple[int, int]  # stream, seq: one audited event


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
class WatchHit:
    """What a rule of a watch has noticed about one key. `orders`: the slot and sort key of its open
    orders in `order_key`, or an order's number. `body`: the letter (`name data source watch`)."""

    rule: str
    key: str
    entries: tuple[Place, ...]
    at: datetime
    body: Mapping[str, Any]
    slot: str
    sort_key: str


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

    def hold(
        self,
        organisation: int,
        ruleset: str,
        *,
        version: int,
        begin: FeedCursor,
        stream: int,
        holder: str,
        now: datetime,
        until: datetime,
    ) -> HeldWatch | None:
        """Takes the watch for `holder`, or keeps it, until then; None while another one holds it,
        or where it was stopped at this version. A watch that is new begins at `begin` and sends
        from `stream`."""

    def let_go(self, held: HeldWatch) -> None:
        """Another one may take it at once."""

    def spent(self, organisation: int, ruleset: str, since: datetime) -> Collection[Place]:
        """The entries that led to hits since then."""

    def advance(
        self,
        held: HeldWatch,
        *,
        cursor: FeedCursor,
        read_at: datetime | None,
        hits: Sequence[WatchHit],
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
