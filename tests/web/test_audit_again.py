"""An order's decisions executed again on a page: who may, what it says, and when something is
wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from parts.altered import altered
from parts.editing import Hand
from parts.site import Site, only_order, open_site

from orderloom.platform.engine.commands import CastVerdict
from orderloom.platform.problem import Rejection

HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("again")) as made:
        reply = made.order(customer=HOSTILE)
        task = int(next(iter(reply.state.tasks)))
        made.send("bob", CastVerdict(task, "approve", "as agreed"), order=reply.order)
        yield made


@pytest.fixture(scope="module")
def number(site: Site) -> str:
    return only_order(site)


def hand(site: Site, login: str, language: str = "en") -> Hand:
    return Hand(site.app, login, language, password=site.password)


@pytest.mark.parametrize(
    ("language", "good", "same"),
    [
        ("en", "Everything comes out as it was recorded", "the same"),
        ("pl", "Wszystko wypada tak, jak zapisano", "tak samo"),
        ("sk", "Všetko vychádza tak, ako bolo zaznamenané", "rovnako"),
    ],
)
def test_everything_is_the_same(
    site: Site, number: str, language: str, good: str, same: str
) -> None:
    erin = hand(site, "erin", language)
    assert f'href="/orders/{number}/audit/again"' in erin.get(f"/orders/{number}/audit").text
    page = erin.get(f"/orders/{number}/audit/again")
    assert page.status_code == 200
    assert good in page.text
    assert page.text.count(same) > 5
    assert HOSTILE not in page.text


@pytest.mark.parametrize(("login", "status"), [("alice", 403), ("mallory", 403), ("erin", 200)])
def test_it_is_for_those_who_read_the_audit(
    site: Site, number: str, login: str, status: int
) -> None:
    assert hand(site, login).get(f"/orders/{number}/audit/again").status_code == status
    if login == "alice":
        assert "/audit/again" not in hand(site, login).get(f"/orders/{number}/audit").text


def test_there_is_no_such_order(site: Site) -> None:
    assert hand(site, "erin").get("/orders/SO-9/audit/again").status_code == 404


def test_what_differs_is_shown(site: Site, number: str) -> None:
    changed = (
        'UPDATE audit_entry SET body = replace(body, \'"cause":"start"\', \'"cause":"x"\')'
        " WHERE stream = :o AND type = 'order.created'"
    )
    row = "UPDATE order_row SET status = 'ended' WHERE id = :o"
    head = site.app.views.head(site.actors["erin"], number)
    assert not isinstance(head, Rejection), head
    with altered(site.app, [changed, row], tables=["audit_entry", "order_row"], order=head.id):
        page = hand(site, "erin").get(f"/orders/{number}/audit/again").text
    assert "2 differences." in page
    assert "{&#34;cause&#34;:&#34;x&#34;}" in page
    assert "what is stored is not the fold of its entries: status" in page
