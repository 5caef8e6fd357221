"""Records of collections: typed, found, changed one by one, with everything that happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from parts.collection_bundle import customer, entries, holder, with_collections

from orderloom.platform.app.application import Application
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.collection_rows import Record


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with with_collections(tmp_path) as opened:
        yield opened


@pytest.fixture
def editor(app: Application) -> Actor:
    return holder(app, "alice", "collections.edit")


def put(app: Application, actor: Actor, data: dict[str, Any], expected: int = 0) -> Any:
    key = str(data.get("id"))
    return app.collections.put(actor, "customers", key, data, expected=expected, channel="api")


def refused(answer: Any) -> str:
    assert isinstance(answer, Rejection), answer
    return " ".join([answer.code, *(f"{each.path}:{each.code}" for each in answer.details)])


def test_a_record_is_added_changed_and_deleted_and_all_of_it_is_known(
    app: Application, editor: Actor
) -> None:
    exact = Decimal("12345678901234567890.10")
    first = put(app, editor, customer(1, credit=exact, email=None))
    assert first == Record(key="C-1", version=1, body=customer(1, credit=exact))
    assert put(app, editor, customer(1, credit=exact), expected=1).version == 1
    assert put(app, editor, customer(1, name="Łódź"), expected=1).version == 2
    gone = app.collections.delete(editor, "customers", "C-1", expected=2, channel="web")
    assert not isinstance(gone, Rejection)
    assert (gone.version, gone.after) == (3, None)
    again = put(app, editor, customer(1, name="Again"))
    assert again.version == 4
    history = app.collections.history(editor, "customers", "C-1")
    assert not isinstance(history, Rejection)
    assert [(s.change.version, s.change.way, s.change.by == editor.id) for s in history.items] == [
        (4, "added", True),
        (3, "deleted", True),
        (2, "changed", True),
        (1, "added", True),
    ]
    assert history.items[2].fields == (("name", "Customer 1", "Łódź"), ("credit", exact, None))


def test_every_change_is_an_entry_that_seals_the_values_and_does_not_tell_them(
    app: Application, editor: Actor
) -> None:
    put(app, editor, customer(1, email="anna@acme.example"))
    put(app, editor, customer(1, email="eva@acme.example"), expected=1)
    told = entries(app, "record.changed")
    assert [each["way"] for each in told] == ["added", "changed"]
    assert told[1]["fields"] == ["email"]
    assert told[0]["digest"] != told[1]["digest"]
    assert not any("acme" in str(each) for each in told)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"id": "C-1"}, "form.invalid name:form.required"),
        ({"id": "X", "name": "n"}, "form.invalid id:form.pattern"),
        (customer(1, colour="red"), "form.invalid colour:form.unknown_field"),
        (customer(1, credit="10"), "form.invalid credit:form.type_number"),
        (customer(1, credit=Decimal("0.001")), "form.invalid credit:form.multiple_of"),
        (customer(1, since="2026-02-30"), "form.invalid since:form.format_date"),
        (customer(1, address={"planet": "Mars"}), "form.invalid address.planet:form.unknown_field"),
        ({"name": "nobody"}, "form.invalid id:form.required"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused_at_its_field(
    app: Application, editor: Actor, data: dict[str, Any], expected: str
) -> None:
    assert refused(put(app, editor, data)) == expected
    assert app.collections.records(editor, "customers").items == ()  # type: ignore[union-attr]


def test_keys_do_not_change_and_versions_must_be_of_now(app: Application, editor: Actor) -> None:
    put(app, editor, customer(1))
    change = app.collections.put
    other = change(editor, "customers", "C-2", customer(1), expected=0, channel="api")
    assert refused(other) == "record.other_key"
    assert refused(put(app, editor, customer(1, name="b"))) == "record.stale"
    assert refused(put(app, editor, customer(1, name="b"), expected=2)) == "record.stale"
    gone = app.collections.delete(editor, "customers", "C-1", expected=7, channel="api")
    assert refused(gone) == "record.stale"
    gone = app.collections.delete(editor, "customers", "C-9", expected=1, channel="api")
    assert refused(gone) == "record.not_found"
    number = change(editor, "parts", "7", {"number": 7}, expected=0, channel="api")
    assert isinstance(number, Record)


def test_who_may_read_and_who_may_change(app: Application, editor: Actor) -> None:
    put(app, editor, customer(1))
    reader = holder(app, "mallory", "collections.read")
    nobody = holder(app, "mallory", "audit.read")
    assert isinstance(app.collections.record(reader, "customers", "C-1"), Record)
    for answer in (
        put(app, reader, customer(2)),
        app.collections.delete(reader, "customers", "C-1", expected=1, channel="api"),
        app.collection_import.compare(reader, "customers", b"id,name\n"),
        app.collections.listed(nobody),
        app.collections.records(nobody, "customers"),
        app.collections.record(nobody, "customers", "C-1"),
        app.collections.history(nobody, "customers", "C-1"),
        app.collection_import.export(nobody, "customers", "csv"),
    ):
        assert refused(answer) == "permission.missing"
    stranger = replace(editor, organisation=2)
    for answer in (
        app.collections.record(stranger, "customers", "C-1"),
        app.collections.records(stranger, "customers"),
        put(app, stranger, customer(1)),
    ):
        assert refused(answer) == "collection.not_found"


def test_pages_follow_each_other(app: Application, editor: Actor) -> None:
    for number in range(1, 8):
        put(app, editor, customer(number, tags=["even" if number % 2 == 0 else "odd"]))
    for text, keys in (("", 7), ("odd", 4), ("cust ev", 3)):
        found: list[str] = []
        cursor = None
        while True:
            page = app.collections.records(editor, "customers", text, cursor, 2)
            assert not isinstance(page, Rejection)
            found += [each.key for each in page.items]
            cursor = page.next
            if cursor is None:
                break
        assert len(found) == len(set(found)) == keys
    wrong = app.collections.records(editor, "customers", "odd", "nonsense", 2)
    assert refused(wrong) == "query.bad_cursor"
