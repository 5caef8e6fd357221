"""One block of format 2: some thousand entries that can be checked without all others."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from struct import Struct
from typing import Any, BinaryIO, NamedTuple

from orderloom.audit.verify_lines import disclosures, exact
from orderloom.audit.verify_rows import (
    CHANGED,
    CUT,
    INSERTED,
    REORDERED,
    Head,
    Problem,
    Row,
    bounded,
    first_problem,
    genesis,
    keeps_its_promises,
    place_of,
    whole,
)
from orderloom.audit.verify_zip import Damaged, Part, unpacked

HASH = 32
_PLACE = Struct(">QI")
_HEAD = {"stream", "order", "count", "head", "rows"}


class Block(NamedTuple):
    """Which entries stand in a block (`first` row, `rows`), and the parts that hold them."""

    first: int
    rows: int
    streams: Part
    entries: Part
    kept: Part | None


class Piece(NamedTuple):
    """The entries of one stream in one block. `row`: of the first; `start`: its `seq` less one.
    `numbers`: their `seq`, where these do not just go on. `known`: somebody vouches for it."""

    stream: int
    head: Head
    row: int
    rows: int
    start: int
    numbers: tuple[int, ...] | None
    known: bool

    @property
    def name(self) -> str | int:
        """The order's number, or else the stream's."""
        return self.head.name or self.stream

    @property
    def end(self) -> int:
        """The last `seq`, as far as they go on."""
        return self.start + self.rows

    def row_of(self, seq: int) -> int | None:
        """The row of an entry, None where it does not stand in this piece."""
        if self.numbers is None:
            return self.row + seq - self.start - 1 if self.start < seq <= self.end else None
        return self.row + self.numbers.index(seq) if seq in self.numbers else None


@dataclass(slots=True)
class Found:
    """What was found in a block. `first`, `last`: its outer pieces, which may go on in others."""

    rows: int = 0
    streams: int = 0
    problems: list[Problem] = field(default_factory=list)
    first: Piece | None = None
    last: Piece | None = None


def check_block(file: BinaryIO, block: Block, hashes: Part, log: str) -> Found:
    """Recomputes the chains of a block and compares them with the hashes that the file states."""
    found = Found(rows=block.rows)
    content, good = unpacked(file, block.entries)
    bodies = content.split(b"\n")
    if bodies and bodies[-1] == b"":
        bodies.pop()
    stated = hashes_at(file, hashes, block.first - 1 if block.first else 0, block.rows + 1)
    before, stated = (stated[:HASH], stated[HASH:]) if block.first else (b"", stated)
    stated = stated[: block.rows * HASH]
    try:
        kept, kept_good = _kept(file, block)
        all_ = list(pieces(file, block))
        for piece in all_:
            found.first, found.last = found.first or piece, piece
            found.streams += piece.start == 0
            at = piece.row - block.first
            mine = bodies[at : at + piece.rows]
            told = stated[at * HASH : (at + piece.rows) * HASH]
            previous = (
                (stated[(at - 1) * HASH : at * HASH] if at else before) if piece.start else b""
            )
            # The last one may go on in the next block; whether it does, is looked at there.
            ends = piece is not all_[-1] or piece.end >= piece.head.count
            problem = _checked(log, piece, mine, told, previous, kept, ends=ends)
            if problem:
                # The part is told as well where the file was damaged, not the log.
                part = None if good else block.entries.name
                found.problems.append(Problem(piece.name, *problem, part))
                if len(mine) < piece.rows:
                    break  # The rest could not be read at all.
    except Damaged as damage:
        found.problems.append(Problem(None, None, damage.problem, damage.part))
        return found
    if not found.problems and (not good or len(bodies) != block.rows):
        how = INSERTED if len(bodies) > block.rows else CHANGED
        found.problems.append(Problem(None, None, how, block.entries.name))
    if block.kept and not kept_good:
        found.problems.append(Problem(None, None, CHANGED, block.kept.name))
    return found


def pieces(file: BinaryIO, block: Block) -> Iterator[Piece]:
    """The streams of a block, as its heads say. Raises `Damaged`."""
    content, good = unpacked(file, block.streams)
    row, last = block.first, -1
    try:
        heads = _objects(content)
    except (ValueError, RecursionError):
        raise Damaged(block.streams.name) from None
    for head in heads:
        try:
            piece = _piece(head, row)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise Damaged(block.streams.name) from None
        if piece.stream <= last:
            raise Damaged(block.streams.name, REORDERED)
        row, last = row + piece.rows, piece.stream
        if row > block.first + block.rows:
            raise Damaged(block.streams.name, CUT)
        yield piece
    if not good or row != block.first + block.rows:
        raise Damaged(block.streams.name)


def _objects(content: bytes) -> list[Any]:
    """All lines at once, which is faster than one by one. Raises `ValueError`."""
    if content[-1:] not in (b"", b"\n"):
        raise ValueError("the last line has no end")
    found = json.loads(b"[" + content[:-1].replace(b"\n", b",") + b"]")
    assert isinstance(found, list)  # noqa: S101 - by its brackets
    return found


def hashes_at(file: BinaryIO, hashes: Part, row: int, rows: int) -> bytes:
    """The hashes that the file states for these rows."""
    file.seek(hashes.start + row * HASH)
    return file.read(min(rows * HASH, max(0, hashes.packed - row * HASH)))


def _checked(
    log: str,
    piece: Piece,
    bodies: list[bytes],
    stated: bytes,
    previous: bytes,
    kept: Mapping[int, Any],
    *,
    ends: bool,
) -> tuple[int, str] | None:
    """The first wrong entry of a piece. Nearly always there is none: first the quick way."""
    start = previous if piece.start else genesis(log, piece.stream)
    if not piece.known:
        return 1, INSERTED
    if piece.numbers is None and len(bodies) == piece.rows:
        made, last = _chained(piece, bodies, start)
        if made == stated and (not ends or _ends_well(piece, bodies, last)):
            for row in kept.keys() & range(piece.row, piece.row + piece.rows) if kept else ():
                at = row - piece.row
                if not keeps_its_promises(_row(piece, at, bodies[at], stated, kept)):
                    break
            else:
                return None
    absent = [b"\0"] * (piece.rows - len(bodies))
    rows = (_row(piece, at, body, stated, kept) for at, body in enumerate([*bodies, *absent]))
    ends = ends or piece.numbers is not None
    return first_problem(piece.stream, start, piece.head, rows, before=piece.start, ends=ends)


def _chained(piece: Piece, bodies: list[bytes], previous: bytes) -> tuple[bytes, bytes]:
    """The hashes of all entries one behind the other, and the last one."""
    made, place, stream = list[bytes](), _PLACE.pack, piece.stream
    for seq, body in enumerate(bodies, piece.start + 1):
        previous = sha256(b"orderloom/entry/1\n" + previous + place(stream, seq) + body).digest()
        made.append(previous)
    return b"".join(made), previous


def _ends_well(piece: Piece, bodies: list[bytes], last: bytes) -> bool:
    """Whether a stream ends where and as its head says, and with a whole command."""
    if piece.end != piece.head.count or last != piece.head.hash:
        return False
    place = place_of(bodies[-1]) if bodies else None
    return place is not None and whole(place)


def _row(piece: Piece, at: int, body: bytes, stated: bytes, kept: Mapping[int, Any]) -> Row:
    number = piece.numbers[at] if piece.numbers else piece.start + at + 1
    trace, personal = kept.get(piece.row + at, (None, None))
    hash_ = stated[at * HASH : (at + 1) * HASH]
    return Row(piece.stream, number, hash_, body, trace, personal)


def _piece(line: dict[str, Any], row: int) -> Piece:
    if not _HEAD <= line.keys() <= _HEAD | {"from", "seqs"}:
        raise ValueError("a head says something else")
    rows, start = bounded(line["rows"], 32), bounded(line.get("from", 1), 32) - 1
    numbers = tuple(int(each) for each in line["seqs"]) if "seqs" in line else None
    if start < 0 or (numbers is not None and len(numbers) != rows):
        raise ValueError("a stream begins with 1")
    head = Head(bounded(line["count"], 32), exact(line["head"]), str(line["order"]))
    known = bool(head.count or head.hash)
    return Piece(bounded(line["stream"], 64), head, row, rows, start, numbers, known)


def _kept(file: BinaryIO, block: Block) -> tuple[dict[int, Any], bool]:
    """Row → (trace, disclosures) of those entries that something is kept for."""
    if block.kept is None:
        return {}, True
    content, good = unpacked(file, block.kept)
    found: dict[int, Any] = {}
    last = block.first - 1
    try:
        lines = _objects(content)
    except (ValueError, RecursionError):
        return found, False
    for read in lines:
        try:
            row, trace, personal = int(read.pop("row")), read.pop("tr", None), read.pop("p", None)
            found[row] = (
                None if trace is None else trace.encode(),
                None if personal is None else disclosures(personal),
            )
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            return found, False
        if read or not last < row < block.first + block.rows:
            return found, False
        last = row
    return found, good
