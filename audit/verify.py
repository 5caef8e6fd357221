"""Checks a log without a line of the code that wrote it: standard library only.

`python -m orderloom.audit.verify export.jsonl`, or `python audit/verify.py export.jsonl` from
anywhere. Exit code 0: unbroken; 1: a problem is named; 2: usage; 3: the file cannot be read.
"""

from __future__ import annotations

import hmac
import json
import re
import sys
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from struct import pack
from typing import Any, NamedTuple

CHANGED, INSERTED, REORDERED, MISSING, CUT = "changed", "inserted", "reordered", "missing", "cut"
# What every entry is asked for, found without reading all of it. It is read whole where this is not
# there exactly once.
_PLACE = re.compile(rb'"c":\[([0-9]{1,9}),([0-9]{1,9}),([0-9]{1,9})\],"ch":')
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
    """What is wrong with the first wrong entry of a stream.

    `order`: number of the order (or of the stream), None if it is the file as a whole. `entry`:
    the entry's `seq`. `problem`: `changed inserted reordered missing cut`.
    """

    order: str | int | None
    entry: int | None
    problem: str

    def to_json(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {"order": self.order, "entry": self.entry, "problem": self.problem}


@dataclass(frozen=True, slots=True)
class Report:
    """`checked`: entries read, in so many `streams`. `problems`: one a broken stream."""

    checked: int
    streams: int
    problems: tuple[Problem, ...]

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
        return report


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


def verify_file(path: Path, *, progress: Callable[[int], None] | None = None) -> Report:
    """Checks an export. Raises `OSError` if it cannot be read."""
    with path.open("rb") as lines:
        return verify_lines(lines, progress=progress)


def verify_lines(
    lines: Iterable[bytes], *, progress: Callable[[int], None] | None = None
) -> Report:
    """Checks the lines of an export, read once; memory is bounded by one line and the streams."""
    source = _Lines(lines)
    header = source.take()
    if header is None or header.get("format") != "orderloom/export/1":
        return Report(0, 0, (Problem(None, None, CHANGED),))
    checker = Checker(str(header.get("log")), progress)
    digest = sha256()
    while (line := source.take()) is not None and "end" not in line:
        try:
            stream, head = _bounded(line["stream"], 64), _head(line)
        except (KeyError, TypeError, ValueError):
            row = _row(line)
            if row is None:
                return checker.report(Problem(None, None, CHANGED))
            # An entry without its stream's head: the head was taken out, or the entry put in.
            checker.stream(row.stream, None, source.entries(row), known=False)
            continue
        digest.update(stream.to_bytes(8, "big") + head.count.to_bytes(4, "big") + head.hash)
        checker.heads += 1
        checker.stream(stream, head, source.entries())
    if source.broken and not source.last:
        return checker.report(Problem(None, None, CHANGED))
    if line is None:
        return checker.report(Problem(None, None, CUT))
    if source.take() is not None or source.broken:
        return checker.report(Problem(None, None, INSERTED))
    end = line["end"]
    if not isinstance(end, dict) or not isinstance(end.get("streams"), int):
        return checker.report(Problem(None, None, CHANGED))
    if more := checker.heads - end["streams"]:
        return checker.report(Problem(None, None, INSERTED if more > 0 else MISSING))
    whole = end.get("heads") == digest.hexdigest()
    return checker.report(*() if whole else (Problem(None, None, CHANGED),))


class Checker:
    """Goes through streams one after the other and collects what is wrong."""

    def __init__(self, log: str, progress: Callable[[int], None] | None) -> None:
        self.problems: list[Problem] = []
        self.seen: set[int] = set()
        self.heads = 0
        self._log = log
        self._checked = 0
        self._progress = progress

    def stream(
        self, stream: int, head: Head | None, rows: Iterable[Row], *, known: bool = True
    ) -> None:
        """Checks one stream. `known` False: nobody knows of it, so it was put in."""
        again = stream in self.seen
        self.seen.add(stream)
        counted = self._counted(rows)
        start = sha256(
            b"orderloom/genesis/1\n" + self._log.encode() + stream.to_bytes(8, "big")
        ).digest()
        found = _first_problem(stream, start, head, counted)
        if again:
            found = (1, REORDERED)
        elif not known:
            found = (1, INSERTED)
        for _ in counted:
            pass
        if found:
            name = head.name if head and head.name else stream
            self.problems.append(Problem(name, *found))

    def report(self, *further: Problem) -> Report:
        """What was found; `further` concerns the file as a whole."""
        return Report(self._checked, len(self.seen), (*self.problems, *further))

    def _counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self._checked += 1
            if self._progress and self._checked % 1000 == 0:
                self._progress(self._checked)
            yield row


def _first_problem(
    stream: int, previous: bytes, head: Head | None, rows: Iterator[Row]
) -> tuple[int, str] | None:
    """The first `seq` at which something is wrong, and what."""
    place: tuple[int, ...] = (0, 0, 1)
    seq, places = 0, _PLACE.findall
    for row in rows:
        seq += 1
        if row.stream != stream or row.seq != seq or row.hash != _link(previous, stream, seq, row):
            return min(seq, row.seq), _name(previous, stream, seq, head, [row, *rows])
        if head and seq > head.count:
            return seq, INSERTED
        if (row.personal or row.trace is not None) and not _keeps_its_promises(row):
            return seq, CHANGED
        found = places(row.body)
        following = tuple(map(int, found[0])) if len(found) == 1 else _place(_body(row.body))
        if following is None:
            return seq, CHANGED
        if not _follows(place, following):
            return seq, MISSING
        place = following
        previous = row.hash
    if head and seq < head.count:
        return seq + 1, CUT
    if head and head.count and previous != head.hash:
        return max(seq, 1), CHANGED
    if place[1] != place[2] - 1:
        return seq + 1, CUT
    return None


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


def _link(previous: bytes, stream: int, seq: int, row: Row) -> bytes:
    place = pack(">QI", stream, seq)
    return sha256(b"orderloom/entry/1\n" + previous + place + row.body).digest()


def _keeps_its_promises(row: Row) -> bool:
    """Whether the trace and the personal values kept beside an entry are those it names."""
    if row.trace is not None and not _names(row.body, sha256(row.trace).hexdigest()):
        return False
    if not row.personal:
        return True
    body = _body(row.body) or {}
    named = dict(_commitments([body, _body(row.trace or b"")]))
    gone = row.trace is None and "tr" in body  # what it named went with it
    return all(
        hmac.compare_digest(named[slot], _commitment(salt, value)) if slot in named else gone
        for slot, (salt, value) in row.personal.items()
    )


def _names(content: bytes, trace: str) -> bool:
    """Whether a body names this trace."""
    if content.count(b'"tr":') == 1:
        return f'"tr":"{trace}"'.encode() in content
    return (_body(content) or {}).get("tr") == trace


def _commitment(salt: bytes, value: bytes) -> str:
    return b2a_base64(hmac.digest(salt, value, "sha256"), newline=False).decode()


def _commitments(value: Any) -> Iterator[tuple[int, str]]:
    if isinstance(value, dict) and set(value) == {"$p", "c"}:
        yield value["$p"], str(value["c"])
    inside = value.values() if isinstance(value, dict) else value
    for inner in inside if isinstance(value, dict | list) else ():
        yield from _commitments(inner)


def _place(body: Mapping[str, Any] | None) -> tuple[int, ...] | None:
    place = body.get("c") if body is not None else None
    if isinstance(place, list) and len(place) == 3 and all(type(part) is int for part in place):
        return tuple(place)
    return None


def _follows(before: tuple[int, ...], after: tuple[int, ...]) -> bool:
    """Whether `after` is the next entry of the same command, or the first of a later one."""
    if before[1] == before[2] - 1:
        return after[0] > before[0] and after[1] == 0
    return after == (before[0], before[1] + 1, before[2])


def _body(data: bytes) -> dict[str, Any] | None:
    """A JSON object without anything behind it; None if it is none."""
    try:
        text = data.decode()
        body, end = _READ(text)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) and text[end:] in ("", "\n", "\r\n") else None


class _Lines:
    """Lines of an export, one ahead. `broken`: a line was no JSON object; `last`: the final one."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self._held: dict[str, Any] | None = None
        self.broken = False
        self.last = False

    def take(self) -> dict[str, Any] | None:
        """The next line, None at the end or at one that cannot be read."""
        if self._held is not None:
            held, self._held = self._held, None
            return held
        if self.broken:
            return None
        data = next(self._lines, None)
        if data is None:
            return None
        line = _body(data)
        if line is None:
            self.broken = True
            self.last = next(self._lines, None) is None
        return line

    def entries(self, first: Row | None = None) -> Iterator[Row]:
        """The entries up to the next line of another sort, which stays for `take`."""
        stream = first.stream if first else None
        if first:
            yield first
        while (line := self.take()) is not None:
            row = _row(line)
            if row is None or stream not in (None, row.stream):
                self._held = line
                return
            yield row


def _head(line: Mapping[str, Any]) -> Head:
    return Head(_bounded(line["count"], 32), a2b_base64(line["head"]), str(line.get("order") or ""))


def _row(line: Mapping[str, Any]) -> Row | None:
    try:
        trace, kept = line.get("tr"), line.get("p")
        return Row(
            _bounded(line["s"], 64),
            int(line["n"]),
            a2b_base64(line["h"], strict_mode=True),
            line["b"].encode(),
            None if trace is None else trace.encode(),
            None if kept is None else dict(map(_disclosure, kept)),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _disclosure(kept: Mapping[str, Any]) -> tuple[int, tuple[bytes, bytes]]:
    return kept["slot"], (a2b_base64(kept["salt"]), kept["value"].encode())


def _bounded(number: Any, bits: int) -> int:
    """A number that fits into so many bits. Raises `ValueError`."""
    if not 0 <= int(number) < 1 << bits:
        raise ValueError(f"more than {bits} bits")
    return int(number)


def main(arguments: list[str]) -> int:
    """The command line: prints the report as one JSON object and answers the exit code."""
    if len(arguments) != 1:
        print("usage: verify.py EXPORT.jsonl", file=sys.stderr)
        return 2
    try:
        report = verify_file(Path(arguments[0]))
    except OSError as error:
        print(error, file=sys.stderr)
        return 3
    print(json.dumps(report.to_json()))
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
