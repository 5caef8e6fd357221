"""The data of a moment as its form shows them: to be read, as stored, erased values said so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from orderloom.audit.personal import SLOT
from orderloom.forms import FormView
from orderloom.forms.view_model import FieldView
from orderloom.platform.app.moment_models import FieldThen
from orderloom.platform.app.reading import Seen
from orderloom.platform.app.withheld import form_actor
from orderloom.platform.words import Words
from orderloom.platform.words.erased import erased_words


def form_then(seen: Seen) -> FormView:
    """The order's form for the viewer with what they may see of the data as they were."""
    view = seen.release.form.view(
        seen.state.data,
        stages=set(seen.state.stages),
        draft=seen.state.status == "draft",
        actor=form_actor(seen.actor, requester=seen.state.requester),
        language=seen.words.language,
        words=seen.words,
        as_stored=True,
    )
    sections = tuple(
        replace(
            one, fields=tuple(_read(field, seen.state.data, seen.words) for field in one.fields)
        )
        for one in view.sections
    )
    return replace(view, sections=sections)


def fields_then(view: FormView, seen: Seen) -> tuple[FieldThen, ...]:
    """Every value that the form shows, one by one; what is empty is left out."""
    found = (
        one
        for section in view.sections
        for field in section.fields
        for one in _flat(field, field.label, seen)
    )
    return tuple(one for one in found if one.value is not None)


def at_path(data: Any, path: str) -> Any:
    """The value at a dotted path with indices; None where there is none."""
    for part in path.split(".") if path else ():
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, list | tuple) and part.isdigit() and int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data


def _read(field: FieldView, data: Any, words: Words) -> FieldView:
    changed: dict[str, Any] = {"readonly": True, "required": False, "hint": ""}
    value = at_path(data, field.path)
    if isinstance(value, Mapping) and SLOT in value:
        told = erased_words(value, words) or ""
        changed |= {"text": told, "shown": told, "widget": "text", "files": (), "currency": ""}
    if field.rows:
        changed["rows"] = tuple(
            replace(
                row,
                cells=tuple(_read(cell, data, words) for cell in row.cells),
                lists=tuple(_read(inner, data, words) for inner in row.lists),
            )
            for row in field.rows
        )
    return replace(field, **changed)


def _flat(field: FieldView, label: str, seen: Seen) -> Iterator[FieldThen]:
    words = seen.words
    if field.widget == "items" and field.columns:
        for index, row in enumerate(field.rows):
            for cell in (*row.cells, *row.lists):
                named = words.text("moments.cell", list=label, row=str(index + 1), field=cell.label)
                yield from _flat(cell, named, seen)
        return
    text = field.shown or field.text
    if field.widget == "checkbox":
        text = words.text("forms.yes" if field.checked else "forms.no")
    if text and (field.currency or field.unit):
        text = f"{text} {field.currency or field.unit}"
    value = at_path(seen.state.data, field.path)
    yield FieldThen(path=field.path, label=label, text=text, value=value, computed=field.computed)
