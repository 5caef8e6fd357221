"""One part of the log, verified as fast as it can be read: each entry continues its stream, each
leaf of the tree is an entry's. What is wrong is only marked here; `verifying` finds its name."""

from __future__ import annotations

import re
import struct
from binascii import Error, a2b_base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from typing import Any, Final

from orderloom.audit.chain import HASH, PLACE
from orderloom.audit.verify_rows import (
    COMMAND,
    Row,
    genesis,
    keeps_its_promises,
    place_of,
)
from orderloom.platform.store.seal import SqlSeal
from orderloom.platform.store.seal_rows import WIDTH, top
from orderloom.platform.store.verify_reading import Part, VerifyReads, as_bytes, place

_NUMBERS: Final = re.compile(rb"([0-9]{1,9}),([0-9]{1,9}),([0-9]{1,9})\]")
# Signs behind `COMMAND` by which an entry's place is known again; longer numbers are read anew.
_SIGNS: Final = 16
_ENTRY: Final = b"orderloom/entry/1\n"
# What every leaf begins with: a copy of it is made sooner than a new one.
_LEAF: Final = sha256(b"\x00")


@dataclass(slots=True)
class Found:
    """What a part came to. `bad`: stream → the first entry that is wrong there. `tiles`: those that
    are missing or whose hashes are not below what stands above. `extra`, `lost`: entries without a
    leaf and leaves without an entry, place → leaf's hash; another part may have them."""

    checked: int = 0
    streams: int = 0
    unsealed: int = 0
    bad: dict[int, int] = field(default_factory=dict)
    tiles: list[tuple[int, int]] = field(default_factory=list)
    extra: dict[bytes, bytes] = field(default_factory=dict)
    lost: dict[bytes, bytes] = field(default_factory=dict)

    def mark(self, stream: int, seq: int) -> None:
        """Something is wrong with this entry."""
        self.bad[stream] = min(seq, self.bad.get(stream, seq))


def verify_part(reads: VerifyReads, log: str, part: Part) -> Found:
    """Verifies one part."""
    found = Found()
    _Part(reads, log, part, found).run()
    return found


def verify_personal(reads: VerifyReads, after: int, upto: int) -> Found:
    """Whether the personal values kept beside entries are those that they name."""
    found = Found()
    for rows in reads.personal(after, upto):
        for (stream, seq), group in groupby(rows, key=lambda row: row[:2]):
            kept = list(group)
            trace = None if kept[0][6] is None else as_bytes(kept[0][6])
            values = {row[2]: (_decoded(row[3]), as_bytes(row[4])) for row in kept}
            row = Row(stream, seq, b"", as_bytes(kept[0][5]), trace, values)
            if not keeps_its_promises(row):
                found.mark(stream, seq)
    return found


def verify_ends(reads: VerifyReads) -> Found:
    """Whether each stream is known and ends as it says."""
    found = Found()
    for stream in reads.bad_ends():
        found.mark(stream, 1 << 32)
    return found


# An entry's command, its index in it, how many that has; which one must follow (0: it is complete).
_Numbers = tuple[int, int, int, int]


class _Place(dict[bytes, "_Place"]):
    """An entry's place in its command; and by the signs behind `COMMAND` those of entries that may
    follow it, as far as they were met: of one log a few, met again and again."""

    __slots__ = ("numbers",)
    numbers: _Numbers


# A stream's entry before the next one: seq, hash, place. A plain tuple: one is made for each entry.
_Last = tuple[int, bytes, _Place]


class _Part:
    """The run through one part. `_last`: stream → its last entry here."""

    def __init__(self, reads: VerifyReads, log: str, part: Part, found: Found) -> None:
        self._reads = reads
        self._log = log
        self._part = part
        self._found = found
        self._last: dict[int, _Last] = {}
        self._places: dict[_Numbers, _Place] = {}
        self._none = self._place((0, 0, 1))
        self._tiles = _Tiles(SqlSeal(reads.database), part, found)

    def run(self) -> None:
        for rows in self._reads.entries(self._part.after, self._part.upto):
            self._entries(rows)
        self._tiles.rest()
        self._ends()

    def _entries(self, rows: Sequence[Any]) -> None:
        """The hot loop: each entry costs a few microseconds, half of them for three hashes. What
        can be is done column by column."""
        mark, known, hashed = self._found.mark, self._last, sha256
        streams, seqs, stored, bodies, traces = zip(*rows, strict=True)
        if type(bodies[0]) is str:
            bodies, stored = tuple(map(str.encode, bodies)), tuple(map(str.encode, stored))
        self._begun(streams, seqs)
        wheres, hashes = _keys(streams, seqs, stored)
        for stream, seq, where, hash_, body in zip(
            streams, seqs, wheres, hashes, bodies, strict=True
        ):
            before, head, place = known[stream]
            if hashed(_ENTRY + head + where + body).digest() != hash_ or before != seq - 1:
                mark(stream, seq)
            try:
                _, rest = body.split(COMMAND)
                place = place[rest[:_SIGNS]]
            except KeyError:
                place = self._next(stream, seq, place, body, rest[:_SIGNS])
            except ValueError:
                place = self._next(stream, seq, place, body)
            known[stream] = (seq, hash_, place)
        if traces.count(None) != len(traces):
            self._traces(rows, bodies)
        self._found.checked += len(rows)
        if self._part.is_sealed:
            self._tiles.take(wheres, _leaves(hashes))
        else:
            self._found.unsealed += len(rows)
        self._found.streams += seqs.count(1)

    def _next(
        self, stream: int, seq: int, before: _Place, body: bytes, signs: bytes = b""
    ) -> _Place:
        """The place of an entry that was not met behind `before`; from then on it is known there
        by its `signs`."""
        found = _NUMBERS.match(signs)
        now = self._place(tuple(map(int, found.groups())) if found else place_of(body))
        if not _follows(before.numbers, now.numbers):
            self._found.mark(stream, seq)
        elif found:
            before[signs] = now
        return now

    def _place(self, place: tuple[int, ...] | None) -> _Place:
        command, index, count = place or (0, 0, 0)
        numbers = command, index, count, 0 if index == count - 1 else index + 1
        found = self._places.get(numbers)
        if found is None:
            found = self._places[numbers] = _Place()
            found.numbers = numbers
        return found

    def _traces(self, rows: Sequence[Any], bodies: Sequence[bytes]) -> None:
        for (stream, seq, _, _, trace), body in zip(rows, bodies, strict=True):
            if trace is not None and not keeps_its_promises(
                Row(stream, seq, b"", body, as_bytes(trace))
            ):
                self._found.mark(stream, seq)

    def _begun(self, streams: Sequence[int], seqs: Sequence[int]) -> None:
        """Looks up what came before the first entries of streams that were not met in this part."""
        known = self._last
        new = set(streams).difference(known)
        if not new:
            return
        firsts = dict(zip(reversed(streams), reversed(seqs), strict=True))
        before = self._reads.at([(each, firsts[each] - 1) for each in new if firsts[each] > 1])
        for stream in new:
            entry = before.get((stream, firsts[stream] - 1))
            if entry is None:
                known[stream] = 0, genesis(self._log, stream & (1 << 64) - 1), self._none
            else:
                known[stream] = firsts[stream] - 1, entry.hash, self._place(place_of(entry.body))

    def _ends(self) -> None:
        """No stream ends within a command; `verify_ends` asks all others at once."""
        within = {each: last[0] for each, last in self._last.items() if last[2].numbers[3]}
        heads = self._reads.heads(within)
        for stream, seq in within.items():
            if stream not in heads or heads[stream][0] <= seq:
                self._found.mark(stream, seq)


class _Tiles:
    """The leaves of a part, compared with its entries as they come: in the same order most often,
    or nearly so."""

    def __init__(self, seal: SqlSeal, part: Part, found: Found) -> None:
        self._found = found
        self._part = part
        self._seal = seal
        self._source = seal.tiles(0, start=part.first)
        self._next = part.first
        self._above = b""
        self._places = bytearray()
        self._hashes = bytearray()

    def take(self, places: list[bytes], leaves: list[bytes]) -> None:
        """Entries' places and leaves, in the order of ids."""
        count = len(places)
        if not count:
            return
        while len(self._hashes) < count * HASH and self._more():
            pass
        there, hashes = b"".join(places), b"".join(leaves)
        width, high = count * PLACE.size, count * HASH
        if self._places[:width] == there and self._hashes[:high] == hashes:
            del self._places[:width], self._hashes[:high]
            return
        self._found.extra |= dict(zip(places, leaves, strict=True))
        taken = min(len(self._hashes) // HASH, count)
        self._miss(taken)
        self._match()

    def rest(self) -> None:
        """Leaves that no entry of the part was for."""
        while self._more():
            pass
        self._miss(len(self._hashes) // HASH)
        self._match()

    def _miss(self, count: int) -> None:
        """The next leaves wait for an entry."""
        for at in range(count):
            where = bytes(self._places[at * PLACE.size : (at + 1) * PLACE.size])
            self._found.lost[where] = bytes(self._hashes[at * HASH : (at + 1) * HASH])
        del self._places[: count * PLACE.size], self._hashes[: count * HASH]

    def _match(self) -> None:
        match(self._found.extra, self._found.lost)

    def _more(self) -> bool:
        """Reads one more tile of the part; False: there is none."""
        if self._next >= self._part.stop:
            return False
        n, self._next = self._next, self._next + 1
        size = min(WIDTH, self._part.size - n * WIDTH)
        tile = next(self._source, None)
        while tile is not None and tile.n < n:
            tile = next(self._source, None)
        if tile is not None and tile.n > n:
            self._source, tile = self._seal.tiles(0, start=n + 1), None
        if tile is None or len(tile.hashes) < size * HASH or len(tile.places) < size * PLACE.size:
            self._found.tiles.append((0, n))
            return True
        self._places += tile.places[: size * PLACE.size]
        self._hashes += tile.hashes[: size * HASH]
        if size == WIDTH and top(tile.hashes) != self._stands_above(n):
            self._found.tiles.append((0, n))
        return True

    def _stands_above(self, n: int) -> bytes:
        if n % WIDTH == 0 or not self._above:
            tile = self._seal.tile(1, n // WIDTH)
            self._above = b"" if tile is None else tile.hashes
        at = n % WIDTH * HASH
        return self._above[at : at + HASH]


def match(extra: dict[bytes, bytes], lost: dict[bytes, bytes]) -> None:
    """Takes out what is on both sides with the same hash."""
    few, many = (extra, lost) if len(extra) < len(lost) else (lost, extra)
    for where in [where for where in few if many.get(where) == few[where]]:
        del extra[where], lost[where]


def _follows(before: _Numbers, now: _Numbers) -> bool:
    """Whether `now` is the next entry of the same command, or the first of a later one."""
    if before[3]:
        return now[1] == before[3] and now[0] == before[0] and now[2] == before[2]
    return now[1] == 0 and now[0] > before[0]


def _keys(
    streams: Sequence[int], seqs: Sequence[int], stored: Sequence[Any]
) -> tuple[list[bytes], list[bytes]]:
    """Places and hashes of entries; of one whose numbers or hash are none no hash, which is that
    of no entry."""
    try:
        b"".join(stored).decode("ascii")  # Other signs would be passed over.
        return list(map(PLACE.pack, streams, seqs)), list(map(a2b_base64, stored))
    except (struct.error, ValueError, TypeError):
        wheres = [place(*each) for each in zip(streams, seqs, strict=True)]
        fit = (PLACE.unpack(where) for where in wheres)
        same = zip(fit, streams, seqs, stored, strict=True)
        return wheres, [
            _decoded(hash_) if (stream, seq) == each else b"" for each, stream, seq, hash_ in same
        ]


def _leaves(hashes: Sequence[bytes]) -> list[bytes]:
    """The leaves of entries with these hashes."""
    begun, found = _LEAF.copy, list[bytes]()
    for hash_ in hashes:
        made = begun()
        made.update(hash_)
        found.append(made.digest())
    return found


def _decoded(content: Any) -> bytes:
    try:
        return a2b_base64(as_bytes(content).decode("ascii"))
    except (Error, ValueError, TypeError):
        return b""
