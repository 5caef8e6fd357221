"""Writes entries as JSON lines that a stranger can check (`docs/audit-format.md`)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from orderloom.audit.personal import Disclosure

FORMAT: Final = "orderloom/export/1"
_ENCODER = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as it is stored; `trace` and `personal` as far as they are still kept."""

    seq: int
    hash: bytes
    body: bytes
    trace: bytes | None = None
    personal: tuple[Disclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class Stream:
    """One order's (or security log's) entries. `count` and `head` come from the order's row, not
    from the entries: that is how a cut tail shows. `name`: the order's number."""

    stream: int
    name: str
    count: int
    head: bytes
    entries: Iterable[StoredEntry]


def export(log: str, streams: Iterable[Stream], *, personal: bool = True) -> Iterator[bytes]:
    """The lines of an export, each with its line end: a header, per stream its head and entries
    ascending by `seq`, a trailer.

    `log`: the installation's log id. Without `personal` the values behind commitments stay home.
    """
    total, digest = Trailer(), hashlib.sha256()
    for line in _lines(log, streams, total, personal=personal):
        digest.update(line)
        yield line
    end = {"streams": total.streams, "heads": total.digest(), "lines": digest.hexdigest()}
    yield _line({"end": end})


def _lines(
    log: str, streams: Iterable[Stream], total: Trailer, *, personal: bool
) -> Iterator[bytes]:
    yield _line({"format": FORMAT, "log": log})
    for stream in streams:
        total.add(stream)
        yield _line(
            {
                "stream": stream.stream,
                "order": stream.name,
                "count": stream.count,
                "head": base64.b64encode(stream.head).decode(),
            }
        )
        for entry in stream.entries:
            yield _line(_entry(stream.stream, entry, personal=personal))


class Trailer:
    """Counts the streams and digests their heads in the order they came."""

    def __init__(self) -> None:
        self.streams = 0
        self._heads = hashlib.sha256()

    def add(self, stream: Stream) -> None:
        """Takes one more stream in."""
        self.streams += 1
        place = stream.stream.to_bytes(8, "big") + stream.count.to_bytes(4, "big")
        self._heads.update(place + stream.head)

    def digest(self) -> str:
        """Hexadecimal SHA-256 over `stream(8) ‖ count(4) ‖ head(32)` of all streams."""
        return self._heads.hexdigest()


def _entry(stream: int, entry: StoredEntry, *, personal: bool) -> dict[str, Any]:
    line: dict[str, Any] = {
        "s": stream,
        "n": entry.seq,
        "h": base64.b64encode(entry.hash).decode(),
        "b": entry.body.decode(),
    }
    if entry.trace is not None:
        line["tr"] = entry.trace.decode()
    if personal and entry.personal:
        line["p"] = [
            {
                "slot": each.slot,
                "path": each.path,
                "salt": base64.b64encode(each.salt).decode(),
                "value": each.value.decode(),
            }
            for each in entry.personal
        ]
    return line


def _line(content: dict[str, Any]) -> bytes:
    return _ENCODER.encode(content) + b"\n"
