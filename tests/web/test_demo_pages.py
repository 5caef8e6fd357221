"""Pages over the demo: why somebody is asked, amounts, suggestions, ways out of attention."""

from collections.abc import Iterator

import httpx2
import pytest
from parts.site import Site, open_demo, serving
from parts.worlds import all_orders, first_of, open_tasks

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.app.audit_models import AuditView
from orderloom.platform.app.view_models import OrderLine, StartView, TaskView
from orderloom.platform.web.security import SESSION_COOKIE


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_demo(tmp_path_factory.mktemp("demo")) as site, serving(site):
        yield site


def _get(site: Site, login: str, path: str, **query: str) -> httpx2.Response:
    session = site.app.accounts.sign_in(login, site.password, "127.0.0.1")
    assert isinstance(session, SignedIn), session
    with httpx2.Client(base_url=site.url, cookies={SESSION_COOKIE: session.token}) as client:
        return client.get(path, params=query)


def test_orders_stand_in_many_stages_and_one_needs_attention(demo: Site) -> None:
    orders = all_orders(demo)
    assert len({stage for each in orders for stage in each.stages}) >= 20
    assert [each.attention for each in orders].count(True) == 1
    assert {"draft", "open", "ended"} == {each.status for each in orders}


def test_the_audit_says_why_it_came_to_bob(demo: Site) -> None:
    task = first_of(open_tasks(demo, "bob"), "approval")
    view = demo.app.views.audit(demo.actors["erin"], task.order)
    assert isinstance(view, AuditView)
    why = next(each for each in view.whys if each.task == task.id)
    assert "Sales manager" in why.sentence
    assert "Bob Berg" in why.sentence
    assert why.decided is not None
    assert "Who has to approve" in why.decided.text
    page = _get(demo, "erin", f"/orders/{task.order}/audit").text
    assert f'href="#e{why.decided.seq}"' in page
    assert f'id="e{why.decided.seq}"' in page


def test_an_approval_shows_amount_lines_and_who_signs(demo: Site) -> None:
    task = first_of(open_tasks(demo, "bob"), "approval")
    view = demo.app.views.task(demo.actors["bob"], task.id)
    assert isinstance(view, TaskView)
    assert dict(view.facts)["Total"] == task.amount
    assert task.amount.endswith((" PLN", " EUR", " CZK"))
    assert view.lists is not None
    assert view.lists.sections[0].fields[0].rows
    assert not view.lists.editable
    assert all(step.people or step.title for step in view.steps)


def test_lists_name_the_customer_and_the_amount_once(demo: Site) -> None:
    line: OrderLine = next(each for each in all_orders(demo) if each.number == "SO-2026-000006")
    assert (line.subject, line.amount) == ("Bukowina Meble sp. z o.o.", "152,014.00 PLN")
    assert "PLN" not in line.details


def test_a_field_of_a_collection_suggests_its_rows(demo: Site) -> None:
    view = demo.app.views.start(demo.actors["alice"], "b2b-order")
    assert isinstance(view, StartView)
    fields = {field.path: field for section in view.form.sections for field in section.fields}
    offered = {one.value: one.label for one in fields["customer.id"].options}
    assert offered["C-1001"] == "Bukowina Meble sp. z o.o."
    page = _get(demo, "alice", "/orders/new/b2b-order").text
    assert '<option value="C-1001">Bukowina Meble sp. z o.o.</option>' in page


def test_attention_offers_its_ways_to_those_who_may(demo: Site) -> None:
    task = first_of(open_tasks(demo, "admin"), "attention")
    page = _get(demo, "admin", f"/tasks/{task.id}").text
    assert all(f'value="{way}"' in page for way in ("retry", "skip", "move"))
    assert "The order cannot go on by itself" in page
    others = _get(demo, "alice", f"/tasks/{task.id}").text
    assert 'value="retry"' not in others


def test_the_search_on_top_leads_to_the_order(demo: Site) -> None:
    found = _get(demo, "bob", "/orders", number="SO-2026-000006", go="1")
    assert found.headers["location"] == "/orders/SO-2026-000006"
    assert _get(demo, "bob", "/orders", number="SO-2026-9", go="1").status_code == 200


@pytest.mark.parametrize(
    ("kind", "there", "gone"),
    [("decision", "approval-tier", "erp"), ("connector", "erp", "office")],
)
def test_definitions_are_filtered_by_kind(demo: Site, kind: str, there: str, gone: str) -> None:
    page = _get(demo, "admin", "/definitions", kind=kind).text
    assert f"/{there}" in page
    assert f"/{gone}" not in page
