"""What a page shows of a form: finished texts in the viewer's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orderloom.forms.problem import FieldProblem

WITH_FILES = frozenset(("attachment", "attachments"))


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a `select`, `choices` or `lookup`. `value` is what the page sends back;
    `name`: of the control, where each choice has one of its own."""

    value: str
    label: str
    selected: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class FileView:
    """A file that a field has. `name`: of its hidden control, `text` what that sends; `remove`:
    what the button that takes it away sends. `digest`: SHA-256, hexadecimal."""

    name: str
    text: str
    remove: str
    title: str
    size: int
    type: str
    digest: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field. `name`: of the HTML control; `id`: of the element; `text`: its value as shown.

    `widget`: text area number money date moment time checkbox select radio choices lookup
    items note attachment attachments signature.
    `problem`: the sentence that stands at the field, empty if it is good. `columns` and `rows`
    are those of `items`; a row's `cells`, and the `totals` below, stand in the order of `columns`;
    its `text` is what was pasted and could not be taken. `files`: those that an attachment, or a
    signature that was drawn, has. `shown`: the value for
    reading, an option's label for instance.
    """

    name: str
    id: str
    path: str
    label: str
    widget: str
    text: str = ""
    shown: str = ""
    options: tuple[Option, ...] = ()
    required: bool = False
    readonly: bool = False
    visible: bool = True
    computed: bool = False
    checked: bool = False
    problem: str = ""
    hint: str = ""
    unit: str = ""
    currency: str = ""
    width: int = 4
    kind: str = "text"
    columns: tuple[ColumnView, ...] = ()
    rows: tuple[RowView, ...] = ()
    totals: tuple[str, ...] = ()
    files: tuple[FileView, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column of `items`; `numeric` ones are set to the right, `fixed` ones nobody fills in."""

    path: str
    label: str
    numeric: bool = False
    required: bool = False
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of `items`: `name` and `origin` of its hidden control, which tells what it was.
    `lists`: the lists that the row has of its own."""

    name: str
    origin: str
    remove: str
    cells: tuple[FieldView, ...]
    problem: str = ""
    lists: tuple[FieldView, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionView:
    """Fields under one heading (empty: none). Those of one number in `tabs` are tabs where scripts
    run, else sections."""

    id: str
    title: str
    fields: tuple[FieldView, ...]
    tabs: int = 0


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A line of the summary: `href` is the id of the field, empty if it is not shown."""

    href: str
    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class FormView:
    """A form before the eyes of one viewer. `prefix`: what all control names begin with."""

    sections: tuple[SectionView, ...]
    problems: tuple[ProblemView, ...] = ()
    prefix: str = ""

    @property
    def has_files(self) -> bool:
        """Whether files can be chosen in it."""
        return any(
            one.widget in WITH_FILES and not one.readonly
            for section in self.sections
            for field in section.fields
            for one in (field, *_inner(field))
        )

    @property
    def editable(self) -> bool:
        """Whether there is anything to fill in."""
        return any(
            one.visible and not one.readonly for section in self.sections for one in section.fields
        )


@dataclass(frozen=True, slots=True)
class Submission:
    """What was typed. `data`: the base with it, `patch`: the merge patch between them.

    What could not be read stays in `data` as it was typed, and is one of `problems`. `again`: a
    button that adds or removes a row was pressed; nothing is to be saved, the form is shown again.
    `strange`: there were fields that no page of this form sends; nothing of it is taken.
    """

    data: Mapping[str, Any]
    patch: Mapping[str, Any]
    problems: tuple[FieldProblem, ...] = ()
    again: bool = False
    strange: bool = False


def _inner(field: FieldView) -> Iterator[FieldView]:
    """The fields of a list's rows, at any depth."""
    for row in field.rows:
        for one in (*row.cells, *row.lists):
            yield one
            yield from _inner(one)
