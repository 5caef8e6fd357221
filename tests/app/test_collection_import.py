"""Records from files: what would change, cell by cell; all of it or nothing; and back, lossless."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from parts.collection_bundle import COLLECTIONS, customer, entries, holder, with_collections

from orderloom.platform.app.application import Application
from orderloom.platform.app.collection_grid import grid_of
from orderloom.platform.app.collection_import import Comparison, compared, read_grid
from orderloom.platform.app.collection_schema import collection_of
from orderloom.platform.codec import load_yaml
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.collection_rows import Record
from orderloom.rules.spreadsheet_csv import write_csv
from orderloom.rules.spreadsheet_xlsx import write_xlsx

DOCUMENT = load_yaml(COLLECTIONS.partition("---")[0], file="collections.yaml").value
CUSTOMERS = collection_of("customers", DOCUMENT)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with with_collections(tmp_path) as opened:
        yield opened


@pytest.fixture
def editor(app: Application) -> Actor:
    return holder(app, "alice", "collections.edit")


def accept(app: Application, actor: Actor, data: bytes, expected: str | None = None) -> Comparison:
    done = app.collection_import.accept(actor, "customers", data, channel="api", expected=expected)
    assert isinstance(done, Comparison), done
    return done


def counts(one: Comparison | Rejection) -> tuple[int, int, int, int, bool]:
    assert isinstance(one, Comparison), one
    return (
        len(one.added),
        len(one.changed),
        one.unchanged,
        len(one.rejected),
        one.accepted,
    )


FIRST = (
    "id;name;credit;active;address.city;tags\r\n"
    'C-1;Łódzkie Zakłady;1000.50;yes;Łódź;"[""a""]"\r\n'
    "C-2;Acme;;;;\r\n"
).encode()


def test_first_what_would_change_then_all_of_it(app: Application, editor: Actor) -> None:
    made = app.collection_import.compare(editor, "customers", FIRST)
    assert counts(made) == (2, 0, 0, 0, False)
    assert app.collections.records(editor, "customers").items == ()  # type: ignore[union-attr]
    assert counts(accept(app, editor, FIRST)) == (2, 0, 0, 0, True)
    record = app.collections.record(editor, "customers", "C-1")
    assert isinstance(record, Record)
    assert record.body == {
        "id": "C-1",
        "name": "Łódzkie Zakłady",
        "credit": Decimal("1000.50"),
        "active": True,
        "address": {"city": "Łódź"},
        "tags": ["a"],
    }
    assert counts(accept(app, editor, FIRST)) == (0, 0, 2, 0, True)
    assert [(each["added"], each["changed"]) for each in entries(app, "records.imported")] == [
        (2, 0)
    ]


def test_cells_change_fields_and_columns_that_are_not_there_change_nothing(
    app: Application, editor: Actor
) -> None:
    accept(app, editor, FIRST)
    made = accept(app, editor, b"credit,id,address.city\n20,C-1,\n,C-2,Brno\n")
    assert [(each.row, each.key, each.version, each.fields) for each in made.changed] == [
        (2, "C-1", 1, (("credit", Decimal("1000.50"), 20), ("address", {"city": "Łódź"}, None))),
        (3, "C-2", 1, (("address", None, {"city": "Brno"}),)),
    ]
    record = app.collections.record(editor, "customers", "C-1")
    assert isinstance(record, Record)
    assert record.body["name"] == "Łódzkie Zakłady"


@pytest.mark.parametrize(
    ("text", "rejected"),
    [
        ("", [(1, "", "record.no_columns")]),
        ("name\nx\n", [(1, "id", "record.no_key_column")]),
        ("id,name,colour\n", [(1, "colour", "record.column")]),
        ("id,name,id\n", [(1, "id", "record.column_twice")]),
        ("id,name\nC-1,a\nC-1,b\n", [(3, "id", "record.twice")]),
        ("id,name\nX,\n", [(2, "name", "form.required"), (2, "id", "form.pattern")]),
        ("id,name,credit\nC-1,a,1 000\n", [(2, "credit", "record.number")]),
        ('id,name,credit\nC-1,a,"1,5"\n', [(2, "credit", "record.number")]),
        ("id,name,credit\nC-1,a,1e5\n", [(2, "credit", "record.number")]),
        ("id,name,active\nC-1,a,maybe\n", [(2, "active", "record.truth")]),
        ("id,name,tags\nC-1,a,[1\n", [(2, "tags", "record.json")]),
        ("id,name,since\n\nC-1,a,1.2.2026\n", [(3, "since", "form.format_date")]),
        ("id,name\nC-1,a,b\n", [(2, "", "record.no_column")]),
    ],
)
def test_what_does_not_fit_is_told_by_row_and_column_and_nothing_happens(
    app: Application, editor: Actor, text: str, rejected: list[Any]
) -> None:
    good = b"id,name\nC-7,good\n"
    accept(app, editor, good)
    made = accept(app, editor, text.encode())
    assert sorted((r.row, r.column, r.problem.code) for r in made.rejected) == sorted(rejected)
    assert not made.accepted
    page = app.collections.records(editor, "customers")
    assert [each.key for each in page.items] == ["C-7"]  # type: ignore[union-attr]


def test_what_was_looked_at_is_what_is_accepted(app: Application, editor: Actor) -> None:
    seen = app.collection_import.compare(editor, "customers", FIRST)
    assert isinstance(seen, Comparison)
    app.collections.put(editor, "customers", "C-2", customer(2), expected=0, channel="web")
    late = app.collection_import.accept(
        editor, "customers", FIRST, channel="web", expected=seen.digest
    )
    assert isinstance(late, Rejection)
    assert late.code == "import.overtaken"
    again = app.collection_import.compare(editor, "customers", FIRST)
    assert isinstance(again, Comparison)
    assert counts(accept(app, editor, FIRST, again.digest)) == (1, 1, 0, 0, True)


def test_a_workbook_with_formulas_is_refused_with_the_cell(app: Application, editor: Actor) -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["id", "name", "credit"])
    sheet.append(["C-1", "a", "=1+1"])
    out = io.BytesIO()
    book.save(out)
    answer = app.collection_import.compare(editor, "customers", out.getvalue())
    assert isinstance(answer, Rejection)
    assert (answer.code, answer.details[0].message[:3]) == ("import.unreadable", "C2:")


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_what_is_exported_is_unchanged_when_it_comes_back(
    app: Application, editor: Actor, format: str
) -> None:
    accept(app, editor, FIRST)
    more = customer(3, name='=cmd|"/c calc"', tax_id=" 0012 ", email="a@b.example", more="1")
    app.collections.put(editor, "customers", "C-3", more, expected=0, channel="api")
    data = app.collection_import.export(editor, "customers", format)
    assert isinstance(data, bytes)
    if format == "csv":
        assert b"'=cmd" in data
    assert counts(app.collection_import.compare(editor, "customers", data)) == (0, 0, 3, 0, False)


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
NUMBERS = st.decimals(0, 10**12, places=2).map(abs) | st.integers(0, 10**20)
JSON = st.recursive(
    st.booleans() | NUMBERS | TEXTS, lambda inner: st.lists(inner, max_size=3), max_leaves=4
)
RECORDS = st.lists(
    st.fixed_dictionaries(
        {"name": TEXTS.filter(bool)},
        optional={
            "tax_id": TEXTS,
            "credit": NUMBERS,
            "terms": st.integers(-(10**20), 10**20),
            "active": st.booleans(),
            "address": st.fixed_dictionaries({"city": TEXTS}, optional={"zip": TEXTS}),
            "tags": st.lists(TEXTS, max_size=3),
            "more": JSON,
        },
    ),
    max_size=4,
)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(RECORDS, st.sampled_from(["csv", "xlsx"]))
def test_every_record_comes_back_from_its_cells(records: list[dict[str, Any]], format: str) -> None:
    known = {
        f"C-{n}": Record(key=f"C-{n}", version=1, body={"id": f"C-{n}", **record})
        for n, record in enumerate(records, 1)
    }
    grid = grid_of(CUSTOMERS, [each.body for each in known.values()])
    data = write_csv(grid) if format == "csv" else write_xlsx(grid)
    back = read_grid(CUSTOMERS, data)
    assert not isinstance(back, Rejection), back
    made = compared(CUSTOMERS, back, known)
    assert counts(made) == (0, 0, len(records), 0, False), made
