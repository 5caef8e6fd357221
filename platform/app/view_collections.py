"""Collections as pages show them: rows of a list, a record's form, its history by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from orderloom.forms import FieldProblem, FormView
from orderloom.forms.labels import option_label
from orderloom.forms.nodes import choices, find
from orderloom.platform.app.collection_grid import columns_of, shown
from orderloom.platform.app.collection_schema import Collection, name_of
from orderloom.platform.app.field_words import field_label
from orderloom.platform.store.collection_rows import Record
from orderloom.platform.words import Words

# Columns beside key and name: more do not fit a page.
MOST_COLUMNS: Final = 4
_PLAIN: Final = ("string", "number", "integer", "boolean")


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record in a list; `cells` in the order of the columns."""

    key: str
    name: str
    cells: tuple[str, ...]


def columns(collection: Collection, words: Words) -> tuple[tuple[str, str], ...]:
    """Field and label of the columns of a list."""
    found = []
    for path in columns_of(collection):
        node = find(collection.form.root, path)
        if node is None or len(path) > 1 or node.kind not in _PLAIN:
            continue
        if path[0] != collection.field and path[0] != "name":
            found.append((path[0], label(collection, path[0], words)))
    return tuple(found[:MOST_COLUMNS])


def line(
    collection: Collection, record: Record, names: Sequence[tuple[str, str]], words: Words
) -> RecordLine:
    """A record as a row."""
    cells = tuple(cell(collection, name, record.body.get(name), words) for name, _ in names)
    return RecordLine(record.key, name_of(record.body), cells)


def label(collection: Collection, name: str, words: Words) -> str:
    """What the collection calls a field (`labels`), else its schema, else its name as words."""
    return field_label(collection.form, name, words)


def cell(collection: Collection, name: str, value: Any, words: Words) -> str:
    """A field's value for a person to read: a choice by its label."""
    path = tuple(name.split("."))
    node = find(collection.form.root, path)
    if node is not None and isinstance(value, str) and value in choices(node.schema):
        return option_label(collection.form.labels, path, value, node, words)
    return told(value, words)


def told(value: Any, words: Words) -> str:
    """A value for a person to read; nothing for none."""
    if isinstance(value, bool):
        return words.text("forms.yes" if value else "forms.no")
    return shown(value)


def record_form(
    collection: Collection,
    data: Mapping[str, Any],
    words: Words,
    *,
    problems: Sequence[FieldProblem] = (),
    editable: bool,
) -> FormView:
    """The record to be read, or to be filled in."""
    return collection.form.view(
        data,
        stages=set(),
        draft=editable,
        actor={},
        language=words.language,
        words=words,
        problems=problems,
    )
