"""The designer of approvals shows every approval there is and changes nothing by showing it; what
is half written is text; the people of a sample are named."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
from parts.asking import ask
from parts.constructs import CASES
from parts.examples import EXAMPLES, folder
from parts.site import LINES, Site, open_site, serving
from parts.surfing import complaints, enter, overflow, violations
from playwright.sync_api import Browser, Page, expect

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.codec import load_yaml
from orderloom.platform.web.security import THEME_COOKIE
from orderloom.platform.web.static_files import module_url

ID: Final = "pump-approval"
DESIGN: Final = f"/definitions/approval/{ID}/design"
WINDOWS: Final = {"wide": (1440, 900), "phone": (390, 844)}
LONG: Final = "Zatwierdzenie przez osoby odpowiedzialne za warunki handlowe i terminy dostaw " * 2
SCRIPT: Final = "<script>alert(1)</script><img src=x onerror=alert(2)>"

EXAMPLE: Final = [
    each.value
    for name in EXAMPLES
    for each in open_bundle(folder(name)).documents
    if each.kind == "approval"
]
CONSTRUCT: Final = list(
    {
        json.dumps(each, sort_keys=True, default=str): each
        for case in load_yaml((CASES / "approvals.yaml").read_text(encoding="utf-8")).value
        for each in case.get("more", ())
        if each["kind"] == "approval"
    }.values()
)
STEP: Final[Mapping[str, Any]] = {"id": "a", "approvers": "finance"}
HOSTILE: Final[Mapping[str, Mapping[str, Any]]] = {
    "nothing": {},
    "steps are nothing": {"steps": None},
    "steps are a text": {"steps": SCRIPT},
    "steps are a map": {"steps": {"a": STEP}},
    "strange steps": {"steps": [None, 5, SCRIPT, [STEP], True, {}]},
    "strange groups": {
        "steps": [{"parallel": None}, {"parallel": SCRIPT}, {"parallel": [None, 7]}]
    },
    "scripts": {
        "title": SCRIPT,
        "steps": [{"id": SCRIPT, "title": {"en": SCRIPT}, "approvers": SCRIPT, "if": SCRIPT}],
    },
    "wrong types": {
        "steps": [
            {**STEP, "title": 5, "if": {"a": 1}, "mode": [1], "due": {}, "remind": {"x": None}},
            {**STEP, "title": {"en": {"a": 1}}, "mode": {"none": 1}, "escalate": "x", "edit": 7},
            {**STEP, "approvers": [None, 5, {"role": None}, {"manager_of": [1], "level": "x"}]},
            {**STEP, "approvers": {"role": "a", "unit": {}, "where": []}, "expire": [1]},
        ]
    },
    "wrong rules": {
        "steps": [STEP],
        "separation": "all",
        "on_reject": {"a": 1},
        "material": 5,
        "undo": [],
        "for_each": {"x": 1},
        "key": None,
    },
    "matrix of nothing": {"matrix": "no-such-matrix"},
    "matrix that is a script": {"matrix": SCRIPT},
    "matrix that is a map": {"matrix": {"a": 1}},
    "both": {"steps": [STEP], "matrix": "tier"},
    "many": {"steps": [{**STEP, "id": f"a{n}", "title": f"Step {n}"} for n in range(300)]},
}

PUT: Final = """async ([url, exact, text]) => {
  const { store } = await import(url);
  const { parse, same } = await import(exact);
  const wanted = parse(text);
  store.change((value) => {
    for (const key of Object.keys(value)) delete value[key];
    Object.assign(value, wanted);
  });
  for (const card of document.querySelectorAll("#design-approval-lanes .ol-ap-card")) {
    card.click();
    if (card.dataset.path.startsWith("steps.1")) break;
  }
  return [
    document.querySelectorAll("#design-approval-lanes .ol-ap-card").length,
    document.querySelectorAll("#design-approval-steps tbody tr").length,
    same(store.value, wanted),
    document.querySelectorAll("main script, main img").length,
  ];
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("approvals")) as opened, serving(opened) as served:
        yield served


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    heard = complaints(opened)
    enter(opened, site, "ada")
    opened.goto(f"{site.url}{DESIGN}")
    opened.locator(".ol-ap-card").first.wait_for()
    yield opened
    context.close()
    # A decision that is not there, a sample that is not found: refused, and told on the page.
    assert [each for each in heard if "Failed to load resource" not in each] == []


def put(page: Page, value: Mapping[str, Any]) -> tuple[int, int, bool, int]:
    """Shows a value; the cards, the rows, whether it is the same still, and what was made of it
    that is no text."""
    text = json.dumps(value, default=str)
    found = ask(page, PUT, [module_url("store.js"), module_url("exact.js"), text])
    return found[0], found[1], found[2], found[3]


def steps_of(value: Mapping[str, Any]) -> int:
    return sum(len(each.get("parallel", [each])) for each in value.get("steps") or ())


def test_every_approval_is_shown_and_not_changed(page: Page) -> None:
    assert len(CONSTRUCT) > 50
    wrong = {}
    for value in [*EXAMPLE, *CONSTRUCT]:
        found = put(page, {**value, "id": ID})
        if "matrix" not in value and found != (steps_of(value), steps_of(value), True, 0):
            wrong[str(value)] = found
        if not found[2]:
            wrong[str(value)] = found
    assert wrong == {}


def test_what_is_half_written_is_text(page: Page) -> None:
    wrong = {}
    for name, more in HOSTILE.items():
        found = put(page, {"kind": "approval", "id": ID, "title": "T", **more})
        if found[2:] != (True, 0):
            wrong[name] = found
    assert wrong == {}
    put(page, {"kind": "approval", "id": ID, "title": "T", **HOSTILE["scripts"]})
    expect(page.locator(".ol-ap-card .ol-ap-t")).to_have_text(SCRIPT)
    assert put(page, {"kind": "approval", "id": ID, **HOSTILE["many"]})[0] == 300
    # Typing in one of three hundred steps stays quick: cards that are the same are not made anew.
    made = ask(
        page,
        """async () => {
          const seen = [];
          const look = new MutationObserver((list) => seen.push(...list));
          const last = document.querySelector('[data-path="steps.299"]');
          const field = document.querySelector('[data-cell="steps.0.if"]');
          const begun = performance.now();
          field.value = "total > 1";
          field.dispatchEvent(new Event("input"));
          const took = performance.now() - begun;
          look.disconnect();
          return [last === document.querySelector('[data-path="steps.299"]'), took];
        }""",
    )
    assert made[0] is True
    assert made[1] < 1_000


def test_the_people_of_an_order(site: Site, page: Page) -> None:
    """The sentence, the lanes that are lit, and the answer that follows the draft."""
    number = str(site.order("alice").number)
    page.locator("#try-order").fill(number)
    page.locator("#try-order").press("Enter")
    answer = page.locator("#design-approval-answer")
    expect(answer.locator(".ol-ap-sentence")).to_have_text("Would go to Bob.")
    expect(answer).to_contain_text(f"For {number}, ordered by Alice")
    expect(page.locator(".ol-ap-card.lit")).to_have_count(1)
    expect(page.locator(".ol-ap-card.off")).to_contain_text("Is not asked")
    page.locator('[data-cell="steps.1.if"]').fill("total > 1000")
    expect(answer.locator(".ol-ap-sentence")).to_have_text("Would go to Bob, then to Carol.")
    page.locator('[data-cell="steps.1.approvers"]').fill("sales")
    expect(answer.locator(".ol-ap-warn")).to_contain_text("separation of duties")
    page.locator("#try-order").fill("PO-0000-000000")
    page.get_by_role("button", name="Find people").click()
    expect(answer.locator(".ol-note.bad")).to_contain_text("There is no order PO-0000-000000.")
    expect(page.locator(".ol-ap-card.lit")).to_have_count(0)
    page.get_by_role("button", name="Clear").click()
    expect(answer).to_be_empty()


def test_the_people_of_data(page: Page) -> None:
    page.locator("#try-sort").select_option("data")
    page.locator("#try-by").fill("alice")
    page.locator("#try-json").fill(json.dumps({"customer": "X", "currency": "EUR", "lines": LINES}))
    page.get_by_role("button", name="Find people").click()
    expect(page.locator(".ol-ap-sentence")).to_contain_text("Bob")
    page.locator("#try-json").fill("{")
    page.get_by_role("button", name="Find people").click()
    expect(page.locator("#design-approval-answer .ol-note.bad")).to_be_visible()


@pytest.mark.parametrize(("theme", "language"), [("light", "sk"), ("dark", "pl")])
@pytest.mark.parametrize("window", list(WINDOWS))
def test_accessible_and_no_wider_than_the_window(
    browser: Browser, site: Site, window: str, theme: str, language: str
) -> None:
    width, height = WINDOWS[window]
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_cookies([{"name": THEME_COOKIE, "value": theme, "url": site.url}])
    page = context.new_page()
    enter(page, site, "ada", language)
    page.goto(f"{site.url}{DESIGN}")
    page.locator(".ol-ap-card").first.wait_for()
    title = {"en": LONG, "pl": LONG, "sk": LONG}
    long = {**STEP, "title": title, "if": f'total > 1000000 and customer = "{LONG}"'}
    put(
        page,
        {"kind": "approval", "id": ID, "title": LONG, "steps": [long, {"parallel": [long, STEP]}]},
    )
    page.locator("#try-sort").select_option("data")
    page.locator("#try-by").fill("alice")
    page.locator("#try-by").press("Enter")
    page.locator("#design-approval-answer > *").first.wait_for()
    assert (overflow(page), violations(page)) == (0, [])
    matrix = {"kind": "decision", "id": "who", "title": LONG}
    page.route(
        "**/design/matrix?*",
        lambda route: route.fulfill(json={"value": {**matrix, **ROWS}, "findings": []}),
    )
    put(page, {"kind": "approval", "id": ID, "title": LONG, "matrix": "who"})
    page.locator("#design-approval-levels .ol-ap-card").first.click()
    assert (overflow(page), violations(page)) == (0, [])
    context.close()


ROWS: Final[Mapping[str, Any]] = {
    "inputs": [{"name": "total", "type": "number"}, {"name": "category", "type": "string"}],
    "outputs": [{"name": name} for name in ("step", "level", "role", "quorum", "due")],
    "labels": {"step=finance": LONG},
    "rules": [
        {"id": "one", "when": ["> 1000", "-"], "then": ['"boss"', 1, '"manager"', "-", '"P1D"']},
        {
            "id": "two",
            "when": {"total": "> 5000"},
            "then": {"step": '"finance"', "level": 2, "role": '"finance"'},
        },
        {"id": "three", "then": {"step": '"legal"', "level": "2", "role": '"legal"', "quorum": 2}},
        {"when": None, "then": [None]},
        None,
    ],
}
