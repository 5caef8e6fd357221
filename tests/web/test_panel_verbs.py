"""What can be done with fields, by pointer and by keys: both end in the same text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from parts.panels import Panel
from parts.site import Site, open_site, serving
from parts.surfing import complaints, enter
from playwright.sync_api import Browser, BrowserContext, Page, expect

from orderloom.platform.codec import load_yaml
from orderloom.platform.web.pages import designers
from orderloom.platform.web.static_files import module_url

STEPS: list[dict[str, Any]] = [
    {"id": "one", "approvers": "sales", "due": "P1D"},
    {"id": "two", "approvers": ["finance", "sales"]},
    {"id": "three", "approvers": "finance"},
]
START: dict[str, Any] = {
    "kind": "approval",
    "id": "pump-approval",
    "title": "Pumps",
    "steps": STEPS,
}
# A selector, and what is done there. `click fill choose` are a pointer's, `press type keys` a
# keyboard's: `press` gives the focus and presses, `type` also replaces the text, `keys` presses on
# where the focus is.
Act = tuple[str, str, str]
OPEN: list[Act] = [("[data-at='steps'][data-part='fold']", "click", "")]
OPEN_BY_KEY: list[Act] = [("[data-at='steps'][data-part='fold']", "press", "Enter")]


def fold(at: str, by: str = "click") -> Act:
    return (f"[data-at='{at}'][data-part='fold']", by, "" if by == "click" else "Enter")


def steps(*changed: Any) -> dict[str, Any]:
    return {**START, "steps": list(changed)}


ONE, TWO, THREE = STEPS
EMPTY = {"id": "", "approvers": ""}
ADD = "[data-at='steps'][data-part='add']"
VERBS: dict[str, tuple[list[Act], list[Act], Any]] = {
    "set a text": (
        [("[data-at='title']", "fill", "Valves")],
        [("[data-at='title']", "type", "Valves")],
        {**START, "title": "Valves"},
    ),
    "clear a field": (
        [*OPEN, fold("steps.0"), ("[data-at='steps.0.due']", "fill", "")],
        [*OPEN_BY_KEY, fold("steps.0", "press"), ("[data-at='steps.0.due']", "type", "")],
        steps({"id": "one", "approvers": "sales"}, TWO, THREE),
    ),
    "add an entry": (
        [*OPEN, (ADD, "click", "")],
        [*OPEN_BY_KEY, (ADD, "press", "Enter")],
        steps(*STEPS, EMPTY),
    ),
    "remove an entry": (
        [*OPEN, fold("steps.1"), ("[data-at='steps.1'][data-part='take']", "click", "")],
        [
            *OPEN_BY_KEY,
            fold("steps.1", "press"),
            ("[data-at='steps.1'][data-part='take']", "press", "Enter"),
        ],
        steps(ONE, THREE),
    ),
    "move an entry": (
        [*OPEN, fold("steps.2"), ("[data-at='steps.2'][data-part='up']", "click", "")],
        [
            *OPEN_BY_KEY,
            fold("steps.2", "press"),
            ("[data-at='steps.2'][data-part='up']", "press", " "),
        ],
        steps(ONE, THREE, TWO),
    ),
    "copy an entry": (
        [*OPEN, fold("steps.0"), ("[data-at='steps.0'][data-part='copy']", "click", "")],
        [
            *OPEN_BY_KEY,
            fold("steps.0", "press"),
            ("[data-at='steps.0'][data-part='copy']", "press", "Enter"),
        ],
        steps(ONE, ONE, TWO, THREE),
    ),
    "one becomes a list": (
        [
            *OPEN,
            fold("steps.0"),
            ("[data-at='steps.0.approvers'][data-part='form']", "choose", "List"),
        ],
        [
            *OPEN_BY_KEY,
            fold("steps.0", "press"),
            ("[data-at='steps.0.approvers'][data-part='form']", "press", "L"),
        ],
        steps({**ONE, "approvers": ["sales"]}, TWO, THREE),
    ),
    "a role becomes a description": (
        [
            *OPEN,
            fold("steps.2"),
            ("[data-at='steps.2.approvers'][data-part='form']", "choose", "Holders of a role"),
        ],
        [
            *OPEN_BY_KEY,
            fold("steps.2", "press"),
            ("[data-at='steps.2.approvers'][data-part='form']", "press", "H"),
        ],
        steps(ONE, TWO, {**THREE, "approvers": {"role": "finance"}}),
    ),
    "choose yes": (
        [
            ("[data-at=''][data-part='field']", "choose", "Separation of duties"),
            ("[data-at=''][data-part='field'] + button", "click", ""),
            ("[data-at='separation.delegates']", "choose", "Yes"),
        ],
        [
            ("[data-at=''][data-part='field']", "press", "S"),
            ("[data-at=''][data-part='field'] + button", "press", "Enter"),
            ("[data-at='separation.delegates']", "press", "Y"),
        ],
        {**START, "separation": {"delegates": True}},
    ),
    "a text per language": (
        [("[data-path='title'] .ol-link", "click", "")],
        [("[data-path='title'] .ol-link", "press", "Enter")],
        {**START, "title": {"en": "Pumps"}},
    ),
}
LABELS = {"kind": "decision", "id": "pump-checks", "title": "C", "labels": {"a": "A", "b": "B"}}
KEYS: dict[str, tuple[list[Act], list[Act], Any]] = {
    "add a key": (
        [
            fold("labels"),
            ("[data-at='labels'][data-part='new']", "fill", "c"),
            ("[data-at='labels'][data-part='new'] + button", "click", ""),
            ("textarea[data-at='labels.c']", "fill", "C"),
        ],
        [
            fold("labels", "press"),
            ("[data-at='labels'][data-part='new']", "type", "c"),
            ("", "keys", "Enter"),
            ("textarea[data-at='labels.c']", "type", "C"),
        ],
        {"a": "A", "b": "B", "c": "C"},
    ),
    "rename a key": (
        [
            fold("labels"),
            ("[data-at='labels.a'][data-part='name']", "fill", "z"),
            ("[data-at='title']", "click", ""),
        ],
        [
            fold("labels", "press"),
            ("[data-at='labels.a'][data-part='name']", "type", "z"),
            ("", "keys", "Tab"),
        ],
        {"z": "A", "b": "B"},
    ),
    "remove a key": (
        [fold("labels"), ("[data-at='labels.a'][data-part='take']", "click", "")],
        [fold("labels", "press"), ("[data-at='labels.a'][data-part='take']", "press", "Enter")],
        {"b": "B"},
    ),
    "move a key": (
        [fold("labels"), ("[data-at='labels.b'][data-part='up']", "click", "")],
        [fold("labels", "press"), ("[data-at='labels.b'][data-part='up']", "press", "Enter")],
        {"b": "B", "a": "A"},
    ),
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(designers, "DESIGNERS", {})
        with open_site(tmp_path_factory.mktemp("verbs")) as site, serving(site) as served:
            yield served


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One tab for all verbs: what is shown is put anew for each."""
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    yield made
    made.close()


@pytest.fixture(scope="module")
def approval(context: BrowserContext, shown: Site) -> Panel:
    page = context.new_page()
    enter(page, shown, "ada")
    return Panel(page, shown, "approval", "pump-approval")


@pytest.fixture(scope="module")
def decision(context: BrowserContext, shown: Site) -> Panel:
    page = context.new_page()
    enter(page, shown, "ada")
    return Panel(page, shown, "decision", "pump-checks")


def act(page: Page, acts: list[Act]) -> None:
    for selector, verb, what in acts:
        if verb == "keys":
            page.keyboard.press(what)
            continue
        place = page.locator(f"ol-panel {selector}").first
        if verb == "click":
            place.click()
        elif verb == "fill":
            place.fill(what)
        elif verb == "choose":
            place.select_option(label=what)
        else:
            place.focus()
        if verb == "press":
            page.keyboard.press(what)
        elif verb == "type":
            page.keyboard.press("Control+A")
            page.keyboard.press("Delete")
            page.keyboard.type(what)


def done(panel: Panel, start: Any, acts: list[Act]) -> str:
    """The text of the definition after that."""
    panel.put(start)
    panel.page.evaluate(
        "document.querySelectorAll('ol-panel details').forEach(d => d.open = false)"
    )
    act(panel.page, acts)
    return panel.text()


def value_of(text: str) -> Any:
    return load_yaml(text).value


@pytest.mark.parametrize("name", list(VERBS))
def test_fields(approval: Panel, name: str) -> None:
    pointer, keys, expected = VERBS[name]
    by_pointer = done(approval, START, pointer)
    assert value_of(by_pointer) == expected
    assert done(approval, START, keys) == by_pointer


@pytest.mark.parametrize("name", list(KEYS))
def test_maps(decision: Panel, name: str) -> None:
    pointer, keys, expected = KEYS[name]
    by_pointer = done(decision, LABELS, pointer)
    found = value_of(by_pointer)["labels"]
    assert list(found.items()) == list(expected.items())
    assert done(decision, LABELS, keys) == by_pointer


def test_a_renamed_key_keeps_the_focus_and_stays_open(decision: Panel) -> None:
    page = decision.page
    decision.put({**LABELS, "labels": {"a": {"en": "A"}, "b": "B"}})
    page.evaluate("document.querySelectorAll('ol-panel details').forEach(d => d.open = false)")
    act(page, [fold("labels"), ("[data-at='labels.a'][data-part='name']", "type", "c")])
    page.keyboard.press("Enter")
    expect(page.locator("[data-at='labels.c'][data-part='name']")).to_be_focused()
    expect(page.locator("#design-said")).to_have_text("a is called c now.")
    # A name that is taken, or none at all, changes nothing.
    for name, said in (("b", "b is there already."), ("", "A name is missing.")):
        act(page, [("[data-at='labels.c'][data-part='name']", "type", name)])
        page.keyboard.press("Enter")
        expect(page.locator("#design-said")).to_have_text(said)
    assert list(decision.value()["labels"]) == ["c", "b"]


OPENS_AND_CHANGES = """async (url) => {
  const { store } = await import(url);
  const fold = document.querySelector("ol-panel [data-at='steps.1.approvers'][data-part='fold']");
  fold.closest("details").open = true;
  store.change((whole) => { whole.steps[1].approvers = "finance"; });
}"""


def test_a_fold_that_opens_may_make_room_for_another_control(approval: Panel) -> None:
    """That it is open is told later than it opens."""
    page = approval.page
    heard = complaints(page)
    approval.put(START)
    page.evaluate("document.querySelectorAll('ol-panel details').forEach(d => d.open = false)")
    act(page, [*OPEN, fold("steps.1")])
    page.evaluate(OPENS_AND_CHANGES, page.url.partition("/definitions")[0] + module_url("store.js"))
    expect(page.locator("ol-panel [data-at='steps.1.approvers'][data-part='fold']")).to_have_count(
        0
    )
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    assert heard == []


def test_help_is_reached_by_keys(approval: Panel) -> None:
    page = approval.page
    approval.put(START)
    field = page.locator("ol-panel [data-at='title']").first
    hint = page.locator(f"#{str(field.get_attribute('aria-describedby')).split(' ')[0]}")
    expect(hint).to_be_hidden()
    expect(hint).to_contain_text("What people call it")
    asks = page.locator("ol-panel").get_by_role("button", name="What is “Title”?").first
    asks.press("Enter")
    expect(asks).to_have_attribute("aria-expanded", "true")
    expect(hint).to_be_visible()
    asks.press(" ")
    expect(hint).to_be_hidden()


def test_names_of_the_bundle_are_offered_and_lead_there(approval: Panel) -> None:
    page = approval.page
    approval.put({**START, "matrix": "pump-checks"})
    field = page.locator("ol-panel input[data-at='matrix']")
    field.focus()
    offered = page.locator(f"#{field.get_attribute('list')} option")
    expect(offered).to_have_count(1)
    expect(offered).to_have_attribute("value", "pump-checks")
    link = page.locator("ol-panel [data-path='matrix'] a")
    expect(link).to_have_attribute("href", "/definitions/decision/pump-checks/design")
    field.fill("nothing")
    expect(link).to_be_hidden()


def test_a_long_list_is_shown_a_part_at_a_time(approval: Panel) -> None:
    rows = [{"id": f"s-{n}", "approvers": "sales"} for n in range(2_000)]
    approval.put({**START, "steps": rows})
    page = approval.page
    page.evaluate("document.querySelectorAll('ol-panel details').forEach(d => d.open = false)")
    act(page, OPEN)
    entries = page.locator("ol-panel [data-path='steps'] .ol-pf-rows").first.locator("> .ol-pf")
    expect(entries).to_have_count(50)
    page.get_by_role("button", name="Show 50 more of 1950").click()
    expect(entries).to_have_count(100)
    act(page, [(ADD, "click", "")])
    assert len(approval.value()["steps"]) == 2_001


def test_undo_and_redo_keep_the_focus_and_the_caret(approval: Panel) -> None:
    page = approval.page
    approval.put(START)
    field = page.locator("ol-panel [data-at='title']").first
    field.focus()
    page.keyboard.press("End")
    page.keyboard.type(" and valves")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="Undo").click()
    expect(field).to_have_value("Pumps")
    page.get_by_role("button", name="Redo").click()
    expect(field).to_have_value("Pumps and valves")
    # What is written into the draft from elsewhere leaves the field that is being typed in alone.
    field.focus()
    page.keyboard.press("End")
    approval.put({**START, "title": "Pumps and valves", "owner": "Sales"})
    expect(field).to_be_focused()
    page.keyboard.type("!")
    expect(field).to_have_value("Pumps and valves!")
    assert approval.value()["owner"] == "Sales"


SPANS = {
    "PT8H": "8 hours",
    "P1DT30M": "1 day, 30 minutes",
    "2 working days": "2 days of working time",
    "P1Y6M": "1 year, 6 months",
    "soon": "",
}


def test_a_duration_is_said_in_words(approval: Panel) -> None:
    approval.put({**START, "due": "P1D"})
    field = approval.page.locator("ol-panel input[data-at='due']")
    echo = approval.page.locator("ol-panel > .ol-pf [data-path='due'] .ol-pf-echo")
    for text, words in SPANS.items():
        field.fill(text)
        expect(echo).to_have_text(words)


def test_unknown_keys_are_kept_and_shown(approval: Panel) -> None:
    approval.put({**START, "x-note": {"a": [1, "two"]}, "unknown": True})
    shown_text = approval.page.locator("ol-panel .ol-pf-strange pre")
    expect(shown_text).to_contain_text("x-note:\n  a:\n    - 1\n    - two")
    expect(shown_text).to_contain_text("unknown: true")
    act(approval.page, [("[data-at='title']", "fill", "Other")])
    assert approval.value()["x-note"] == {"a": [1, "two"]}
    assert approval.value()["unknown"] is True
