"""Fields made of a schema: every definition opens unchanged, whatever it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from parts.panels import Panel
from parts.shared_data import REPOSITORY
from parts.site import Site, open_site, serving
from parts.surfing import complaints, enter, overflow, violations
from playwright.sync_api import Browser, Page, expect

from orderloom.platform.app.drafting import DraftView
from orderloom.platform.codec import dumps, loads
from orderloom.platform.definitions import KINDS, Bundle, read_bundle
from orderloom.platform.web.pages import designers
from orderloom.platform.web.security import THEME_COOKIE

HERE = {"process": "pump-order", "form": "pump-order", "decision": "pump-checks"}
HERE["approval"] = "pump-approval"


@pytest.fixture(scope="module")
def examples() -> dict[str, list[tuple[str, Any]]]:
    """The definitions of all examples, by kind."""
    found: dict[str, list[tuple[str, Any]]] = {kind: [] for kind in KINDS}
    for path in sorted((REPOSITORY / "examples").glob("*/bundle.yaml")):
        bundle = read_bundle(path.parent)
        assert isinstance(bundle, Bundle)
        for one in bundle.documents:
            found[one.kind].append((f"{path.parent.name}/{one.id}", one.value))
    return found


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with a definition of every kind, whose designers are all the plain one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(designers, "DESIGNERS", {})
        with open_site(tmp_path_factory.mktemp("panel")) as site, serving(site) as served:
            for kind in set(KINDS) - set(HERE):
                text = f"kind: {kind}\nid: plain\ntitle: Plain\n"
                saved = site.app.drafting.save(
                    site.actors["ada"], kind, "plain", text, tag=None, bundle="web-tests"
                )
                assert isinstance(saved, DraftView), saved
            yield served


def opened(page: Page, site: Site, kind: str) -> Panel:
    """The definition of a kind that the site has."""
    return Panel(page, site, kind, HERE.get(kind, "plain"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_example_opens_and_nothing_changes(
    page: Page, shown: Site, examples: dict[str, list[tuple[str, Any]]], kind: str
) -> None:
    heard = complaints(page)
    enter(page, shown, "ada")
    panel = opened(page, shown, kind)
    before = panel.raw()
    panel.unfold()
    expect(page.get_by_role("button", name="Save draft")).to_be_disabled()
    assert panel.raw() == before
    for n, (name, value) in enumerate(examples[kind]):
        panel.put(dumps(value).decode())
        # To the last field once is enough; below two levels lies what was seen before.
        panel.unfold(levels=40 if n == 0 else 2)
        assert loads(panel.raw()) == loads(dumps(value)), name
        assert page.locator("ol-panel .ol-pf-wrong").count() == 0, name
    assert heard == []


HOSTILE: dict[str, Any] = {
    "script in a title": {"title": "<img src=x onerror=alert(1)><script>alert(1)</script>"},
    "script in a key": {"steps": [{"<b onclick=alert(1)>": {"<i>": 1}}]},
    "null bodies": {"title": None, "steps": None, "separation": None, "material": [None]},
    "other types": {"title": [1, {"a": 2}], "steps": "none", "separation": 7, "due": {"x": True}},
    "lists for maps": {"separation": [], "escalate": [[[]]], "steps": {"a": {}}},
    "numbers": {"steps": [1, 2.5, -0.0], "due": 1e30},
    "dots and odd keys": {"x-a.b": 1, "": 2, "__proto__x": 3, "constructor": 4, "toString": {}},
    "deep": {"steps": [{"parallel": [{"parallel": [{"parallel": [{"if": "a"}]}]}]}]},
    "long": {"title": "x" * 20_000, "description": {"en": "y\n" * 2_000}},
    "nothing": {},
}


def test_hostile_values_are_text_and_never_throw(page: Page, shown: Site) -> None:
    heard = complaints(page)
    enter(page, shown, "ada")
    panel = opened(page, shown, "approval")
    for name, value in HOSTILE.items():
        whole = {"kind": "approval", "id": "pump-approval", **value}
        panel.put(whole)
        panel.unfold()
        assert panel.value() == loads(json.dumps(whole)), name
    script = HOSTILE["script in a title"]["title"]
    panel.put({"kind": "approval", "id": "pump-approval", "title": script})
    expect(page.locator("textarea[data-at='title']")).to_have_value(script)
    assert page.locator("ol-panel img, ol-panel script").count() == 0
    panel.put({"kind": "approval", "id": "pump-approval", **HOSTILE["other types"]})
    wrong = page.locator("ol-panel .ol-pf-wrong")
    expect(wrong.first).to_contain_text("This is not as the schema says.")
    assert heard == []


def test_what_is_wrong_can_be_replaced(page: Page, shown: Site) -> None:
    enter(page, shown, "ada")
    panel = opened(page, shown, "approval")
    panel.put({"kind": "approval", "id": "pump-approval", "title": "A", "steps": "none"})
    place = page.locator('ol-panel [data-path="steps"]')
    expect(place).to_contain_text('"none"')
    place.get_by_role("button", name="Replace it").press("Enter")
    assert list(panel.value()["steps"][0]) == ["id", "approvers"]


def test_findings_stand_at_their_field_and_lead_to_it(page: Page, shown: Site) -> None:
    enter(page, shown, "ada")
    panel = opened(page, shown, "approval")
    step = {"id": "one", "approvers": "sales", "due": "soon"}
    panel.put({"kind": "approval", "id": "pump-approval", "title": "A", "steps": [step]})
    findings = page.locator("section[aria-labelledby='h-findings']")
    findings.locator("li button").first.wait_for()
    expect(page.locator("[data-at='steps'][data-part='fold'] .ol-st")).to_contain_text("1")
    findings.locator("li button").first.click()
    field = page.locator("input[data-at='steps.0.due']")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("0.10", "0.10"),
        ("12345678901234567890.123456789", "12345678901234567890.123456789"),
        ("1.", None),
        ("1e400", "1e400"),
        ("007", "7"),
        ("", None),
    ],
)
def test_numbers_are_exact(page: Page, shown: Site, typed: str, written: str | None) -> None:
    enter(page, shown, "ada")
    panel = opened(page, shown, "form")
    panel.put('{"kind":"form","id":"pump-order","title":"F","schema":{"multipleOf":0.010}}')
    page.locator("[data-at='schema'][data-part='fold']").click()
    field = page.locator("input[data-at='schema.multipleOf']")
    expect(field).to_have_value("0.010")
    field.fill(typed)
    there = panel.raw().partition('"multipleOf":')[2].partition("}")[0]
    assert there == {"": "", "1.": "0.010"}.get(typed, written)
    alert = page.locator("[data-path='schema.multipleOf'] .ol-err")
    expect(alert.filter(has_text="no number")).to_be_visible(visible=typed == "1.")


@pytest.mark.parametrize(
    ("theme", "width", "language"),
    [("light", 1440, "en"), ("dark", 390, "pl"), ("light", 390, "sk")],
)
def test_it_is_accessible_and_fits(
    browser: Browser, shown: Site, theme: str, width: int, language: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_cookies([{"name": THEME_COOKIE, "value": theme, "url": shown.url}])
    page = context.new_page()
    enter(page, shown, "ada", language)
    long = "total > 1 and " * 6 + "nothing"
    steps = [{"id": "a", "approvers": ["sales"], "if": long, "due": "P1D", "x-a": 1}, 5]
    wrong = {"kind": "approval", "id": "pump-approval", "title": {"en": "A" * 90}, "steps": steps}
    for kind in ("approval", "connector"):
        panel = opened(page, shown, kind)
        if kind == "approval":
            panel.put(wrong)
        panel.unfold()
        page.locator("ol-panel .ol-feel-in, ol-panel input").first.focus()
        assert violations(page) == [], kind
        assert overflow(page) == 0, kind
    context.close()


def test_who_may_only_read_sees_no_way_to_change(page: Page, shown: Site) -> None:
    shown.app.accounts.set_role("auditor", title="Auditor", permissions=["definition.read"])
    enter(page, shown, "erin")
    panel = opened(page, shown, "approval")
    panel.unfold()
    fields = page.locator("ol-panel :is(input, textarea, select):not([disabled])")
    assert fields.count() == 0
    assert page.locator("ol-panel button[data-part='take']").count() == 0
