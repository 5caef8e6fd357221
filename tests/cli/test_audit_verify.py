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

# All that is left of an order.
WHOLE_ORDER = (
    "DELETE FROM audit_entry WHERE stream = 3",
    "DELETE FROM order_row WHERE id = 3",
    "DELETE FROM order_reference WHERE order_id = 3",
)


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
        *WHOLE_ORDER,
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
        *WHOLE_ORDER,
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


def kept_key(orderloom: CommandLine, home: Path) -> str:
    """A file with what `audit key` prints, where the operator has no hand."""
    file = home.parent / "kept.txt"
    file.write_text(orderloom.run("audit", "key").out, encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("rotate", "part"), [((), None), (("--rotate",), None), (("--rotate", "--lost"), "key 2")]
)
def test_a_kept_key_vouches_for_those_that_it_signed(
    orderloom: CommandLine, store: Store, home: Path, rotate: tuple[str, ...], part: str | None
) -> None:
    store.close()
    orderloom.run("audit", "checkpoint")
    kept = kept_key(orderloom, home)
    if rotate:
        assert orderloom.run("audit", "key", *rotate).code == 0
    assert orderloom.run("audit", "verify").code == 0
    told = orderloom.json("audit", "verify", "--key", kept)
    assert (told.code, told.json.get("first", {}).get("part")) == (0 if part is None else 1, part)


def test_a_replaced_key_file_deceives_nobody_who_kept_the_key(
    orderloom: CommandLine, store: Store, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ORDERLOOM_AUDIT_ANCHOR_FILE")
    orderloom.run("audit", "checkpoint")
    kept = kept_key(orderloom, home)
    without_triggers(
        store,
        *(f"DELETE FROM {table}" for table in ("audit_tile", "audit_checkpoint", "audit_key")),
        *WHOLE_ORDER,
    )
    store.close()
    missing = orderloom.json("audit", "verify", "--key", kept)
    assert (missing.code, missing.json["first"]["part"]) == (1, "key")
    home.joinpath("audit.key").unlink()
    assert orderloom.run("audit", "checkpoint").code == 0
    assert orderloom.run("audit", "verify").code == 0
    told = orderloom.json("audit", "verify", "--key", kept)
    assert told.code == 1
    assert (told.json["first"]["part"], told.json["first"]["problem"]) == ("key 1", "forged")
    exported = str(home.parent / "e.zip")
    assert orderloom.run("audit", "export", "--out", exported).code == 0
    assert orderloom.run("audit", "verify", exported).code == 0
    assert orderloom.run("audit", "verify", exported, "--key", kept).code == 1


def test_what_is_no_key_is_said_to_be_none(
    orderloom: CommandLine, store: Store, home: Path
) -> None:
    store.close()
    file = home.parent / "none.txt"
    file.write_text("hello\n", encoding="utf-8")
    assert orderloom.run("audit", "verify", "--key", str(file)).code == 2


def test_an_empty_log_is_signed_for_too(orderloom: CommandLine, home: Path) -> None:
    home.mkdir()
    store = open_store(f"sqlite:///{home / 'orderloom.db'}")
    store.migrate()
    file = home.parent / "e.zip"
    assert orderloom.json("audit", "checkpoint").json["size"] == 0
    kept = kept_key(orderloom, home)
    assert orderloom.run("audit", "export", "--out", str(file)).code == 0
    told = orderloom.json("audit", "verify", str(file), "--key", kept)
    assert (told.code, told.json["checkpoints"], told.json["sealed"]) == (0, 1, 0)
    assert orderloom.run("audit", "verify", "--key", kept).code == 0
    begin(store, 2)
    write(store, 2)
    store.close()
    assert orderloom.run("audit", "export", "--out", str(file)).code == 0
    unsealed = orderloom.json("audit", "verify", str(file), "--key", kept)
    assert (unsealed.code, unsealed.json["unsealed"]) == (0, 1)
    orderloom.run("audit", "checkpoint")
    assert orderloom.run("audit", "export", "--out", str(file)).code == 0
    whole = orderloom.json("audit", "verify", str(file), "--key", kept)
    assert (whole.code, whole.json["checkpoints"], whole.json["sealed"]) == (0, 2, 1)
