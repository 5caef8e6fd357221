"""What the auditor's desk is searched by, as plain values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, Protocol

from orderloom.platform.store.feed_rows import FeedCursor

# Lists of entries that are found by the number of a word.
Column = Literal["what", "actor", "behalf", "definition"]
COLUMNS: Final[tuple[Column, ...]] = ("what", "actor", "behalf", "definition")
# Between the types of what one entry tells, in its word `what`.
AND: Final = "+"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """An instant as it stands in `FactRow.at`."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactWrite:
    """What one entry is found by, in words; empty: it has none. `at`: ISO 8601. `process`: empty
    is that of the order whose stream it is. `values`: slot → keys (`store.sort_keys`)."""

    id: int
    organisation: int
    stream: int
    at: str
    what: str
    actor: str
    behalf: str = ""
    definition: str = ""
    process: str = ""
    channel: str = ""
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FactRow:
    """The same as it is stored: numbers of words. `at`: microseconds since 1970."""

    id: int
    stream: int
    at: int
    what: int
    actor: int
    behalf: int
    definition: int
    process: int
    channel: int


@dataclass(frozen=True, slots=True)
class IndexState:
    """How far the feed was read. `read_at`: the instant of the last entry."""

    cursor: FeedCursor = field(default_factory=FeedCursor)
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeyRange:
    """Keys of a slot: from `low` to `high`, both counted in or not, without those of `but`."""

    slot: int
    low: str
    high: str
    with_low: bool = True
    with_high: bool = True
    but: tuple[str, ...] = ()

    def holds(self, key: str) -> bool:
        """Whether it is one of these keys."""
        if key in self.but or key < self.low or key > self.high:
            return False
        return (self.with_low or key != self.low) and (self.with_high or key != self.high)


@dataclass(frozen=True, slots=True)
class FactTest:
    """What one entry must be. None: anything; numbers of words: one of them. `values`: each must
    hold for one of the entry's values."""

    what: frozenset[int] | None = None
    actor: frozenset[int] | None = None
    behalf: frozenset[int] | None = None
    definition: frozenset[int] | None = None
    channel: frozenset[int] | None = None
    values: tuple[tuple[KeyRange, ...], ...] = ()

    def fits(self, row: FactRow) -> bool:
        """All but the values."""
        return (
            (self.what is None or row.what in self.what)
            and (self.actor is None or row.actor in self.actor)
            and (self.behalf is None or row.behalf in self.behalf)
            and (self.definition is None or row.definition in self.definition)
            and (self.channel is None or row.channel in self.channel)
        )


class DeskTables(Protocol):
    """What the auditor's desk is searched by (`store.desk`)."""

    def state(self) -> IndexState: ...

    def add(
        self,
        before: FeedCursor,
        after: FeedCursor,
        rows: Sequence[FactWrite],
    ) -> bool:
        """Adds what was read between the cursors; False: somebody else did, nothing is changed."""

    def clear(self) -> None:
        """Forgets everything, also how far the feed was read."""

    def words(
        self, organisation: int, kind: str, wanted: Collection[str], *, begin: bool = False
    ) -> Mapping[str, int]:
        """Those of the words that entries have; `begin`: those that begin so. Of the kind `what`
        those with such a type among theirs."""

    def listed(
        self, column: Column, numbers: Collection[int], *, above: int, below: int, limit: int
    ) -> Sequence[tuple[int, int]]:
        """Ids between the two of entries with one of these words, newest first, and their `what`:
        both stand in the list itself, where a row may have to be read from the disk."""

    def rows(self, ids: Collection[int]) -> Mapping[int, FactRow]: ...

    def latest(self, organisation: int, *, above: int, below: int, limit: int) -> Sequence[FactRow]:
        """Entries between the two ids, newest first."""

    def valued(self, ranges: Sequence[KeyRange], *, limit: int) -> Sequence[int]:
        """Ids of entries with a value in one of the ranges, in no order, each perhaps twice."""

    def slotted(
        self, slots: Collection[int], *, above: int, below: int, limit: int
    ) -> Sequence[tuple[int, int, str]]:
        """(id, slot, key) between the two ids of all that have a value there, newest first."""

    def having(self, ranges: Sequence[KeyRange], ids: Collection[int]) -> set[int]:
        """Those of the entries that have a value in one of the ranges."""

    def streams_having(self, test: FactTest, streams: Collection[int]) -> set[int]:
        """Those of the streams with an entry that passes the test."""

    def of_streams(
        self, streams: Collection[int], *, above: int, below: int, limit: int
    ) -> Sequence[FactRow]:
        """Entries of the streams between the two ids, newest first."""

    def since(self, moment: datetime) -> int:
        """An id at or before the first entry of that moment or later."""
