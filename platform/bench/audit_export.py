"""How fast a stranger verifies an export: a synthetic log, written as format 2 and read back."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from orderloom.audit.chain import genesis, link
from orderloom.audit.checkpoint import Checkpoint, sign, signing_key
from orderloom.audit.export import StoredEntry, Stream
from orderloom.audit.export_zip import Export, Sealed, export_zip
from orderloom.audit.merkle import Frontier, leaf_hash
from orderloom.audit.verify import verify_file
from orderloom.platform.bench.entry_rates import entry_rate
from orderloom.platform.bench.report import Sheet
from orderloom.platform.codec import dumps

ENTRIES: Final = 300_000
EACH: Final = 12
CHECKPOINT: Final = 10_000
GOAL: Final = "≥ 300000"
LOG: Final = "be7c4"
AT: Final = "2026-11-22T05:47:56.123456Z"


@dataclass(frozen=True, slots=True)
class _Leaf:
    index: int
    stream: int
    seq: int
    hash: bytes
    name: str | None = None


def audit_export(folder: Path, count: int = ENTRIES) -> Sheet:
    """Orders of twelve entries with bodies of some 400 bytes that differ from each other."""
    path = folder / "audit.zip"
    streams = count // EACH
    rows = [
        entry_rate("written", streams * EACH, partial(_write, path, streams)),
        entry_rate("verified, 1 process", streams * EACH, partial(_verify, path, 1)),
        entry_rate("verified, 2 processes", streams * EACH, partial(_verify, path, 2), GOAL),
    ]
    size = path.stat().st_size / (streams * EACH)
    title = f"An export of {streams * EACH:,} entries, {size:.0f} bytes each in the file"
    return Sheet(title, ("what", "entries/s", "CPU µs/entry", "goal"), tuple(rows))


def _write(path: Path, streams: int) -> None:
    leaves: list[_Leaf] = []
    entries = [_stream(number, leaves) for number in range(1, streams + 1)]
    key, edge = signing_key(f"orderloom/{LOG}", bytes(32)), Frontier()
    notes: list[tuple[int, str]] = []
    for leaf in leaves:
        edge.append(leaf.hash)
        if edge.size % CHECKPOINT == 0 or edge.size == len(leaves):
            text = Checkpoint(f"orderloom/{LOG}", edge.size, edge.root()).text
            notes.append((len(notes) + 1, sign(text, [key])))
    sealed = Sealed(
        size=len(leaves),
        notes=notes,
        keys=[str(key.verifier)],
        leaves=lambda: iter(leaves),
        sign=lambda text: sign(text, [key]),
    )
    with path.open("wb") as out:
        export_zip(out, Export(log=LOG, at=AT), entries, sealed)


def _stream(number: int, leaves: list[_Leaf]) -> Stream:
    chance, head, entries = random.Random(number), genesis(LOG, number), []
    for seq in range(1, EACH + 1):
        facts = {
            "in": {"total": chance.randrange(100_000)},
            "note": f"{chance.getrandbits(512):0128x}",
            "out": {"tier": chance.choice("ABC")},
            "rows": [f"r{chance.randrange(40)}"],
        }
        more = {"act": f"u_{chance.randrange(99)}", "at": AT, "c": [seq, 0, 1], "ch": "api"}
        end = {"def": "approval-tier@17", "digest": f"{number:064x}", "rt": 1, "t": "decided"}
        body = dumps({**more, **facts, **end, "v": 1})
        head = link(head, number, seq, body)
        leaves.append(_Leaf(len(leaves), number, seq, leaf_hash(head)))
        entries.append(StoredEntry(seq, head, body))
    return Stream(number, f"SO-{number}", EACH, head, entries)


def _verify(path: Path, processes: int) -> None:
    report = verify_file(path, processes=processes)
    if not report.ok or report.facts["unsealed"]:
        raise RuntimeError(f"the export of the bench is not whole: {report.first}")
