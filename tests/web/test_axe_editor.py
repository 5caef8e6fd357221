"""Every page of the editor: accessible, no wider than the window, without complaints."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from parts.site import Site, open_site, serving
from parts.surfing import complaints, dress, enter, in_the_dark, overflow, violations
from playwright.sync_api import Browser, Page

from orderloom.platform.app.drafting import DraftView
from orderloom.platform.web.security import THEME_COOKIE

WINDOWS = {"wide": (1440, 900), "phone": (390, 844)}
WIDE = "Postępowanie w sprawie zamówienia wymagającego zgody kilku osób równocześnie " * 3
KINDS = ("process", "form", "decision", "approval")
# What stands on a designer once its scripts are done.
DRAWN = {
    "process": "#outline [role=row]",
    "form": "[role=treeitem]",
    "decision": "td[data-r][data-c]",
    "approval": "ol-panel",
}


def drafts(site: Site) -> list[str]:
    """A draft with a finding and a long title of one definition of each kind; their addresses."""
    ada, found, bundle = site.actors["ada"], [], ""
    for kind in KINDS:
        lines = site.app.views.definitions(ada)
        assert isinstance(lines, tuple)
        id_ = next(each.id for each in lines if each.kind == kind)
        view = site.app.drafting.one(ada, kind, id_)
        assert isinstance(view, DraftView)
        value = {**(view.value or {}), "title": WIDE, "nonsense": [kind]}
        done = site.app.drafting.change(ada, kind, id_, value, tag=view.tag)
        assert isinstance(done, DraftView), done
        bundle = done.bundle
        found += [f"/definitions/{kind}/{id_}/edit", f"/definitions/{kind}/{id_}/differences"]
    return [*found, f"/bundles/{bundle}/publish", "/definitions"]


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, list[str]]]:
    with open_site(tmp_path_factory.mktemp("editor")) as site:
        paths = drafts(site)
        with serving(site) as served:
            yield served, paths


@pytest.mark.parametrize(("window", "language"), [("wide", "sk"), ("phone", "pl")])
def test_pages(
    browser: Browser,
    edited: tuple[Site, list[str]],
    window: str,
    language: str,
) -> None:
    site, paths = edited
    width, height = WINDOWS[window]
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_cookies([{"name": THEME_COOKIE, "value": "light", "url": site.url}])
    page = context.new_page()
    heard = complaints(page)
    enter(page, site, "ada", language)
    wrong = {}
    for path in paths:
        page.goto(f"{site.url}{path}")
        wrong[path] = looked_at(page)
    for kind, drawn in DRAWN.items():
        (path,) = [each for each in paths if each.endswith("/edit") and f"/{kind}/" in each]
        page.goto(f"{site.url}{path.removesuffix('edit')}design")
        page.locator(drawn).first.wait_for()
        wrong[f"design of {kind}"] = looked_at(page)
    # With what is wrong as it comes while one types, and with what stops publishing.
    page.goto(f"{site.url}{paths[0]}")
    page.locator("section:has(#text) .card-header button").click()
    page.fill("#text", "kind: process\nstages: [\n")
    page.locator("#findings li").first.wait_for()
    wrong["typed"] = looked_at(page)
    page.goto(f"{site.url}{paths[-2]}")
    with page.expect_navigation():
        page.click("form.card button.btn-primary")
    wrong["stopped"] = looked_at(page)
    context.close()
    assert {name: found for name, found in wrong.items() if found} == {}, wrong
    assert [each for each in heard if "Failed to load resource" not in each] == []


def looked_at(page: Page) -> list[str]:
    wide = overflow(page)
    found = [*violations(page), *in_the_dark(page), *([f"wider by {wide}"] if wide else [])]
    # It is worked on in the light.
    dress(page, "light")
    return found
