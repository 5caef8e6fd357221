"""Tables of another engine go to every format and back as they were."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from parts.zen_dialect import document

from orderloom.rules.dmn_writing import write_dmn
from orderloom.rules.dmn_xml import read_dmn
from orderloom.rules.normal_form import normal
from orderloom.rules.spreadsheet import document_of, grid_of
from orderloom.rules.spreadsheet_csv import read_csv, write_csv
from orderloom.rules.spreadsheet_xlsx import read_xlsx, write_xlsx

Way = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("way", "most"),
    [
        pytest.param(lambda one: document_of(read_csv(write_csv(grid_of(one)))), 10_000, id="csv"),
        pytest.param(lambda one: document_of(read_xlsx(write_xlsx(grid_of(one)))), 500, id="xlsx"),
        pytest.param(lambda one: read_dmn(write_dmn([one]).encode()).decisions[0], 500, id="dmn"),
    ],
)
def test_they_come_back_as_they_were(way: Way, most: int, shared_data: Path) -> None:
    text = (shared_data / "zen" / "tables.json").read_text(encoding="utf-8")
    seen = 0
    for table in json.loads(text, parse_float=Decimal):
        one = {"kind": "decision", "title": table["id"], **document(table)}
        if len(one["rules"]) > most:
            continue
        assert normal(way(one)) == normal(one)
        seen += 1
    assert seen >= 223
