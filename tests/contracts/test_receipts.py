"""A receipt finds its entry, sealed or not, and what became of it."""

from __future__ import annotations

from base64 import b64decode

import pytest
from parts.behind_the_back import without_triggers
from parts.chained import begin, sealer, write

from orderloom.audit.merkle import leaf_hash, root_by_inclusion
from orderloom.platform.app.receipts import (
    Receipt,
    check_receipt,
    latest_receipt,
    read_receipt,
)
from orderloom.platform.problem import Rejection
from orderloom.platform.store import Store


def test_a_receipt_is_checked(store: Store) -> None:
    begin(store, 2, 3)
    write(store, 2, 3)
    receipt = latest_receipt(store, 3)
    assert receipt is not None
    assert read_receipt(str(receipt)) == receipt
    told = {"ok": True, "order": "SO-3", "entry": 1, "sealed": False}
    assert check_receipt(store, receipt) == told
    write(store, *[2] * 300)
    row = sealer(store).seal()
    assert row is not None
    sealed = check_receipt(store, receipt)
    assert (sealed["ok"], sealed["sealed"], sealed["index"]) == (True, True, 1)
    assert sealed["checkpoint"]["note"] == row.note
    proof = [b64decode(each) for each in sealed["proof"]]
    assert root_by_inclusion(leaf_hash(receipt.hash), 1, row.size, proof) == row.root
    assert latest_receipt(store, 99) is None


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        ("UPDATE audit_entry SET hash = 'AAAA' WHERE stream = 3", "changed"),
        ("DELETE FROM audit_entry WHERE stream = 3", "missing"),
        ("UPDATE audit_tile SET hashes = :hashes WHERE level = 0", "forged"),
    ],
)
def test_what_became_of_it_is_told(store: Store, harm: str, problem: str) -> None:
    begin(store, 2, 3)
    write(store, 2, 3)
    receipt = latest_receipt(store, 3)
    assert receipt is not None
    sealer(store).seal()
    without_triggers(store, harm, hashes=b"x" * 64)
    told = check_receipt(store, receipt)
    assert (told["ok"], told["problem"]) == (False, problem)


@pytest.mark.parametrize(
    "text", ["", "42", "42:3", "42:3:", "42:3:abcd", "a:3:" + "00" * 32, "0:1:" + "00" * 32]
)
def test_what_is_no_receipt(text: str) -> None:
    refused = read_receipt(text)
    assert isinstance(refused, Rejection)
    assert refused.code == "receipt.unreadable"


def test_how_a_receipt_is_written() -> None:
    text = "42:3:" + "0f" * 32
    assert str(Receipt(42, 3, b"\x0f" * 32)) == text
