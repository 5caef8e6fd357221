"""Suggestions at fields that are looked up in a collection: the first records whose words begin
with what is typed. Never a whole collection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from orderloom.forms import FieldView, Form, FormView
from orderloom.forms.nodes import find
from orderloom.forms.view_model import Option
from orderloom.platform.app.reading import Desk
from orderloom.platform.codec import loads
from orderloom.platform.engine import Actor
from orderloom.platform.words import Words

# As many as one looks through; whoever types on gets others.
MOST: Final = 20
# Of a page; in a long list the cells after them are typed without suggestions.
MOST_SEARCHES: Final = 50
TOLD: Final = 5
LONGEST: Final = 100
NAMES: Final = ("name", "title", "label")

NO_KEYS: Final[Mapping[str, str]] = MappingProxyType({})

Found = dict[tuple[str, str], tuple[Option, ...]]


def with_suggestions(
    view: FormView,
    form: Form,
    desk: Desk,
    actor: Actor,
    keys: Mapping[str, str] = NO_KEYS,
) -> FormView:
    """The view with `options` at each field that can be changed and has `x-collection`. The hint of
    a field without one is the name of the record that is chosen, or what was found. `keys`: by
    collection, the field of the key: a field that is a record as a whole is shown by it."""
    read: Found = {}
    words = Words(actor.language)

    def helped(field: FieldView) -> FieldView:
        if field.widget == "items":
            rows = tuple(
                replace(
                    row,
                    cells=tuple(helped(cell) for cell in row.cells),
                    lists=tuple(helped(inner) for inner in row.lists),
                )
                for row in field.rows
            )
            return replace(field, rows=rows)
        collection = _collection(form, field.path)
        if collection is not None and field.text.startswith("{"):
            field = _of_record(field, keys.get(collection, ""))
        if field.readonly or collection is None:
            return field
        wanted = (collection, field.text[:LONGEST])
        if wanted not in read and len(read) < MOST_SEARCHES:
            read[wanted] = _options(*wanted, desk, actor)
        options = read.get(wanted, ())
        hint = field.hint or _told(field.text, options, words)
        return replace(field, widget="lookup", options=options, hint=hint)

    sections = tuple(
        replace(section, fields=tuple(helped(field) for field in section.fields))
        for section in view.sections
    )
    return replace(view, sections=sections)


def _of_record(field: FieldView, key: str) -> FieldView:
    try:
        record = loads(field.text)
    except ValueError:
        return field
    if not isinstance(record, Mapping):
        return field
    text = str(record.get(key) or next(iter(record.values()), ""))
    name = _name(record)
    shown = f"{name} ({text})" if name and name != text else text
    return replace(field, text=text, shown=shown)


def _collection(form: Form, path: str) -> str | None:
    node = find(form.root, tuple(part for part in path.split(".") if not part.isdigit()))
    named = node.schema.get("x-collection") if node is not None else None
    return named if isinstance(named, str) else None


def _options(collection: str, text: str, desk: Desk, actor: Actor) -> tuple[Option, ...]:
    found = desk.search(actor.organisation, collection, text, MOST)
    return tuple(Option(key, _name(row)) for key, row in found)


def _told(text: str, options: tuple[Option, ...], words: Words) -> str:
    """For those whose browser shows no suggestions: what fits the text that is no key yet."""
    chosen = next((one.label for one in options if one.value == text), None)
    if chosen is not None or not text:
        return chosen or ""
    if not options:
        return words.text("forms.found_none")
    names = [f"{one.value} ({one.label})" if one.label else one.value for one in options[:TOLD]]
    more = ["…"] if len(options) > TOLD else []
    return words.text("forms.found", names=", ".join([*names, *more]))


def _name(row: Mapping[str, Any]) -> str:
    return next((str(row[name]) for name in NAMES if row.get(name)), "")
