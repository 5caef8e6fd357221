"""Decisions as CSV and workbooks: nothing is lost, no cell is a formula, numbers are exact."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from openpyxl import Workbook, load_workbook
from parts import random_decisions
from parts.examples import EXAMPLES, folder

from orderloom.platform.app.bundles import open_bundle
from orderloom.rules import compile_decision
from orderloom.rules.normal_form import normal
from orderloom.rules.spreadsheet import Grid, GridError, address, document_of, grid_of
from orderloom.rules.spreadsheet_csv import plain_cell, read_csv, safe_cell, write_csv
from orderloom.rules.spreadsheet_xlsx import read_xlsx, write_xlsx

WAYS = [
    pytest.param(write_csv, read_csv, id="csv"),
    pytest.param(write_xlsx, read_xlsx, id="xlsx"),
    pytest.param(lambda grid: grid, lambda grid: grid, id="grid"),
]
Write = Callable[[Grid], Any]
Read = Callable[[Any], Grid]


@pytest.mark.parametrize(("write", "read"), WAYS)
@given(document=random_decisions.tables())
def test_any_table_comes_back_as_it_was(write: Write, read: Read, document: dict[str, Any]) -> None:
    assert document_of(read(write(grid_of(document)))) == normal(document)


@pytest.mark.parametrize(("write", "read"), WAYS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_come_back_as_they_were(write: Write, read: Read, name: str) -> None:
    for one in open_bundle(folder(name)).documents:
        if one.kind == "decision":
            assert document_of(read(write(grid_of(one.value)))) == normal(one.value)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "'", "''", "'=1", "\tx", "\rx", "\nx", "plain", "", "-"]
)
def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    safe = safe_cell(text)
    assert safe[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n")
    assert plain_cell(safe) == text
    if not text:
        return
    book = load_workbook(io.BytesIO(write_xlsx([["kind", text]])))
    cell: Any = book.worksheets[0]["B1"]
    assert cell.data_type == "s"
    assert read_xlsx(write_xlsx([["kind", text]])) == [["kind", text]]


TABLE = """kind{0}decision
id{0}fee
title{0}Fee
hit{0}FIRST

column{0}id{0}input{0}output{0}note
name{0}{0}total{0}fee
type{0}{0}number{0}number
rule{0}big{0}> 100{0}1.10{0}Board
rule{0}{0}-{0}2
"""


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_file_written_by_hand_decides(separator: str, mark: str) -> None:
    made = document_of(read_csv((mark + TABLE.format(separator)).encode()))
    assert made["rules"][0] == {
        "id": "big",
        "note": "Board",
        "when": {"total": "> 100"},
        "then": {"fee": "1.10"},
    }
    assert str(compile_decision(made).evaluate({"total": 101}).outputs) == "1.10"


# What somebody types into a spreadsheet, and the expression that it is.
@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (5, "5"),
        (0.1, "0.1"),
        (1e21, "1000000000000000000000"),
        (True, "true"),
        (False, "false"),
        (date(2026, 3, 1), '@"2026-03-01"'),
        (datetime(2026, 3, 1, 10, 30), '@"2026-03-01T10:30:00"'),
        (time(10, 30), '@"10:30:00"'),
        ('"two"', '"two"'),
        ("> 100", "> 100"),
        ("_x0041_", "A"),
    ],
)
def test_cells_that_somebody_typed(typed: Any, text: str) -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet["A1"] = typed
    out = io.BytesIO()
    book.save(out)
    assert read_xlsx(out.getvalue()) == [[text]]


def edited(part: str, old: str, new: str) -> bytes:
    """A workbook with something else in one of its parts."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(write_xlsx([["kind", "x"]]))) as source,
        zipfile.ZipFile(out, "w") as target,
    ):
        for name in source.namelist():
            text = source.read(name).decode()
            if name == part:
                assert old in text
                text = text.replace(old, new)
            target.writestr(name, text)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_a_number_is_read_to_its_last_digit() -> None:
    # No binary fraction has this value.
    number = "1234567890.12345678901234567890"
    data = edited(
        SHEET, "</sheetData>", f'<row r="2"><c r="B2"><v>{number}</v></c></row></sheetData>'
    )
    assert read_xlsx(data)[1] == ["", number]


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ('<c r="B2"><f>1+1</f><v>2</v></c>', "B2: the cell has a formula"),
        ('<c r="B2" t="e"><v>#N/A</v></c>', "B2: the cell has the error #N/A"),
        ('<c r="ZZZ2"><v>1</v></c>', "more than 20000 rows or 200 columns"),
    ],
)
def test_what_no_cell_may_have_is_refused(cell: str, told: str) -> None:
    data = edited(SHEET, "</sheetData>", f'<row r="2">{cell}</row></sheetData>')
    with pytest.raises(GridError) as refused:
        read_xlsx(data)
    assert refused.value.problems == (told,)


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * 110_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: b"", "not a workbook"),
        (lambda: b"PK\3\4", "not a workbook"),
        (bomb, "when unpacked"),
        (lambda: edited("xl/workbook.xml", "<sheets>", "<sheets"), "not a workbook"),
        (
            lambda: edited(SHEET, "<worksheet", '<!DOCTYPE a [<!ENTITY b "c">]><worksheet'),
            "not a workbook",
        ),
    ],
)
def test_what_is_no_workbook_is_refused(make: Callable[[], bytes], told: str) -> None:
    with pytest.raises(GridError, match=told):
        read_xlsx(make())


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([["id", "x"]], "A1: the first line"),
        ([["kind", "decision"], ["", "x"]], "B2: nothing is expected here"),
        ([["kind", "decision"], ["id", "a"], ["id", "b"]], "A3: 'id' is not expected here"),
        ([["kind", "decision"], ["tests", "{"]], "B2: not JSON"),
        ([["kind", "decision"], ["column", "id", "what"]], "C2: 'what' is no kind of column"),
        ([["kind", "decision"], ["column", "id", "input"]], "A2: every column needs a name"),
        (
            [["kind", "decision"], ["column", "input"], ["name", "a"], ["rule", "1", "x"]],
            "C4: there is no column here",
        ),
        (
            [["kind", "decision"], ["column", "input"], ["name", "a"], ["row", "1"]],
            "A4: 'row' is neither",
        ),
    ],
)
def test_what_is_no_decision_is_told_by_its_cell(lines: Grid, told: str) -> None:
    with pytest.raises(GridError) as refused:
        document_of(lines)
    assert any(one.startswith(told) for one in refused.value.problems), refused.value.problems


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"\xff", "not UTF-8"), (b'kind,"a', "not CSV"), (b"a," * 300, "200 columns")],
)
def test_what_is_no_csv_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(GridError, match=told):
        read_csv(data)


@pytest.mark.parametrize(
    ("line", "column", "name"), [(0, 0, "A1"), (4, 25, "Z5"), (0, 26, "AA1"), (9, 701, "ZZ10")]
)
def test_cells_have_the_names_of_spreadsheets(line: int, column: int, name: str) -> None:
    assert address(line, column) == name
