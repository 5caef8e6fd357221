"""Writes entries, their places in the tree and who signed it, as format 2 has them."""

from __future__ import annotations

import base64
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from mmap import ACCESS_READ, mmap
from tempfile import TemporaryFile
from typing import IO, Any, Final, Protocol

import msgspec

from orderloom.audit.export import StoredEntry, Stream
from orderloom.audit.merkle import leaf_hash
from orderloom.audit.pack import Pack

FORMAT: Final = "orderloom/export/2"
# A block is closed when it holds so many bytes or entries.
BLOCK_BYTES: Final = 1 << 22
BLOCK_ROWS: Final = 20_000
NO_ROW: Final = (1 << 64) - 1
HASH: Final = 32
_ENCODER = msgspec.json.Encoder()


class Leaf(Protocol):
    """A leaf of the tree, as the store tells it. `hash`: the leaf's."""

    @property
    def index(self) -> int: ...

    @property
    def stream(self) -> int: ...

    @property
    def seq(self) -> int: ...

    @property
    def hash(self) -> bytes: ...

    @property
    def name(self) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What is known of the tree when an export begins. `size`: of its last checkpoint. `notes`:
    number and signed text of each. `keys`: verifier keys. `leaves`: all of them in order, as often
    as it is asked for. `prove`: leaf and inclusion proof of an entry, None where it has none.
    `sign`: signs a text as a note, where the key is at hand."""

    size: int = 0
    notes: Sequence[tuple[int, str]] = ()
    keys: Sequence[str] = ()
    leaves: Callable[[], Iterable[Leaf]] = tuple
    prove: Callable[[int, int], tuple[int, Sequence[bytes]] | None] = lambda stream, seq: None
    sign: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What is exported. `whole`: all of the log, or else chosen orders with proofs. `at`: when,
    RFC 3339. `personal`: with the values behind commitments. `extras`: parts for people, by
    name."""

    log: str
    at: str
    whole: bool = True
    personal: bool = True
    extras: Mapping[str, bytes] = field(default_factory=dict)


def export_zip(
    out: IO[bytes],
    export: Export,
    streams: Iterable[Stream],
    sealed: Sealed,
    *,
    progress: Callable[[int], None] = lambda done: None,
) -> str:
    """Writes the file and answers its digest. `sealed` must have been asked for before `streams`
    were: entries that came in between are not sealed yet."""
    pack = Pack(out)
    for name, content in export.extras.items():
        pack.add(name, content)
    with TemporaryFile() as hashes, TemporaryFile() as tree:
        blocks = _Blocks(pack, hashes, export.personal, progress)
        for stream in streams:
            blocks.add(stream)
        blocks.flush()
        pack.copy("hashes.bin", hashes)
        if sealed.size and export.whole:
            apart = list(_placed(sealed, blocks, hashes, tree))
            pack.copy("tree.bin", tree)
            if apart:
                pack.add("apart.jsonl", b"".join(map(_line, _named(apart, sealed))))
        elif sealed.size:
            pack.add("proofs.jsonl", b"".join(map(_line, _proofs(sealed, blocks))))
    if sealed.notes:
        notes = sealed.notes if export.whole else sealed.notes[-1:]
        lines = (_line({"no": no, "note": note}) for no, note in notes)
        pack.add("checkpoints.jsonl", b"".join(lines))
        pack.add("keys.txt", "".join(f"{key}\n" for key in sealed.keys).encode())
    facts = {
        "at": export.at,
        "blocks": blocks.sizes,
        "content": "log" if export.whole else "orders",
        "entries": blocks.rows,
        "format": FORMAT,
        "leaves": sealed.size,
        "log": export.log,
        "personal": "included" if export.personal else "left out",
    }
    return pack.close(facts, lambda digest: _note(export.log, digest, sealed))


class _Blocks:
    """Entries as they come, cut into blocks; and which row each of them got."""

    def __init__(
        self, pack: Pack, hashes: IO[bytes], personal: bool, progress: Callable[[int], None]
    ) -> None:
        self.rows = 0
        self.sizes: list[int] = []
        self.streams = array("Q")
        self.firsts = array("Q")
        self.odd: dict[int, dict[int, int]] = {}
        self._pack = pack
        self._hashes = hashes
        self._personal = personal
        self._progress = progress
        self._clear()

    def add(self, stream: Stream) -> None:
        """All entries of a stream; they may go on in further blocks."""
        self.streams.append(stream.stream)
        self.firsts.append(self.rows)
        seqs, start = list[int](), 0
        for entry in stream.entries:
            if self._bytes >= BLOCK_BYTES or self._count >= BLOCK_ROWS:
                if seqs:
                    self._head(stream, seqs, start)
                self.flush()
                start += len(seqs)
                seqs = []
            seqs.append(entry.seq)
            self._entry(stream.stream, entry, start + len(seqs))
        self._head(stream, seqs, start)

    def row_of(self, stream: int, seq: int) -> int | None:
        """The row of an entry; None where there is none."""
        if stream in self.odd:
            return self.odd[stream].get(seq)
        at = bisect_left(self.streams, stream)
        if at == len(self.streams) or self.streams[at] != stream:
            return None
        row = self.firsts[at] + seq - 1
        end = self.firsts[at + 1] if at + 1 < len(self.firsts) else self.rows
        return row if seq > 0 and row < end else None

    def places(self) -> Iterator[tuple[int, int, int]]:
        """Stream, `seq` and row of every entry."""
        ends = [*self.firsts[1:], self.rows]
        for stream, first, end in zip(self.streams, self.firsts, ends, strict=True):
            if stream in self.odd:
                yield from ((stream, seq, row) for seq, row in self.odd[stream].items())
            else:
                yield from ((stream, row - first + 1, row) for row in range(first, end))

    def flush(self) -> None:
        """Closes the block, if there is anything in it."""
        if not self._heads:
            return
        self.sizes.append(self._count)
        name = f"{len(self.sizes):06}.jsonl"
        self._pack.add(f"streams/{name}", b"".join(self._heads))
        self._pack.add(f"entries/{name}", b"".join(self._bodies))
        if self._kept:
            self._pack.add(f"kept/{name}", b"".join(self._kept))
        self._progress(self.rows)
        self._clear()

    def _clear(self) -> None:
        self._heads: list[bytes] = []
        self._bodies: list[bytes] = []
        self._kept: list[bytes] = []
        self._bytes = 0
        self._count = 0

    def _entry(self, stream: int, entry: StoredEntry, expected: int) -> None:
        if entry.seq != expected and stream not in self.odd:
            first = self.firsts[-1]
            self.odd[stream] = {number: first + number - 1 for number in range(1, expected)}
        if stream in self.odd:
            self.odd[stream][entry.seq] = self.rows
        # No body of ours holds a line end; one that somebody has put in must not begin a line.
        body = entry.body.replace(b"\n", b"\0")
        self._bodies += [body, b"\n"]
        self._bytes += len(body) + 1
        self._hashes.write(entry.hash if len(entry.hash) == HASH else bytes(HASH))
        kept = _kept(entry, self.rows, personal=self._personal)
        if kept:
            self._kept.append(kept)
            self._bytes += len(kept)
        self.rows += 1
        self._count += 1

    def _head(self, stream: Stream, seqs: Sequence[int], start: int) -> None:
        line: dict[str, Any] = {
            "stream": stream.stream,
            "order": stream.name,
            "count": stream.count,
            "head": _base64(stream.head),
            "rows": len(seqs),
        }
        if start:
            line["from"] = start + 1
        if stream.stream in self.odd:
            line["seqs"] = list(seqs)
        self._heads.append(_line(line))


def _placed(
    sealed: Sealed, blocks: _Blocks, hashes: IO[bytes], tree: IO[bytes]
) -> Iterator[tuple[Leaf, bool]]:
    """Writes the row of each leaf; answers the leaves whose entry is gone (True) or another."""
    hashes.flush()
    with mmap(hashes.fileno(), 0, access=ACCESS_READ) if blocks.rows else _Nothing() as view:
        for leaf in sealed.leaves():
            row = blocks.row_of(leaf.stream, leaf.seq)
            tree.write((NO_ROW if row is None else row).to_bytes(8, "big"))
            if row is None:
                yield leaf, True
            elif leaf_hash(view[row * HASH : row * HASH + HASH]) != leaf.hash:
                yield leaf, False


class _Nothing:
    """In place of a file without bytes, which cannot be mapped."""

    def __enter__(self) -> bytes:
        return b""

    def __exit__(self, *error: object) -> None:
        return None


def _named(apart: Sequence[tuple[Leaf, bool]], sealed: Sealed) -> Iterator[dict[str, Any]]:
    """Leaves apart with their order's number, which stands at one leaf of the stream."""
    wanted = {leaf.stream for leaf, _ in apart}
    names = {
        leaf.stream: leaf.name
        for leaf in sealed.leaves()
        if leaf.name is not None and leaf.stream in wanted
    }
    for leaf, gone in apart:
        yield {
            "leaf": leaf.index,
            "stream": leaf.stream,
            "seq": leaf.seq,
            "order": names.get(leaf.stream) or str(leaf.stream),
            "gone": gone,
            "hash": _base64(leaf.hash),
        }


def _proofs(sealed: Sealed, blocks: _Blocks) -> Iterator[dict[str, Any]]:
    for stream, seq, row in blocks.places():
        proven = sealed.prove(stream, seq)
        if proven is not None:
            index, proof = proven
            yield {"row": row, "leaf": index, "proof": [_base64(each) for each in proof]}


def _kept(entry: StoredEntry, row: int, *, personal: bool) -> bytes:
    line: dict[str, Any] = {"row": row}
    if entry.trace is not None:
        line["tr"] = entry.trace.decode("utf-8", "replace")
    if personal and entry.personal:
        line["p"] = [
            {
                "slot": each.slot,
                "salt": _base64(each.salt),
                "value": each.value.decode("utf-8", "replace"),
            }
            for each in entry.personal
        ]
    return _line(line) if len(line) > 1 else b""


def _note(log: str, digest: str, sealed: Sealed) -> str:
    text = f"orderloom/{log}/export\n{digest}\n"
    return sealed.sign(text) if sealed.sign is not None and sealed.notes else f"{text}\n"


def _line(content: dict[str, Any]) -> bytes:
    return _ENCODER.encode(content) + b"\n"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
