"""A field that is a record of a collection: chosen by its key, kept as a copy, shown by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.site import Site, open_site, serving
from parts.surfing import enter, violations
from parts.visitor import Visitor
from playwright.sync_api import Browser

from orderloom.platform.problem import Rejection

BUNDLE = """\
bundle: records
title: Records
languages: [en]
zone: UTC
roles: {sales: Sales}
"""
DEFINITIONS = """\
kind: process
id: visit
title: Visit
form: visit
number: "V-{seq:4}"
columns: [customer.name]
start: {by: [sales]}
stages:
  open: {do: [{task: go, title: Go, by: sales}], done: over}
  over: {type: final, outcome: completed}
---
kind: form
id: visit
title: Visit
schema:
  type: object
  required: [customer]
  properties:
    customer: {type: object, x-collection: customers}
    buyer:
      type: object
      x-collection: customers
      properties: {id: {type: string}, name: {type: string}}
    note: {type: string}
edit: [{fields: [customer, buyer, note], in: [draft, open], by: [sales]}]
labels: {customer: Customer, buyer: Buyer}
---
kind: collection
id: customers
title: Customers
key: id
schema:
  type: object
  properties: {id: {type: string}, name: {type: string}, region: {type: string}}
"""
TATRA = {"id": "C-1", "name": "Tatra Pumps", "region": "N"}
FATRA = {"id": "C-2", "name": "Fatra", "region": "S"}
NEW = "/orders/new/visit"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("records")
    folder: Path = home / "bundle"
    folder.mkdir()
    (folder / "bundle.yaml").write_text(BUNDLE, encoding="utf-8")
    (folder / "visit.yaml").write_text(DEFINITIONS, encoding="utf-8")
    with open_site(home, bundle=folder) as opened:
        for record in (TATRA, FATRA):
            put(opened, record, expected=0)
        with serving(opened) as served:
            yield served


def put(site: Site, record: dict[str, str], *, expected: int) -> None:
    made = site.app.collections.put(
        site.actors["ada"], "customers", record["id"], record, expected=expected, channel="api"
    )
    assert not isinstance(made, Rejection), made


@pytest.fixture
def alice(site: Site) -> Iterator[Visitor]:
    one = Visitor(site).open("/sign-in")
    one.press("/sign-in", login="alice", password=site.password)
    yield one
    one.client.close()


def test_a_record_is_chosen_kept_and_exchanged(site: Site, alice: Visitor) -> None:
    alice.open(NEW).press(NEW, customer="C-9")
    assert alice.answer.status_code == 422
    assert "There is no C-9." in alice.page
    assert 'value="C-9"' in alice.page
    alice.press(NEW, customer="C-1", buyer="C-2")
    assert "The order is created." in alice.page
    path = alice.answer.url.path
    stored = site.app.views.order(site.actors["alice"], path.rpartition("/")[2])
    assert not isinstance(stored, Rejection)
    assert stored.data == {"customer": TATRA, "buyer": {"id": "C-2", "name": "Fatra"}}
    assert ("customer", "C-1") in alice.fields(f"{path}/data")
    assert "Tatra Pumps" in alice.page
    # A copy as of then: an untouched field keeps it, whatever became of the record.
    put(site, {**TATRA, "region": "W"}, expected=1)
    alice.press(f"{path}/data", ("action", "save"), note="Call")
    kept = site.app.views.order(site.actors["alice"], path.rpartition("/")[2])
    assert not isinstance(kept, Rejection)
    assert (kept.data["customer"], kept.data["note"]) == (TATRA, "Call")
    alice.press(f"{path}/data", ("action", "save"), customer="C-2", buyer="")
    now = site.app.views.order(site.actors["alice"], path.rpartition("/")[2])
    assert not isinstance(now, Rejection)
    assert now.data == {"customer": FATRA, "note": "Call"}


def test_a_required_record_is_missed_at_its_field(alice: Visitor) -> None:
    alice.open(NEW).press(NEW)
    assert alice.answer.status_code == 422
    assert 'id="f-customer-e"' in alice.page


def test_it_is_looked_up_while_one_types(browser: Browser, site: Site) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 900})
    page = context.new_page()
    enter(page, site, "alice")
    page.goto(f"{site.url}{NEW}")
    page.locator("#f-customer").fill("fatr")
    page.locator("#f-customer").dispatch_event("change")
    page.locator("datalist option[value='C-2']").first.wait_for(state="attached")
    assert violations(page) == []
    context.close()
