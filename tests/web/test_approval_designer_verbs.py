"""Each verb of the designer of approvals by pointer and by keys: both end in the same text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest
from parts.asking import ask
from parts.site import Site, open_site, serving
from parts.surfing import complaints, enter
from playwright.sync_api import Browser, Page, expect

from orderloom.platform.app.drafting import DraftView
from orderloom.platform.codec import loads
from orderloom.platform.web.static_files import module_url

ID: Final = "pump-approval"
DESIGN: Final = f"/definitions/approval/{ID}/design"
A: Final = {"id": "a", "title": {"en": "Anna", "pl": "Ania"}, "approvers": "sales-manager"}
B: Final = {"id": "b", "approvers": "finance", "due": "8 working hours"}
C: Final = {"id": "c", "approvers": "finance", "mode": {"quorum": 2}}
D: Final = {"id": "d", "approvers": {"manager_of": "order.requester"}}
BASE: Final[Mapping[str, Any]] = {
    "kind": "approval",
    "id": ID,
    "title": "Approve",
    "steps": [A, {"parallel": [B, C]}, D],
}
PA, PB, PC, PD = "steps.0", "steps.1.parallel.0", "steps.1.parallel.1", "steps.2"
Do = Callable[[Page], None]


def card(page: Page, path: str) -> Any:
    return page.locator(f'#design-approval-lanes [data-path="{path}"]')


def pressed(path: str, verb: str) -> Do:
    """Chooses a step with the pointer, then the button of the bar."""

    def do(page: Page) -> None:
        card(page, path).click()
        page.locator(f'#design-approval-bar [data-verb="{verb}"]').click()

    return do


def in_table(path: str, verb: str) -> Do:
    return lambda page: page.locator(f'[data-cell="{path}.{verb}"]').click()


def keys(path: str, *pressed_: str) -> Do:
    def do(page: Page) -> None:
        card(page, path).focus()
        for key in pressed_:
            page.keyboard.press(key)

    return do


def dragged(path: str, target: str) -> Do:
    def do(page: Page) -> None:
        card(page, path).drag_to(page.locator(f"#design-approval-lanes {target}"))

    return do


def renamed(begin: Do) -> Do:
    def do(page: Page) -> None:
        begin(page)
        page.keyboard.type("Han")
        # What is found meanwhile shows the lanes anew, but not what is being typed.
        ask(page, FOUND, module_url("store.js"))
        page.keyboard.type("na")
        page.keyboard.press("Enter")

    return do


FOUND: Final = """async (url) => {
  const { store } = await import(url);
  store.dispatchEvent(new Event("checked"));
}"""
NEW: Final = {"id": "step", "approvers": "sales-manager"}
# verb → (by pointer, by keys, the steps that both end in)
VERBS: Final[Mapping[str, tuple[Do, Do, list[Any]]]] = {
    "add after": (
        pressed(PA, "after"),
        keys(PA, "a"),
        [A, NEW, {"parallel": [B, C]}, D],
    ),
    "add before": (
        pressed(PA, "before"),
        keys(PA, "b"),
        [NEW, A, {"parallel": [B, C]}, D],
    ),
    "add beside": (
        pressed(PA, "beside"),
        keys(PA, "p"),
        [{"parallel": [A, NEW]}, {"parallel": [B, C]}, D],
    ),
    "duplicate": (
        pressed(PB, "duplicate"),
        keys(PB, "d"),
        [A, {"parallel": [B, {**B, "id": "b-2"}, C]}, D],
    ),
    "delete": (pressed(PC, "remove"), keys(PC, "Delete"), [A, B, D]),
    "move earlier": (
        pressed(PD, "earlier"),
        keys(PD, "Alt+ArrowLeft"),
        [A, D, {"parallel": [B, C]}],
    ),
    "move later": (
        pressed(PA, "later"),
        keys(PA, "Alt+ArrowRight"),
        [{"parallel": [B, C]}, A, D],
    ),
    "move out": (pressed(PB, "earlier"), keys(PB, "Alt+ArrowLeft"), [A, B, C, D]),
    "join the one before": (
        pressed(PD, "join_before"),
        keys(PD, "Alt+Shift+ArrowLeft"),
        [A, {"parallel": [B, C, D]}],
    ),
    "join the one after": (
        pressed(PA, "join_after"),
        keys(PA, "Alt+Shift+ArrowRight"),
        [{"parallel": [A, B, C]}, D],
    ),
    "move down beside": (
        in_table(PB, "down"),
        keys(PB, "Alt+ArrowDown"),
        [A, {"parallel": [C, B]}, D],
    ),
    "drag beside": (
        dragged(PD, f'[data-path="{PC}"]'),
        keys(PD, "Alt+Shift+ArrowLeft"),
        [A, {"parallel": [B, C, D]}],
    ),
    "drag between": (
        dragged(PD, '[data-gap="0"]'),
        keys(PD, "Alt+ArrowLeft", "Alt+ArrowLeft"),
        [D, A, {"parallel": [B, C]}],
    ),
    "rename": (
        renamed(pressed(PA, "rename")),
        renamed(keys(PA, "F2")),
        [{**A, "title": {"en": "Hanna", "pl": "Ania"}}, {"parallel": [B, C]}, D],
    ),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("verbs")) as opened, serving(opened) as served:
        save(served, BASE)
        yield served


def save(site: Site, value: Mapping[str, Any]) -> None:
    view = site.app.drafting.one(site.actors["ada"], "approval", ID)
    assert isinstance(view, DraftView)
    done = site.app.drafting.change(site.actors["ada"], "approval", ID, value, tag=view.tag)
    assert isinstance(done, DraftView), done


@pytest.fixture(scope="module")
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    heard = complaints(opened)
    enter(opened, site, "ada")
    opened.goto(f"{site.url}{DESIGN}")
    card(opened, PD).wait_for()
    yield opened
    context.close()
    assert [each for each in heard if "Failed to load resource" not in each] == []


def value_of(page: Page) -> Any:
    """The draft as the page holds it."""
    text = ask(
        page,
        """async ([store, exact]) => {
          const [one, other] = await Promise.all([import(store), import(exact)]);
          return other.stringify(one.store.value);
        }""",
        [module_url("store.js"), module_url("exact.js")],
    )
    return loads(text)


def text_of(site: Site, page: Page) -> str:
    written = site.app.drafting.written(site.actors["ada"], "approval", ID, value_of(page))
    assert isinstance(written, str), written
    return written


def undo_all(page: Page) -> None:
    """Back to what is saved: the button, as often as it can be pressed."""
    button = page.get_by_role("button", name="Undo", exact=True)
    while button.is_enabled():
        button.click()


@pytest.mark.parametrize("name", list(VERBS))
def test_verb_by_pointer_and_by_keys(site: Site, page: Page, name: str) -> None:
    by_pointer, by_keys, steps = VERBS[name]
    before = text_of(site, page)
    texts = []
    for do in (by_pointer, by_keys):
        do(page)
        assert value_of(page)["steps"] == steps
        texts.append(text_of(site, page))
        undo_all(page)
        assert text_of(site, page) == before
    assert texts[0] == texts[1] != before


def test_undo_and_redo(site: Site, page: Page) -> None:
    """Both by the buttons and by the keys."""
    before = text_of(site, page)
    keys(PA, "a")(page)
    after = text_of(site, page)
    page.keyboard.press("Control+z")
    assert text_of(site, page) == before
    page.keyboard.press("Control+y")
    assert text_of(site, page) == after
    page.get_by_role("button", name="Undo", exact=True).click()
    assert text_of(site, page) == before
    page.get_by_role("button", name="Redo", exact=True).click()
    assert text_of(site, page) == after
    undo_all(page)


def test_the_focus_goes_with_the_step(page: Page) -> None:
    """Along the lanes, and to the same step after it was moved."""
    card(page, PA).focus()
    for key, path in (
        ("ArrowRight", PB),
        ("ArrowDown", PC),
        ("ArrowRight", PD),
        ("ArrowLeft", PB),
        ("ArrowLeft", PA),
        ("Alt+ArrowRight", "steps.1"),
    ):
        page.keyboard.press(key)
        expect(card(page, path)).to_be_focused()
    expect(page.locator("#design-said")).to_have_text("Moved: Anna.")
    undo_all(page)


def test_fields_of_the_table(site: Site, page: Page) -> None:
    """Typed or chosen by keys alone; an emptied field goes."""
    before = text_of(site, page)
    page.locator(f'[data-cell="{PA}.if"]').focus()
    page.keyboard.type("total > 50000.10")
    page.locator(f'[data-cell="{PA}.mode"]').select_option("quorum")
    page.locator(f'[data-cell="{PA}.mode.number"]').fill("3")
    page.locator(f'[data-cell="{PA}.title"]').fill("Hanna")
    page.locator(f'[data-cell="{PB}.due"]').fill("")
    first, beside, _ = value_of(page)["steps"]
    assert first == {
        **A,
        "if": "total > 50000.10",
        "mode": {"quorum": 3},
        "title": {"en": "Hanna", "pl": "Ania"},
    }
    assert "due" not in beside["parallel"][0]
    expect(card(page, PA)).to_contain_text("3 of them agree")
    undo_all(page)
    assert text_of(site, page) == before


def test_findings_stand_at_their_cells(page: Page) -> None:
    field = page.locator(f'[data-cell="{PA}.if"]')
    field.fill("no_such_field > 1")
    cell = page.locator("td.no", has=page.locator(f'[data-cell="{PA}.if"]'))
    expect(cell.locator(".ol-err").first).to_contain_text("no_such_field")
    expect(card(page, PA).locator(".ol-ap-f")).to_contain_text("1")
    card(page, PD).click()
    page.locator(".ol-findings button").first.click()
    expect(card(page, PA)).to_have_attribute("aria-pressed", "true")
    undo_all(page)
    expect(cell).to_have_count(0)


def test_the_first_step_and_the_last(page: Page) -> None:
    """Nothing is left after the last step is deleted; the button adds one, and the focus stays."""
    for path in (PD, PC, "steps.1", PA):
        keys(path, "Delete")(page)
    button = page.get_by_role("button", name="Add the first step")
    expect(button).to_be_focused()
    assert value_of(page)["steps"] == []
    page.keyboard.press("Enter")
    expect(card(page, "steps.0")).to_be_focused()
    assert [each["id"] for each in value_of(page)["steps"]] == ["step"]
    expect(button).to_be_hidden()
    undo_all(page)


def test_what_holds_for_all_steps_opens_its_field(page: Page) -> None:
    """Where nothing is written of it, the field that would be added."""
    page.get_by_role("button", name="One rejection decides").click()
    more = page.locator('#design-approval-panel select[data-part="field"]')
    expect(more).to_be_focused()
    expect(more).to_have_value("on_reject")
    expect(page.locator("#design-approval-whole")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="One rejection decides").click()
    expect(page.locator('#design-approval-panel [data-at="on_reject"]').first).to_be_focused()
    undo_all(page)
