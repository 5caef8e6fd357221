"""Rows pasted from a spreadsheet: by position, by headings, with what cannot be a table told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from parts.form_page import page, sent
from parts.order_form import sample

from orderloom.forms import compile_form
from orderloom.forms.pasting import tick
from orderloom.platform.words import Words

BASE: dict[str, Any] = {"lines": [{"sku": "A", "qty": 1, "price": 2}]}
ACTOR = {"id": "alice", "roles": ["sales"]}


def paste(text: str, language: str = "en") -> Any:
    kept = [("lines._rows", ""), ("lines.0._row", "0"), ("lines.0.sku", "A")]
    return sample().submit([*kept, ("lines._paste", text)], BASE, language=language)


@pytest.mark.parametrize(
    ("text", "language", "rows"),
    [
        ("B\t2\t3.50", "en", [{"sku": "B", "qty": 2, "price": Decimal("3.50")}]),
        ("B\t2\t1 234,50", "pl", [{"sku": "B", "qty": 2, "price": Decimal("1234.50")}]),
        ("B\t2\nC\t3\n", "sk", [{"sku": "B", "qty": 2}, {"sku": "C", "qty": 3}]),
        ("qty\tsku\n2\tB\n", "en", [{"qty": 2, "sku": "B"}]),
        ("B\r\n\r\nC\r\n", "en", [{"sku": "B"}, {"sku": "C"}]),
        ('"B\t1"\t2', "en", [{"sku": "B\t1", "qty": 2}]),
        ("Price \tSKU\n1,5\tB", "pl", [{"price": Decimal("1.5"), "sku": "B"}]),
        ("  \n\t\n", "en", []),
    ],
)
def test_cells_become_rows(text: str, language: str, rows: list[dict[str, Any]]) -> None:
    read = paste(text, language)
    assert read.problems == ()
    assert list(read.data["lines"]) == [*BASE["lines"], *rows]
    # They are shown before anything is saved.
    assert read.again == bool(rows)


def test_pasted_rows_stand_in_the_place_of_an_empty_new_one() -> None:
    fields = [("lines._rows", ""), ("lines.0._row", ""), ("lines.0.sku", ""), ("_refresh", "true")]
    read = sample().submit([*fields, ("lines._paste", "B\t2")], {}, language="en")
    assert read.data["lines"] == [{"sku": "B", "qty": 2}]


@pytest.mark.parametrize(
    ("text", "path", "code"),
    [
        ("B\t2\t3\ttrue\tx\ty", "lines", "paste_columns"),
        ("B\n" * 1_001, "lines", "paste_rows"),
        ("B\tmany", "lines.1.qty", "type_number"),
    ],
)
def test_what_is_no_table_is_told_and_stays(text: str, path: str, code: str) -> None:
    read = paste(text)
    assert [(one.path, one.code) for one in read.problems] == [(path, code)]
    view = sample().view(
        read.data,
        stages=set(),
        draft=True,
        actor=ACTOR,
        language="en",
        words=Words("en"),
        problems=read.problems,
    )
    texts = dict(sent(page(view)))
    assert texts["lines._paste"] == (text if path == "lines" else "")
    assert path == "lines" or texts["lines.1.qty"] == "many"


@pytest.mark.parametrize(
    ("text", "sent_as"),
    [("PRAWDA", "true"), ("x", "true"), ("Áno", "true"), ("FALSE", ""), ("0", ""), ("", "")],
)
def test_a_cell_of_yes_or_no_is_a_tick(text: str, sent_as: str) -> None:
    assert tick(text) == sent_as


TOTALS = {
    "schema": {
        "type": "object",
        "properties": {
            "rows": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "n": {"type": "number"},
                        "worth": {"type": "number", "x-money": "money"},
                        "money": {"enum": ["EUR", "PLN"]},
                    },
                },
            }
        },
    },
    "layout": [{"field": "rows", "totals": ["n", "worth"]}],
}


@pytest.mark.parametrize(
    ("rows", "totals"),
    [
        ([], ()),
        (
            [
                {"n": 1, "worth": Decimal("0.1"), "money": "EUR"},
                {"n": 2, "worth": Decimal("0.2"), "money": "EUR"},
            ],
            ("3", "0.30 EUR", ""),
        ),
        ([{"n": 1, "worth": 1, "money": "EUR"}, {"worth": 1, "money": "PLN"}], ("1", "", "")),
        ([{"n": "x", "worth": 5, "money": "EUR"}], ("", "5.00 EUR", "")),
    ],
)
def test_totals_are_exact_and_never_mix_currencies(
    rows: list[dict[str, Any]], totals: tuple[str, ...]
) -> None:
    view = compile_form(TOTALS).view(
        {"rows": rows}, stages=set(), draft=True, actor=ACTOR, language="en", words=Words("en")
    )
    (field,) = view.sections[0].fields
    assert field.totals == totals
    assert ("ol-total" in page(view)) == bool(totals)
