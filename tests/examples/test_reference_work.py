"""The B2B example serves the reference work: five lines, two approvals, four outside events."""

from __future__ import annotations

from typing import Any

import pytest
from parts.examples import folder, opened

from orderloom.platform.app.application import Application
from orderloom.platform.app.bringing import publish_if_new
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.demo import add_cast
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.engine import SYSTEM, Actor, OrderState
from orderloom.platform.engine import commands as c
from orderloom.platform.problem import Rejection

pytestmark = pytest.mark.slow

DATA: dict[str, Any] = {
    "customer": {"id": "C-1", "country": "PL", "tier": "standard", "tax_id": "PL5250000001"},
    "contact": {"phone": "+48 22 100 20 30"},
    "payment_terms": "collective",
    "delivery": {"postal_code": "00-625", "city": "Warszawa"},
    "lines": [{"sku": f"A-{n}", "qty": 10, "price": 3000} for n in range(1, 6)],
}
WMS = Actor(id="c:wms", kind="connector", name="wms")


def test_eight_commands_take_it_from_the_limit_to_the_end() -> None:
    with opened() as app:
        add_cast(app)
        publish_if_new(app, open_bundle(folder("b2b-order")))
        state = _do(app, c.Create("b2b-order", DATA), "alice")
        order = state.order
        assert (state.results["tier"], state.data["total"]) == ("two", 150000)
        state = _do(app, c.CastVerdict(_task(state, "sales"), "approve"), "bob", order)
        state = _do(app, c.CastVerdict(_task(state, "finance"), "approve"), "carol", order)
        for name, event in (("reserved", {}), ("picked", {}), ("shipped", {"parcel": "P-1"})):
            state = _do(app, c.SendEvent(name, event, source="wms"), WMS, order)
        state = _do(app, c.SendEvent("delivered", {}, source="wms"), WMS, order)
        call = int(next(iter(state.calls)))
        state = _do(app, c.CallResult(call, result={"id": "FV/1"}), SYSTEM, order)
        assert (state.status, state.outcome) == ("ended", "completed")
        stored = app.store.reads.orders_by_id(1, [order])[order]
        assert stored.revision == 8
        view = app.views.audit(OPERATOR, f"~{order}", None, 200)
        assert not isinstance(view, Rejection)
        told = " ".join(entry.text for entry in view.entries.items)
        assert "pl-known-two" in told
        assert "pl-waw-heavy-parcel" in told


def _do(app: Application, body: c.Body, by: str | Actor, order: int = 0) -> OrderState:
    actor = app.accounts.by_login(by) if isinstance(by, str) else by
    assert actor is not None
    reply = app.handle(c.Command(body=body, actor=actor, order=order, channel="test"))
    assert not isinstance(reply, Rejection), reply
    return reply.state


def _task(state: OrderState, id_: str) -> int:
    return next(int(n) for n, task in state.tasks.items() if task["id"] == id_)
