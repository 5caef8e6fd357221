"""Receipts: stream, number and hash of an entry, given with every reply. Whoever kept one can ask
whether the log still holds that entry, and in which checkpoint."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from orderloom.audit.merkle import inclusion, leaf_hash, root_by_inclusion
from orderloom.platform.app.seal_told import checkpoint_json
from orderloom.platform.problem import Rejection
from orderloom.platform.store import Store
from orderloom.platform.store.seal_rows import CheckpointRow, SealTables
from orderloom.platform.store.verify_reading import VerifyReads


@dataclass(frozen=True, slots=True)
class Receipt:
    """An entry's stream, number and hash; as text `42:3:<hexadecimal hash>`."""

    stream: int
    seq: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.stream}:{self.seq}:{self.hash.hex()}"


def read_receipt(text: str) -> Receipt | Rejection:
    """What `str` wrote; `receipt.unreadable`."""
    try:
        stream, seq, hash_ = text.strip().split(":")
        receipt = Receipt(int(stream), int(seq), bytes.fromhex(hash_))
    except ValueError:
        receipt = Receipt(0, 0, b"")
    if len(receipt.hash) != 32 or not 0 < receipt.stream < 1 << 63 or not 0 < receipt.seq < 1 << 32:
        return Rejection("receipt.unreadable", "Expected stream:number:hash, such as 42:3:9f86…")
    return receipt


def latest_receipt(store: Store, order: int) -> Receipt | None:
    """The receipt of an order's last entry; None where there is no such order."""
    head = VerifyReads(store.database).heads([order]).get(order)
    return None if head is None else Receipt(order, *head)


def check_receipt(store: Store, receipt: Receipt) -> dict[str, Any]:
    """`{ok, order, entry, sealed, problem?, index?, checkpoint?, proof?}`.

    `problem`: `missing`: the entry is not there; `changed`: it has another hash; `forged`: its
    proof does not lead to the root. `proof`: base64 hashes, RFC 6962 section 2.1.1.
    """
    told: dict[str, Any] = {
        "ok": True,
        "order": store.seal.name_of(receipt.stream) or receipt.stream,
        "entry": receipt.seq,
        "sealed": False,
    }
    place = (receipt.stream, receipt.seq)
    entry = VerifyReads(store.database).at([place]).get(place)
    if entry is None or entry.hash != receipt.hash:
        return told | {"ok": False, "problem": "missing" if entry is None else "changed"}
    last, index = store.seal.latest(), store.seal.index_of(*place)
    if last is None or index is None or index >= last.size:
        return told
    proof = _proof(store.seal, receipt, index, last)
    if proof is None:
        return told | {"ok": False, "problem": "forged"}
    return told | {
        "sealed": True,
        "index": index,
        "checkpoint": checkpoint_json(last),
        "proof": [b64encode(each).decode() for each in proof],
    }


def _proof(
    seal: SealTables, receipt: Receipt, index: int, last: CheckpointRow
) -> list[bytes] | None:
    """The proof that the receipt's entry is in the tree; None where it does not hold."""
    try:
        proof = inclusion(index, last.size, seal.subtree)
    except LookupError:
        return None
    found = root_by_inclusion(leaf_hash(receipt.hash), index, last.size, proof)
    return proof if found == last.root else None
