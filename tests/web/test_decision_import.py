"""Decisions from files: what they would change, where they are wrong; and files of decisions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from parts.application import small_application
from parts.editing import WRITES, Hand
from parts.grid_page import TERMS

from orderloom.platform.app.application import Application
from orderloom.platform.app.drafting import DraftView
from orderloom.platform.codec import load_yaml
from orderloom.rules.dmn_writing import write_dmn
from orderloom.rules.spreadsheet import Grid, grid_of
from orderloom.rules.spreadsheet_csv import write_csv
from orderloom.rules.spreadsheet_xlsx import read_xlsx, write_xlsx

BASE = "/definitions/decision/credit-terms"
HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with small_application(tmp_path) as opened:
        opened.accounts.set_role("sales", title="Sales", permissions=WRITES)
        opened.accounts.set_role("auditor", title="Auditor", permissions=["definition.read"])
        alice = opened.accounts.by_login("alice")
        assert alice is not None
        saved = opened.drafting.save(
            alice, "decision", "credit-terms", TERMS, tag=None, bundle="small"
        )
        assert isinstance(saved, DraftView), saved
        yield opened


def value() -> dict[str, Any]:
    found: dict[str, Any] = load_yaml(TERMS).value
    return found


def grid(**changes: Any) -> Grid:
    return grid_of({**value(), **changes})


def sent(hand: Hand, content: bytes, **fields: str) -> Any:
    files = {"file": ("terms", content, "application/octet-stream")}
    return hand.client.post(f"{BASE}/import", data={"csrf": hand.csrf, **fields}, files=files)


def accepted(hand: Hand, page: str, **other: str) -> Any:
    fields = dict(HIDDEN.findall(page))
    del fields["csrf"]
    return hand.post(f"{BASE}/import", **{**fields, "action": "accept", **other})


def text_of(app: Application) -> str:
    writer = app.accounts.by_login("alice")
    assert writer is not None
    draft = app.drafting.one(writer, "decision", "credit-terms")
    assert isinstance(draft, DraftView)
    return draft.text


def stricter() -> list[Any]:
    rules: list[Any] = value()["rules"]
    rules[2] = {**rules[2], "when": {**rules[2]["when"], "total": "<= 15000"}}
    return rules


FORMATS = {
    "xlsx": lambda rules: write_xlsx(grid(rules=rules)),
    "csv": lambda rules: write_csv(grid(rules=rules)),
    "dmn": lambda rules: write_dmn([{**value(), "rules": rules}], name="terms").encode(),
}


@pytest.mark.parametrize("format_", list(FORMATS))
def test_a_file_is_looked_at_then_taken_over(app: Application, format_: str) -> None:
    alice = Hand(app, "alice")
    looked = sent(alice, FORMATS[format_](stricter()))
    assert looked.status_code == 200
    assert "20000" in looked.text
    assert "15000" in looked.text
    assert text_of(app) == TERMS
    done = accepted(alice, looked.text)
    assert (done.status_code, done.headers["location"]) == (303, f"{BASE}/design")
    # One cell is another one; comments, layout, labels and tests are as they were.
    assert text_of(app) == TERMS.replace('"<= 20000"', '"<= 15000"')


@pytest.mark.parametrize("format_", list(FORMATS))
def test_what_was_exported_changes_nothing(app: Application, format_: str) -> None:
    alice = Hand(app, "alice")
    file = alice.get(f"{BASE}/export?format={format_}")
    assert file.status_code == 200
    assert f'filename="credit-terms.{format_}"' in file.headers["content-disposition"]
    looked = sent(alice, file.content)
    assert 'value="accept"' not in looked.text, looked.text


def test_a_draft_that_somebody_else_saved_stays(app: Application) -> None:
    alice = Hand(app, "alice")
    looked = sent(alice, FORMATS["csv"](stricter()))
    late = accepted(alice, looked.text, tag="another")
    assert late.status_code == 412
    assert text_of(app) == TERMS
    # The page has the newer tag now: what is to be seen there can be taken over.
    assert accepted(alice, late.text).status_code == 303


def test_findings_name_the_cell_of_the_file(app: Application) -> None:
    alice = Hand(app, "alice")
    lines = grid()
    line = next(n for n, each in enumerate(lines) if each and each[0] == "rule")
    lines[line][4] = '"nobody"'
    page = sent(alice, write_xlsx(lines)).text
    assert f"cell E{line + 1}" in page


BAD: dict[str, bytes] = {
    "nothing in it": b"\n",
    "no decision": b"a,b\n1,2\n",
    "not UTF-8": b"kind,decision\n\xff\xfe",
    "broken archive": b"PK\x03\x04nonsense",
    "broken XML": b"<definitions",
    "another XML": b"<html><body>x</body></html>",
    "entities": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><definitions>&a;</definitions>',
    "too long": b"x" * 4_000_001,
    "cells that are wrong": write_csv([["kind", "decision"], ["column", "id", "nonsense"]]),
    "a cell that cannot be read": write_csv(grid(rules=[{"when": {"total": "> > 5"}, "then": {}}])),
}


@pytest.mark.parametrize("name", list(BAD))
@pytest.mark.parametrize("language", ["en", "pl", "sk"])
def test_bad_files_change_nothing(app: Application, name: str, language: str) -> None:
    alice = Hand(app, "alice", language)
    answer = sent(alice, BAD[name])
    assert answer.status_code in (413, 422), answer.status_code
    assert 'value="accept"' not in answer.text
    assert text_of(app) == TERMS


def test_cells_are_no_formulas_in_what_is_exported(app: Application) -> None:
    alice = Hand(app, "alice")
    writer = app.accounts.by_login("alice")
    assert writer is not None
    draft = app.drafting.one(writer, "decision", "credit-terms")
    assert isinstance(draft, DraftView)
    note = '=HYPERLINK("http://127.0.0.1/","x")'
    rules = [{**value()["rules"][0], "note": note}, *value()["rules"][1:]]
    changed = {**value(), "rules": rules}
    actor = app.accounts.by_login("alice")
    assert actor is not None
    app.drafting.change(actor, "decision", "credit-terms", changed, tag=draft.tag)
    assert note in [
        cell for line in read_xlsx(alice.get(f"{BASE}/export").content) for cell in line
    ]
    lines = alice.get(f"{BASE}/export?format=csv").text
    assert not re.search(r'(^|,)"?=', lines, re.MULTILINE)


def test_one_of_several_decisions_is_chosen(app: Application) -> None:
    alice = Hand(app, "alice")
    other = {**value(), "id": "other-terms", "title": "Other", "rules": value()["rules"][:3]}
    model = write_dmn([other, value()], name="both").encode()
    looked = sent(alice, model)
    # The one of the same id is the first to be looked at.
    assert 'value="accept"' not in looked.text
    hidden = dict(HIDDEN.findall(looked.text))
    again = alice.post(f"{BASE}/import", data=hidden["data"], which="other-terms")
    assert accepted(alice, again.text).status_code == 303
    assert len(load_yaml(text_of(app)).value["rules"]) == 3
    assert load_yaml(text_of(app)).value["title"]["pl"] == "Warunki płatności"


@pytest.mark.parametrize(("login", "status"), [("erin", 403), ("mallory", 403)])
def test_who_may_not_write_imports_nothing(app: Application, login: str, status: int) -> None:
    hand = Hand(app, login)
    assert hand.get(f"{BASE}/import").status_code == status
    assert sent(hand, FORMATS["csv"](stricter())).status_code == status
    assert text_of(app) == TERMS
    assert hand.get(f"{BASE}/export").status_code == (200 if login == "erin" else 403)


ASKED = {
    "try": {"value": "{}", "given": '{"total": 5}'},
    "table": {"value": "{}"},
    "cases": {"value": "{}"},
}


@pytest.mark.parametrize("name", list(ASKED))
def test_who_asks_about_drafts(app: Application, name: str) -> None:
    path = f"{BASE}/design/{name}"
    assert Hand(app, "mallory").post(path, **ASKED[name]).status_code == 403
    alice = Hand(app, "alice")
    assert alice.post(path, **ASKED[name]).status_code == 200
    assert alice.post(path, value="[").status_code == 422
    assert alice.client.post(path, data=ASKED[name]).status_code == 403
    assert alice.post(f"/definitions/decision/nobody/design/{name}", value="{}").status_code == 404
    assert text_of(app) == TERMS


READS = """\
kind: decision
id: credit-terms
title: Prices
reads: {prices: price-list}
value: count(prices) + extra
"""


def test_rows_are_read_by_who_may_read_them(app: Application) -> None:
    value_ = json.dumps(load_yaml(READS).value)
    path = f"{BASE}/design/try"
    alice = Hand(app, "alice")
    assert alice.post(path, value=value_, given='{"extra": 1}').status_code == 403
    # What a test gives is nobody's record.
    own = alice.post(path, value=value_, given='{"extra": 1, "prices": [{}, {}]}').json()
    assert own["answer"]["result"] == 3
    assert [each["path"] for each in own["fields"]] == [["extra"]]
    app.accounts.set_role("sales", title="Sales", permissions=[*WRITES, "collections.read"])
    assert alice.post(path, value=value_, given='{"extra": 1}').json()["answer"]["result"] == 1


def test_orders_to_try_with_are_those_that_one_may_see(app: Application) -> None:
    path = f"{BASE}/design/samples"
    found = Hand(app, "alice").get(path)
    assert found.status_code == 200
    assert set(found.json()) == {"orders", "scenarios"}
    assert Hand(app, "mallory").get(path).status_code == 403
    assert Hand(app, "erin").get(f"{path}?order=NONE-1").status_code == 404
