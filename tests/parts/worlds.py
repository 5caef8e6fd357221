"""Sites with nothing, one order, five hundred, and the demo's; and every page to look at in each.

`World.screens` names a page, who looks at it, in which language, and what is done there first.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from orderloom.platform.app.attachments import Taken
from orderloom.platform.app.substitutions import Wanted
from orderloom.platform.app.view_models import OrderLine, TaskLine
from orderloom.platform.app.view_orders import OrderQuery
from orderloom.platform.engine.commands import Attach, CastVerdict, Comment, Create, SendEvent
from orderloom.platform.problem import Rejection
from orderloom.platform.store.work_rows import Notice
from parts.canvas_desk import on_canvas
from parts.inbound_rows import stand_still
from parts.mailed import link_for, undelivered
from parts.site import LINES, NOW, Site, open_demo, open_site, serving
from parts.world_designs import (
    approvers_asked,
    edited,
    expression_begun,
    form_filled_in,
    previewed,
    row_lit,
)

LONG = (
    "Przedsiębiorstwo Wielobranżowe „Konstantynopolitańczykowianeczka” Międzywojewódzkie sp. z o.o."
)
WORLDS = ("none", "one", "many", "demo")
Act = Callable[[Page], None]


@dataclass(frozen=True)
class Screen:
    """A page as one person sees it; `login` empty: nobody is signed in."""

    name: str
    login: str
    path: str
    language: str = "en"
    act: Act | None = None
    status: int = 200


@dataclass(frozen=True)
class World:
    """A served site and its pages."""

    name: str
    site: Site
    screens: tuple[Screen, ...]


@contextmanager
def open_world(name: str, home: Path, *, many: int = 500) -> Iterator[World]:
    """`many`: how many rows the world of that name has."""
    opened = open_demo(home) if name == "demo" else open_site(home)
    with opened as site, serving(site):
        made = {"none": _none, "one": _one, "many": _many, "demo": _demo}[name]
        yield World(name, site, made(site) if name != "many" else _many(site, many))


def _none(site: Site) -> tuple[Screen, ...]:
    return (
        Screen("sign-in", "", "/sign-in"),
        Screen("sign-in-refused", "", "/sign-in", act=_wrong_password),
        Screen("tasks", "bob", "/tasks"),
        Screen("tasks-pl", "bob", "/tasks", "pl"),
        Screen("tasks-none-done", "bob", "/tasks?scope=done", "sk"),
        Screen("tasks-none-found", "bob", "/tasks?scope=team&q=nothing", "pl"),
        Screen("orders", "bob", "/orders"),
        Screen("orders-none-found", "bob", "/orders?number=PO-2026-999999"),
        Screen("absences", "bob", "/absences"),
        Screen("new-nothing-to-start", "mallory", "/orders/new"),
        Screen("notices", "bob", "/notices", "sk"),
        Screen("inbound", "ada", "/inbound"),
        Screen("not-found", "alice", "/orders/PO-2026-999999", status=404),
        Screen("no-permission", "alice", "/definitions", status=403),
    )


def _one(site: Site) -> tuple[Screen, ...]:
    order = site.order(customer=LONG, note=LONG)
    task = next(iter(order.state.tasks))
    number, path = order.number, f"/tasks/{order.order}.{task}"
    site.send("bob", Comment(f"{LONG}\n\n@alice", (site.actors["alice"].id,)), order.order)
    site.app.store.work.keep_notice(
        Notice(
            organisation=1,
            user=site.actors["alice"].id,
            order=order.order,
            n=1,
            subject=LONG,
            body=LONG,
            at=NOW,
        )
    )
    sheet = io.BytesIO(f"{LONG};1\n".encode() * 300)
    paper = site.app.attachments.take(site.actors["bob"], f"{LONG[:120]}.csv", sheet)
    assert isinstance(paper, Taken), paper
    site.send("bob", Attach(paper.name, paper.size, paper.type, paper.sha256), order.order)
    returned = site.order(customer=LONG)
    back = next(iter(returned.state.tasks))
    site.send("bob", CastVerdict(int(back), "return", LONG), returned.order)
    ended = site.order(customer=LONG)
    site.send("alice", SendEvent("cancel", {}, LONG), ended.order)
    asked = site.order(customer=LONG)
    site.send("bob", CastVerdict(int(next(iter(asked.state.tasks))), "ask", LONG), asked.order)
    (kept,) = stand_still(site.app.store, NOW, value=LONG)
    question = first_of(open_tasks(site, "alice"), "answer")
    days = Wanted("bob", "dave", "2026-03-02", "2026-03-06")
    made = site.app.substitutions.set(site.actors["bob"], days, channel="web")
    assert not isinstance(made, Rejection), made
    bob = site.actors["bob"]
    undelivered(site.app, bob, order.order, LONG)
    decide = link_for(site.app, bob, order.order, int(task), "reject")
    expired = link_for(site.app, bob, order.order, int(task), "reject", hours=-1)
    return (
        Screen("tasks", "bob", "/tasks", "pl"),
        Screen("task-approval", "bob", path, "pl"),
        Screen("task-substituted", "dave", path, "sk"),
        Screen("tasks-substituted", "dave", "/tasks", "pl"),
        Screen("tasks-unfolded", "bob", "/tasks", "sk", _unfold),
        Screen("tasks-approving", "bob", "/tasks", "pl", _approve),
        Screen("tasks-filtered", "bob", "/tasks?kind=approval&sort=amount", "sk", _save_view),
        Screen("tasks-decided", "dave", "/tasks", "pl", _reject_all),
        Screen("tasks-done", "dave", "/tasks?scope=done", "sk"),
        Screen("absences", "bob", "/absences", "pl"),
        Screen("absences-refused", "bob", "/absences", "sk", _again_absent),
        Screen("task-question", "alice", f"/tasks/{question.id}", "pl"),
        Screen("task-not-mine", "carol", path, "sk"),
        Screen("orders", "carol", "/orders", "pl"),
        Screen("order", "alice", f"/orders/{number}", "pl"),
        Screen("document", "bob", f"/orders/{number}/attachments/{paper.sha256}/preview", "sk"),
        Screen("order-returned", "alice", f"/orders/{returned.number}", "sk"),
        Screen("order-ended", "alice", f"/orders/{ended.number}", "pl"),
        Screen("comments", "alice", f"/orders/{number}/comments", "sk"),
        Screen("comments-refused", "alice", f"/orders/{number}/comments", "pl", _mention),
        Screen("notices", "alice", "/notices", "pl"),
        Screen("audit", "erin", f"/orders/{number}/audit", "pl"),
        Screen("new-order", "alice", "/orders/new/pump-order", "sk"),
        Screen("new-order-approvers", "alice", "/orders/new/pump-order", "pl", _approvers),
        Screen("new-order-refused", "alice", "/orders/new/pump-order", "pl", _empty_order, 422),
        Screen("inbound", "ada", "/inbound", "pl"),
        Screen("inbound-message", "ada", f"/inbound/{kept.id}", "pl"),
        Screen("inbound-refused", "ada", f"/inbound/{kept.id}", "sk", _assign, 404),
        Screen("definitions", "ada", "/definitions", "pl"),
        Screen("definition", "ada", "/definitions/process/pump-order", "pl"),
        Screen("notifications", "bob", "/notifications", "sk"),
        Screen("mail", "ada", "/mail", "pl"),
        Screen("decide", "", decide),
        Screen("decide-expired", "", expired, status=410),
    )


def _many(site: Site, rows: int = 500) -> tuple[Screen, ...]:
    for n in range(rows):
        site.order(customer=LONG if n % 7 == 3 else f"Tatra Pumps {n}", note=LONG)
    stand_still(site.app.store, NOW, count=rows)
    stand_still(site.app.store, NOW, count=2, value=LONG)
    lines = [{**LINES[0], "item": f"{LONG} {n}"} for n in range(rows // 5)]
    long = site.order(customer=LONG, lines=lines)
    task = next(iter(long.state.tasks))
    return (
        Screen("tasks", "bob", "/tasks"),
        Screen("tasks-more", "bob", "/tasks", "pl", _load_more),
        Screen("orders", "bob", "/orders"),
        Screen("inbound", "ada", "/inbound", "sk"),
        Screen("inbound-more", "ada", "/inbound", "pl", _load_more),
        Screen("order", "alice", f"/orders/{long.number}", "pl"),
        Screen("task-approval", "bob", f"/tasks/{long.order}.{task}"),
    )


PLAYED = "/definitions/process/b2b-order/play"


def _demo(site: Site) -> tuple[Screen, ...]:
    tasks = {login: open_tasks(site, login) for login in ("bob", "alice", "carol", "dave", "admin")}
    orders = all_orders(site)
    lost = next(each for each in orders if each.attention)
    ended = next(each for each in orders if each.status == "ended")
    parts = next(each for each in orders if each.number.count("-") > 2)
    approval, way_on = first_of(tasks["bob"], "approval"), first_of(tasks["admin"], "attention")
    both = next(each for each in orders if len(each.stages) > 1)
    draft = _draft(site)
    return (
        Screen("tasks", "carol", "/tasks", "sk"),
        Screen("task-approval", "bob", f"/tasks/{approval.id}"),
        Screen("task-approval-refused", "bob", f"/tasks/{approval.id}", "sk", _reject, 400),
        Screen("task-ticket", "alice", f"/tasks/{first_of(tasks['alice'], 'ticket').id}"),
        Screen("task", "dave", f"/tasks/{first_of(tasks['dave'], 'task').id}", "pl"),
        Screen("task-attention", "admin", f"/tasks/{way_on.id}"),
        Screen("orders", "bob", "/orders", "pl"),
        Screen("order", "bob", f"/orders/{approval.order}"),
        Screen("order-parallel", "carol", f"/orders/{both.number}"),
        Screen("order-attention", "admin", f"/orders/{lost.number}"),
        Screen("order-ended", "bob", f"/orders/{ended.number}"),
        Screen("order-with-parts", "bob", f"/orders/{parts.number.rpartition('-')[0]}"),
        Screen("order-part", "bob", f"/orders/{parts.number}"),
        Screen("audit", "erin", f"/orders/{approval.order}/audit"),
        Screen("draft", "alice", f"/orders/{draft}", "pl"),
        Screen("new-which", "alice", "/orders/new"),
        Screen("new-order", "alice", "/orders/new/b2b-order", "pl", _add_line),
        Screen("definitions", "admin", "/definitions"),
        Screen("definition-process", "admin", "/definitions/process/b2b-order"),
        Screen("definition-decision", "admin", "/definitions/decision/approval-tier"),
        Screen("definition-edit", "admin", "/definitions/approval/b2b-approval/edit", "pl"),
        Screen("definition-draft", "admin", "/definitions/approval/b2b-approval/edit", act=edited),
        Screen("definition-new", "admin", "/definitions/new", "pl"),
        Screen("definition-import", "admin", "/definitions/import", "sk"),
        Screen("bundle", "admin", "/bundles/b2b-order"),
        Screen("bundle-publish", "admin", "/bundles/b2b-order/publish"),
        Screen(
            "design-approval",
            "admin",
            "/definitions/approval/b2b-approval/design",
            act=approvers_asked,
        ),
        Screen(
            "design-expression",
            "admin",
            "/definitions/approval/b2b-approval/design",
            "sk",
            expression_begun,
        ),
        Screen(
            "design-decision",
            "admin",
            "/definitions/decision/approval-tier/design",
            "pl",
            row_lit,
        ),
        Screen("design-process", "admin", "/definitions/process/b2b-order/design", "pl", on_canvas),
        Screen("design-form", "admin", "/definitions/form/b2b-order/design", "pl", form_filled_in),
        Screen("design-calendar", "admin", "/definitions/calendar/office/design", "sk", previewed),
        Screen("design-connector", "admin", "/definitions/connector/erp/design", "pl", previewed),
        Screen("design-ruleset", "admin", "/definitions/ruleset/order-flags/design", act=previewed),
        Screen("play", "admin", f"{PLAYED}?scenario=rejected&steps=0", "pl"),
        Screen("definition-publish", "admin", "/bundles/b2b-order/publish", "sk"),
        Screen("keys", "bob", "/tasks", "pl", _keys),
        Screen("tasks-unfolded", "bob", "/tasks?kind=approval", "en", _unfold),
        Screen("tasks-done", "bob", "/tasks?scope=done", "pl"),
        Screen("menu", "bob", "/tasks", "sk", _menu),
    )


def open_tasks(site: Site, login: str) -> tuple[TaskLine, ...]:
    page = site.app.views.tasks(site.actors[login], "mine", None, 200)
    assert not isinstance(page, Rejection), page
    return page.items


def all_orders(site: Site) -> tuple[OrderLine, ...]:
    page = site.app.views.orders(site.actors["admin"], OrderQuery(), None, 200)
    assert not isinstance(page, Rejection), page
    return page.items


def first_of(lines: tuple[TaskLine, ...], kind: str) -> TaskLine:
    return next(line for line in lines if line.kind == kind)


def _draft(site: Site) -> str:
    data = {"customer": {"id": "C-1002"}, "lines": [{"sku": "KR-7", "qty": 12}]}
    return f"~{site.send('alice', Create('b2b-order', data, draft=True)).order}"


def _wrong_password(page: Page) -> None:
    page.locator("#login").fill("alice")
    page.locator("#password").fill("not-the-password")
    page.locator("main button.btn-primary").click()
    page.locator("[role=alert]").wait_for()


def _empty_order(page: Page) -> None:
    page.locator('[name="customer"]').fill(LONG)
    page.locator('button[name="_add"]').click()
    page.locator('[name="lines.0.qty"]').fill("-1")
    page.locator('button.btn-primary[value="create"]').click()
    page.locator("[role=alert]").first.wait_for()


def _reject(page: Page) -> None:
    page.locator('button[value="reject"]').click()
    page.locator("[role=alert]").first.wait_for()


def _unfold(page: Page) -> None:
    """At a desk; on a phone the button is not there, and the list stays as it is."""
    button = page.locator("[data-unfold]").first
    if button.is_visible():
        button.click()
        page.locator(".ol-unfolded").wait_for()


def _approve(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.locator("#approve-one").wait_for()


def _save_view(page: Page) -> None:
    page.locator(".ol-views summary").click()
    page.locator("#view-name").fill(LONG[:60])
    page.locator(".ol-views form button.btn-primary").click()
    page.locator(".ol-note").first.wait_for()


def _reject_all(page: Page) -> None:
    for box in page.locator('input[type=checkbox][name="task"]').all():
        box.check()
    page.locator('#bulk button[value="reject"]').click()
    page.locator(".ol-results").wait_for()


def _again_absent(page: Page) -> None:
    page.locator("#substitute").fill("carol")
    page.locator("#until").fill("2026-03-09")
    page.locator("main button.btn-primary").click()
    page.locator("[role=alert]").first.wait_for()


def _approvers(page: Page) -> None:
    page.locator('[name="customer"]').fill(LONG)
    page.locator('button[name="_add"]').click()
    page.locator('[name="lines.0.qty"]').fill("100")
    page.locator('[name="lines.0.price"]').fill("900")
    page.locator('[name="lines.0.item"]').fill("P-220")
    page.locator('button[value="approvers"]').click()
    page.locator("#approvers").wait_for()


def _assign(page: Page) -> None:
    page.locator("details.ol-ask summary").first.click()
    page.locator("#number").fill("PO-9999")
    page.locator('form[action$="/assign"] button').click()
    page.locator("[role=alert]").first.wait_for()


def _mention(page: Page) -> None:
    page.locator("#comment-new").fill("@mallory, @qwx")
    page.locator('form[action$="/comments"] button').click()
    page.locator("[role=alert]").first.wait_for()


def _load_more(page: Page) -> None:
    rows = page.locator("tr[data-row]").count()
    page.locator("#more a").click()
    page.locator("tr[data-row]").nth(rows).wait_for()


def _add_line(page: Page) -> None:
    page.locator('[name="customer.id"]').fill("C-1002")
    page.locator('button[name="_add"]').click()
    page.locator('[name="lines.0.sku"]').fill("KR-7")
    page.locator('[name="lines.0.qty"]').fill("12")
    page.locator('[name="lines.0.price"]').fill("749,50")
    page.locator('button[name="_add"]').click()
    page.locator('[name="lines.1.sku"]').wait_for()


def _keys(page: Page) -> None:
    page.keyboard.press("?")
    page.locator("#keys[open]").wait_for()


def _menu(page: Page) -> None:
    page.locator("details.ol-menu summary.ol-me").click()
