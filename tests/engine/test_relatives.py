"""The parent and the siblings, read through the whole application: in the batch that changes them,
by views, and with what was read in the entries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from parts.application import small_application

from orderloom.platform.app.application import Application
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.app.reply import Reply
from orderloom.platform.engine import Actor, Command
from orderloom.platform.engine import commands as c
from orderloom.platform.problem import Rejection

BUNDLE = "{bundle: boxes, title: Boxes, languages: [en], roles: {sales: Sales, finance: Finance}}"
BOXES = """\
kind: process
id: shipment
title: Shipment
form: shipment
number: "S-{seq}"
start: {by: [sales]}
access: [sales]
events: {go: {by: [sales]}}
stages:
  packing: {do: [{order: box, id: boxes, for_each: s in skus, with: {sku: s}, leave: keep}], on: {go: gone}}
  gone: {type: final, outcome: shipped, result: {skus: skus}}
---
kind: process
id: box
title: Box
form: box
number: "B-{seq}"
start: {from: [shipment]}
access: [sales, {role: finance, where: parent.ended}]
events: {look: {by: [sales]}, sent: {by: [sales]}}
stages:
  packing:
    on:
      sent: sent
      look:
        actions:
          - set:
              seen: 'string join(parent.stages, "+")'
              outcome: parent.outcome
              others: 'string join(for one in siblings return one.number, "+")'
  sent: {type: final, outcome: sent}
---
kind: form
id: shipment
title: Shipment
schema: {type: object, properties: {skus: {type: array, items: {type: string}}}}
---
kind: form
id: box
title: Box
schema: {type: object, properties: {sku: {type: string}, seen: {type: string}, outcome: {type: string}, others: {type: string}}}
"""  # noqa: E501


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    folder = tmp_path / "boxes"
    folder.mkdir()
    (folder / "bundle.yaml").write_text(BUNDLE, encoding="utf-8")
    (folder / "boxes.yaml").write_text(BOXES, encoding="utf-8")
    with small_application(tmp_path) as made:
        options = PublishOptions(tests=False, second_person=False)
        done = made.publish.publish(open_bundle(folder), OPERATOR, options)
        assert isinstance(done, Published), done
        yield made


def actor(app: Application, login: str) -> Actor:
    found = app.accounts.by_login(login)
    assert found is not None
    return found


def done(app: Application, body: c.Body, order: int = 0, by: str = "alice") -> Reply:
    reply = app.handle(Command(body=body, actor=actor(app, by), order=order))
    assert isinstance(reply, Reply), reply
    return reply


def shipment(app: Application) -> tuple[Reply, list[int]]:
    made = done(app, c.Create("shipment", {"skus": ["a", "b", "c"]}))
    while app.inbox.run_once():
        pass
    (children,) = made.state.children.values()
    return made, [child["order"] for child in children]


def data(app: Application, order: int) -> Any:
    return app.store.reads.orders_by_id(1, [order])[order].state.data


def test_a_box_sees_the_shipment_and_the_other_boxes(app: Application) -> None:
    parent, boxes = shipment(app)
    done(app, c.SendEvent("look"), boxes[1])
    seen = data(app, boxes[1])
    assert (seen["seen"], seen.get("outcome"), seen["others"]) == ("packing", None, "B-1+B-3")
    done(app, c.SendEvent("go"), parent.order)
    done(app, c.SendEvent("look"), boxes[1])
    assert data(app, boxes[1])["outcome"] == "shipped"


def test_what_was_read_is_in_the_entries(app: Application) -> None:
    _, boxes = shipment(app)
    done(app, c.SendEvent("look"), boxes[0])
    page = app.store.reads.entries(1, boxes[0], before=None, limit=100)
    kept = b"".join(row.body for row in page)
    assert b'"Standing"' in kept
    assert b'"Siblings"' in kept


def test_in_one_batch_the_parent_is_as_the_batch_left_it(app: Application) -> None:
    parent, boxes = shipment(app)
    who = actor(app, "alice")
    bodies = [(c.SendEvent("look"), boxes[0]), (c.SendEvent("go"), parent.order)]
    bodies.append((c.SendEvent("look"), boxes[0]))
    commands = [Command(body=body, actor=who, order=order) for body, order in bodies]
    answers = app.runner._in_transaction(commands)
    assert all(isinstance(answer, Reply) for answer in answers), answers
    found = data(app, boxes[0])
    assert (found["seen"], found["outcome"]) == ("gone", "shipped")


def test_views_read_the_parent_too(app: Application) -> None:
    parent, boxes = shipment(app)
    carol = actor(app, "carol")
    number = app.store.reads.orders_by_id(1, boxes)[boxes[0]].state.number
    hidden = app.views.order(carol, number)
    assert isinstance(hidden, Rejection)
    assert hidden.code == "order.not_found"
    done(app, c.SendEvent("go"), parent.order)
    assert not isinstance(app.views.order(carol, number), Rejection)
