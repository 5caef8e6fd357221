"""Orders that went several ways through the small bundle, and a look into OCEL 2.0 files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from orderloom.platform.app.application import Application
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Command
from orderloom.platform.problem import Rejection

SECRET = "=my dog ate the first offer"


def live(app: Application) -> None:
    """A small order that is paid, one approved with a comment, one refused, one cancelled, one
    draft; and what was refused to somebody."""
    small = create(app, 50)
    act(app, small, "carol", c.CompleteTask(task_of(app, small), data={"invoice": "-1+1"}))
    for verdict in ("approve", "reject"):
        order = create(app, 500)
        act(app, order, "bob", c.CastVerdict(task_of(app, order), verdict, SECRET))
    cancelled = create(app, 500)
    act(app, cancelled, "alice", c.SendEvent("cancel", reason=SECRET))
    create(app, 1, draft=True)
    refused = app.handle(
        Command(body=c.Create("request", {"title": "x", "total": 1}), actor=actor(app, "mallory"))
    )
    assert isinstance(refused, Rejection)


def actor(app: Application, login: str) -> Any:
    found = app.accounts.by_login(login)
    assert found is not None
    return found


def create(app: Application, total: int, *, draft: bool = False) -> int:
    body = c.Create("request", {"title": "Desk & <chair>", "total": total}, draft=draft)
    reply = app.handle(Command(body=body, actor=actor(app, "alice")))
    assert not isinstance(reply, Rejection), reply
    return reply.state.order


def act(app: Application, order: int, login: str, body: Any) -> None:
    reply = app.handle(Command(body=body, actor=actor(app, login), order=order))
    assert not isinstance(reply, Rejection), reply


def task_of(app: Application, order: int) -> int:
    return int(next(iter(app.store.reads.orders_by_id(1, [order])[order].state.tasks)))


def faults(log: Mapping[str, Any]) -> list[str]:
    """What the schema of OCEL 2.0 cannot say: ids, references, declared types of attributes."""
    found: list[str] = []
    ids = [each["id"] for each in log["objects"]] + [each["id"] for each in log["events"]]
    objects = {each["id"] for each in log["objects"]}
    if len(set(ids)) != len(ids):
        found.append("an id is used twice")
    for kind, types in (("events", "eventTypes"), ("objects", "objectTypes")):
        declared = {
            each["name"]: {one["name"]: one["type"] for one in each["attributes"]}
            for each in log[types]
        }
        if len(declared) != len(log[types]):
            found.append(f"a type is declared twice in {types}")
        for each in log[kind]:
            if each["type"] not in declared:
                found.append(f"{each['id']}: type {each['type']} is not declared")
                continue
            known = declared[each["type"]]
            found += [
                f"{each['id']}: {one['name']} is no {known.get(one['name'])}: {one['value']!r}"
                for one in each.get("attributes") or ()
                if not _fits(known.get(one["name"]), one["value"])
            ]
            found += [
                f"{each['id']} names {one['objectId']}, which is not there"
                for one in each.get("relationships") or ()
                if one["objectId"] not in objects or not one["qualifier"]
            ]
            if not _instants(each):
                found.append(f"{each['id']}: a time that is none")
    return found


def _instants(each: Mapping[str, Any]) -> bool:
    times: Sequence[str] = [
        one["time"] for one in (each, *(each.get("attributes") or ())) if "time" in one
    ]
    return all(datetime.fromisoformat(one).tzinfo is not None for one in times)


def _fits(kind: str | None, value: str) -> bool:
    try:
        if kind == "integer":
            return str(int(value)) == value
        if kind == "float":
            return Decimal(value).is_finite()
    except (ValueError, InvalidOperation):
        return False
    return kind == "string" or (kind == "boolean" and value in ("true", "false"))
