"""`AttachmentTables`: pieces are there before a file is, the same bytes are kept once, what nobody
names goes."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta

from parts.store_rows import START
from parts.stores import Stores

from orderloom.platform.store import Store
from orderloom.platform.store.attachment_rows import StoredFile
from orderloom.platform.store.columns import stamp
from orderloom.platform.store.order_rows import Changes

DAY = timedelta(days=1)


def put(store: Store, *pieces: bytes, content: str = "c1", person: str = "u_1") -> StoredFile:
    """A file of these pieces, as it is kept."""
    store.attachments.begin(1, content, START)
    for n, piece in enumerate(pieces):
        store.attachments.add(content, n, piece)
    whole = b"".join(pieces)
    file = StoredFile(hashlib.sha256(whole).hexdigest(), len(whole), "text/plain", content)
    return store.attachments.finish(1, file, person=person, now=START)


def name(store: Store, file: StoredFile, order: int = 7) -> None:
    with store.commands.transaction() as transaction:
        transaction.flush(Changes(files=[(1, file.digest, order), (1, file.digest, order)]))


def pieces_of(store: Store, file: StoredFile) -> list[bytes | None]:
    return [store.attachments.piece(file.content, n) for n in range(3)]


def test_a_file_is_read_as_it_was_written(store: Store) -> None:
    file = put(store, b"\0one", b"two\xff")

    assert store.attachments.uploaded(1, "u_1", file.digest, since=START) == file
    assert pieces_of(store, file) == [b"\0one", b"two\xff", None]


def test_what_is_not_finished_is_no_file(store: Store) -> None:
    store.attachments.begin(1, "c1", START)
    store.attachments.add("c1", 0, b"one")
    digest = hashlib.sha256(b"one").hexdigest()

    assert store.attachments.uploaded(1, "u_1", digest, since=START) is None
    assert store.attachments.claim(1, digest, person="u_1", now=START) is None
    assert store.attachments.sweep(START + DAY, limit=10) == 1
    assert store.attachments.piece("c1", 0) is None


def test_the_same_bytes_are_kept_once_an_organisation(store: Store) -> None:
    first = put(store, b"same", content="c1", person="u_1")
    second = put(store, b"same", content="c2", person="u_2")

    assert second == first
    assert store.attachments.piece("c2", 0) is None
    assert store.attachments.uploaded(1, "u_2", first.digest, since=START) == first
    assert store.attachments.uploaded(2, "u_1", first.digest, since=START) is None
    assert store.attachments.claim(2, first.digest, person="u_3", now=START) is None


def test_two_uploads_of_the_same_bytes_at_once_keep_one(stores: Stores, store: Store) -> None:
    gate, kept = threading.Barrier(2), dict[str, StoredFile]()

    def upload(content: str) -> None:
        gate.wait(10)
        kept[content] = put(store, b"a" * 1000, b"b" * 1000, content=content, person=content)

    threads = [threading.Thread(target=upload, args=(each,)) for each in ("c1", "c2")]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)

    assert kept["c1"] == kept["c2"]
    other = {"c1": "c2", "c2": "c1"}[kept["c1"].content]
    assert store.attachments.piece(other, 0) is None
    assert pieces_of(store, kept["c1"])[:2] == [b"a" * 1000, b"b" * 1000]


def test_only_who_brought_it_or_an_order_that_has_it_may_name_it(store: Store) -> None:
    file = put(store, b"offer", person="u_1")
    name(store, file, order=7)

    def may(person: str, order: int, since: str = stamp(START)) -> bool:
        with store.commands.transaction() as transaction:
            found = transaction.namable(1, [file.digest], person=person, order=order, since=since)
        assert found in ({}, {file.digest: {"size": 5, "type": "text/plain"}})
        return bool(found)

    late = stamp(START + DAY)
    table = {("u_1", 9): True, ("u_2", 7): True, ("u_2", 9): False}
    assert {key: may(*key) for key in table} == table
    assert may("u_1", 9, late) is False
    assert may("u_1", 7, late) is True


def test_what_no_order_names_goes_after_its_time(store: Store) -> None:
    named = put(store, b"named", content="c1")
    free = put(store, b"free", content="c2")
    fresh = put(store, b"fresh", content="c3")
    name(store, named)
    store.attachments.claim(1, fresh.digest, person="u_2", now=START + DAY)

    assert store.attachments.sweep(START, limit=10) == 0
    assert store.attachments.sweep(START + DAY, limit=10) == 3
    assert store.attachments.sweep(START + DAY, limit=10) == 0

    assert store.attachments.of_order(1, 7, named.digest) == named
    assert store.attachments.of_order(1, 8, named.digest) is None
    assert store.attachments.uses(1, named.digest) == [7]
    assert [store.attachments.piece(each.content, 0) for each in (named, free, fresh)] == [
        b"named",
        None,
        b"fresh",
    ]


def test_a_sweep_takes_a_piece_at_a_time(store: Store) -> None:
    for n in range(3):
        put(store, bytes([n]), content=f"c{n}")
    gone = [store.attachments.sweep(START + DAY, limit=2) for _ in range(3)]
    assert gone == [2, 1, 0]


def test_an_order_keeps_its_file_when_naming_it_is_undone(store: Store) -> None:
    file = put(store, b"x")
    try:
        with store.commands.transaction() as transaction:
            transaction.flush(Changes(files=[(1, file.digest, 7)]))
            raise RuntimeError
    except RuntimeError:
        pass
    assert store.attachments.of_order(1, 7, file.digest) is None
