"""Columns that only the process fills are there to be read on the form of a new order."""

from __future__ import annotations

import pytest
from parts.examples import folder

from orderloom.forms import FormView, compile_form
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.words import Words

FILLED = {
    "packages": {"hours_used", "done_on"},
    "equipment": {"delivered_on"},
    "instalments": {"paid_on"},
}


def new_project() -> FormView:
    bundle = open_bundle(folder("service-project"))
    (document,) = [
        one.value for one in bundle.documents if (one.kind, one.id) == ("form", "service-project")
    ]
    return compile_form(document).view(
        {name: [{}] for name in FILLED},
        stages=set(),
        draft=True,
        actor={"id": "u", "roles": ["sales"]},
        language="en",
        words=Words("en"),
    )


@pytest.mark.parametrize("name", FILLED)
def test_only_the_process_fills_them(name: str) -> None:
    fields = {one.path: one for section in new_project().sections for one in section.fields}
    cells = {cell.path.rpartition(".")[2]: cell.readonly for cell in fields[name].rows[0].cells}
    filled = {column for column, readonly in cells.items() if readonly}
    assert FILLED[name] <= filled
    # The rest is open, but for what is worked out.
    assert filled - FILLED[name] <= {"net", "amount"}
    assert len(cells) - len(filled) >= 3
