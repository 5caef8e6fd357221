"""Whoever has the database's own rights and writes past its triggers is found out, and what was
done is named; on each kind of database."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from parts.behind_the_back import without_triggers
from parts.chained import append, begin, sealer, write
from sqlalchemy import text

from orderloom.audit.chain import PLACE, genesis, link
from orderloom.audit.checkpoint import Checkpoint, sign, signing_key
from orderloom.audit.merkle import leaf_hash
from orderloom.platform.app import verify_part, verifying
from orderloom.platform.app.anchor_file import FileAnchor
from orderloom.platform.app.tree import Leaves, Tree
from orderloom.platform.app.verifying import verify_database
from orderloom.platform.store import Store
from orderloom.platform.store.verify_reading import VerifyReads

ORDERS = (2, 3, 4)
MANY = 300
OF_ORDER = "WHERE stream = 3"
MISSING_AT_5 = {"order": "SO-3", "entry": 5, "problem": "missing"}
CUT_AT_6 = {"order": "SO-3", "entry": 6, "problem": "cut"}
WHOLE = (
    f"DELETE FROM audit_entry {OF_ORDER}",
    "DELETE FROM order_row WHERE id = 3",
    "DELETE FROM order_reference WHERE order_id = 3",
)


@pytest.fixture
def sealed(store: Store) -> Store:
    """Three orders of four entries sealed in two checkpoints, and many entries of another; one
    entry of each order is not sealed yet."""
    begin(store, *ORDERS, 9)
    sealing = sealer(store)
    write(store, *ORDERS, *[9] * MANY)
    sealing.seal()
    write(store, *ORDERS * 3)
    sealing.seal()
    write(store, *ORDERS)
    return store


def verified(store: Store, **options: Any) -> dict[str, Any]:
    return verify_database(store, **options)


def test_what_is_whole(sealed: Store) -> None:
    last = sealed.seal.latest()
    assert last is not None
    assert verified(sealed) == {
        "ok": True,
        "checked": 15 + MANY,
        "streams": 4,
        "checkpoint": {"no": 2, "size": 12 + MANY, "root": b64encode(last.root).decode()},
        "unsealed": 3,
    }


def test_without_any_checkpoint(store: Store) -> None:
    begin(store, 2)
    write(store, 2, 2)
    report = verified(store)
    assert (report["ok"], report["checked"], report["unsealed"]) == (True, 2, 2)
    assert report["checkpoint"] is None


def test_child_processes_come_to_the_same(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "TILES", 1)
    begin(store, 2, 3)
    write(store, *[2, 3] * 500)
    sealer(store).seal()
    alone = verified(store)
    assert alone["ok"]
    assert verified(store, processes=2) == alone
    without_triggers(store, "UPDATE audit_entry SET actor = 'x', body = '{}' WHERE seq = 300")
    told = verified(store, processes=2)
    assert told == verified(store)
    assert told["first"] == {"order": "SO-2", "entry": 300, "problem": "changed"}
    assert told["problems"] == 2


def test_child_processes_look_at_the_ends(store: Store) -> None:
    begin(store, 2, 3)
    write(store, 2, 3)
    without_triggers(store, "UPDATE order_row SET chain_seq = 2 WHERE id = 3")
    told = verified(store, processes=2)
    assert told["first"] == {"order": "SO-3", "entry": 2, "problem": "cut"}


# what is done → the first problem
CASES: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "body": (
        ("UPDATE audit_entry SET body = replace(body, 'u_1', 'u_2') WHERE stream = 3 AND seq = 2",),
        {"order": "SO-3", "entry": 2, "problem": "changed"},
    ),
    "hash": (
        ("UPDATE audit_entry SET hash = 'AAAA' WHERE stream = 3 AND seq = 2",),
        {"order": "SO-3", "entry": 2, "problem": "changed"},
    ),
    "a sign before the hash": (
        ("UPDATE audit_entry SET hash = 'é' || hash WHERE stream = 3 AND seq = 2",),
        {"order": "SO-3", "entry": 2, "problem": "changed"},
    ),
    "one gone": (
        ("DELETE FROM audit_entry WHERE stream = 3 AND seq = 2",),
        {"order": "SO-3", "entry": 2, "problem": "missing"},
    ),
    "order gone": (WHOLE, {"order": "SO-3", "entry": 1, "problem": "missing"}),
    "order gone, its number left": (
        WHOLE[:2],
        {"order": "SO-3", "entry": 1, "problem": "cut"},
    ),
    "tail cut": (
        (
            "DELETE FROM audit_entry WHERE stream = 3 AND seq > 2",
            "UPDATE order_row SET chain_seq = 2, chain_head ="
            " (SELECT hash FROM audit_entry WHERE stream = 3 AND seq = 2) WHERE id = 3",
        ),
        {"order": "SO-3", "entry": 3, "problem": "cut"},
    ),
    "tail cut, head left": (
        ("DELETE FROM audit_entry WHERE stream = 3 AND seq > 2",),
        {"order": "SO-3", "entry": 3, "problem": "cut"},
    ),
    "row taken back, entries left": (
        (
            "UPDATE order_row SET chain_seq = 4, chain_head ="
            " (SELECT hash FROM audit_entry WHERE stream = 3 AND seq = 4) WHERE id = 3",
        ),
        {"order": "SO-3", "entry": 5, "problem": "inserted"},
    ),
    "row gone, entries left": (
        WHOLE[1:],
        {"order": 3, "entry": 1, "problem": "inserted"},
    ),
    "swapped": (
        (
            "UPDATE audit_entry SET seq = 99 WHERE stream = 3 AND seq = 2",
            "UPDATE audit_entry SET seq = 2 WHERE stream = 3 AND seq = 3",
            "UPDATE audit_entry SET seq = 3 WHERE stream = 3 AND seq = 99",
        ),
        {"order": "SO-3", "entry": 2, "problem": "reordered"},
    ),
    "into another order": (
        ("UPDATE audit_entry SET stream = 4, seq = 6 WHERE stream = 3 AND seq = 5",),
        {"order": "SO-3", "entry": 5, "problem": "cut"},
    ),
    "tile gone": (
        ("DELETE FROM audit_tile WHERE level = 0 AND n = 0",),
        {"order": None, "entry": None, "problem": "missing", "part": "tile 0/0"},
    ),
    "upper tile gone": (
        ("DELETE FROM audit_tile WHERE level = 1",),
        {"order": None, "entry": None, "problem": "changed", "part": "tile 0/0"},
    ),
    "places": (
        ("UPDATE audit_tile SET places = substr(places, 13) WHERE level = 0 AND n = 1",),
        {"order": None, "entry": None, "problem": "changed", "part": "tile 0/1"},
    ),
    "other places": (
        (
            "UPDATE audit_tile SET places ="
            " (SELECT places FROM audit_tile WHERE level = 0 AND n = 0) WHERE level = 0 AND n = 1",
        ),
        {"order": None, "entry": None, "problem": "changed", "part": "places"},
    ),
    "size": (
        ("UPDATE audit_checkpoint SET size = size - 1 WHERE no = 2",),
        {"order": None, "entry": None, "problem": "forged", "part": "checkpoint 2"},
    ),
    "root": (
        ("UPDATE audit_checkpoint SET root = substr(root, 2) WHERE no = 1",),
        {"order": None, "entry": None, "problem": "forged", "part": "checkpoint 1"},
    ),
    "signature": (
        (
            "UPDATE audit_checkpoint SET note ="
            " (SELECT note FROM audit_checkpoint WHERE no = 2) WHERE no = 1",
        ),
        {"order": None, "entry": None, "problem": "forged", "part": "checkpoint 1"},
    ),
    "checkpoint gone": (
        ("DELETE FROM audit_checkpoint WHERE no = 1",),
        {"order": None, "entry": None, "problem": "missing", "part": "checkpoint 1"},
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_it_is_found_and_named(sealed: Store, what: str) -> None:
    statements, problem = CASES[what]
    without_triggers(sealed, *statements)
    report = verified(sealed)
    assert not report["ok"]
    assert report["first"] == problem


def test_an_entry_put_in_with_its_chain_made_new(sealed: Store) -> None:
    """Who knows the format can make a chain that hangs together; the tree tells."""
    hashes = rechained(sealed, 3, replaced=2)
    report = verified(sealed)
    assert report["first"] == {"order": "SO-3", "entry": 2, "problem": "changed"}
    # ... and when the tree is made new too, its checkpoints do.
    retreed(sealed)
    report = verified(sealed)
    assert report["first"]["part"] == "checkpoint 2"
    assert report["first"]["problem"] == "changed"
    assert hashes


# "c" of the fourth and the fifth entry → the first problem
COMMANDS: dict[str, tuple[str, str, dict[str, Any] | None]] = {
    "one each": ("[4,0,1]", "[5,0,1]", None),
    "one of two": ("[4,0,2]", "[4,1,2]", None),
    "long numbers": ("[400000000,0,2]", "[400000000,1,2]", None),
    "longer numbers": ("[400000000,0,100000001]", "[400000000,1,100000001]", CUT_AT_6),
    "one too few": ("[4,0,1]", "[5,0,2]", CUT_AT_6),
    "another command within": ("[4,0,2]", "[5,1,2]", MISSING_AT_5),
    "another count": ("[4,0,2]", "[4,1,3]", MISSING_AT_5),
    "a smaller count": ("[4,0,3]", "[4,1,2]", MISSING_AT_5),
    "one left out": ("[4,0,3]", "[4,2,3]", MISSING_AT_5),
    "a later one first": ("[4,0,1]", "[3,0,1]", MISSING_AT_5),
    "twice the same": ("[4,0,1]", "[4,0,1]", MISSING_AT_5),
    "not from the first": ("[4,0,1]", "[5,1,2]", MISSING_AT_5),
    "said twice": ('[4,0,1],"c":[4,0,2]', "[4,1,2]", None),
    "said within": ('[4,0,1],"d":{"c":[9,0,9]}', "[5,0,1]", None),
    "no numbers": ("[4,0,1]", '["5",0,1]', {"order": "SO-3", "entry": 5, "problem": "changed"}),
}


@pytest.mark.parametrize("what", COMMANDS)
def test_entries_of_a_command_follow_each_other(store: Store, what: str) -> None:
    """Also in a chain that hangs together and that nobody has sealed."""
    fourth, fifth, problem = COMMANDS[what]
    begin(store, *ORDERS)
    write(store, *ORDERS * 5)
    told = {4: ("[4,0,1]", fourth), 5: ("[5,0,1]", fifth)}
    rechained(store, 3, told=told)
    assert verified(store).get("first") == problem


def test_a_command_with_larger_numbers_than_are_known_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify_part, "_SIGNS", len("4,0,1"))
    begin(store, 3)
    write(store, *[3] * 13)
    rechained(store, 3, told={3 + n: (f"[{3 + n},0,1]", f"[4,{n - 1},10]") for n in range(1, 11)})
    reads = VerifyReads(store.database)
    [part] = reads.parts(0, 1)
    assert verify_part.verify_part(reads, store.log, part).bad == {}


def test_a_number_left_out_of_a_chain_that_hangs_together(store: Store) -> None:
    begin(store, *ORDERS)
    write(store, *ORDERS * 5)
    without_triggers(
        store,
        "UPDATE audit_entry SET seq = 6 WHERE stream = 3 AND seq = 5",
        "UPDATE order_row SET chain_seq = 6 WHERE id = 3",
    )
    rechained(store, 3)
    assert verified(store)["first"] == MISSING_AT_5


def test_one_more_sealed_entry_than_leaves(sealed: Store) -> None:
    with sealed.database.writing() as connection:
        append(connection, sealed.log, 4)
    # It claims to have been written before the last checkpoint.
    moved = "id = -1" if sealed.database.sqlite else "id = 0, xid = '3'::xid8"
    without_triggers(sealed, f"UPDATE audit_entry SET {moved} WHERE stream = 4 AND seq = 6")
    assert verified(sealed)["first"] == {"order": "SO-4", "entry": 6, "problem": "inserted"}


def test_a_key_of_ones_own(sealed: Store, tmp_path: Path) -> None:
    """Everything is made new and signed again, by another key: the key's file tells, and so does
    an anchor."""
    anchors = tmp_path / "anchors.jsonl"
    known = sealed.seal.signers()[-1].verifier
    last = sealed.seal.latest()
    assert last is not None
    FileAnchor(anchors)(last, sealed.seal)
    rechained(sealed, 3, replaced=2)
    retreed(sealed, sign_with=signing_key(f"orderloom/{sealed.log}", b"m" * 32))
    assert verified(sealed)["ok"]
    assert verified(sealed, verifier=known)["first"]["part"] == "key 1"
    report = verified(sealed, anchor=anchors)
    assert (report["first"]["part"], report["first"]["problem"]) == ("anchor 2", "changed")


def rechained(
    store: Store,
    stream: int,
    *,
    replaced: int = 0,
    told: Mapping[int, tuple[str, str]] = MappingProxyType({}),
) -> list[str]:
    """Changes entries of an order and makes the rest of its chain fit."""
    hashes: list[str] = []
    with store.database.reading() as connection:
        rows = connection.execute(
            text("SELECT seq, body FROM audit_entry WHERE stream = :stream ORDER BY seq"),
            {"stream": stream},
        ).all()
    before, statements = genesis(store.log, stream), list[str]()
    for seq, body in rows:
        if seq == replaced:
            body = body.replace("u_1", "u_2")
        body = body.replace(*told.get(seq, ("", "")))
        before = link(before, stream, seq, body.encode())
        hashes.append(b64encode(before).decode())
        statements.append(
            f"UPDATE audit_entry SET body = '{body}', hash = '{hashes[-1]}'"
            f" WHERE stream = {stream} AND seq = {seq}".replace(":", "\\:")
        )
    head = f"UPDATE order_row SET chain_head = '{hashes[-1]}' WHERE id = {stream}"
    without_triggers(store, *statements, head)
    return hashes


def retreed(store: Store, sign_with: Any = None) -> None:
    """Makes all tiles of the entries as they are now; with a key the checkpoints too."""
    last = store.seal.latest()
    assert last is not None
    with store.database.reading() as connection:
        rows = connection.execute(text("SELECT stream, seq, id, hash FROM audit_entry")).all()
    hashes = {(row[0], row[1]): (row[2], leaf_hash(b64decode(row[3]))) for row in rows}
    sealed = list(store.seal.leaves(0, last.size))
    found = [hashes[leaf.stream, leaf.seq] for leaf in sealed]
    places = [PLACE.pack(leaf.stream, leaf.seq) for leaf in sealed]
    names = {leaf.index: leaf.name for leaf in sealed if leaf.name is not None}
    for checkpoint in store.seal.checkpoints():
        tree = Tree(0, lambda level, n: None)
        ids, leaves = zip(*found[: checkpoint.size], strict=True)
        tree.append(Leaves(ids, places[: checkpoint.size], leaves, names))
        if sign_with is not None:
            made = Checkpoint(sign_with.name, tree.size, tree.root())
            without_triggers(
                store,
                "UPDATE audit_checkpoint SET root = :root, note = :note WHERE no = :no",
                root=b64encode(made.root).decode(),
                note=sign(made.text, [sign_with]),
                no=checkpoint.no,
            )
            without_triggers(
                store, "UPDATE audit_key SET verifier = :key", key=str(sign_with.verifier)
            )
    for tile in tree.changed():
        without_triggers(
            store,
            "UPDATE audit_tile SET hashes = :hashes WHERE level = :level AND n = :n",
            hashes=tile.hashes,
            level=tile.level,
            n=tile.n,
        )
