"""An application in memory whose processes show every way to decide; its clock is set by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from orderloom.platform.app.application import Application
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.clock import FixedClock
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.engine import SYSTEM
from orderloom.platform.engine.commands import Command, Wake
from orderloom.platform.problem import Rejection
from parts.api_client import Answer, Api
from parts.application import PASSWORD, small_application

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

BUNDLE = """\
bundle: deals
title: Deals
languages: [en]
zone: UTC
roles: {sales: Sales, manager: Managers, finance: Finance, warehouse: Warehouse}
cast: {alice: {roles: [sales]}, carol: {roles: [finance]}}
"""
PROCESS = """\
kind: process
id: {id}
title: Deal
form: deal
number: "{prefix}-{{seq:6}}"
columns: [title, total]
start: {{by: [sales]}}
access: [sales, manager, finance, warehouse]
stages:
  approval:
    do:
      - approval: {id}
        on: {{approved: agreed, rejected: refused, returned: correction, withdrawn: correction}}
  correction: {{do: [{{task: correct, title: Correct, by: sales}}], done: approval}}
  agreed: {{do: [{{task: sign, title: Sign, by: finance}}], done: closed}}
  closed: {{type: final, outcome: completed}}
  refused: {{type: final, outcome: rejected, failed: true}}
---
kind: approval
id: {id}
title: Approve the deal
material: [total]
{more}
steps: [{{id: money, approvers: finance, edit: [note, total], mode: {mode}, if: "total > 100"}}]
"""
FORM = """\
kind: form
id: deal
title: Deal
schema:
  type: object
  required: [title, total]
  properties:
    title: {type: string}
    total: {type: number}
    note: {type: string}
edit: [{fields: [title, total, note], in: [approval, correction], by: [sales]}]
"""
TIMED = "due: P1D\nremind: [PT20H]\nescalate: {after: P2D, to: manager}"
# One voice is enough; two are needed; a verdict can be taken back; there is a deadline.
DEALS = {
    "deal": ("DE", "any", ""),
    "pair": ("PA", "{quorum: 2}", ""),
    "slow": ("SL", "any", "undo: PT5M"),
    "late": ("LA", "any", "due: PT8H\nescalate: {after: PT16H, to: manager}"),
    "timed": ("TM", "any", TIMED),
}


@dataclass
class Deals:
    """`api` calls as anybody; `task` is the first task of the order made last."""

    app: Application
    api: Api
    order: int = 0
    number: str = ""

    def start(self, process: str = "deal", total: int = 500) -> str:
        """A new order of alice's; the id of its approval's task."""
        body = {"process": process, "data": {"title": "Desk", "total": total}}
        answer = self.api.call("alice", "POST", "/orders", body)
        assert answer.status == 201, answer
        self.number = answer.body["number"]
        stored = self.app.store.reads.order_by_number(1, self.number)
        assert stored is not None
        self.order = stored.id
        return self.open("money")

    def open(self, id_: str) -> str:
        """The id of an open task, by the step's or the task's own id."""
        stored = self.app.store.reads.orders_by_id(1, [self.order])[self.order]
        return next(f"{self.order}.{n}" for n, t in stored.state.tasks.items() if t["id"] == id_)

    def read(self) -> dict[str, Any]:
        """What is known of the order: everything but what refusals add."""
        stored = self.app.store.reads.orders_by_id(1, [self.order])[self.order]
        return {**stored.state.to_json(), "last_at": "", "data": stored.state.data}

    def stages(self) -> list[str]:
        return list(self.read().get("stages", ()))

    def post(self, login: str, path: str, **body: Any) -> Answer:
        return self.api.call(login, "POST", path, {k.rstrip("_"): v for k, v in body.items()})

    def told(self) -> list[str]:
        """What happened, newest first, as the auditor reads it."""
        answer = self.api.call("erin", "GET", f"/orders/{self.number}/events?limit=200")
        return [text for entry in answer.body["items"] for text in entry["text"].split(". ")]

    def refusals(self) -> int:
        """Refusals written down, in whatever stream."""
        sql = "SELECT COUNT(*) FROM audit_entry WHERE type = 'refused'"
        with self.app.store.database.reading() as connection:
            return int(connection.exec_driver_sql(sql).scalar() or 0)

    def pass_(self, **span: int) -> None:
        """Time passes, and clocks strike."""
        clock = self.app.clock
        assert isinstance(clock, FixedClock)
        clock.set(clock.now() + timedelta(**span))
        for order in self.app.store.work.due_orders(clock.now(), 100):
            self.app.handle(Command(body=Wake(), actor=SYSTEM, order=order, channel="worker"))

    def absent(self, login: str, substitute: str, days: int = 5) -> int:
        """`substitute` stands in for `login` from today on."""
        today = self.app.clock.now().date()
        until = str(today + timedelta(days=days))
        body = {"substitute": substitute, "from_": str(today), "until": until}
        answer = self.post(login, "/substitutions", **body)
        assert answer.status == 201, answer
        return int(answer.body["id"])


@contextmanager
def open_deals(folder: Path, database: str = "memory:") -> Iterator[Deals]:
    """With the cast, and frank, who is in finance too."""
    with small_application(folder, database=database, clock=NOW) as app:
        made = app.accounts.add_user(
            "frank", name="Frank", password=PASSWORD, roles=["finance"], manager="bob"
        )
        assert not isinstance(made, Rejection), made
        bundle = open_bundle(write_deals(folder / "deals"))
        options = PublishOptions(tests=False, second_person=False)
        done = app.publish.publish(bundle, OPERATOR, options)
        assert isinstance(done, Published), done
        with Api(app) as api:
            yield Deals(app, api)


def write_deals(folder: Path) -> Path:
    """Writes the bundle into `folder`, which is made."""
    folder.mkdir(parents=True)
    (folder / "bundle.yaml").write_text(BUNDLE, encoding="utf-8")
    documents = [FORM]
    for id_, (prefix, mode, more) in DEALS.items():
        documents.append(PROCESS.format(id=id_, prefix=prefix, mode=mode, more=more))
    (folder / "deals.yaml").write_text("---\n".join(documents), encoding="utf-8")
    return folder
