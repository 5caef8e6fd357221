"""Suggestions at fields that are looked up in a collection: its rows by key and name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from orderloom.forms import FieldView, Form, FormView
from orderloom.forms.nodes import find
from orderloom.forms.view_model import Option
from orderloom.platform.app.reading import Desk
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import Actor
from orderloom.platform.engine.outcome import Lookup

# More would make pages heavy; whoever knows the key can type it all the same.
MOST: Final = 200
NAMES: Final = ("name", "title", "label")

Rows = dict[str, tuple[Option, ...]]


def with_suggestions(
    view: FormView, form: Form, release: Release, desk: Desk, actor: Actor
) -> FormView:
    """The view with `options` at each field that can be changed and has `x-collection`; the name
    of the row that is chosen becomes the hint of a field without one."""
    read: Rows = {}

    def helped(field: FieldView) -> FieldView:
        if field.widget == "items":
            rows = tuple(
                replace(row, cells=tuple(helped(cell) for cell in row.cells)) for row in field.rows
            )
            return replace(field, rows=rows)
        collection = _collection(form, field.path)
        if field.readonly or collection is None:
            return field
        if collection not in read:
            read[collection] = _options(collection, release, desk, actor)
        options = read[collection]
        chosen = next((one.label for one in options if one.value == field.text), "")
        return replace(field, widget="lookup", options=options, hint=field.hint or chosen)

    sections = tuple(
        replace(section, fields=tuple(helped(field) for field in section.fields))
        for section in view.sections
    )
    return replace(view, sections=sections)


def _collection(form: Form, path: str) -> str | None:
    node = find(form.root, tuple(part for part in path.split(".") if not part.isdigit()))
    named = node.schema.get("x-collection") if node is not None else None
    return named if isinstance(named, str) else None


def _options(collection: str, release: Release, desk: Desk, actor: Actor) -> tuple[Option, ...]:
    document = release.collections.get(collection) or {}
    key = str(document.get("key") or "id")
    rows = desk.ask(Lookup(collection, None), actor.organisation)
    found = [
        Option(str(row[key]), _name(row))
        for row in (rows if isinstance(rows, list | tuple) else ())
        if isinstance(row, Mapping) and row.get(key) is not None
    ]
    return tuple(sorted(found, key=lambda each: each.label.casefold())[:MOST])


def _name(row: Mapping[str, Any]) -> str:
    return next((str(row[name]) for name in NAMES if row.get(name)), "")
