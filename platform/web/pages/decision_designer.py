"""What the page of a decision's designer asks while somebody designs; nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.drafting import DraftView
from orderloom.platform.app.table_trying import Tried, answered, in_bundle, looked_over, suggested
from orderloom.platform.app.view_models import OrderLine, Page
from orderloom.platform.app.view_orders import OrderQuery
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.json_fields import json_map
from orderloom.platform.web.pages.designer import value_of
from orderloom.platform.web.pages.sending import given
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, Sender, SignedInViewer

router = APIRouter(route_class=ThreadedRoute)
KIND: Final = "decision"
# Orders that are offered to try with.
MOST_ORDERS: Final = 20


@router.post("/definitions/decision/{id}/design/try")
def try_it(sender: FormSender, id: str) -> Response:
    """What a value that is not kept answers to `given`, and why."""
    data = json_map(sender.fields, "given", default="{}")
    tried = _tried(sender, id)
    reads = {} if tried.decision is None else tried.decision.reads
    # Rows that the decision reads are those of the installation, unless a test gives its own.
    rows = {
        name: given(sender.app.views.rows(sender.actor, collection))
        for name, collection in reads.items()
        if name not in data
    }
    return json_answer(answered(tried, {**rows, **data}, sender.viewer.words))


@router.post("/definitions/decision/{id}/design/table")
def look(sender: FormSender, id: str) -> Response:
    """Gaps and overlaps with values that show them, and the results of all tests."""
    return json_answer(looked_over(_tried(sender, id), sender.viewer.words))


@router.post("/definitions/decision/{id}/design/cases")
def cases(sender: FormSender, id: str) -> Response:
    """Tests that the table suggests."""
    return json_answer({"tests": suggested(_tried(sender, id))})


@router.get("/definitions/decision/{id}/design/samples")
def samples(viewer: SignedInViewer, id: str, order: str = "") -> Response:
    """The newest orders that the viewer may see, or with `order` the data of one of them."""
    draft: DraftView = given(viewer.app.drafting.one(viewer.actor, KIND, id))
    if order:
        return json_answer({"given": given(viewer.app.views.order(viewer.actor, order)).data})
    page: Page[OrderLine] = given(
        viewer.app.views.orders(viewer.actor, OrderQuery(), None, MOST_ORDERS)
    )
    bundle = given(viewer.app.drafting.bundle(viewer.actor, draft.bundle))
    return json_answer(
        {
            "orders": [{"number": each.number, "title": each.subject} for each in page.items],
            "scenarios": [
                {"name": each.id, "given": data}
                for each in bundle.scenarios
                if (data := _of_scenario(each.value))
            ],
        }
    )


def _tried(sender: Sender, id_: str) -> Tried:
    drafting = sender.app.drafting
    view = given(drafting.one(sender.actor, KIND, id_))
    value = value_of(sender, view)
    return in_bundle(given(drafting.bundle(sender.actor, view.bundle)), id_, value)


def _of_scenario(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data with which a scenario begins."""
    found: Any = value.get("given")
    for key in ("order", "data"):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}
