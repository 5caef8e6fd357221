"""The page of the process map without scripts: filters, figures, the orders behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from parts.editing import Hand
from parts.jobs import jobs_site
from parts.looking import tab, wrong_with
from parts.site import Site
from parts.visitor import Visitor
from playwright.sync_api import Browser

PATHS = {
    "process-map": "/audit/map",
    "process-map-orders": "/audit/map/orders?process=job&of=stage&of=review",
}
CSS = "text/css"
LOW = ".ol-map-pic{overflow:auto;max-height:60px}.ol-map-pic svg{display:block;max-width:none}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with jobs_site(tmp_path_factory.mktemp("map"), 20) as served:
        yield served


@pytest.fixture
def visitor(site: Site) -> Iterator[Visitor]:
    """Erin, who reads the audit."""
    visitor = Visitor(site)
    with visitor.client as client:
        client.post("/sign-in", data={"login": "erin", "password": site.password})
        yield visitor


@pytest.mark.parametrize(
    ("who", "status"), [("erin", 200), ("ada", 200), ("alice", 403), ("mallory", 403)]
)
def test_it_is_for_those_who_read_the_audit(site: Site, who: str, status: int) -> None:
    hand = Hand(site.app, who, password=site.password)
    for path in ("/audit/map", "/audit/map/orders?process=job"):
        assert hand.get(path).status_code == status


def test_from_the_map_to_an_order(visitor: Visitor) -> None:
    visitor.open("/audit/map")
    assert '<a href="/audit/map" aria-current="page">' in visitor.page
    assert visitor.page.count("<svg xmlns") == 1
    assert "Intake → Review" in visitor.page
    links = [
        unescape(each) for each in re.findall(r'href="(/audit/map/orders[^"]*)"', visitor.page)
    ]
    assert len(set(links)) > 20
    for link in sorted(set(links)):
        assert visitor.open(link).answer.status_code == 200, link
        assert ("JB-000" in visitor.page) != ("ol-empty" in visitor.page), link
    numbers = re.findall(r'href="(/orders/JB-[0-9]+)"', visitor.open(links[0]).page)
    assert len(numbers) == 20
    assert visitor.open(numbers[0]).answer.status_code == 200


def test_filters_stay_in_the_links(visitor: Visitor) -> None:
    visitor.open("/audit/map?process=job&outcome=open")
    assert '<option value="open" selected>' in visitor.page
    assert "process=job&amp;outcome=open&amp;of=all" in visitor.page
    assert "0 ended" in visitor.page
    empty = visitor.open("/audit/map?process=job&until=2020-01-01")
    assert "No orders fit" in empty.page
    assert visitor.open("/audit/map?since=soon").answer.status_code == 422
    assert visitor.open("/audit/map?process=none").answer.status_code == 404
    assert visitor.open("/audit/map/orders?process=job&of=none").answer.status_code == 422


@pytest.mark.parametrize(("window", "language"), [("wide", "pl"), ("phone", "en")])
def test_screens(browser: Browser, site: Site, window: str, language: str) -> None:
    with tab(browser, site, "erin", language, window=window) as page:
        for name, path in PATHS.items():
            page.goto(f"{site.url}{path}")
            assert wrong_with(page, name) == []


def test_the_picture_opens_where_the_process_begins(browser: Browser, site: Site) -> None:
    """Also in a frame that is far too small for it."""
    with tab(browser, site, "erin", window="wide") as page:
        page.route("**/process_map.css*", lambda route: route.fulfill(body=LOW, content_type=CSS))
        page.goto(f"{site.url}{PATHS['process-map']}")
        seen = page.evaluate(
            """() => {
              const frame = document.querySelector("[data-picture]");
              const [, ...boxes] = frame.querySelectorAll("svg rect");
              const first = boxes.map((one) => one.getBoundingClientRect())
                .reduce((one, other) => (other.left < one.left ? other : one));
              const around = frame.getBoundingClientRect(), middle = first.top + first.height / 2;
              const larger = frame.scrollHeight > frame.clientHeight;
              return [larger, frame.scrollTop > 0, middle > around.top && middle < around.bottom];
            }"""
        )
        assert seen == [True, True, True]


def test_long_tables_are_shown_in_part(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each by itself; figures and links of what is shown stay."""
    monkeypatch.setattr("orderloom.platform.web.pages.process_map.ROWS", 2)
    whole = visitor.open("/audit/map").page
    stages = re.search(r"Rows: 2 of (\d+)", whole)
    assert stages is not None
    few, link = whole.count("<tr>"), re.search(r'href="([^"]*all=stages[^"]*)"', whole)
    assert link is not None
    address = unescape(link.group(1))
    assert address.endswith("#h-stages")
    page = visitor.open(address.partition("#")[0]).page
    assert page.count("<tr>") == few + int(stages.group(1)) - 2
    assert "Show fewer" in page
    assert "Show all" in page
    again = [unescape(each) for each in re.findall(r'href="([^"]*)"[^>]*>Show fewer', page)]
    assert "all=" not in again[0]
