"""A form as one viewer sees it: what is shown, what can be changed, what is wrong, all as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from orderloom.forms.files import files_in
from orderloom.forms.formulas import holds
from orderloom.forms.labels import label_of, option_label, unit_of
from orderloom.forms.layout import Placed
from orderloom.forms.locale_text import number_text
from orderloom.forms.money import currency_of, digits_of
from orderloom.forms.nodes import Node, at, choices, elements, find
from orderloom.forms.problem import FieldProblem, dotted
from orderloom.forms.rows import Rows, origins
from orderloom.forms.view_model import (
    ColumnView,
    FieldView,
    FileView,
    FormView,
    Option,
    ProblemView,
    RowView,
    SectionView,
)
from orderloom.forms.widgets import option_value, shown_of, text_of, widget_of
from orderloom.platform.words import Words
from orderloom.platform.words.erased import erased_words

if TYPE_CHECKING:
    from orderloom.forms.form import Form

Path = tuple[str, ...]
Place = tuple[str | int, ...]
WIDE = ("area", "items", "note", "choices", "attachment", "attachments", "signature")
# In twelfths of the page, as `width` of a layout is.
WIDTHS = {**dict.fromkeys(WIDE, 12), "lookup": 8}
WIDTH = 4
INPUTS = {"email": "email", "uri": "url", "idn-email": "email"}


@dataclass(frozen=True, slots=True, eq=False)
class Eyes:
    """Who looks, and at what. `editable(path)`: whether they may change the field here."""

    form: Form
    data: Mapping[str, Any]
    words: Words
    editable: Callable[[Path], bool]
    scope: Mapping[str, Any]
    problems: Mapping[str, FieldProblem]
    only: tuple[Path, ...] | None
    prefix: str


def view(eyes: Eyes, problems: Sequence[FieldProblem]) -> FormView:
    """All sections that are visible, and the summary of what is wrong."""
    sections = []
    for index, section in enumerate(_placed(eyes)):
        title, fields, visible, tabs = section
        shown = [_field(eyes, placed) for placed in fields] if visible else []
        if any(one.visible for one in shown):
            id_ = f"{_id(eyes.prefix, ('section',))}-{index}"
            seen = tuple(one for one in shown if one.visible)
            sections.append(SectionView(id_, title, seen, tabs))
    ids = {one.path: one for section in sections for one in _all_fields(section.fields)}
    lines = tuple(_line(eyes, problem, ids) for problem in problems)
    return FormView(tuple(sections), lines, eyes.prefix)


def sentence(problem: FieldProblem, words: Words) -> str:
    """The problem in the viewer's language; numbers as that language writes them."""
    key = f"forms.{problem.code}"
    if not words.has(key):
        return problem.message
    params = {
        name: number_text(value, words.language)
        if isinstance(value, Decimal) or (isinstance(value, int) and name == "limit")
        else value
        for name, value in problem.params.items()
    }
    return words.text(key, **params)


def _placed(eyes: Eyes) -> Iterator[tuple[str, list[Placed], bool, int]]:
    only, shown = eyes.only, set()
    for section in eyes.form.sections:
        fields = [one for one in section.fields if only is None or _near(one.path, only)]
        shown |= {one.path for one in fields}
        visible = holds(section.visible, eyes.scope, default=True)
        yield eyes.words.choose(section.title), fields, visible or only is not None, section.tabs
    # What a task asks for is shown even where the layout leaves it out.
    missing = [path for path in only or () if not any(_near(one, (path,)) for one in shown)]
    if missing:
        yield "", [Placed(path) for path in missing if find(eyes.form.root, path)], True, 0


def _near(path: Path, wanted: tuple[Path, ...]) -> bool:
    return any(path[: len(one)] == one or one[: len(path)] == path for one in wanted)


def _field(eyes: Eyes, placed: Placed) -> FieldView:
    node = at(eyes.form.root, placed.path)
    asked = eyes.only is not None
    visible = asked or holds(placed.visible, eyes.scope, default=True)
    value = _at(eyes.data, placed.path)
    readonly = holds(placed.readonly, eyes.scope, default=False) and not asked
    made = _leaf(eyes, node, placed.path, placed.path, value, None, widget=placed.widget)
    required = made.required or holds(placed.required, eyes.scope, default=False)
    made = replace(
        made,
        visible=visible,
        required=required and not made.computed,
        readonly=made.readonly or readonly,
        width=placed.width or made.width,
        hint=eyes.words.choose(placed.hint) or made.hint,
    )
    if made.widget != "items":
        return made
    listed = _items(eyes, node, placed.path, made, value, columns=placed.columns)
    return replace(listed, totals=_totals(eyes, placed, listed, value))


def _leaf(
    eyes: Eyes,
    node: Node,
    path: Path,
    place: Place,
    value: Any,
    row: Any,
    *,
    widget: str | None = None,
) -> FieldView:
    form, words, name = eyes.form, eyes.words, dotted(place)
    gone = erased_words(value, words)
    if gone is not None:
        return _gone(eyes, node, path, place, gone)
    kind = widget_of(node, widget, value)
    money = form.money.get(path)
    currency = currency_of(money, eyes.data, row) if money else None
    digits = (digits_of(money, currency) or 0) if money else 0
    text = (
        ""
        if kind in ("items", "choices", "attachments")
        else text_of(node, kind, value, words.language, digits=digits)
    )
    problem = eyes.problems.get(name)
    options = _options(eyes, node, path, text) if kind in ("select", "radio") else ()
    chosen = next((one.label for one in options if one.selected), None)
    if kind == "choices":
        options = _several(eyes, elements(node), path, eyes.prefix + name, value)
        chosen = ", ".join(one.label for one in options if one.selected)
    files = _files(eyes, node, place, value)
    if kind == "attachments":
        chosen = ", ".join(one.title for one in files)
    return FieldView(
        name=eyes.prefix + name,
        id=_id(eyes.prefix, place),
        path=name,
        label=label_of(form.labels, path, node, words),
        widget=kind,
        text=text,
        shown=chosen if chosen is not None else shown_of(value, text),
        options=options,
        required=_required(form.root, path),
        readonly=kind == "note" or not eyes.editable(path),
        computed=form.is_computed(path),
        checked=value is True,
        problem=sentence(problem, words) if problem else "",
        hint=words.choose(node.schema.get("description")),
        unit=unit_of(node, words),
        currency=currency or "",
        width=WIDTHS.get(kind, WIDTH),
        kind=INPUTS.get(node.format or "", "text"),
        files=files,
    )


def _gone(eyes: Eyes, node: Node, path: Path, place: Place, shown: str) -> FieldView:
    """A field whose value was erased: nobody writes it again, and nothing of it is sent back."""
    name = dotted(place)
    return FieldView(
        name=eyes.prefix + name,
        id=_id(eyes.prefix, place),
        path=name,
        label=label_of(eyes.form.labels, path, node, eyes.words),
        widget="text",
        shown=shown,
        readonly=True,
        width=WIDTHS.get(widget_of(node), WIDTH),
    )


def _files(eyes: Eyes, node: Node, place: Place, value: Any) -> tuple[FileView, ...]:
    """The files of a field, each with the control that keeps it."""
    if node.kind != "file" and (node.item is None or node.item.kind != "file"):
        return ()
    return tuple(
        FileView(
            name=eyes.prefix + dotted((*place, *below)),
            text=option_value(one),
            remove=dotted((*place, *below)),
            title=erased_words(one.get("name"), eyes.words)
            or shown_of({"name": one.get("name"), "sha256": one["sha256"]}, ""),
            size=one["size"] if isinstance(one.get("size"), int) else 0,
            type=str(one.get("type", "")),
            digest=one["sha256"],
        )
        for below, one in files_in(node, value)
    )


def _options(eyes: Eyes, node: Node, path: Path, text: str) -> tuple[Option, ...]:
    values = [value for value in choices(node.schema) if value is not None]
    listed = [
        Option(
            option_value(value),
            option_label(eyes.form.labels, path, value, node, eyes.words),
            option_value(value) == text,
        )
        for value in values
    ]
    if text and not any(one.selected for one in listed):
        # A stored value that is no choice any more stays visible, and stays.
        listed.append(Option(text, text, selected=True))
    return (Option("", "", selected=not text), *listed)


def _several(eyes: Eyes, item: Node, path: Path, name: str, value: Any) -> tuple[Option, ...]:
    """Choices of which several can be taken. The control's name has the place in the stored list,
    so that an untouched page keeps the list's order."""
    stored = value if isinstance(value, list) else []
    texts = [option_value(each) for each in stored]
    offered = [one for one in choices(item.schema) if one is not None]
    values = [*offered, *(each for each in stored if each not in offered)]
    found, free = [], len(stored)
    for one in values:
        text = option_value(one)
        selected = text in texts
        at_ = texts.index(text) if selected else free
        free += 0 if selected else 1
        label = option_label(eyes.form.labels, path, one, item, eyes.words)
        found.append(Option(text, label, selected=selected, name=f"{name}.{at_}"))
    return tuple(found)


def _items(
    eyes: Eyes,
    node: Node,
    place: Place,
    made: FieldView,
    value: Any,
    *,
    columns: tuple[Path, ...] = (),
) -> FieldView:
    """The list at a place. Lists in its rows stand below the row, where they have room."""
    item = elements(node)
    path = _plain(place)
    columns = columns or tuple(columns_of(item, ()))
    inner = tuple(one for one in columns if _is_list(at(item, one)))
    cells = tuple(one for one in columns if one not in inner)
    stored = value if isinstance(value, list) else []
    rows = []
    for index, (row, origin) in enumerate(zip(stored, origins(stored), strict=True)):
        here: Place = (*place, index)
        problem = eyes.problems.get(dotted(here))
        rows.append(
            RowView(
                name=f"{eyes.prefix}{dotted(here)}._row",
                origin="" if origin is None else str(origin),
                remove=dotted(here),
                cells=tuple(_cell(eyes, item, path, here, row, one) for one in cells),
                problem=sentence(problem, eyes.words) if problem and item.properties else "",
                lists=tuple(_cell(eyes, item, path, here, row, one) for one in inner),
            )
        )
    headings = tuple(_heading(eyes, item, path, one) for one in cells)
    pasted = value.pasted if isinstance(value, Rows) else ""
    return replace(made, columns=headings, rows=tuple(rows), text=pasted)


def _totals(eyes: Eyes, placed: Placed, listed: FieldView, value: Any) -> tuple[str, ...]:
    """What stands below the columns: sums of those that the layout names, exact; nothing where
    amounts have different currencies, or where a cell has no number yet."""
    rows = value if isinstance(value, list) else []
    if not placed.totals or not rows:
        return ()
    found = []
    for index, heading in enumerate(listed.columns):
        path = tuple(heading.path.split("."))
        below = path[len(placed.path) :]
        amounts = [_at(row, below) for row in rows]
        cells = [row.cells[index] for row in listed.rows]
        whole = all(isinstance(one, int | Decimal) for one in amounts if one is not None)
        if below not in placed.totals or not whole or len({one.currency for one in cells}) > 1:
            found.append("")
            continue
        money = eyes.form.money.get(path)
        digits = (digits_of(money, cells[0].currency or None) or 0) if money else 0
        total = sum((Decimal(one) for one in amounts if one is not None), Decimal(0))
        text = number_text(total, eyes.words.language, digits)
        found.append(f"{text} {cells[0].currency or cells[0].unit}".strip())
    return tuple(found)


def _is_list(node: Node) -> bool:
    return widget_of(node) == "items"


def _plain(place: Place) -> Path:
    return tuple(part for part in place if isinstance(part, str))


def columns_of(item: Node, path: Path) -> Iterator[Path]:
    """Paths of the fields of a row, those of its objects one by one."""
    if not item.properties:
        yield path
        return
    for name, below in item.properties.items():
        if below.kind == "object" and below.properties:
            yield from columns_of(below, (*path, name))
        else:
            yield (*path, name)


def _cell(eyes: Eyes, item: Node, rows: Path, place: Place, row: Any, column: Path) -> FieldView:
    node = at(item, column)
    value = _at(row, column) if column else row
    made = _leaf(eyes, node, (*rows, *column), (*place, *column), value, row)
    if made.widget != "items":
        return made
    return _items(eyes, node, (*place, *column), made, value)


def _heading(eyes: Eyes, item: Node, rows: Path, column: Path) -> ColumnView:
    node = at(item, column)
    path = (*rows, *column)
    return ColumnView(
        path=".".join(path),
        label=label_of(eyes.form.labels, path, node, eyes.words),
        numeric=node.kind in ("number", "integer") and not choices(node.schema),
        required=_required(item, column),
        fixed=eyes.form.is_computed(path) or eyes.form.is_read_only(path),
    )


def _required(root: Node, path: Path) -> bool:
    """Whether the field must be there, given that the row or the whole is."""
    node = root
    demanded = True
    for part in path:
        if node.item is not None:
            node, demanded = node.item, True
        demanded = demanded and part in node.required
        if part not in node.properties:
            return False
        node = node.properties[part]
    return bool(path) and demanded


def _all_fields(fields: Sequence[FieldView]) -> Iterator[FieldView]:
    for one in fields:
        yield one
        for row in one.rows:
            yield from row.cells
            yield from _all_fields(row.lists)


def _line(eyes: Eyes, problem: FieldProblem, ids: Mapping[str, FieldView]) -> ProblemView:
    parts = problem.path.split(".") if problem.path else []
    found = next(
        (ids[path] for end in range(len(parts), 0, -1) if (path := ".".join(parts[:end])) in ids),
        None,
    )
    plain = tuple(part for part in parts if not part.isdigit())
    rows = [str(int(part) + 1) for part in parts if part.isdigit()]
    node = find(eyes.form.root, plain)
    label = label_of(eyes.form.labels, plain, node or eyes.form.root, eyes.words) if plain else ""
    if rows:
        label = eyes.words.text("forms.row_field", row=".".join(rows), field=label)
    return ProblemView(found.id if found else "", label, sentence(problem, eyes.words))


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data.get(part) if isinstance(data, Mapping) else None
    return data


def _id(prefix: str, place: Place) -> str:
    return "f-" + f"{prefix}{dotted(place)}".replace(".", "-")
