"""`orderloom audit checkpoint`, `key` and `verify`, as outside checks call them."""

from __future__ import annotations

from pathlib import Path

import pytest
from parts.behind_the_back import without_triggers
from parts.chained import begin, write
from parts.command_line import CommandLine

from orderloom.audit.checkpoint import open_note, read_checkpoint, read_verifier_key
from orderloom.platform.app.receipts import latest_receipt
from orderloom.platform.store import Store, open_store


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ORDERLOOM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ORDERLOOM_AUDIT_ANCHOR_FILE", str(tmp_path / "anchors.jsonl"))
    return tmp_path / "home"


@pytest.fixture
def store(home: Path) -> Store:
    home.mkdir()
    made = open_store(f"sqlite:///{home / 'orderloom.db'}")
    made.migrate()
    begin(made, 2, 3)
    write(made, 2, 3, 2)
    return made


def test_a_whole_order_deleted_is_named(orderloom: CommandLine, store: Store, home: Path) -> None:
    sealed = orderloom.json("audit", "checkpoint")
    assert (sealed.code, sealed.json["no"], sealed.json["size"]) == (0, 1, 3)
    key = orderloom.json("audit", "key").json["verifier"]
    text, _ = open_note(sealed.json["note"], [read_verifier_key(key)])
    assert read_checkpoint(text).size == 3
    whole = orderloom.json("audit", "verify")
    assert whole.code == 0
    assert whole.json["ok"]
    assert whole.json["checkpoint"]["root"] == sealed.json["root"]
    without_triggers(
        store,
        "DELETE FROM audit_entry WHERE stream = 3",
        "DELETE FROM order_row WHERE id = 3",
        "DELETE FROM order_reference WHERE order_id = 3",
    )
    store.close()
    told = orderloom.json("audit", "verify")
    assert told.code == 1
    assert told.json["first"] == {"order": "SO-3", "entry": 1, "problem": "missing"}
    assert "SO-3" in orderloom.run("audit", "verify").out


def test_everything_made_new_differs_from_the_anchor(
    orderloom: CommandLine, store: Store, home: Path
) -> None:
    assert orderloom.run("audit", "checkpoint").code == 0
    without_triggers(
        store,
        *(f"DELETE FROM {table}" for table in ("audit_tile", "audit_checkpoint", "audit_key")),
        "DELETE FROM audit_entry WHERE stream = 3",
        "DELETE FROM order_row WHERE id = 3",
        "DELETE FROM order_reference WHERE order_id = 3",
    )
    store.close()
    assert orderloom.run("audit", "checkpoint").code == 0
    told = orderloom.json("audit", "verify")
    assert told.code == 1
    assert told.json["first"]["part"] == "anchor 1"
    assert orderloom.run("audit", "verify").out.startswith("anchor 1: changed")


def test_the_key_is_rotated(orderloom: CommandLine, store: Store, home: Path) -> None:
    store.close()
    orderloom.run("audit", "checkpoint")
    before = orderloom.run("audit", "key").out.strip()
    rotated = orderloom.json("audit", "key", "--rotate").json
    assert rotated["checkpoint"]["no"] == 2
    assert [each["verifier"] for each in rotated["keys"]] == [before, rotated["verifier"]]
    assert orderloom.run("audit", "verify").code == 0
    home.joinpath("audit.key").chmod(0o644)
    refused = orderloom.json("audit", "key")
    assert (refused.code, refused.json["code"]) == (1, "seal.stopped")
    assert orderloom.run("audit", "key", "--lost").code == 2


def test_a_receipt_is_checked(orderloom: CommandLine, store: Store) -> None:
    receipt = str(latest_receipt(store, 2))
    assert "not sealed yet" in orderloom.run("audit", "receipt", receipt).out
    orderloom.run("audit", "checkpoint")
    sealed = orderloom.json("audit", "receipt", receipt)
    assert (sealed.code, sealed.json["sealed"], sealed.json["order"]) == (0, True, "SO-2")
    other = orderloom.json("audit", "receipt", f"2:2:{'00' * 32}")
    assert (other.code, other.json["problem"]) == (1, "changed")
    assert orderloom.json("audit", "receipt", "2:2").json["code"] == "receipt.unreadable"
