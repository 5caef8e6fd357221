"""What can be done in the designer of forms, by pointer and by keys alone, and what the YAML says
then. Of the form of the page tests: `tests/web/bundle/order.yaml`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from parts.designing import Design

Act = Callable[[Design], None]


@dataclass(frozen=True)
class Verb:
    """`says`: what the YAML has then and had not before; `lacks`: the other way round; `keeps`:
    what it has as before."""

    pointer: Act
    key: Act
    says: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()


def palette_key(kind: str) -> Act:
    """To the palette, to an entry, and into it."""

    def act(design: Design) -> None:
        design.choose_by_keys("currency")
        design.page.keyboard.press("Insert")
        design.tab_to(f'[data-kind="{kind}"]')
        design.page.keyboard.press("Enter")

    return act


def palette_drag(kind: str) -> Act:
    def act(design: Design) -> None:
        design.drag(f'[data-kind="{kind}"]', design.row("currency"), below=True)

    return act


def named(design: Design, name: str, *, by_pointer: bool) -> None:
    """Renames the field."""
    if by_pointer:
        design.row("note").click()
        design.page.locator("#fd-name").click()
    else:
        design.choose_by_keys("note")
        design.page.keyboard.press("F2")
    design.page.keyboard.press("Control+A")
    design.page.keyboard.type(name)
    if by_pointer:
        design.page.locator("#h-palette").click()
        design.page.locator("#fd-name").blur()
    else:
        design.page.keyboard.press("Enter")


def labelled(design: Design, *, by_pointer: bool) -> None:
    if by_pointer:
        design.row("note").click()
        design.page.locator("#fd-label").click()
    else:
        design.choose_by_keys("note")
        design.page.keyboard.press("Enter")
    design.page.keyboard.press("Control+A")
    design.page.keyboard.type("What else")


def condition(design: Design, *, by_pointer: bool) -> None:
    """Shown only if …"""
    _expression(design, "visible", 'currency = "EUR"', by_pointer=by_pointer)


def computed(design: Design, *, by_pointer: bool) -> None:
    """Worked out by …"""
    _expression(design, "note", "string(total)", by_pointer=by_pointer)


def _expression(design: Design, key: str, text: str, *, by_pointer: bool) -> None:
    box = f'[data-condition="{key}"] .ol-feel-in'
    if by_pointer:
        design.row("note").click()
        design.page.locator(box).click()
    else:
        design.choose_by_keys("note")
        design.page.keyboard.press("Enter")
        design.tab_to(box)
    design.page.keyboard.type(text)
    design.page.keyboard.press("Escape")


def tick(word: str, *, by_pointer: bool) -> Act:
    """A box among the properties."""

    def act(design: Design) -> None:
        if by_pointer:
            design.row("note").click()
            design.page.locator(f"#fd-{word}").click()
            return
        design.choose_by_keys("note")
        design.page.keyboard.press("Enter")
        design.tab_to(f"#fd-{word}")
        design.page.keyboard.press("Space")

    return act


def tool(row: str, word: str) -> Act:
    def act(design: Design) -> None:
        design.row(row).click()
        design.tool(word).click()

    return act


def tool_key(row: str, word: str) -> Act:
    """The same button without a pointer."""

    def act(design: Design) -> None:
        design.choose_by_keys(row)
        design.tool(word).focus()
        design.page.keyboard.press("Enter")

    return act


def keys(row: str, *pressed: str) -> Act:
    def act(design: Design) -> None:
        design.choose_by_keys(row)
        for each in pressed:
            design.page.keyboard.press(each)

    return act


def group_pointer(design: Design) -> None:
    design.row("currency").click()
    design.row("note").click(modifiers=["Shift"])
    design.tool("Into a section of its own").click()


def columns(design: Design, *, by_pointer: bool) -> None:
    if by_pointer:
        design.page.locator('[data-key="layout/0"]').click()
    else:
        design.choose_by_keys("layout/0")
    design.page.locator("#fd-columns").select_option("2")


def home(design: Design, *, by_pointer: bool) -> None:
    """Into another section, by the list of sections."""
    if by_pointer:
        design.row("total").click()
    else:
        design.choose_by_keys("total")
    design.page.locator("#fd-home").select_option("layout/0/fields")


FIELD = "fields: [customer, currency, {}, note]"
VERBS: dict[str, Verb] = {
    "add a text": Verb(
        palette_drag("text"),
        palette_key("text"),
        ("text: {type: string}", FIELD.format("text")),
    ),
    "add money": Verb(
        palette_drag("money"), palette_key("money"), ("money: {type: number, x-money: currency}",)
    ),
    "add line items": Verb(
        palette_drag("items"),
        palette_key("items"),
        (FIELD.format("{field: items, widget: items}"), "quantity:"),
    ),
    "add a section": Verb(
        palette_drag("section"), palette_key("section"), ("section: New section",)
    ),
    "add tabs": Verb(palette_drag("tabs"), palette_key("tabs"), ("tab: Tab 2",)),
    "move up": Verb(
        lambda design: design.drag(design.row("note"), design.row("customer"), below=False),
        keys("note", "Alt+ArrowUp", "Alt+ArrowUp"),
        ("fields: [note, customer, currency]",),
    ),
    "move into another section": Verb(
        lambda design: design.drag(design.row("total"), design.row("note"), below=True),
        keys("total", "Alt+ArrowUp", "Alt+ArrowUp"),
        ("fields: [customer, currency, note, total]",),
    ),
    "move a section": Verb(
        tool("layout/1", "Move up"),
        keys("layout/1", "Alt+ArrowUp"),
    ),
    "move a column": Verb(
        tool("lines.qty", "Move up"),
        keys("lines.qty", "Alt+ArrowUp"),
    ),
    "choose its section": Verb(
        lambda design: home(design, by_pointer=True),
        lambda design: home(design, by_pointer=False),
        ("fields: [customer, currency, note, total]",),
    ),
    "rename": Verb(
        lambda design: named(design, "remark", by_pointer=True),
        lambda design: named(design, "remark", by_pointer=False),
        (
            "remark: {type: string, maxLength: 4000}",
            "fields: [customer, currency, remark]",
            "fields: [customer, remark, currency, lines]",
            "remark: {en: Note, pl: Uwagi, sk: Poznámka}",
        ),
        ("note:", "note,"),
    ),
    "label": Verb(
        lambda design: labelled(design, by_pointer=True),
        lambda design: labelled(design, by_pointer=False),
        ("note: {en: What else, pl: Uwagi, sk: Poznámka}",),
    ),
    "remove": Verb(
        tool("note", "Remove"),
        keys("note", "Delete"),
        ("fields: [customer, currency]}", "fields: [customer, currency, lines]"),
        ("note:", "note,"),
    ),
    "remove a column": Verb(
        tool("lines.qty", "Remove"), keys("lines.qty", "Delete"), (), ("qty:",)
    ),
    "remove a section": Verb(
        tool("layout/0", "Remove"),
        keys("layout/0", "Delete"),
        lacks=("section: {en: Customer",),
        keeps=("customer: {type: string", "customer: {en: Customer"),
    ),
    "take off the page": Verb(
        tool("note", "Take off the page"),
        tool_key("note", "Take off the page"),
        ("fields: [customer, currency]}",),
        keeps=("note: {type: string, maxLength: 4000}", "fields: [customer, note, currency"),
    ),
    "duplicate": Verb(
        tool("currency", "Duplicate"),
        keys("currency", "Control+d"),
        (
            "currency_2: {enum: [PLN, EUR]}",
            "required: [customer, currency, lines, currency_2]",
            "currency_2=EUR: {en: Euro, pl: Euro, sk: Euro}",
        ),
    ),
    "group": Verb(
        group_pointer,
        keys("currency", "Shift+ArrowDown", "Control+g"),
        ("fields: [currency, note]", "fields: [customer]"),
    ),
    "columns": Verb(
        lambda design: columns(design, by_pointer=True),
        lambda design: columns(design, by_pointer=False),
        ("{field: note, width: 6}",),
    ),
    "required": Verb(
        tick("required", by_pointer=True),
        tick("required", by_pointer=False),
        ("required: [customer, currency, lines, note]",),
    ),
    "personal": Verb(
        tick("personal", by_pointer=True),
        tick("personal", by_pointer=False),
        ("personal: [note]",),
    ),
    "computed": Verb(
        lambda design: computed(design, by_pointer=True),
        lambda design: computed(design, by_pointer=False),
        ("note: string(total)",),
    ),
    "condition": Verb(
        lambda design: condition(design, by_pointer=True),
        lambda design: condition(design, by_pointer=False),
        ('{field: note, visible: currency = "EUR"}',),
    ),
}
