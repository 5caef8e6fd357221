"""What a verifier looks at, entry by entry: chains against the heads they must end with."""

from __future__ import annotations

import hmac
import json
import re
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from struct import pack
from typing import Any, NamedTuple

CHANGED, INSERTED, REORDERED, MISSING, CUT = "changed", "inserted", "reordered", "missing", "cut"
# Of a checkpoint: its signature does not hold, or it tells another tree than a trusted one.
FORGED = "forged"
RECEIPT = "receipt"
# What every entry is asked for, found without reading all of it: within a text the signs before it
# would be escaped. It is read whole where this is not there exactly once.
COMMAND = b'"c":['
_PLACE = re.compile(rb"([0-9]{1,9}),([0-9]{1,9}),([0-9]{1,9})\]")
# Numbers stay as they are written: nothing here calculates with them.
_READ = json.JSONDecoder(parse_float=str).raw_decode


class Row(NamedTuple):
    """One stored entry. `personal`: slot → (salt, value), as far as kept."""

    stream: int
    seq: int
    hash: bytes
    body: bytes
    trace: bytes | None = None
    personal: Mapping[int, tuple[bytes, bytes]] | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What a stream must end with, from a place apart from its entries. `name`: for people."""

    count: int
    hash: bytes
    name: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with the first wrong entry of a stream, or with a part of the file.

    `order`: number of the order (or of the stream), None if it is the file as a whole. `entry`:
    the entry's `seq`. `problem`: `changed inserted reordered missing cut forged`. `part`: what of
    the file it concerns, where that is no entry: `tree.bin`, `checkpoint 3`.
    """

    order: str | int | None
    entry: int | None
    problem: str
    part: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As the command line prints it."""
        told: dict[str, Any] = {"order": self.order, "entry": self.entry, "problem": self.problem}
        return told if self.part is None else told | {"part": self.part}


@dataclass(frozen=True, slots=True)
class Report:
    """`checked`: entries read, in so many `streams`. `problems`: one a broken stream or part.
    `facts`: what else is told, `warnings` among it."""

    checked: int
    streams: int
    problems: tuple[Problem, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether everything hangs together."""
        return not self.problems

    @property
    def first(self) -> Problem | None:
        """The first problem."""
        return self.problems[0] if self.problems else None

    def to_json(self) -> dict[str, Any]:
        """As the command line prints it."""
        report: dict[str, Any] = {"ok": self.ok, "checked": self.checked, "streams": self.streams}
        if self.first:
            report |= {"first": self.first.to_json(), "problems": len(self.problems)}
        return report | dict(self.facts)


def verify(
    rows: Iterable[Row],
    heads: Mapping[int, Head] | None,
    *,
    log: str,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Checks rows that come stream by stream, ascending by `seq`, against the streams' heads.

    With `heads` None the ends are not checked. `progress` is told how many entries are done.
    """
    checker = Checker(log, progress)
    for stream, group in groupby(rows, key=lambda row: row.stream):
        head = heads.get(stream) if heads is not None else None
        checker.stream(stream, head, group, known=heads is None or head is not None)
    for stream, head in (heads or {}).items():
        if head.count and stream not in checker.seen:
            checker.problems.append(Problem(head.name or stream, 1, CUT))
    return checker.report()


class Checker:
    """Goes through streams one after the other and collects what is wrong."""

    def __init__(
        self,
        log: str,
        progress: Callable[[int], None] | None,
        receipts: Mapping[tuple[int, int], bytes] | None = None,
    ) -> None:
        """`receipts`: what somebody outside was told of entries: (stream, seq) → hash."""
        self.problems: list[Problem] = []
        self.seen: set[int] = set()
        self.heads = 0
        self._log = log
        self._checked = 0
        self._progress = progress
        self._open = dict(receipts or {})
        self._belied: list[int] = []

    def stream(
        self, stream: int, head: Head | None, rows: Iterable[Row], *, known: bool = True
    ) -> None:
        """Checks one stream. `known` False: nobody knows of it, so it was put in."""
        again = stream in self.seen
        self.seen.add(stream)
        counted = self._counted(rows)
        found = first_problem(stream, genesis(self._log, stream), head, counted)
        if again:
            found = (1, REORDERED)
        elif not known:
            found = (1, INSERTED)
        for _ in counted:
            pass
        name = head.name if head and head.name else stream
        if found:
            self.problems.append(Problem(name, *found))
        self.problems += [Problem(name, each, CHANGED, RECEIPT) for each in self._belied]
        self._belied.clear()

    def report(self, *further: Problem) -> Report:
        """What was found; `further` concerns the file as a whole."""
        gone = [Problem(stream, seq, MISSING, RECEIPT) for stream, seq in sorted(self._open)]
        return Report(self._checked, len(self.seen), (*self.problems, *further, *gone))

    def _counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self._checked += 1
            if self._progress and self._checked % 1000 == 0:
                self._progress(self._checked)
            if self._open and (told := self._open.pop((row.stream, row.seq), None)) is not None:
                self._belied += [row.seq] if told != row.hash else []
            yield row


def first_problem(
    stream: int,
    previous: bytes,
    head: Head | None,
    rows: Iterator[Row],
    *,
    before: int = 0,
    ends: bool = True,
) -> tuple[int, str] | None:
    """The first `seq` at which something is wrong, and what. `before`: so many entries of the
    stream were looked at already, the last with hash `previous`; not `ends`: more follow later."""
    place: tuple[int, ...] | None = None if before else (0, 0, 1)
    seq = before
    for row in rows:
        seq += 1
        if row.stream != stream or row.seq != seq or row.hash != _link(previous, stream, seq, row):
            return min(seq, row.seq), _name(previous, stream, seq, head, [row, *rows])
        if head and seq > head.count:
            return seq, INSERTED
        if (row.personal or row.trace is not None) and not keeps_its_promises(row):
            return seq, CHANGED
        following = place_of(row.body)
        if following is None:
            return seq, CHANGED
        if place is not None and not _follows(place, following):
            return seq, MISSING
        place = following
        previous = row.hash
    if not ends:
        return None
    if head and seq < head.count:
        return seq + 1, CUT
    if head and head.count and previous != head.hash:
        return max(seq, 1), CHANGED
    return None if place is None or whole(place) else (seq + 1, CUT)


def _name(previous: bytes, stream: int, seq: int, head: Head | None, rest: list[Row]) -> str:
    """What happened at `seq`, where `rest` begins with a row that does not continue the chain."""
    row, later = rest[0], rest[1:]
    surplus = seq - 1 + len(rest) - head.count if head else 0
    if row.seq > seq:
        return REORDERED if any(each.seq == seq for each in later) else MISSING
    if row.seq < seq:  # Its number was there before: a copy or a stranger.
        return INSERTED
    if any(each.hash == _link(previous, stream, seq, each) for each in later):
        # The true entry stands further down. Does this one belong somewhere as well?
        return INSERTED if surplus else REORDERED
    if any(row.hash == _link(previous, stream, seq, each) for each in later):
        return REORDERED
    if later and later[0].hash == _link(row.hash, stream, later[0].seq + 1, later[0]):
        return MISSING
    if later and later[0].hash == _link(row.hash, stream, later[0].seq, later[0]):
        return CHANGED
    return MISSING if surplus < 0 else INSERTED if surplus > 0 else CHANGED


def genesis(log: str, stream: int) -> bytes:
    """What a stream's chain begins with."""
    return sha256(b"orderloom/genesis/1\n" + log.encode() + stream.to_bytes(8, "big")).digest()


def link(previous: bytes, stream: int, seq: int, body: bytes) -> bytes:
    """The hash of an entry whose predecessor has the hash `previous`."""
    return sha256(b"orderloom/entry/1\n" + previous + pack(">QI", stream, seq) + body).digest()


def _link(previous: bytes, stream: int, seq: int, row: Row) -> bytes:
    return link(previous, stream, seq, row.body)


def keeps_its_promises(row: Row) -> bool:
    """Whether the trace and the personal values kept beside an entry are those it names."""
    if row.trace is not None and not _names(row.body, sha256(row.trace).hexdigest()):
        return False
    if not row.personal:
        return True
    if all(type(slot) is int and _states(row, slot, *row.personal[slot]) for slot in row.personal):
        return True
    body = read_body(row.body) or {}
    named = dict(_commitments([body, read_body(row.trace or b"")]))
    gone = row.trace is None and "tr" in body  # what it named went with it
    return all(
        hmac.compare_digest(named[slot], _commitment(salt, value)) if slot in named else gone
        for slot, (salt, value) in row.personal.items()
    )


def _names(content: bytes, trace: str) -> bool:
    """Whether a body names this trace."""
    if content.count(b'"tr":') == 1:
        return f'"tr":"{trace}"'.encode() in content
    return (read_body(content) or {}).get("tr") == trace


def _states(row: Row, slot: int, salt: bytes, value: bytes) -> bool:
    """Whether the entry, as it is usually written, states this commitment for the slot, and no
    other one: seen without reading all of it."""
    sign = b'{"$p":%d,"c":"' % slot
    stated = sign + _commitment(salt, value).encode() + b'"}'
    texts = (row.body, row.trace or b"")
    count = sum(text.count(stated) for text in texts)
    return count > 0 and count == sum(text.count(b'"$p":%d,' % slot) for text in texts)


def _commitment(salt: bytes, value: bytes) -> str:
    return b2a_base64(hmac.digest(salt, value, "sha256"), newline=False).decode()


def _commitments(value: Any) -> Iterator[tuple[int, str]]:
    if isinstance(value, dict) and set(value) == {"$p", "c"}:
        yield value["$p"], str(value["c"])
    inside = value.values() if isinstance(value, dict) else value
    for inner in inside if isinstance(value, dict | list) else ():
        yield from _commitments(inner)


def place_of(content: bytes) -> tuple[int, ...] | None:
    """Command, index and count of an entry's body; None where they are not there."""
    _, sign, after = content.partition(COMMAND)
    found = _PLACE.match(after) if sign and COMMAND not in after else None
    return tuple(map(int, found.groups())) if found else _place(read_body(content))


def whole(place: tuple[int, ...]) -> bool:
    """Whether an entry is the last one of its command."""
    return place[1] == place[2] - 1


def _place(body: Mapping[str, Any] | None) -> tuple[int, ...] | None:
    place = body.get("c") if body is not None else None
    if isinstance(place, list) and len(place) == 3 and all(type(part) is int for part in place):
        return tuple(place)
    return None


def _follows(before: tuple[int, ...], after: tuple[int, ...]) -> bool:
    """Whether `after` is the next entry of the same command, or the first of a later one."""
    if whole(before):
        return after[0] > before[0] and after[1] == 0
    return after == (before[0], before[1] + 1, before[2])


def read_body(data: bytes) -> dict[str, Any] | None:
    """A JSON object without anything behind it; None if it is none."""
    try:
        text = data.decode()
        body, end = _READ(text)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) and text[end:] in ("", "\n", "\r\n") else None


def bounded(number: Any, bits: int) -> int:
    """A number that fits into so many bits. Raises `ValueError`."""
    if not 0 <= int(number) < 1 << bits:
        raise ValueError(f"more than {bits} bits")
    return int(number)
