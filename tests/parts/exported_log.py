"""A small sealed log that stands in no database, and its exports."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from orderloom.audit.chain import extend, genesis
from orderloom.audit.checkpoint import Checkpoint, SigningKey, sign, signing_key
from orderloom.audit.entry import Header, encode, encode_trace
from orderloom.audit.export import StoredEntry, Stream, export
from orderloom.audit.export_zip import Export, Sealed, export_zip
from orderloom.audit.merkle import Frontier, inclusion, leaf_hash, root
from orderloom.audit.pack import MANIFEST, NOTE, Pack
from orderloom.audit.personal import Committer

LOG = "3f0c"
AT = "2026-03-06T16:00:00.000000Z"
KEY = signing_key(f"orderloom/{LOG}", b"k" * 32)
OTHER_KEY = signing_key(f"orderloom/{LOG}", b"o" * 32)


def stream(number: int, entries: int = 6, said: str = "") -> Stream:
    """A stream of commands with three entries each, whose second entry hides a personal value and
    whose third has a trace. `said`: something else that all of them say."""
    salts = count(number)
    bodies, traces, personal = [], [], []
    for place in range(entries):
        author = Committer(["email"], lambda: next(salts).to_bytes(16, "big"))
        facts = author.facts(
            {"n": f"{place}{said}", "data": {"email": "a@b"} if place == 1 else {}}
        )
        trace = encode_trace({"rows": ["r1"]}) if place == 2 else None
        header = Header(at=AT, actor="u_1", channel="web", command=place // 3 + 1)
        size = min(3, entries - place // 3 * 3)
        bodies.append(
            encode("data.changed", facts, header=header, index=place % 3, count=size, trace=trace)
        )
        traces.append(trace)
        personal.append(tuple(author.found))
    hashes = extend(genesis(LOG, number), number, 0, bodies)
    rows = zip(hashes, bodies, traces, personal, strict=True)
    stored = [StoredEntry(seq, *rest) for seq, rest in enumerate(rows, 1)]
    return Stream(number, f"SO-{number}", entries, hashes[-1] if hashes else b"", stored)


@dataclass(frozen=True)
class LeafRow:
    """As the store tells a leaf."""

    index: int
    stream: int
    seq: int
    hash: bytes
    name: str | None = None


@dataclass
class SealedLog:
    """Streams whose entries were sealed turn by turn: first of each, second of each, …; `sizes`: of
    the tree at each checkpoint."""

    streams: list[Stream]
    sizes: Sequence[int] = ()
    keys: Sequence[Sequence[SigningKey]] = ((KEY,),)
    leaves: list[LeafRow] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        entries = [(each, entry) for each in self.streams for entry in each.entries]
        entries.sort(key=lambda both: (both[1].seq, both[0].stream))
        for index, (each, entry) in enumerate(entries[: max(self.sizes, default=0)]):
            name = each.name if entry.seq == 1 else None
            leaf = leaf_hash(entry.hash)
            self.leaves.append(LeafRow(index, each.stream, entry.seq, leaf, name))
        hashes = [leaf.hash for leaf in self.leaves]
        for number, size in enumerate(self.sizes, 1):
            keys = self.keys[min(number, len(self.keys)) - 1]
            text = Checkpoint(f"orderloom/{LOG}", size, root(hashes[:size])).text
            self.notes.append((number, sign(text, keys)))

    def sealed(self, *, signed: bool = True) -> Sealed:
        """What an export is told of the tree."""
        keys = list(dict.fromkeys(key for keys in self.keys for key in keys))
        last = self.keys[min(len(self.notes), len(self.keys)) - 1][:1]
        return Sealed(
            size=max(self.sizes, default=0),
            notes=self.notes,
            keys=[str(key.verifier) for key in keys],
            leaves=lambda: iter(self.leaves),
            prove=self._prove,
            sign=(lambda text: sign(text, last)) if signed else None,
        )

    def zip(
        self, *, streams: Iterable[Stream] | None = None, signed: bool = True, **facts: Any
    ) -> bytes:
        """An export of format 2; of chosen `streams` with `whole=False`."""
        out = io.BytesIO()
        told = Export(log=LOG, at=AT, **facts)
        chosen = self.streams if streams is None else streams
        export_zip(out, told, chosen, self.sealed(signed=signed))
        return out.getvalue()

    def lines(self) -> bytes:
        """An export of format 1."""
        return b"".join(export(LOG, self.streams))

    def _prove(self, stream_: int, seq: int) -> tuple[int, list[bytes]] | None:
        hashes = [leaf.hash for leaf in self.leaves]
        for leaf in self.leaves:
            if (leaf.stream, leaf.seq) == (stream_, seq):
                return leaf.index, inclusion(
                    leaf.index, len(hashes), lambda level, n: _top(hashes, level, n)
                )
        return None


def _top(hashes: Sequence[bytes], level: int, n: int) -> bytes:
    edge = Frontier()
    for leaf in hashes[n << level : (n + 1) << level]:
        edge.append(leaf)
    return edge.root()


def sealed_log(
    streams: int = 3, sizes: Sequence[int] = (4, 11, 15), *, entries: int = 6, **more: Any
) -> SealedLog:
    """Three streams of six entries; three entries are not sealed."""
    numbers = range(1, streams + 1)
    return SealedLog([stream(number, entries) for number in numbers], sizes, **more)


def unpacked(content: bytes) -> dict[str, bytes]:
    """What the parts of an export hold, but for the manifest and its note."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist() if name not in (MANIFEST, NOTE)}


def repacked(
    parts: Mapping[str, bytes],
    like: bytes,
    *,
    facts: Mapping[str, Any] | None = None,
    keep_signature: bool = False,
) -> bytes:
    """An export with other parts, whose checksums, manifest and directory are all as they must be;
    only what nobody else can sign is not signed, or by the signature of another manifest."""
    with zipfile.ZipFile(io.BytesIO(like)) as file:
        told = json.loads(file.read(MANIFEST))
        signature = file.read(NOTE).decode().partition("\n\n")[2] if keep_signature else ""
    out = io.BytesIO()
    pack = Pack(out)
    for name, content in parts.items():
        pack.add(name, content, deflate=not name.endswith(".bin"))
    told = {**told, **(facts or {})}
    del told["parts"]
    pack.close(told, lambda digest: f"orderloom/{LOG}/export\n{digest}\n\n{signature}")
    return out.getvalue()
