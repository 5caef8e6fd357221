"""Comments and notices as forms send them, without scripts; and what mallory sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx2
import pytest
from parts.site import NOW, Site

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.app.runner import Reply
from orderloom.platform.engine.commands import Comment, Create
from orderloom.platform.store.work_rows import Notice
from orderloom.platform.web.security import SESSION_COOKIE


class Hand:
    """Sends forms as one person."""

    def __init__(self, site: Site, login: str) -> None:
        session = site.app.accounts.sign_in(login, site.password, "127.0.0.1")
        assert isinstance(session, SignedIn), session
        self.csrf = session.csrf
        self.client = httpx2.Client(base_url=site.url, cookies={SESSION_COOKIE: session.token})

    def get(self, path: str) -> httpx2.Response:
        return self.client.get(path)

    def post(self, path: str, **fields: str) -> httpx2.Response:
        return self.client.post(path, data={"csrf": self.csrf, **fields})


Hands = Callable[[str], Hand]


@pytest.fixture
def hand(live_site: Site) -> Iterator[Hands]:
    made: list[Hand] = []
    # The clock of the site stands still: its minute would never end.
    live_site.app.commenting._lately.clear()

    def of(login: str) -> Hand:
        made.append(Hand(live_site, login))
        return made[-1]

    yield of
    for each in made:
        each.client.close()


def said(site: Site, order: Reply) -> list[str | None]:
    page = site.app.views.comments(site.actors["erin"], str(order.number))
    assert not hasattr(page, "code"), page
    return [each.text for each in page.items]


def test_a_comment_is_sent_from_the_order_and_from_a_task(live_site: Site, hand: Hands) -> None:
    order, bob = live_site.order(), hand("bob")
    path, task = f"/orders/{order.number}", f"/tasks/{order.order}.{next(iter(order.state.tasks))}"
    sent = bob.post(f"{path}/comments", comment="From the order", key="a1", next=f"{path}#comments")
    assert (sent.status_code, sent.headers["location"]) == (303, f"{path}?done=commented#comments")
    back = bob.post(f"{path}/comments", comment="From the task", key="a2", next=task)
    assert back.headers["location"] == f"{task}?done=commented"
    for page in (path, task, f"{path}/comments"):
        text = bob.get(page).text
        assert text.index("From the order") < text.index("From the task")
    assert "The comment is sent." in bob.get(f"{path}?done=commented").text


def test_sent_twice_it_stands_once(live_site: Site, hand: Hands) -> None:
    order, alice = live_site.order(), hand("alice")
    for _ in range(2):
        sent = alice.post(f"/orders/{order.number}/comments", comment="Twice", key="b1")
        assert sent.status_code == 303
    assert said(live_site, order) == ["Twice"]


@pytest.mark.parametrize(
    ("comment", "status", "shown"),
    [
        ("  ", 422, "Write something first."),
        ("Ask @mallory, please", 422, "@mallory: nobody of this name may see the order."),
        ("Ask @nobody, please", 422, "@nobody: nobody of this name may see the order."),
        ("x" * 4001, 422, "The comment may have 4000 signs at most."),
        ("x" * 100_000, 422, "The comment may have 4000 signs at most."),
        (" ".join(f"@u{n}" for n in range(21)), 422, "A comment can mention 20 people at most."),
    ],
    ids=["empty", "unseen", "nobody", "long", "huge", "flood"],
)
def test_what_was_refused_is_still_there(
    live_site: Site, hand: Hands, comment: str, status: int, shown: str
) -> None:
    order = live_site.order()
    refused = hand("alice").post(
        f"/orders/{order.number}/comments", comment=comment, key=str(len(comment))
    )
    assert refused.status_code == status
    assert shown in refused.text
    assert f">{comment}</textarea>" in refused.text
    assert said(live_site, order) == []


def test_who_looks_for_names_is_seen_in_the_audit(live_site: Site, hand: Hands) -> None:
    order = live_site.order()
    hand("alice").post(f"/orders/{order.number}/comments", comment="Is @mallory here?", key="n")
    store = live_site.app.store
    found, _ = store.audit.feed(store.audit.feed_since(NOW), limit=500, types={"refused"})
    wanted = [each for each in found if each.facts["code"] == "comment.cannot_mention"]
    assert wanted
    assert {each.stream == order.order for each in wanted} == {False}


def test_hostile_text_is_text(live_site: Site, hand: Hands) -> None:
    order, alice = live_site.order(), hand("alice")
    hostile = "<script>alert(1)</script>\n<img src=x onerror=alert(2)> {{ 7*7 }} javascript:x @bob"
    alice.post(f"/orders/{order.number}/comments", comment=hostile, key="d")
    text = alice.get(f"/orders/{order.number}").text
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\n&lt;img" in text
    assert '<span class="to">@bob</span>' in text
    assert '<a href="javascript' not in text


@pytest.mark.parametrize("next_", ["//evil.example", "https://evil.example", "javascript:x", "\\x"])
def test_it_never_leads_elsewhere(live_site: Site, hand: Hands, next_: str) -> None:
    order = live_site.order()
    path = f"/orders/{order.number}"
    sent = hand("alice").post(f"{path}/comments", comment="Hi", key=f"e{next_}", next=next_)
    assert sent.headers["location"] == f"{path}?done=commented"


def test_mallory_says_and_learns_nothing(live_site: Site, hand: Hands) -> None:
    order, mallory, alice = live_site.order(), hand("mallory"), hand("alice")
    live_site.send("alice", Comment("A secret"), order.order)
    for number in (str(order.number), f"~{order.order}", "PO-9999-000001"):
        path = f"/orders/{number}"
        answers = [
            mallory.get(f"{path}/comments"),
            mallory.get(f"{path}/people?begun=b"),
            mallory.post(f"{path}/comments", comment="Let me in", key="f"),
            mallory.post(f"{path}/comments", comment="Hello @bob", key="g"),
        ]
        assert {each.status_code for each in answers} == {404}
        assert not any("secret" in each.text for each in answers)
    # With another's token for forms, or with none.
    forged = alice.client.post(
        f"/orders/{order.number}/comments", data={"csrf": mallory.csrf, "comment": "Forged"}
    )
    assert forged.status_code == 403
    assert said(live_site, order) == ["A secret"]


def test_a_draft_takes_no_comment(live_site: Site, hand: Hands) -> None:
    draft = live_site.send("alice", Create("pump-order", {"customer": "Later"}, draft=True))
    alice, path = hand("alice"), f"/orders/~{draft.order}"
    assert "comment-new" not in alice.get(path).text
    assert alice.post(f"{path}/comments", comment="Early", key="h").status_code == 409


def test_after_the_end_it_may_be_talked_about(live_site: Site, hand: Hands) -> None:
    order, alice = live_site.order(), hand("alice")
    alice.post(f"/orders/{order.number}/events/cancel", reason="Ordered twice")
    sent = alice.post(f"/orders/{order.number}/comments", comment="Why twice?", key="i")
    assert sent.status_code == 303
    assert said(live_site, order) == ["Why twice?"]


def test_many_comments_come_in_pages(live_site: Site, hand: Hands) -> None:
    order, alice = live_site.order(), hand("alice")
    for n in range(60):
        live_site.send("bob", Comment(f"No. {n} of many"), order.order)
    base = f"/orders/{order.number}"
    shown = alice.get(base).text
    assert "No. 59 of many" in shown
    assert "No. 51 of many" not in shown
    assert f'href="{base}/comments"' in shown
    page = alice.get(f"{base}/comments").text
    assert ("No. 10 of many" in page, "No. 9 of many" in page) == (True, False)
    earlier = page.partition(f'href="{base}/comments?cursor=')[2].partition('"')[0]
    first = alice.get(f"{base}/comments?cursor={earlier}").text
    assert ("No. 0 of many" in first, "No. 10 of many" in first) == (True, False)
    assert alice.get(f"{base}/comments?cursor=forged").status_code == 422


def test_notices_are_ones_own(live_site: Site, hand: Hands) -> None:
    order, bob, alice = live_site.order(), hand("bob"), hand("alice")
    notices, actors = live_site.app.notices, live_site.actors
    notices.read(actors["bob"])
    for n in (71, 72):
        _keep(live_site, "bob", order, n)
    assert "Told as 71" in bob.get("/notices").text
    assert "Told as 71" not in alice.get("/notices").text
    for strange in (f"{order.order}.71", "x.y", "1.1", f"{10**30}.1", f"{order.order}.-1"):
        assert alice.post(f"/notices/{strange}/open").status_code == 303
    alice.post("/notices/read")
    assert notices.unread(actors["bob"]) == 2
    gone = bob.post(f"/notices/{order.order}.71/open")
    assert gone.headers["location"] == f"/orders/~{order.order}"
    assert notices.unread(actors["bob"]) == 1
    assert bob.client.post("/notices/read", data={}).status_code == 403
    assert bob.post("/notices/read").headers["location"] == "/notices?done=notices_read"
    assert notices.unread(actors["bob"]) == 0


def _keep(site: Site, login: str, order: Reply, n: int) -> None:
    site.app.store.work.keep_notice(
        Notice(
            organisation=1,
            user=site.actors[login].id,
            order=order.order,
            n=n,
            subject=f"Told as {n}",
            body="<script>alert(1)</script>",
            at=site.app.clock.now(),
        )
    )
