"""What pages load: from the CDN with integrity, or everything from our own origin."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from parts.site import Site, open_site, serving
from parts.surfing import complaints, enter
from playwright.sync_api import Browser

from orderloom.platform.web.assets import (
    CDN,
    LOCAL,
    STATIC,
    Asset,
    assets,
    integrity_of,
    is_vendored,
)
from orderloom.platform.web.vendor import vendor

LOADED = re.compile(r"<(?:script|link)\b[^>]*?(?:src|href)=\"([^\"]+)\"[^>]*>")


@pytest.fixture(scope="module")
def local_site(tmp_path_factory: pytest.TempPathFactory, node_modules: Path) -> Iterator[Site]:
    vendor(node_modules, STATIC / "vendor")
    home = tmp_path_factory.mktemp("local")
    with open_site(home, assets="local") as site, serving(site):
        yield site


def test_what_comes_from_the_cdn_is_pinned_and_checked(live_site: Site) -> None:
    page = httpx2.get(f"{live_site.url}/sign-in").text
    outside = [tag for tag in LOADED.finditer(page) if tag[1].startswith("http")]
    assert {tag[1] for tag in outside} <= {each.url(local=False) for each in assets().values()}
    assert len(outside) >= 2
    for tag in outside:
        assert 'integrity="sha384-' in tag[0]
        assert 'crossorigin="anonymous"' in tag[0]
    assert "woff2" not in page


def test_local_assets_leave_nothing_to_others(local_site: Site) -> None:
    answer = httpx2.get(f"{local_site.url}/sign-in")
    assert CDN not in answer.text
    assert "jsdelivr" not in answer.headers["content-security-policy"]
    ours = [tag[1] for tag in LOADED.finditer(answer.text) if tag[1].startswith(LOCAL)]
    assert len(ours) >= 2
    pinned = {each.url(local=True): each.integrity for each in assets().values()}
    for path in ours:
        served = httpx2.get(local_site.url + path)
        assert served.status_code == 200
        assert integrity_of(served.content) == pinned[path]


def test_what_arrives_while_the_program_runs_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orderloom.platform.web.assets.STATIC", tmp_path)
    asset = Asset("font", "1.0.0", "one.woff2", "sha384-x")
    assert not is_vendored(asset)
    file = tmp_path / "vendor" / asset.path
    file.parent.mkdir(parents=True)
    file.write_bytes(b"font")
    assert is_vendored(asset)


@pytest.mark.parametrize("mode", ["cdn", "local"])
def test_styles_scripts_and_fonts_arrive(
    browser: Browser, live_site: Site, local_site: Site, mode: str
) -> None:
    site = {"cdn": live_site, "local": local_site}[mode]
    context = browser.new_context()
    if mode == "local":
        context.route(f"{CDN}**", lambda route: route.abort())
    page = context.new_page()
    heard = complaints(page)
    enter(page, site, "bob")
    page.goto(f"{site.url}/tasks")
    assert page.evaluate("typeof htmx") == "object"
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith("Inter")
    assert page.evaluate("document.fonts.load('14px Inter').then(found => found.length)") >= 1
    assert page.evaluate(
        "performance.getEntriesByType('resource').filter(e => e.name.includes('woff2'))"
        f".every(e => e.name.startsWith('{site.url}/'))"
    )
    context.close()
    assert heard == []
