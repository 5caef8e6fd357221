"""Each verb of the process designer, by pointer and by keys: both end in the same text."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from parts.canvas_desk import DESIGN, TEXT, Desk
from parts.site import open_site, serving
from parts.surfing import complaints, enter
from playwright.sync_api import Browser, expect

from orderloom.platform.app.drafting import DraftView


@pytest.fixture(scope="module")
def desk(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_site(tmp_path_factory.mktemp("canvas")) as opened, serving(opened) as site:
        ada = site.actors["ada"]
        view = site.app.drafting.one(ada, "process", "pump-order")
        assert isinstance(view, DraftView)
        site.app.drafting.save(ada, "process", "pump-order", TEXT, tag=view.tag)
        context = browser.new_context(viewport={"width": 1440, "height": 1000})
        page = context.new_page()
        page.set_default_timeout(15_000)
        heard = complaints(page)
        enter(page, site, "ada")
        page.goto(site.url + DESIGN)
        found = Desk(page, site, heard)
        found.node("dropped").wait_for()
        yield found
        context.close()


def add_pointer(desk: Desk) -> None:
    desk.node("intake").click()
    desk.verb("add")
    desk.fill(title="Żółta kontrola")


def add_keys(desk: Desk) -> None:
    desk.at_row("intake")
    desk.typed("n")
    desk.page.keyboard.type("Żółta kontrola")
    desk.typed("Enter")


def add_inside_pointer(desk: Desk) -> None:
    desk.node("delivery").click()
    desk.verb("add")
    desk.fill(title="Weighing", type="final")


def add_inside_keys(desk: Desk) -> None:
    desk.at_row("delivery")
    desk.typed("Insert")
    desk.page.keyboard.type("Weighing")
    desk.typed("Tab", "Tab")
    desk.page.keyboard.type("end")
    desk.typed("Enter")


def connect_pointer(desk: Desk) -> None:
    desk.node("intake").hover()
    box = desk.node("intake").locator(".hd-c").bounding_box()
    desk.drag((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), desk.middle("dropped"))
    desk.fill(offer="on\n\nstop", guard="total > 5")


def connect_keys(desk: Desk) -> None:
    desk.at_row("intake")
    desk.typed("c")
    desk.page.keyboard.type("drop")
    desk.typed("Tab")
    desk.page.keyboard.type("Stop")
    desk.typed("Tab")
    desk.page.keyboard.type("total > 5")
    desk.typed("Tab", "Tab", "Enter")


def rename_pointer(desk: Desk) -> None:
    desk.node("packing").dblclick()
    desk.fill(id="wrapping", title="Wrapping")


def rename_keys(desk: Desk) -> None:
    desk.at_row("packing")
    desk.typed("F2")
    desk.page.keyboard.type("Wrapping")
    desk.typed("Tab", "Control+A")
    desk.page.keyboard.type("wrapping")
    desk.typed("Enter")


def delete_pointer(desk: Desk) -> None:
    desk.node("dropped").click()
    desk.verb("remove")


def delete_keys(desk: Desk) -> None:
    desk.at_row("dropped")
    desk.typed("Delete")


def disconnect_pointer(desk: Desk) -> None:
    desk.node("intake").click()
    desk.page.locator("#properties .ol-follows [data-focus=gone]").first.click()


def at_transition(desk: Desk) -> None:
    """The first one of a stage."""
    desk.at_row("intake")
    if desk.row("intake").get_attribute("aria-expanded") == "false":
        desk.typed("ArrowRight")
    desk.typed("ArrowDown")


def disconnect_keys(desk: Desk) -> None:
    at_transition(desk)
    desk.typed("Delete")


def move_in_pointer(desk: Desk) -> None:
    box = desk.frame("delivery")
    desk.drag(desk.middle("dropped"), (box["x"] + box["width"] - 16, box["y"] + box["height"] - 10))


def move_in_keys(desk: Desk) -> None:
    desk.at_row("dropped")
    desk.typed("m")
    desk.page.keyboard.type("deliv")
    desk.typed("Enter")


def move_out_pointer(desk: Desk) -> None:
    box = desk.frame("delivery")
    desk.drag(desk.middle("sent"), (box["x"] + box["width"] / 2, box["y"] + box["height"] + 90))


def move_out_keys(desk: Desk) -> None:
    desk.at_row("sent")
    desk.typed("m", "Home", "Enter")


def order_pointer(desk: Desk) -> None:
    desk.node("closed").click()
    desk.verb("up")


def order_keys(desk: Desk) -> None:
    desk.at_row("closed")
    desk.typed("Alt+ArrowUp")


def group_pointer(desk: Desk) -> None:
    desk.node("closed").click()
    desk.node("dropped").click(modifiers=["Shift"])
    desk.verb("group")
    desk.fill(title="Ends")


def group_keys(desk: Desk) -> None:
    desk.at_row("closed")
    desk.typed("Shift+ArrowDown", "g")
    desk.page.keyboard.type("Ends")
    desk.typed("Enter")


def paste_pointer(desk: Desk) -> None:
    desk.node("delivery").click()
    desk.verb("copy")
    desk.verb("paste")


def paste_keys(desk: Desk) -> None:
    desk.at_row("delivery")
    desk.typed("Control+c", "Control+v")


def cut_pointer(desk: Desk) -> None:
    desk.node("dropped").click()
    desk.verb("copy")
    desk.verb("remove")
    desk.node("intake").click()
    desk.verb("paste")


def cut_keys(desk: Desk) -> None:
    desk.at_row("dropped")
    desk.typed("Control+x")
    desk.at_row("intake")
    desk.typed("Control+v")


def undo_pointer(desk: Desk) -> None:
    delete_pointer(desk)
    order_pointer(desk)
    for _ in range(2):
        desk.page.click(".ol-head .acts button:nth-of-type(1)")
    desk.page.click(".ol-head .acts button:nth-of-type(2)")


def undo_keys(desk: Desk) -> None:
    delete_keys(desk)
    order_keys(desk)
    desk.typed("Control+z", "Control+z", "Control+y")


def retarget_pointer(desk: Desk) -> None:
    desk.node("intake").click()
    desk.page.locator("#properties .ol-follows select").first.select_option("closed")


def retarget_keys(desk: Desk) -> None:
    at_transition(desk)
    desk.typed("Enter", "Tab")
    desk.page.keyboard.type("closed")


Act = Callable[[Desk], None]
# verb → pointer, keys, what the text then has, and has no more
VERBS: dict[str, tuple[Act, Act, tuple[str, ...], tuple[str, ...]]] = {
    "add": (add_pointer, add_keys, ('zolta-kontrola: {title: "Żółta kontrola"}\n  delivery:',), ()),
    "add inside": (
        add_inside_pointer,
        add_inside_keys,
        ("{id: weighing, title: Weighing, type: final}",),
        (),
    ),
    "connect": (
        connect_pointer,
        connect_keys,
        ("{pack: packing, stop: {if: total > 5, to: dropped}}",),
        (),
    ),
    "rename": (
        rename_pointer,
        rename_keys,
        ("id: wrapping", "title: Wrapping", "stops: [wrapping]", "pack: wrapping"),
        ("packing",),
    ),
    "delete": (delete_pointer, delete_keys, (), ("dropped", "\non:", "after:")),
    "disconnect": (disconnect_pointer, disconnect_keys, (), ("pack: packing",)),
    "retarget": (retarget_pointer, retarget_keys, ("pack: closed",), ("pack: packing",)),
    "move in": (
        move_in_pointer,
        move_in_keys,
        ("- {id: dropped, type: final, outcome: cancelled, failed: true}",),
        ("\n  dropped:",),
    ),
    "move out": (move_out_pointer, move_out_keys, ("\n  sent: {type: final}",), ("id: sent",)),
    "order": (order_pointer, order_keys, ("outcome: completed}\n  delivery:",), ()),
    "group": (group_pointer, group_keys, ("ends:", "title: Ends"), ("\n  closed:",)),
    "paste": (
        paste_pointer,
        paste_keys,
        ("delivery-2:", "id: packing-2", "send: sent-2", "id: sent-2"),
        (),
    ),
    "cut": (cut_pointer, cut_keys, ("failed: true}\n  delivery:",), ("\non:",)),
    "undo": (undo_pointer, undo_keys, ("outcome: completed",), ("dropped",)),
}


@pytest.mark.parametrize("name", list(VERBS))
def test_pointer_and_keys_end_in_the_same_text(desk: Desk, name: str) -> None:
    pointer, keys, there, gone = VERBS[name]
    texts = []
    for act in (pointer, keys):
        desk.back()
        assert desk.text() == TEXT
        act(desk)
        expect(desk.page.locator(".ol-cv-dlg")).to_have_count(0)
        texts.append(desk.text())
    desk.back()
    assert texts[0] == texts[1]
    assert texts[0] != TEXT
    assert "# keep this remark" in texts[0]
    for part in there:
        assert part in texts[0], texts[0]
    for part in gone:
        assert part not in texts[0], texts[0]
    assert desk.heard == []


def test_what_is_saved_is_the_same(desk: Desk) -> None:
    desk.back()
    order_keys(desk)
    text = desk.text()
    desk.typed("Control+s")
    expect(desk.page.locator(".ol-head .sub")).to_contain_text("The draft is saved.")
    kept = desk.site.app.drafting.one(desk.site.actors["ada"], "process", "pump-order")
    assert isinstance(kept, DraftView)
    assert kept.text == text
