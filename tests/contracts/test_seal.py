"""The sealer on each kind of database: every entry once, nothing over a gap, one wins."""

from __future__ import annotations

import random
import threading
from base64 import b64decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from time import sleep

import pytest
from parts.behind_the_back import without_triggers
from parts.chained import Moving, append, begin, sealer, write
from parts.patience import wait_for
from parts.store_rows import settled
from sqlalchemy import text

from orderloom.audit.checkpoint import open_note, read_checkpoint, read_verifier_key
from orderloom.audit.merkle import consistency, is_consistent, leaf_hash, root
from orderloom.platform.app.metrics import Metrics
from orderloom.platform.app.seal_keys import KeyFile
from orderloom.platform.app.seal_told import seal_faults
from orderloom.platform.app.sealing import Sealing
from orderloom.platform.problem import Refused
from orderloom.platform.store import Store, seal_feed
from orderloom.platform.store.columns import stamp
from orderloom.platform.store.seal_rows import CheckpointRow


def sealed(store: Store) -> list[tuple[int, int]]:
    return [(leaf.stream, leaf.seq) for leaf in store.seal.leaves(0, 1 << 40)]


def stored(store: Store) -> dict[tuple[int, int], bytes]:
    with store.database.reading() as connection:
        rows = connection.execute(text("SELECT stream, seq, hash FROM audit_entry")).all()
    return {(stream, seq): b64decode(hash_) for stream, seq, hash_ in rows}


def holds(store: Store, row: CheckpointRow) -> None:
    """The tree is that of the entries, the note says so and is signed."""
    entries = stored(store)
    leaves = list(store.seal.leaves(0, row.size))
    assert len(leaves) == row.size == len(entries)
    assert {(leaf.stream, leaf.seq) for leaf in leaves} == set(entries)
    assert all(leaf.hash == leaf_hash(entries[leaf.stream, leaf.seq]) for leaf in leaves)
    assert row.root == root(leaf.hash for leaf in leaves)
    keys = [read_verifier_key(each.verifier) for each in store.seal.signers()]
    told = read_checkpoint(open_note(row.note, keys)[0])
    assert (told.origin, told.size, told.root) == (f"orderloom/{store.log}", row.size, row.root)


def test_nothing_becomes_no_checkpoint(store: Store) -> None:
    assert sealer(store).seal() is None
    assert (sealer(store).run_once(), store.seal.checkpoints()) == (0, [])


def test_each_checkpoint_continues_the_one_before(store: Store) -> None:
    sealing = sealer(store)
    begin(store, 2, 3, 4)
    for streams in ((2,), (2, 3, 2), (3, 4)):
        write(store, *streams)
        row = sealing.seal()
        assert row is not None
        holds(store, row)
        assert sealing.seal() == row
    rows = store.seal.checkpoints()
    assert [row.size for row in rows] == [1, 4, 6]
    assert sealed(store) == [(2, 1), (2, 2), (3, 1), (2, 3), (3, 2), (4, 1)]
    for old, new in pairwise(rows):
        proof = consistency(old.size, new.size, store.seal.subtree)
        assert is_consistent(old.size, new.size, old_root=old.root, new_root=new.root, proof=proof)
    names = {leaf.stream: leaf.name for leaf in store.seal.leaves(0, 9) if leaf.name}
    assert names == {2: "SO-2", 3: "SO-3", 4: "SO-4"}
    assert store.seal.counted(rows[-1]) == 6


def test_many_entries_become_several_checkpoints(store: Store) -> None:
    begin(store, 2, 3)
    write(store, *[2, 3] * 5, 2)
    row = sealer(store, most=4).seal()
    assert row is not None
    holds(store, row)
    assert [each.size for each in store.seal.checkpoints()] == [4, 8, 11]


def seal_at(start: threading.Barrier, sealing: Sealing) -> None:
    start.wait(timeout=30)
    sealing.seal()


def test_of_two_sealers_one_wins(store: Store) -> None:
    begin(store, *range(2, 10))
    first, second = sealer(store, most=3), sealer(store, most=3)
    second.keys = first.keys
    first.keys.make()
    for _ in range(5):
        write(store, *range(2, 10))
        start = threading.Barrier(2)

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(seal_at, start, each) for each in (first, second)]:
                done.result()
    row = store.seal.latest()
    assert row is not None
    holds(store, row)
    assert len(set(sealed(store))) == 40


TAMPERED = {
    "SO-2, entry 1: missing": "DELETE FROM audit_entry WHERE stream = 2 AND seq = 1",
    "SO-2, entry 2: changed": "UPDATE audit_entry SET body = '{}' WHERE stream = 2 AND seq = 2",
    "SO-2, entry 3: head": "DELETE FROM order_row WHERE id = 2",
    "SO-2, entry 3: head ": "UPDATE order_row SET chain_seq = 2 WHERE id = 2",
    "SO-2, entry 3: head  ": "UPDATE order_row SET chain_head = 'AAAA' WHERE id = 2",
    "SO-2, entry 3: head   ": "UPDATE order_row SET chain_seq = 4 WHERE id = 2",
}


@pytest.mark.parametrize("problem", TAMPERED)
def test_a_gap_stops_it_until_it_is_mended(store: Store, problem: str) -> None:
    begin(store, 2, 3)
    write(store, 2, 2, 2, 3)
    without_triggers(store, TAMPERED[problem])
    metrics, now = Metrics(), Moving()
    sealing = sealer(store, now=now, metrics=metrics)
    with pytest.raises(Refused) as refused:
        sealing.seal()
    assert refused.value.rejection.params["reason"] == problem.strip()
    assert store.seal.checkpoints() == []
    assert sealing.run_once() == 0
    watch = store.seal.watches()["seal"]
    assert watch.fault == f"seal.gap: {problem.strip()}"
    assert b"orderloom_seal_stopped 1.0" in metrics.page()
    now.pass_(minutes=5)
    assert sealing.run_once() == 0
    assert store.seal.watches()["seal"] == watch


def test_what_was_mended_is_sealed(store: Store) -> None:
    begin(store, 2)
    write(store, 2, 2)
    without_triggers(store, "UPDATE order_row SET chain_seq = 5 WHERE id = 2")
    metrics = Metrics()
    sealing = sealer(store, metrics=metrics)
    assert sealing.run_once() == 0
    without_triggers(store, "UPDATE order_row SET chain_seq = 2 WHERE id = 2")
    assert sealing.run_once() == 2
    assert store.seal.watches()["seal"].fault == ""
    assert b"orderloom_seal_stopped 0.0" in metrics.page()
    assert b"orderloom_sealed_entries_total 2.0" in metrics.page()


def test_a_cut_tree_is_not_continued(store: Store) -> None:
    begin(store, 2)
    sealing = sealer(store)
    write(store, 2, 2)
    sealing.seal()
    write(store, 2)
    without_triggers(store, "UPDATE audit_tile SET hashes = substr(hashes, 1, 32)")
    with pytest.raises(Refused, match="does not hold 2 hashes"):
        sealing.seal()
    without_triggers(store, "UPDATE audit_tile SET hashes = :hashes", hashes=b"x" * 64)
    with pytest.raises(Refused, match="not that of checkpoint 1"):
        sealing.seal()


def test_entries_are_counted_once_a_day(store: Store) -> None:
    begin(store, 2)
    now = Moving()
    sealing = sealer(store, now=now)
    write(store, 2, 2, 2)
    sealing.run_once()
    assert store.seal.watches()["count"].fault == ""
    without_triggers(store, "DELETE FROM audit_entry WHERE seq = 2")
    now.pass_(hours=1)
    sealing.run_once()
    assert store.seal.watches()["count"].fault == ""
    now.pass_(hours=24)
    sealing.run_once()
    assert store.seal.watches()["count"].fault == "seal.count: 2 entries, 3 leaves"
    assert list(seal_faults(store.seal)) == [
        f"count: seal.count: 2 entries, 3 leaves (since {stamp(now())})",
        "2 entries below the last checkpoint, 3 leaves",
    ]


def test_the_key_is_changed_by_a_checkpoint_that_both_sign(store: Store, tmp_path: Path) -> None:
    begin(store, 2)
    write(store, 2)
    file = tmp_path / "keys" / "audit.key"
    sealing = sealer(store, key=file)
    first = sealing.seal()
    assert first is not None
    assert file.stat().st_mode & 0o777 == 0o600
    second = sealing.rotate()
    write(store, 2)
    third = sealer(store, key=file).seal()
    assert third is not None
    old, new = (read_verifier_key(each.verifier) for each in store.seal.signers())
    assert [each.no for each in store.seal.signers()] == [1, 2]
    assert open_note(first.note, [old, new])[1] == (old,)
    assert set(open_note(second.note, [old, new])[1]) == {old, new}
    assert second.size == first.size
    assert open_note(third.note, [old, new])[1] == (new,)


def test_a_rotation_that_was_interrupted_is_finished(store: Store, tmp_path: Path) -> None:
    begin(store, 2)
    write(store, 2)
    sealing = sealer(store, key=tmp_path / "audit.key")
    sealing.seal()
    sealing.keys.rotate()
    write(store, 2)
    row = sealing.seal()
    assert row is not None
    keys = [read_verifier_key(each.verifier) for each in store.seal.signers()]
    assert len(open_note(row.note, keys)[1]) == len(keys) == 2
    sealing.rotate()
    assert len(sealing.keys.read()) == 1
    assert len(store.seal.signers()) == 2


@pytest.mark.parametrize("cause", ["key.missing", "key.unknown", "key.open", "key.other_log"])
def test_without_its_key_nothing_is_sealed(store: Store, tmp_path: Path, cause: str) -> None:
    begin(store, 2)
    write(store, 2)
    file = tmp_path / "audit.key"
    sealing = sealer(store, key=file)
    sealing.seal()
    write(store, 2)
    if cause == "key.open":
        file.chmod(0o644)
    else:
        file.unlink()
    if cause == "key.unknown":
        sealing.keys.make()
    if cause == "key.other_log":
        KeyFile(file, "orderloom/other").make()
    with pytest.raises(Refused) as refused:
        sealing.seal()
    assert refused.value.rejection.params["cause"] == cause
    assert store.seal.watches()["seal"].fault.startswith(cause)
    row = sealing.rotate(lost=True)
    keys = store.seal.signers()
    assert (keys[-1].no, keys[-1].alone) == (row.no, True)
    assert open_note(row.note, [read_verifier_key(keys[-1].verifier)])
    assert row.size == 2


WRITERS, ROUNDS, ORDERS = 6, 25, 12


def test_slow_writers_with_rollbacks_lose_nothing(store: Store) -> None:
    """Transactions that take their ids early and end late, or are undone, beside a sealer that
    seals as often as it can: at the end each entry is a leaf, once."""
    begin(store, *range(2, 2 + ORDERS))
    sealing, done = sealer(store, most=7), threading.Event()

    def seal() -> None:
        while not done.is_set():
            sealing.seal()

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        sealer_ = pool.submit(seal)
        writers = [pool.submit(write_slowly, store, seed) for seed in range(WRITERS)]
        kept = sum(writer.result() for writer in writers)
        done.set()
        sealer_.result()
    settled(store)
    row = sealing.seal()
    assert row is not None
    assert row.size == kept
    holds(store, row)
    assert store.seal.counted(row) == row.size


def write_slowly(store: Store, seed: int) -> int:
    """How many entries it kept."""
    chance, kept = random.Random(seed), 0
    for _ in range(ROUNDS):
        streams = sorted(chance.sample(range(2, 2 + ORDERS), chance.randint(1, 3)))
        try:
            with store.database.writing() as connection:
                for stream in streams:
                    append(connection, store.log, stream)
                    sleep(chance.choice((0, 0, 0.002)))
                if chance.random() < 0.3:
                    raise Undone
        except Undone:
            continue
        kept += len(streams)
    return kept


class Undone(Exception):
    """The transaction does not happen."""


@pytest.fixture
def postgres(stores: Callable[[str], Store]) -> Store:
    return stores("postgres")


@pytest.mark.postgres
def test_a_transaction_under_way_holds_back_only_what_it_could_precede(postgres: Store) -> None:
    """An entry that follows one of a transaction with a later number is not lost: it waits, or is
    sealed before it."""
    begin(postgres, 2, 3)
    now, metrics = Moving(), Metrics()
    sealing = sealer(postgres, now=now, metrics=metrics)
    with postgres.database.engine.connect() as slow:
        append(slow, postgres.log, 2)
        with postgres.database.writing() as quick:
            append(quick, postgres.log, 3)
        assert sealing.run_once() == 0
        assert postgres.seal.waiting(None) == 1
        now.pass_(seconds=61)
        assert sealing.run_once() == 0
        assert postgres.seal.watches()["delay"].fault.startswith("seal.delayed")
        assert b"orderloom_seal_behind_seconds 61.0" in metrics.page()
        slow.commit()
    settled(postgres)
    assert sealing.run_once() == 2
    assert postgres.seal.watches()["delay"].fault == ""


@pytest.mark.postgres
def test_a_stream_whose_transactions_got_their_numbers_crosswise(postgres: Store) -> None:
    """The second entry's transaction is older than the first's: with a window that ends between
    them the second is sealed first, and nothing is called a gap."""
    begin(postgres, 2, 3, 4)
    sealing = sealer(postgres)
    with (
        postgres.database.engine.connect() as old,
        postgres.database.engine.connect() as open_,
        postgres.database.engine.connect() as late,
    ):
        append(old, postgres.log, 3)
        append(open_, postgres.log, 4)
        append(late, postgres.log, 2)
        late.commit()
        append(old, postgres.log, 2)
        old.commit()
        # Another database of the server may hold them back for a moment.
        wait_for(sealing.seal)
        assert sealed(postgres) == [(3, 1), (2, 2)]
        open_.commit()
    settled(postgres)
    row = sealing.seal()
    assert row is not None
    holds(postgres, row)


@pytest.mark.postgres
@pytest.mark.parametrize("may_lock", [True, False])
def test_restored_into_another_cluster_nothing_is_lost(
    postgres: Store, may_lock: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers of transactions begin anew there: entries are told apart by their ids. A role that
    may not lock the table waits for a moment without writers."""
    if not may_lock:
        monkeypatch.setattr(seal_feed, "_MAY_LOCK", "SELECT false")
    begin(postgres, 2, 3)
    sealing = sealer(postgres)
    write(postgres, 2, 3)
    first = sealing.seal()
    assert first is not None
    write(postgres, 2)
    # The other cluster had come further: numbers that this one reaches much later.
    without_triggers(
        postgres,
        "UPDATE audit_entry SET xid = (900000000000 - 5 + id)::text::xid8",
        "UPDATE audit_checkpoint SET era = 'another', cursor = '899999999998:0:0'",
    )
    more(postgres, 3)
    if not may_lock:
        with postgres.database.engine.connect() as busy:
            append(busy, postgres.log, 2)
            assert sealing.seal() == postgres.seal.latest()
            busy.rollback()
    wait_for(lambda: bool(sealing.seal()) and len([*postgres.seal.leaves(0, 9)]) == 4)
    row = postgres.seal.latest()
    assert row is not None
    assert (row.size, row.floor > 0, row.era) == (4, True, first.era)
    more(postgres, 2, 3)
    wait_for(lambda: bool(sealing.seal()) and len([*postgres.seal.leaves(0, 9)]) == 6)
    row = postgres.seal.latest()
    assert row is not None
    holds(postgres, row)


def more(store: Store, *streams: int) -> None:
    """Writes, and waits for nothing."""
    with store.database.writing() as connection:
        for stream in streams:
            append(connection, store.log, stream)
