"""`AuditTables`: every stream with its entries, also where somebody was at the tables."""

from __future__ import annotations

import base64

import pytest
from parts.store_rows import add, entry, kept, numbered, order
from sqlalchemy import text

from orderloom.audit.export import Stream
from orderloom.audit.personal import Disclosure
from orderloom.platform.store import Store
from orderloom.platform.store.tables_audit import AuditStream

HEAD = base64.b64encode(b"head").decode()


@pytest.fixture
def filled(store: Store) -> Store:
    """Orders 2, 4 (all entries lost) and 8; a security stream 5; entries of nobody, 6."""
    add(
        store,
        order(2, chain_seq=2, chain_head=HEAD),
        numbered(2, "SO-2"),
        order(4, 2, chain_seq=9, chain_head=HEAD),
        order(8, chain_seq=1, chain_head=HEAD),
        AuditStream(
            stream=5, organisation_id=1, name="security-1", chain_seq=1, commands=1, chain_head=HEAD
        ),
        entry(2, 2, trace="{}"),
        entry(2, 1),
        entry(6, 1),
        entry(8, 1),
        entry(5, 1),
        kept(2, 1, 1, '"Żaneta"', path="name"),
        kept(2, 1, 0, "7", path="age"),
        kept(2, 2, 0, "", salt="", erased_at="2026-03-07"),
    )
    return store


def shape(streams: list[Stream]) -> list[tuple[int, str, int, bytes, list[int]]]:
    return [
        (each.stream, each.name, each.count, each.head, [row.seq for row in each.entries])
        for each in streams
    ]


ALL = [
    (2, "SO-2", 2, b"head", [1, 2]),
    (4, "~4", 9, b"head", []),
    (5, "security-1", 1, b"head", [1]),
    (6, "~6", 0, b"", [1]),
    (8, "~8", 1, b"head", [1]),
]


def test_every_stream_comes_in_order_with_its_entries(filled: Store) -> None:
    assert shape(list(filled.audit.streams())) == ALL
    assert filled.audit.count() == 5
    assert filled.audit.log() == filled.log


@pytest.mark.parametrize("one", [*ALL, None])
def test_one_stream(filled: Store, one: tuple[int, str, int, bytes, list[int]] | None) -> None:
    number = one[0] if one else 99
    assert shape(list(filled.audit.streams(number))) == ([one] if one else [])


def test_an_entry_comes_with_what_is_kept_beside_it(filled: Store) -> None:
    (stream,) = filled.audit.streams(2)
    first, second = stream.entries
    assert first.body.startswith(b'{"act":"u_1"')
    assert (first.hash, first.trace, second.trace) == (b"hash", None, b"{}")
    assert first.personal == (
        Disclosure(0, "age", b"salt", b"7"),
        Disclosure(1, "name", b"salt", '"Żaneta"'.encode()),
    )
    assert second.personal == ()


def test_what_was_damaged_is_read_as_well_as_it_can_be(filled: Store) -> None:
    damages = ["UPDATE audit_entry SET hash = 'no base64 any more', body = 'ľ' WHERE stream = 2"]
    if filled.database.sqlite:
        damages = [
            "DROP TRIGGER audit_entry_update",
            *damages,
            "UPDATE audit_entry SET body = CAST(X'7BFF7D' AS TEXT) WHERE stream = 8",
        ]
    else:
        damages = ["SET session_replication_role = replica", *damages]
        damages += ["SET session_replication_role = origin"]
    with filled.database.writing() as connection:
        for sql in damages:
            connection.execute(text(sql))
    streams = {each.stream: list(each.entries) for each in filled.audit.streams()}
    assert [(each.hash, each.body) for each in streams[2]] == [(b"", "ľ".encode())] * 2
    if filled.database.sqlite:
        assert streams[8][0].body == b"{\xff}"


def test_a_long_log_is_one_moment(store: Store) -> None:
    add(store, *(order(id_, chain_seq=3, chain_head=HEAD) for id_ in range(1, 801)))
    add(store, *(entry(id_, seq) for id_ in range(1, 801) for seq in (1, 2, 3)))
    streams = store.audit.streams()
    first = next(streams)
    add(store, order(900, chain_seq=1, chain_head=HEAD), entry(900, 1))
    rest = list(streams)
    assert [each.stream for each in (first, *rest)] == list(range(1, 801))
    assert {len(list(each.entries)) for each in rest} == {3}
