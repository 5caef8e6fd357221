"""An application whose orders call, wait, remind and write to each other.

`site.app` runs on a database of its own by a clock that is set by hand; `worker` is the real one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from orderloom.platform.app.application import Application
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.clock import FixedClock
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.passwords import Passwords
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.app.reply import Reply
from orderloom.platform.delivery.wiring import make_worker
from orderloom.platform.delivery.worker import Worker
from orderloom.platform.engine import OrderState
from orderloom.platform.engine import commands as c
from orderloom.platform.problem import Rejection
from orderloom.platform.settings import Settings
from orderloom.platform.store.read_rows import EntryRow
from parts.application import add_cast
from parts.migrated import build

START = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)

LEFT = {"outbox": "SELECT COUNT(*) FROM outbox", "inbox": "SELECT COUNT(*) FROM inbox"}

BUNDLE = """\
bundle: calling
title: Calling
languages: [en]
zone: UTC
roles: {sales: Sales, finance: Finance, manager: Managers}
cast: {alice: {roles: [sales]}, carol: {roles: [finance]}}
"""

DEFINITIONS = """\
kind: process
id: delivery
title: Delivery
form: delivery
number: "DL-{seq:6}"
start: {by: [sales]}
events:
  leave: {title: Leave, by: [sales]}
  undo: {title: Undo, by: [sales]}
stages:
  invoicing:
    do:
      - call: erp.create-invoice
        as: invoice
        with: {ref: order.number, total: total, contact: contact}
        undo: {call: erp.cancel-invoice, with: {id: result.id}}
        on: {failed: by-hand}
    on: {leave: left}
    done: invoiced
  invoiced: {on: {undo: undoing, leave: left}}
  by-hand: {do: [{task: invoice, title: Invoice by hand, by: finance}], done: closed}
  undoing: {do: [{compensate: all}], done: undone}
  left: {on: {leave: closed}}
  undone: {type: final, outcome: cancelled, failed: true}
  closed: {type: final, outcome: completed}
---
kind: process
id: waiting
title: Waiting
form: delivery
number: "WT-{seq:6}"
start: {by: [sales]}
stages:
  first:
    after:
      PT10H: {actions: [{append: {struck: '"ten hours"'}}]}
      P2D: {actions: [{append: {struck: '"two days"'}}]}
      P4D: {to: late}
  late: {type: final, outcome: expired, failed: true}
---
kind: process
id: reminding
title: Reminding
form: delivery
number: "RM-{seq:6}"
start: {by: [sales]}
events: {leave: {title: Leave, by: [sales]}}
stages:
  open: {entry: [{notify: arrived}], on: {leave: closed}}
  closed: {type: final, outcome: completed}
---
kind: process
id: parent
title: Parent
form: delivery
number: "PA-{seq:6}"
start: {by: [sales]}
stages:
  parts:
    do:
      - order: part
        as: parts
        for_each: item in [1, 2, 3]
        with: {total: item}
    done: closed
  closed: {type: final, outcome: completed}
---
kind: process
id: part
title: Part
form: delivery
number: "PT-{seq:6}"
start: {from: [parent]}
stages:
  made: {after: {PT1H: done}}
  done: {type: final, outcome: completed}
---
kind: form
id: delivery
title: Delivery
schema:
  type: object
  required: [total]
  properties:
    total: {type: number}
    struck: {type: array, items: {type: string}}
    contact: {type: string, maxLength: 60}
personal: [contact]
edit: [{fields: [contact], in: any, by: [sales]}]
---
kind: connector
id: erp
title: ERP
address: https://erp.example/api
headers: {Authorization: "secret:erp"}
operations:
  create-invoice:
    method: POST
    path: /invoices
    request: '{ref: ref, total: total}'
    response: '{id: body.number}'
    timeout: PT1S
    retry: {times: 3, first: PT1S, factor: 2}
    declined: [409]
  cancel-invoice: {method: POST, path: "/invoices/{id}/cancel", request: '{id: id}', timeout: PT1S}
---
kind: message
id: arrived
title: Arrived
channel: email
to: [manager]
subject: "{{ order.number }} has arrived"
body: "A delivery of {{ total }} has arrived: {{ link }}"
"""


@dataclass
class Site:
    """`outside`: where secrets and addresses are found."""

    app: Application
    folder: Path
    outside: dict[str, str] = field(default_factory=lambda: {"ORDERLOOM_SECRET_ERP": "s3cret"})

    @property
    def clock(self) -> FixedClock:
        assert isinstance(self.app.clock, FixedClock)
        return self.app.clock

    def pass_(self, **span: int) -> None:
        self.clock.set(self.clock.now() + timedelta(**span))

    def worker(self, address: str = "", *, pause: int = 0, **settings: Any) -> Worker:
        """A worker whose connector is at `address`; `pause`: seconds between looks, if given."""
        app = replace(self.app, settings=replace(self.app.settings, **settings))
        outside = {**self.outside, "ORDERLOOM_ADDRESS_ERP": address}
        made = make_worker(app, environment=outside)
        if pause:
            made._pause = pause
        return made

    def start(self, process: str = "delivery", **data: Any) -> int:
        return self.send(c.Create(process, {"total": 7, **data})).order

    def send(self, body: c.Body, order: int = 0, login: str = "alice") -> Reply:
        actor = self.app.accounts.by_login(login)
        assert actor is not None
        reply = self.app.handle(c.Command(body=body, actor=actor, order=order))
        assert not isinstance(reply, Rejection), reply
        return reply

    def id_of(self, number: str) -> int:
        head = self.app.views.head(OPERATOR, number)
        assert not isinstance(head, Rejection), head
        return head.id

    def state(self, order: int) -> OrderState:
        stored = self.app.store.reads.orders_by_id(1, [order])[order]
        return stored.state

    def stage(self, order: int) -> str:
        return " ".join(sorted(self.state(order).stages)) or self.outcome(order)

    def outcome(self, order: int) -> str:
        (ended,) = self.told(order, "order.ended")
        return str(ended.facts["outcome"])

    def told(self, order: int, type_: str) -> list[EntryRow]:
        """The entries of a type, oldest first."""
        rows = self.app.store.reads.entries(1, order, before=None, limit=500)
        return [row for row in reversed(rows) if row.type == type_]

    def left(self) -> Mapping[str, int]:
        """Rows that wait for a worker."""
        with self.app.store.database.reading() as connection:
            return {
                table: connection.exec_driver_sql(sql).scalar() or 0 for table, sql in LEFT.items()
            }


@contextmanager
def calling_site(
    folder: Path, database: str = "", *, clock: datetime | None = START
) -> Iterator[Site]:
    """Opened on a SQLite file in `folder`, or on the database given; closed at the end."""
    settings = Settings(
        home=folder / "home", database_url=database, clock=clock, allow_private=True
    )
    app = build(settings)
    app.accounts._passwords = Passwords(time_cost=1, memory_kib=8)
    try:
        add_cast(app)
        published = app.publish.publish(
            open_bundle(write_calling_bundle(folder / "calling")),
            OPERATOR,
            PublishOptions(tests=False, second_person=False),
        )
        assert isinstance(published, Published), published
        yield Site(app, folder)
    finally:
        app.close()


def write_calling_bundle(folder: Path) -> Path:
    """Writes the bundle into `folder`, which is made."""
    folder.mkdir(parents=True)
    (folder / "bundle.yaml").write_text(BUNDLE, encoding="utf-8")
    (folder / "calling.yaml").write_text(DEFINITIONS, encoding="utf-8")
    return folder
