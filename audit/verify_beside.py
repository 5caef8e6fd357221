"""What was kept elsewhere beside what a file says: receipts, checkpoints, an earlier export."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from orderloom.audit.verify_block import Piece, hashes_at, pieces
from orderloom.audit.verify_notes import Checkpoint, checkpoints_in
from orderloom.audit.verify_plan import Plan, read_plan
from orderloom.audit.verify_rows import CHANGED, CUT, FORGED, MISSING, RECEIPT, Problem, bounded
from orderloom.audit.verify_seal import read_seal
from orderloom.audit.verify_zip import Damaged

_RECEIPT = re.compile(r"\b([0-9]{1,20}):([0-9]{1,10}):([0-9a-f]{64})\b")
ANCHOR, EARLIER = "anchor", "earlier export"


class Receipt(NamedTuple):
    """Entry `seq` of a stream had this hash. `source`: who says so; `name`: the order's number."""

    stream: int
    seq: int
    hash: bytes
    source: str = RECEIPT
    name: str | int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody outside kept. `anchors`: checkpoints, with where they come from."""

    receipts: Sequence[Receipt] = ()
    anchors: Sequence[tuple[str, Checkpoint]] = ()
    earlier: Path | None = None

    @property
    def sizes(self) -> set[int]:
        """The sizes at which the tree's root is to be compared."""
        return {each.size for _, each in self.anchors}


def read_receipts(text: str) -> list[Receipt]:
    """`STREAM:SEQ:HASH`, the hash as 64 hexadecimal digits, wherever they stand: alone, behind a
    header's name, in a letter. Or JSON lines with `stream`, `seq` and `hash`. Raises `ValueError`
    where there is none."""
    found = []
    for line in text.splitlines():
        if line.lstrip().startswith("{"):
            try:
                read = json.loads(line)
                found.append(_receipt(read["stream"], read["seq"], str(read["hash"])))
            except (KeyError, TypeError, RecursionError):
                raise ValueError(f"no receipt: {line!r}") from None
        else:
            found += [_receipt(*each) for each in _RECEIPT.findall(line)]
    if not found:
        raise ValueError(f"no receipt: {text[:80]!r}")
    return found


def read_anchor(path: Path) -> list[tuple[str, Checkpoint]]:
    """The checkpoints in a file. Raises `OSError`, and `ValueError` where there are none."""
    found = checkpoints_in(path.read_text("utf-8", "replace"))
    if not found:
        raise ValueError(f"{path} holds no checkpoint")
    return [(ANCHOR, each) for each in found]


def earlier_anchors(path: Path) -> list[tuple[str, Checkpoint]]:
    """The checkpoints of an earlier export. Raises `OSError`, and `ValueError` if it is none."""
    try:
        with path.open("rb") as file:
            signed = read_seal(file, read_plan(file)).signed
    except Damaged as damage:
        raise ValueError(f"{path} is damaged: {damage.part} {damage.problem}") from None
    return [(EARLIER, each.checkpoint) for each in signed]


def compared(
    file: BinaryIO, plan: Plan, kept: Kept, roots: Mapping[int, bytes]
) -> tuple[list[Problem], list[Problem]]:
    """Problems of entries, and of the tree."""
    named = list(_entries(file, plan, sorted(kept.receipts)))
    if kept.earlier is not None:
        with kept.earlier.open("rb") as old:
            named += _entries(file, plan, _last_ones(old))
    return named, list(_roots(plan, kept.anchors, roots))


def _roots(
    plan: Plan, anchors: Iterable[tuple[str, Checkpoint]], roots: Mapping[int, bytes]
) -> Iterator[Problem]:
    for source, each in anchors:
        part = f"{source}, checkpoint of {each.size} entries"
        if each.origin != f"orderloom/{plan.log}":
            yield Problem(None, None, FORGED, f"{source}, of another log: {each.origin}")
        elif each.size > plan.leaves and plan.whole:
            yield Problem(None, None, CUT, part)
        elif roots.get(each.size, each.root) != each.root:
            yield Problem(None, None, CHANGED, part)


def _entries(file: BinaryIO, plan: Plan, receipts: Iterable[Receipt]) -> Iterator[Problem]:
    """Goes through streams and receipts side by side: both ascend. Streams in several blocks come
    in several pieces."""
    told = iter(receipts)
    receipt = next(told, None)
    for piece in _all_pieces(file, plan) if receipt else ():
        while receipt is not None and receipt.stream < piece.stream:
            yield from _missing(plan, receipt)
            receipt = next(told, None)
        while receipt is not None and receipt.stream == piece.stream:
            row = piece.row_of(receipt.seq)
            if row is None and piece.end < receipt.seq and piece.end < piece.head.count:
                break  # It may stand in the next piece.
            name = piece.name
            if row is None:
                yield Problem(name, receipt.seq, MISSING, receipt.source)
            elif hashes_at(file, plan.hashes, row, 1) != receipt.hash:
                yield Problem(name, receipt.seq, CHANGED, receipt.source)
            receipt = next(told, None)
    while receipt is not None:
        yield from _missing(plan, receipt)
        receipt = next(told, None)


def _missing(plan: Plan, receipt: Receipt) -> Iterator[Problem]:
    """A whole stream is not there: of chosen orders that says nothing."""
    if plan.whole:
        yield Problem(receipt.name or receipt.stream, receipt.seq, MISSING, receipt.source)


def _all_pieces(file: BinaryIO, plan: Plan) -> Iterator[Piece]:
    for block in plan.blocks:
        yield from pieces(file, block)


def _last_ones(old: BinaryIO) -> Iterator[Receipt]:
    """What each stream of an earlier export ended with."""
    last: Piece | None = None
    for piece in _all_pieces(old, read_plan(old)):
        if last is not None and last.stream != piece.stream:
            yield _end_of(last)
        last = piece
    if last is not None:
        yield _end_of(last)


def _end_of(piece: Piece) -> Receipt:
    return Receipt(piece.stream, piece.head.count, piece.head.hash, EARLIER, piece.name)


def _receipt(stream: object, seq: object, hash_: str) -> Receipt:
    data = bytes.fromhex(hash_)
    if len(data) != 32:
        raise ValueError("a receipt's hash has 32 bytes")
    return Receipt(bounded(stream, 64), bounded(seq, 32), data)
