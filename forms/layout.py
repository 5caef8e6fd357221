"""The layout of a form: sections of fields with their conditions; without one, the schema's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from orderloom.forms.formulas import formula
from orderloom.forms.nodes import Node, find
from orderloom.forms.problem import FormError
from orderloom.rules import Expression

Path = tuple[str, ...]
Text = str | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Placed:
    """A field where it is shown. `columns`: of line items, paths below the row; `totals`: those
    whose sum stands below."""

    path: Path
    widget: str | None = None
    visible: Expression | None = None
    required: Expression | None = None
    readonly: Expression | None = None
    default: Expression | None = None
    columns: tuple[Path, ...] = ()
    totals: tuple[Path, ...] = ()
    width: int | None = None
    hint: Text | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Fields under one heading. `tabs`: which group of tabs it is one of, counted from 1."""

    title: Text
    fields: tuple[Placed, ...]
    visible: Expression | None = None
    tabs: int = 0


def compile_layout(document: Mapping[str, Any], root: Node) -> tuple[Section, ...]:
    """The sections, tabs taken as sections. Raises `FormError` for fields that are not there."""
    layout = document.get("layout")
    if not layout:
        names = list(root.properties)
        return tuple(_sections([{"section": "", "fields": names}], root, "schema"))
    return tuple(_sections(layout, root, "layout"))


def _sections(listed: Sequence[Any], root: Node, place: str) -> Iterator[Section]:
    loose: list[Placed] = []
    for index, given in enumerate(listed):
        here = f"{place}[{index}]"
        if isinstance(given, Mapping) and "tabs" in given:
            for tab in _sections(given["tabs"], root, f"{here}.tabs"):
                yield replace(tab, tabs=index + 1)
        elif isinstance(given, Mapping) and "fields" in given:
            fields = [
                each
                for at, field in enumerate(given["fields"])
                for each in _placed(field, root, f"{here}.fields[{at}]")
            ]
            title = given.get("section", given.get("tab", ""))
            yield Section(title, tuple(fields), _condition(given, "visible", here))
        else:
            loose += _placed(given, root, here)
    if loose:
        yield Section("", tuple(loose))


def _placed(given: Any, root: Node, place: str) -> list[Placed]:
    if isinstance(given, str):
        given = {"field": given}
    if not isinstance(given, Mapping) or not isinstance(given.get("field"), str):
        raise FormError(place, "here stands a field, by name or as {field: name, …}")
    path = tuple(given["field"].split("."))
    node = find(root, path)
    if node is None:
        raise FormError(place, f"the form has no field {given['field']}")
    columns = tuple(tuple(str(name).split(".")) for name in given.get("columns") or ())
    totals = tuple(tuple(str(name).split(".")) for name in given.get("totals") or ())
    for column in (*columns, *totals):
        if node.item is None or find(node.item, column) is None:
            raise FormError(f"{place}.columns", f"{'.'.join(path + column)} is not there")
    placed = Placed(
        path=path,
        widget=given.get("widget"),
        visible=_condition(given, "visible", place),
        required=_condition(given, "required", place),
        readonly=_condition(given, "readonly", place),
        default=_condition(given, "default", place),
        columns=columns,
        totals=totals,
        width=given.get("width"),
        hint=given.get("hint"),
    )
    return _leaves(placed, node)


def _leaves(placed: Placed, node: Node) -> list[Placed]:
    """An object with named fields is shown as these, each under the object's conditions; one that
    is a record of a collection as a whole."""
    if node.kind != "object" or not node.properties or "x-collection" in node.schema:
        return [placed]
    found = []
    for name, below in node.properties.items():
        inner = Placed(
            path=(*placed.path, name),
            visible=placed.visible,
            required=None,
            readonly=placed.readonly,
        )
        found += _leaves(inner, below)
    return found


def _condition(given: Mapping[str, Any], key: str, place: str) -> Expression | None:
    if key == "visible" and key not in given:
        key = "if"
    return formula(given[key], f"{place}.{key}") if key in given else None
