"""Files of orders: by a command, by fields of the data; a hash alone opens nothing."""

from __future__ import annotations

from typing import Any

import pytest
from parts.world import World

from orderloom.platform.engine import Outcome
from orderloom.platform.engine import commands as c
from orderloom.platform.problem import Rejection

SOURCE = """
kind: process
id: buy
title: Buying
form: buy
start: {by: [sales], draft: true}
access: [auditor]
events:
  picked: {by: warehouse}
  shown: {by: [sales], fields: [offer]}
  told: {by: [sales], form: told}
initial: open
stages:
  open:
    do:
      - {task: look, by: [finance], fields: [offer]}
      - {task: sign, by: [manager], form: told, as: signing}
    on: {picked: closed, shown: {}, told: {}}
  closed: {type: final, outcome: completed}
---
kind: form
id: buy
title: Buying
schema:
  type: object
  properties:
    note: {type: string}
    offer: {type: object, x-attachment: true}
    papers: {type: array, items: {type: object, x-attachment: true}}
    lines: {type: array, items: {type: object, properties: {scan: {type: object}}}}
    name: {type: object, x-signature: true}
edit: [{fields: [note, offer, papers, lines, name], in: any, by: [sales]}]
layout: [note, offer, papers, {field: lines.scan, widget: attachment}, name]
---
kind: form
id: told
title: Told
schema: {type: object, properties: {proof: {type: object, x-attachment: true}}}
"""


@pytest.fixture
def world() -> World:
    return World(SOURCE)


def attach(world: World, order: Any, by: str, file: dict[str, Any]) -> Any:
    return world.command(order, c.Attach(**file), by)


def code(answer: Any) -> str:
    assert isinstance(answer, Rejection), answer
    return answer.code


def at(answer: Any) -> list[tuple[str, str | None]]:
    assert isinstance(answer, Rejection), answer
    return [(each.code, each.path) for each in answer.details]


def test_a_file_is_attached_and_read_by_expressions(world: World) -> None:
    order = world.create()
    file = world.files.bring("alice")

    assert isinstance(attach(world, order, "alice", file), Outcome)

    (kept,) = order.state.attachments.values()
    assert kept == {**file, "by": "alice", "at": "2026-03-02T09:00:00.000000Z"}
    facts = order.last("file.attached")
    told = {name: facts[name] for name in ("filename", "size", "type", "sha256", "by")}
    assert told == {
        "filename": "offer.pdf",
        "size": 7,
        "type": "application/pdf",
        "sha256": file["sha256"],
        "by": "alice",
    }


# Who may add a file: the requester, holders of tasks, senders of events, editors of fields.
MAY: dict[str, bool] = {
    "alice": True,
    "bob": True,
    "carol": True,
    "dave": True,
    "erin": False,
    "mallory": False,
    "admin": False,
}


@pytest.mark.parametrize("by", MAY)
def test_who_takes_part_attaches(world: World, by: str) -> None:
    order = world.create()
    answer = attach(world, order, by, world.files.bring(by))
    assert (isinstance(answer, Outcome) or code(answer)) in (True, "attachment.not_allowed")
    assert isinstance(answer, Outcome) is MAY[by]


def test_a_hash_alone_attaches_nothing(world: World) -> None:
    order = world.create()
    other = world.files.bring("bob")
    assert code(attach(world, order, "alice", other)) == "attachment.unknown"
    for lie in ({"size": 8}, {"type": "text/html"}, {"sha256": "0" * 64}, {"size": -1}):
        mine = {**world.files.bring("alice"), **lie}
        assert code(attach(world, order, "alice", mine)) == "attachment.unknown"
    assert order.state.attachments == {}


def test_the_same_file_is_not_attached_twice(world: World) -> None:
    order = world.create()
    file = world.files.bring("alice")
    attach(world, order, "alice", file)
    again = attach(world, order, "alice", {**file, "name": "other.pdf"})
    assert code(again) == "attachment.there"
    assert again.params == {"name": "offer.pdf"}


def test_an_order_has_so_many_files(world: World) -> None:
    order = world.create()
    for n in range(1, 101):
        assert isinstance(
            attach(world, order, "alice", world.files.bring("alice", size=n)), Outcome
        )
    file = world.files.bring("alice", size=101)
    assert code(attach(world, order, "alice", file)) == "attachment.many"


def test_whoever_added_it_or_settles_hides_it(world: World) -> None:
    order = world.create()
    file = world.files.bring("bob")
    attach(world, order, "bob", file)
    gone = c.Detach(file["sha256"], "wrong one")

    assert code(world.command(order, gone, "alice")) == "attachment.not_yours"
    assert code(world.command(order, gone, "mallory")) == "attachment.not_yours"
    assert isinstance(world.command(order, gone, "bob"), Outcome)
    assert order.state.attachments == {}
    assert code(world.command(order, gone, "bob")) == "attachment.not_found"
    assert order.last("file.detached")["filename"] == "offer.pdf"

    # It may be named again: the order has kept it.
    assert isinstance(attach(world, order, "alice", file), Outcome)
    assert isinstance(world.command(order, gone, "admin"), Outcome)


def test_drafts_take_files_and_ended_orders_none(world: World) -> None:
    order = world.create(draft=True)
    file = world.files.bring("alice")
    assert isinstance(attach(world, order, "alice", file), Outcome)
    world.command(order, c.StartDraft(), "alice")
    assert list(order.state.attachments)
    world.send(order, "picked", "dave")
    assert order.state.status == "ended"
    assert code(attach(world, order, "alice", world.files.bring("alice", size=9))) == "order.ended"
    assert code(world.command(order, c.Detach(file["sha256"]), "alice")) == "order.ended"


def stolen(world: World) -> dict[str, Any]:
    return world.files.bring("mallory", "secret.pdf", 99)


# Every way by which data come in, with the place at which the stranger's file is told.
def test_fields_take_own_files_and_no_others(world: World) -> None:
    theirs, mine = stolen(world), world.files.bring("alice")
    refused = world.try_create("alice", offer=theirs)
    assert at(refused) == [("form.file_unknown", "offer")]
    order = world.create(offer=mine, papers=[mine], lines=[{"scan": mine}])
    edits: dict[str, Any] = {
        "offer": {"offer": theirs},
        "papers.1": {"papers": [mine, theirs]},
        "lines.0.scan": {"lines": [{"scan": theirs}]},
        "name": {"name": {"signed": "Alice", **theirs, "type": "image/png"}},
    }
    for place, patch in edits.items():
        assert at(world.edit(order, **patch)) == [("form.file_unknown", place)]
    assert at(world.send(order, "shown", offer=theirs)) == [("form.file_unknown", "offer")]
    assert at(world.send(order, "told", proof=theirs)) == [("form.file_unknown", "proof")]
    assert at(world.complete(order, "look", "carol", data={"offer": theirs})) == [
        ("form.file_unknown", "offer")
    ]
    assert at(world.complete(order, "sign", "bob", data={"proof": theirs})) == [
        ("form.file_unknown", "proof")
    ]
    assert order.data["offer"] == mine


def test_what_an_order_has_others_may_name_in_it(world: World) -> None:
    mine = world.files.bring("alice")
    order = world.create(offer=mine)
    assert isinstance(world.complete(order, "sign", "bob", data={"proof": mine}), Outcome)
    assert isinstance(world.edit(order, papers=[{**mine, "name": "other.pdf"}]), Outcome)
    lied = world.edit(order, papers=[{**mine, "size": 8}])
    assert at(lied) == [("form.file_unknown", "papers.0")]


WRONG: dict[str, dict[str, Any]] = {
    "a path": {"name": "../../etc/passwd"},
    "a line break": {"name": "a\nb.pdf"},
    "turned round": {"name": "a\u202efdp.exe"},
    "too long": {"name": "a" * 151},
    "no name": {"name": ""},
    "no digest": {"sha256": "abc"},
    "no size": {"size": 0},
    "no type": {"type": "pdf"},
    "more": {"href": "https://example.com"},
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_file_does_not_fit(world: World, what: str) -> None:
    order = world.create()
    answer = world.edit(order, offer={**world.files.bring("alice"), **WRONG[what]})
    assert isinstance(answer, Rejection)
    assert order.data == {}


def test_a_signature_is_a_name_with_or_without_a_picture(world: World) -> None:
    order = world.create()
    assert isinstance(world.edit(order, name={"signed": "Alice A."}), Outcome)
    assert isinstance(world.edit(order, name={"signed": ""}), Rejection)
    drawn = {**world.files.bring("alice", "signature.png"), "type": "image/png"}
    world.files.add(("alice", drawn["sha256"], drawn["size"], "image/png"))
    assert isinstance(world.edit(order, name={"signed": "Alice A.", **drawn}), Outcome)
    assert isinstance(world.edit(order, name={"sha256": None}), Rejection)
    assert isinstance(world.edit(order, name={**drawn, "signed": None}), Rejection)


APPROVED = """
kind: process
id: buy
title: Buying
form: buy
start: {by: [sales]}
initial: agreeing
stages:
  agreeing:
    do: [{approval: agreed}]
    on: {approval.approved.agreed: closed}
  closed: {type: final, outcome: completed}
---
kind: form
id: buy
title: Buying
schema:
  type: object
  properties: {note: {type: string}, offer: {type: object, x-attachment: true}}
edit: [{fields: [note, offer], in: any, by: [sales]}]
---
kind: approval
id: agreed
title: Agreed
material: [offer]
steps:
  - {id: first, approvers: {role: manager}}
  - {id: second, approvers: {role: finance}}
"""


def test_another_file_voids_what_was_approved() -> None:
    world = World(APPROVED)
    order = world.create(offer=world.files.bring("alice"))
    world.vote(order, "first", "approve", "bob")

    world.edit(order, note="no matter")
    assert "approval.voided" not in order.types()
    world.edit(order, offer=world.files.bring("alice", "dearer.pdf"))

    voided = order.last("approval.voided")["fields"]
    assert {field.partition(".")[0] for field in voided} == {"offer"}
    assert order.tasks("approval") == ["first"]


CHILD = """
kind: process
id: buy
title: Buying
form: buy
start: {by: [sales]}
initial: open
stages:
  open: {do: [{order: part, with: {offer: offer, name: name}}]}
---
kind: form
id: buy
title: Buying
schema:
  type: object
  properties: {offer: {type: object, x-attachment: true}, name: {type: string}}
---
kind: process
id: part
title: Part
form: part
start: {from: [buy]}
initial: open
stages: {open: {}}
---
kind: form
id: part
title: Part
schema:
  type: object
  properties: {offer: {type: object, x-attachment: true}, name: {type: string}}
"""


def test_a_part_of_an_order_has_its_files() -> None:
    world = World(CHILD)
    file = world.files.bring("alice")
    order = world.create(offer=file)
    (part,) = [each for each in world.orders.values() if each is not order]
    assert part.data["offer"] == file
    kept = {one[0] for one in world.files if one[1] == file["sha256"]}
    assert kept == {"alice", str(order.id), str(part.id)}


def test_a_list_alone_is_looked_at_too() -> None:
    one = "{type: object, x-attachment: true}"
    world = World(APPROVED.replace(one, f"{{type: array, items: {one}}}"))
    world.create(offer=[world.files.bring("alice")])
    assert at(world.try_create("alice", offer=[stolen(world)])) == [
        ("form.file_unknown", "offer.0")
    ]


def test_expressions_read_the_files_of_an_order() -> None:
    source = APPROVED.replace(
        "on: {approval.approved.agreed: closed}",
        "on: {seen: [{if: 'count(order.documents[type = \"application/pdf\"]) = 1', to: closed}]}",
    ).replace("initial: agreeing", "initial: agreeing\nevents: {seen: {by: [sales]}}")
    world = World(source)
    order = world.create()
    assert isinstance(world.send(order, "seen"), Rejection)
    attach(world, order, "alice", world.files.bring("alice"))
    assert isinstance(world.send(order, "seen"), Outcome)
    assert order.state.status == "ended"
