"""Layouts of react-jsonschema-form (`uiSchema`) in the words of language 7."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from orderloom.forms.foreign_schema import Unsupported
from orderloom.forms.nodes import Node, tree
from orderloom.forms.widgets import widget_of

# widgets of theirs → what must be the field's own widget here
_SAME: Final[Mapping[str, tuple[str, ...]]] = {
    "text": ("text",),
    "textarea": ("text", "area"),
    "updown": ("number", "money"),
    "select": ("select",),
    "radio": ("select",),
    "checkbox": ("checkbox",),
    "checkboxes": ("choices",),
    "date": ("date",),
    "alt-date": ("date",),
    "datetime": ("moment",),
    "date-time": ("moment",),
    "alt-datetime": ("moment", "date"),
    "time": ("time",),
    "email": ("text",),
    "uri": ("text",),
}


def rjsf_layout(
    layout: Mapping[str, Any], schema: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Unsupported]]:
    """`layout` and `labels` of a form, and what was not taken."""
    root = tree(schema)
    reading = _Reading()
    reading.object(layout, root, (), "uiSchema")
    names = _ordered(list(root.properties), layout.get("ui:order"))
    fields = [reading.placed.get(name, [{"field": name}]) for name in names]
    flat = [one for each in fields for one in each]
    return {"layout": [{"section": "", "fields": flat}], "labels": reading.labels}, reading.told


def _ordered(names: list[str], order: Any) -> list[str]:
    if not isinstance(order, list):
        return names
    rest = [name for name in names if name not in order]
    found: list[str] = []
    for one in order if "*" in order else [*order, "*"]:
        found += rest if one == "*" else [one] if one in names else []
    return found


class _Reading:
    def __init__(self) -> None:
        # the field at the top → it, or the fields inside it
        self.placed: dict[str, list[dict[str, Any]]] = {}
        self.labels: dict[str, str] = {}
        self.told: list[Unsupported] = []

    def object(
        self, given: Mapping[str, Any], node: Node, path: tuple[str, ...], place: str
    ) -> None:
        """The fields of an object, each with what is said of it."""
        for key, value in given.items():
            below = node.properties.get(key)
            here = f"{place}.{key}"
            if below is not None and isinstance(value, Mapping):
                self._field(value, below, (*path, key), here)
            elif not (key == "ui:order" and not path):
                self._tell(place, key, value)
        if len(path) == 0:
            return
        # An object of which something is said is placed field by field.
        top = self.placed.setdefault(path[0], [])
        names = _ordered(list(node.properties), given.get("ui:order"))
        for name in names:
            field = ".".join((*path, name))
            if not any(one["field"].startswith(field) for one in top):
                top.append({"field": field})

    def _field(
        self, given: Mapping[str, Any], node: Node, path: tuple[str, ...], place: str
    ) -> None:
        if node.kind == "object" and node.properties:
            self.object(given, node, path, place)
            return
        field = {"field": ".".join(path)}
        options = given.get("ui:options")
        said = {key: value for key, value in given.items() if key != "ui:options"}
        for key, value in options.items() if isinstance(options, Mapping) else ():
            said[f"ui:{key}"] = value
        for key, value in said.items():
            if not self._take(key, value, node, field):
                self._rest(key, value, node, path, place)
        self.placed.setdefault(path[0], []).append(field)

    def _take(self, key: str, value: Any, node: Node, field: dict[str, Any]) -> bool:
        if key == "ui:widget" and isinstance(value, str):
            if widget_of(node) not in _SAME.get(value, ()):
                return False
            if value in ("textarea", "radio"):
                field["widget"] = "area" if value == "textarea" else value
        elif key in ("ui:readonly", "ui:disabled") and isinstance(value, bool):
            if value:
                field["readonly"] = True
        elif key == "ui:title" and isinstance(value, str):
            self.labels[field["field"]] = value
        elif key in ("ui:help", "ui:description") and isinstance(value, str):
            field["hint"] = f"{field['hint']} {value}" if "hint" in field else value
        else:
            return False
        return True

    def _rest(self, key: str, value: Any, node: Node, path: tuple[str, ...], place: str) -> None:
        """What is said of the rows of a list; anything else is told."""
        if key != "items" or node.item is None or not isinstance(value, Mapping):
            self._tell(place, key, value)
            return
        for name, said in value.items():
            inside = node.item.properties.get(name)
            if inside is None or not isinstance(said, Mapping):
                self._tell(f"{place}.items", name, said)
                continue
            for inner, each in said.items():
                if inner == "ui:title" and isinstance(each, str):
                    self.labels[".".join((*path, name))] = each
                else:
                    self._tell(f"{place}.items.{name}", inner, each)

    def _tell(self, path: str, what: str, value: Any) -> None:
        self.told.append(Unsupported(path, what, value if isinstance(value, str) else ""))
