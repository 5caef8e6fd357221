"""Checks an export of format 1: JSON lines, read once."""

from __future__ import annotations

import json
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from orderloom.audit.verify_rows import (
    CHANGED,
    CUT,
    INSERTED,
    MISSING,
    Checker,
    Head,
    Problem,
    Report,
    Row,
    bounded,
    read_body,
)

# What the line of an entry may hold.
_ENTRY = {"s", "n", "h", "b", "tr", "p"}


def verify_lines(
    lines: Iterable[bytes],
    *,
    progress: Callable[[int], None] | None = None,
    receipts: Mapping[tuple[int, int], bytes] | None = None,
) -> Report:
    """Checks the lines of an export, read once; memory is bounded by one line and the streams."""
    source = _Lines(lines)
    header = source.take()
    if header is None or header.get("format") != "orderloom/export/1":
        return Report(0, 0, (Problem(None, None, CHANGED),))
    checker = Checker(str(header.get("log")), progress, receipts)
    digest = sha256()
    while (line := source.take()) is not None and "end" not in line:
        try:
            stream, head = bounded(line["stream"], 64), _head(line)
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
    whole = end.get("heads") == digest.hexdigest() and source.ends_as_written(end)
    return checker.report(*() if whole else (Problem(None, None, CHANGED),))


class _Lines:
    """Lines of an export, one ahead. `broken`: a line was no JSON object; `last`: the final one."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self._held: dict[str, Any] | None = None
        self.broken = False
        self.last = False
        self._digest = sha256()
        self._raw = b""

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
        self._digest.update(self._raw)
        self._raw = data
        line = read_body(data)
        if line is None:
            self.broken = True
            self.last = next(self._lines, None) is None
        return line

    def ends_as_written(self, end: Mapping[str, Any]) -> bool:
        """Whether the line read last is a trailer as it is written, whose `lines` is the digest of
        all lines before it. Exports of before 2027 have none."""
        if "lines" not in end:
            return set(end) == {"streams", "heads"}
        told = {"streams": end["streams"], "heads": end.get("heads")}
        told["lines"] = self._digest.hexdigest()
        return self._raw == json.dumps({"end": told}, separators=(",", ":")).encode() + b"\n"

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
    return Head(bounded(line["count"], 32), a2b_base64(line["head"]), str(line.get("order") or ""))


def _row(line: Mapping[str, Any]) -> Row | None:
    try:
        trace, kept = line.get("tr"), line.get("p")
        if not line.keys() <= _ENTRY:
            return None
        return Row(
            bounded(line["s"], 64),
            int(line["n"]),
            a2b_base64(line["h"], strict_mode=True),
            line["b"].encode(),
            None if trace is None else trace.encode(),
            None if kept is None else disclosures(kept),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def disclosures(kept: Iterable[Mapping[str, Any]]) -> dict[int, tuple[bytes, bytes]]:
    """Slot → salt and value, as far as they are kept. Raises `KeyError`, `TypeError`, `ValueError`,
    `AttributeError` for what are none."""
    if not all(each.keys() <= {"slot", "path", "salt", "value"} for each in kept):
        raise ValueError("something else is kept as well")
    return {each["slot"]: (exact(each["salt"]), each["value"].encode()) for each in kept}


def exact(text: str) -> bytes:
    """Base64 that is written in no other way. Raises `ValueError`, `TypeError`."""
    data = a2b_base64(text, strict_mode=True)
    if b2a_base64(data, newline=False).decode() != text:
        raise ValueError("not the usual base64")
    return data
