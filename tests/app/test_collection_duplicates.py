"""Records that are likely the same: found, merged into one, and taken apart again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from parts.collection_bundle import customer, entries, holder, with_collections

from orderloom.platform.app.application import Application
from orderloom.platform.app.collection_duplicates import normalised
from orderloom.platform.engine import Actor
from orderloom.platform.engine.outcome import Lookup
from orderloom.platform.problem import Rejection
from orderloom.platform.store.collection_rows import Record


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with with_collections(tmp_path) as opened:
        yield opened


@pytest.fixture
def editor(app: Application) -> Actor:
    return holder(app, "alice", "collections.edit")


def add(app: Application, editor: Actor, *several: dict[str, Any]) -> list[Record]:
    made = [
        app.collections.put(editor, "customers", each["id"], each, expected=0, channel="api")
        for each in several
    ]
    assert not any(isinstance(each, Rejection) for each in made), made
    return [each for each in made if isinstance(each, Record)]


@pytest.mark.parametrize(
    ("way", "one", "other"),
    [
        ("code", "PL 525-000-11-22", "5250001122"),
        ("code", "SK2020 123 456", "sk2020123456"),
        ("email", "Anna@Acme.Example ", "anna@acme.example"),
        ("name", "Łódzkie Zakłady Sp. z o.o.", "LODZKIE ZAKLADY"),
        ("name", "Žilina, s.r.o.", "zilina spol. s r. o."),
        ("name", "Müller GmbH & Co. KG", "muller"),
        ("name", "Acme Ltd.", "ACME, Limited"),
    ],
)
def test_what_means_the_same_is_the_same(way: str, one: str, other: str) -> None:
    assert normalised(way, one) == normalised(way, other) is not None


@pytest.mark.parametrize(
    ("way", "one", "other"),
    [
        ("code", "5250001122", "5250001123"),
        ("name", "Acme", "Acme Tools"),
        ("name", "Sa Pa", "Pa"),
        ("email", "a@b.example", "a@c.example"),
    ],
)
def test_what_differs_differs(way: str, one: str, other: str) -> None:
    assert normalised(way, one) != normalised(way, other)


@pytest.mark.parametrize(("way", "value"), [("code", "12"), ("name", "sa"), ("code", " - ")])
def test_what_says_nothing_is_alike_to_nothing(way: str, value: str) -> None:
    assert normalised(way, value) is None


def test_groups_are_proposed_with_what_is_alike(app: Application, editor: Actor) -> None:
    add(
        app,
        editor,
        {**customer(1, tax_id="PL5250001122"), "name": "Acme Sp. z o.o."},
        {**customer(2, email="x@acme.example"), "name": "ACME"},
        {**customer(3, tax_id="525-000-11-22", email="X@acme.example"), "name": "Other"},
        {**customer(4), "name": "Nobody else"},
        {**customer(5), "name": "Žilina s.r.o."},
        {**customer(6), "name": "zilina"},
    )
    found = app.merging.proposed(editor, "customers")
    assert not isinstance(found, Rejection)
    assert [([r.key for r in each.records], each.ways) for each in found] == [
        (["C-1", "C-2", "C-3"], ("code", "email", "name")),
        (["C-5", "C-6"], ("name",)),
    ]


def test_a_merged_key_leads_to_the_kept_record_until_it_is_taken_back(
    app: Application, editor: Actor
) -> None:
    keep, other = add(
        app, editor, customer(1, email="a@b.example"), customer(2, tax_id="5250001122")
    )
    done = app.merging.merge(editor, "customers", keep, other, channel="web")
    assert not isinstance(done, Rejection)
    merged = {**customer(1, email="a@b.example"), "tax_id": "5250001122"}
    assert app.runner.ask(Lookup("customers", "C-2"), editor.organisation) == merged
    gone = app.collections.record(editor, "customers", "C-2")
    assert isinstance(gone, Rejection)
    assert (gone.code, gone.params["kept"]) == ("record.merged", "C-1")
    again = app.collections.put(editor, "customers", "C-2", customer(2), expected=0, channel="api")
    assert isinstance(again, Rejection)
    assert again.code == "record.merged"
    back = app.merging.split(editor, "customers", "C-2", channel="web")
    assert not isinstance(back, Rejection)
    bodies = [app.collections.record(editor, "customers", key) for key in ("C-1", "C-2")]
    assert [each.body for each in bodies if isinstance(each, Record)] == [keep.body, other.body]
    assert [each["way"] for each in entries(app, "record.changed")][2:] == ["merged", "split"]
    twice = app.merging.split(editor, "customers", "C-2", channel="web")
    assert isinstance(twice, Rejection)
    assert twice.code == "record.not_merged"


def test_what_changed_since_the_merge_stays(app: Application, editor: Actor) -> None:
    keep, other = add(app, editor, customer(1), customer(2, tax_id="5250001122"))
    app.merging.merge(editor, "customers", keep, other, channel="web")
    later = customer(1, credit=5)
    app.collections.put(editor, "customers", "C-1", later, expected=2, channel="web")
    app.merging.split(editor, "customers", "C-2", channel="web")
    record = app.collections.record(editor, "customers", "C-1")
    assert isinstance(record, Record)
    assert record.body == later


def test_records_are_merged_as_they_were_looked_at(app: Application, editor: Actor) -> None:
    keep, other = add(app, editor, customer(1), customer(2))
    app.collections.put(editor, "customers", "C-2", customer(2, credit=1), expected=1, channel="x")
    late = app.merging.merge(editor, "customers", keep, other, channel="web")
    itself = app.merging.merge(editor, "customers", keep, keep, channel="web")
    reader = holder(app, "mallory", "collections.read")
    stranger = app.merging.merge(reader, "customers", keep, other, channel="web")
    codes = [each.code for each in (late, itself, stranger) if isinstance(each, Rejection)]
    assert codes == ["record.stale", "record.itself", "permission.missing"]
    assert app.store.collections.leads_to(1, "customers", "C-2") is None


def test_seeded_records_have_a_history_once_they_change(app: Application, editor: Actor) -> None:
    app.store.collections.replace(1, "customers", {"C-1": customer(1), "C-2": customer(2)})
    keep, other = (app.collections.record(editor, "customers", key) for key in ("C-1", "C-2"))
    assert isinstance(keep, Record)
    assert isinstance(other, Record)
    app.merging.merge(editor, "customers", keep, other, channel="web")
    app.merging.split(editor, "customers", "C-2", channel="web")
    history = app.collections.history(editor, "customers", "C-2")
    assert not isinstance(history, Rejection)
    assert [(s.change.version, s.change.way) for s in history.items] == [
        (3, "split"),
        (2, "merged"),
        (1, "added"),
    ]
    assert app.collections.record(editor, "customers", "C-2") == Record(
        key="C-2", version=3, body=customer(2), place=("C-2",)
    )


def test_a_file_does_not_bring_a_merged_key_back(app: Application, editor: Actor) -> None:
    keep, other = add(app, editor, customer(1), customer(2))
    app.merging.merge(editor, "customers", keep, other, channel="web")
    made = app.collection_import.compare(editor, "customers", b"id,name\nC-2,Customer 2\n")
    assert not isinstance(made, Rejection)
    assert [(each.row, each.problem.code) for each in made.rejected] == [(2, "record.merged")]
