"""Whether a form gives back what it was given: data as fields of a page, and fields as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orderloom.forms.form import Form
from orderloom.forms.view_model import FieldView, FormView
from orderloom.platform.codec.patches import same
from orderloom.platform.words import Words

Pairs = list[tuple[str, str]]


def fields_of(view: FormView) -> Pairs:
    """What a browser sends for a page of this view that nobody touched."""
    return [pair for section in view.sections for one in section.fields for pair in _field(one)]


def lost(form: Form, data: Mapping[str, Any], language: str) -> tuple[str, ...]:
    """Fields that do not come back as they were; empty: nothing is lost.

    Twice: over the data, of which nothing may change; and over nothing, where every field that
    the page has must be read as what it was. An unticked box over nothing is absent, an empty row
    is no row.
    """
    over = form.submit(fields_of(seen(form, data, language)), data, language=language)
    changed = {*over.patch, *(one.path for one in over.problems)}
    full = _without_blank_rows(data)
    sent = fields_of(seen(form, full, language))
    anew = form.submit(sent, {}, language=language).data
    for name, _ in sent:
        path = name.split(".")
        if not path[-1].startswith("_") and not same(_at(full, path), _at(anew, path)):
            changed.add(name)
    return tuple(sorted(changed))


def seen(form: Form, data: Mapping[str, Any], language: str) -> FormView:
    """The form as somebody sees it who may fill in everything that can be filled in."""
    words = Words(language)
    nobody: Mapping[str, Any] = {"id": "", "roles": ()}
    return form.view(
        data, stages=frozenset(), draft=True, actor=nobody, language=language, words=words
    )


def _without_blank_rows(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {name: _without_blank_rows(value) for name, value in data.items()}
    if isinstance(data, list):
        return [one for each in data if not _blank(one := _without_blank_rows(each))]
    return data


def _blank(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(_blank(each) for each in value.values())
    return value is None or value is False or value in ("", [])


def _at(data: Any, path: Sequence[str]) -> Any:
    for part in path:
        if isinstance(data, list) and part.isdigit() and int(part) < len(data):
            data = data[int(part)]
        else:
            data = data.get(part) if isinstance(data, Mapping) else None
    return None if _blank(data) else data


def _field(one: FieldView) -> Iterator[tuple[str, str]]:
    if one.widget == "items":
        yield from _items(one)
    elif one.readonly:
        return
    elif one.widget == "choices":
        yield f"{one.name}._rows", ""
        yield from ((each.name, each.value) for each in one.options if each.selected)
    elif one.widget == "checkbox":
        yield one.name, ""
        yield from ((one.name, "true"),) if one.checked else ()
    else:
        yield one.name, one.text


def _items(one: FieldView) -> Iterator[tuple[str, str]]:
    if not one.readonly:
        yield f"{one.name}._rows", ""
    for row in one.rows:
        yield row.name, row.origin
        for cell in (*row.cells, *row.lists):
            yield from _field(cell)
    if not one.readonly:
        yield f"{one.name}._paste", one.text
