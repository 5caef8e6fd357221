"""What a file says of its seal: checkpoints, keys, proofs, leaves without their entry."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from orderloom.audit.verify_lines import exact
from orderloom.audit.verify_notes import Checkpoint, Key, read_checkpoint, read_key
from orderloom.audit.verify_plan import APART, CHECKPOINTS, KEYS, Plan
from orderloom.audit.verify_rows import CHANGED, FORGED, MISSING, REORDERED, Problem, bounded
from orderloom.audit.verify_zip import Damaged, Part, unpacked


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint of the file and its number."""

    no: int
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Seal:
    """`apart`: leaves whose entry is not what was sealed, with their hashes; `gone`: those of them
    that have no entry at all; `named`: the first of each stream among them."""

    signed: tuple[Signed, ...] = ()
    keys: tuple[Key, ...] = ()
    apart: Mapping[int, bytes] = field(default_factory=dict)
    gone: frozenset[int] = frozenset()
    named: tuple[Problem, ...] = ()


def read_seal(file: BinaryIO, plan: Plan) -> Seal:
    """Raises `Damaged`."""
    if not plan.signed:
        return Seal()
    parts = plan.parts
    signed = _checkpoints(file, parts[CHECKPOINTS], plan.log)
    if not signed or signed[-1].checkpoint.size != plan.leaves:
        raise Damaged(CHECKPOINTS, MISSING)
    apart, gone, named = _apart(file, parts[APART]) if APART in parts else ({}, set(), [])
    return Seal(tuple(signed), _keys(file, parts[KEYS]), apart, frozenset(gone), tuple(named))


def believed(
    by: Sequence[tuple[Key, ...] | None], trusted: Iterable[Key]
) -> tuple[list[int], set[Key]]:
    """Which checkpoints nobody need believe, and the keys that are trusted in the end. `by`: who
    signed each; None: one of the signatures is wrong.

    Who is trusted and signs a checkpoint together with a new key vouches for that key. A checkpoint
    speaks for the whole tree: those before one that is believed need no more than a signature.
    """
    known, last = set(trusted), -1
    for at, keys in enumerate(by):
        if keys and known.intersection(keys):
            known.update(keys)
            last = at
    return [at for at, keys in enumerate(by) if not keys or at > last], known


def read_proofs(file: BinaryIO, part: Part) -> Iterator[tuple[int, int, list[bytes]]]:
    """Row, leaf and hashes of each proof. Raises `Damaged`."""
    for read in _objects(file, part):
        try:
            proof = [exact(each) for each in read["proof"]]
            yield bounded(read["row"], 63), bounded(read["leaf"], 63), proof
        except (KeyError, TypeError, ValueError):
            raise Damaged(part.name) from None


def _checkpoints(file: BinaryIO, part: Part, log: str) -> list[Signed]:
    found: list[Signed] = []
    for number, read in enumerate(_objects(file, part), 1):
        try:
            signed = Signed(bounded(read.pop("no"), 63), read_checkpoint(read.pop("note")))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Damaged(f"checkpoint {number}") from None
        if read:
            raise Damaged(f"checkpoint {signed.no}")
        if signed.checkpoint.origin != f"orderloom/{log}":
            raise Damaged(f"checkpoint {signed.no}", FORGED)
        before = found[-1] if found else None
        if before and (signed.no <= before.no or signed.checkpoint.size < before.checkpoint.size):
            raise Damaged(f"checkpoint {signed.no}", REORDERED)
        found.append(signed)
    return found


def _keys(file: BinaryIO, part: Part) -> tuple[Key, ...]:
    try:
        return tuple(read_key(line.decode()) for line in lines_of(file, part))
    except ValueError:
        raise Damaged(part.name) from None


def _apart(file: BinaryIO, part: Part) -> tuple[dict[int, bytes], set[int], list[Problem]]:
    leaves, gone, named = dict[int, bytes](), set[int](), dict[int, Problem]()
    for read in _objects(file, part):
        try:
            index, stream = bounded(read["leaf"], 63), bounded(read["stream"], 64)
            leaves[index] = exact(read["hash"])
            seq, order = bounded(read["seq"], 32), str(read["order"])
            missing = bool(read["gone"])
        except (KeyError, TypeError, ValueError):
            raise Damaged(part.name) from None
        if missing:
            gone.add(index)
        if stream not in named or seq < (named[stream].entry or 0):
            named[stream] = Problem(order, seq, MISSING if missing else CHANGED)
    return leaves, gone, [named[stream] for stream in sorted(named)]


def _objects(file: BinaryIO, part: Part) -> Iterator[dict[str, Any]]:
    for line in lines_of(file, part):
        try:
            read = json.loads(line)
        except (ValueError, RecursionError):
            read = None
        if not isinstance(read, dict):
            raise Damaged(part.name)
        yield read


def lines_of(file: BinaryIO, part: Part) -> list[bytes]:
    """The lines of a part. Raises `Damaged`."""
    content, good = unpacked(file, part)
    if not good or (content and not content.endswith(b"\n")):
        raise Damaged(part.name)
    return content.split(b"\n")[:-1]
