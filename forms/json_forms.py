"""Layouts of JSON Forms (`uischema`) in the words of language 7."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from orderloom.forms.foreign_schema import Unsupported
from orderloom.forms.nodes import Node, choices, find, tree
from orderloom.platform.codec import dumps

_KEYS: Final = frozenset(("type", "elements", "label", "text", "scope", "options", "rule"))
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BOXES: Final = ("VerticalLayout", "HorizontalLayout", "Group", "Category", "Categorization")
_COLUMNS: Final = 6


def json_forms_layout(
    layout: Mapping[str, Any], schema: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Unsupported]]:
    """`layout` and `labels` of a form, and what was not taken."""
    reading = _Reading(tree(schema))
    reading.part(layout, "uischema", conditions={}, width=None)
    reading.close("")
    return {"layout": reading.sections, "labels": reading.labels}, reading.unsupported


class _Reading:
    def __init__(self, root: Node) -> None:
        self.root = root
        self.sections: list[dict[str, Any]] = []
        self.labels: dict[str, str] = {}
        self.unsupported: list[Unsupported] = []
        self.title = ""
        self.fields: list[dict[str, Any]] = []

    def part(
        self, given: Any, path: str, *, conditions: Mapping[str, str], width: int | None
    ) -> None:
        """One element. `conditions`: `visible` and `readonly` of those that it is in."""
        if not isinstance(given, Mapping):
            self._tell(path, "element")
            return
        for key in given:
            if key not in _KEYS:
                self._tell(path, key)
        conditions = self._conditions(given.get("rule"), conditions, f"{path}.rule")
        kind = str(given.get("type"))
        if kind in ("Control", "ListWithDetail"):
            self._control(given, path, conditions=conditions, width=width)
        elif kind == "Label":
            self.close(str(given.get("text", "")))
        elif kind in _BOXES:
            self._box(given, kind, path, conditions=conditions)
        else:
            self._tell(path, "type", kind)

    def close(self, title: str) -> None:
        """Ends the section; the next one is called `title`."""
        if self.fields:
            self.sections.append({"section": self.title, "fields": self.fields})
            self.fields = []
        self.title = title

    def _box(
        self, given: Mapping[str, Any], kind: str, path: str, *, conditions: Mapping[str, str]
    ) -> None:
        elements = given.get("elements") or []
        for option in given.get("options") or {}:
            self._tell(f"{path}.options", option)
        outer = self.title
        headed = kind in ("Group", "Category")
        if headed:
            self.close(str(given.get("label") or outer))
        beside = kind == "HorizontalLayout" and len(elements) > 1
        width = max(_COLUMNS // len(elements), 2) if beside else None
        width = 4 if width == 5 else width
        for at, each in enumerate(elements):
            self.part(each, f"{path}.elements.{at}", conditions=conditions, width=width)
        if headed:
            self.close(outer)

    def _control(
        self,
        given: Mapping[str, Any],
        path: str,
        *,
        conditions: Mapping[str, str],
        width: int | None,
    ) -> None:
        names = _names(given.get("scope"))
        node = find(self.root, names) if names else None
        if names is None or (names and node is None) or any("." in name for name in names):
            self._tell(path, "scope", str(given.get("scope")))
            return
        if not names:
            self.fields += [{"field": name, **conditions} for name in self.root.properties]
            return
        field = ".".join(names)
        placed: dict[str, Any] = {"field": field, **conditions}
        if width is not None and node is not None and node.item is None:
            placed["width"] = width
        self._label(given.get("label"), field, path)
        for option, value in (given.get("options") or {}).items():
            if option == "multi" and value is True:
                placed["widget"] = "area"
            elif option == "format" and value == "radio" and node and choices(node.schema):
                placed["widget"] = "radio"
            elif option in ("readonly", "readOnly") and value is True:
                placed["readonly"] = True
            elif option == "detail" and isinstance(value, Mapping) and node and node.item:
                self._detail(value, node.item, field, placed, f"{path}.options.detail")
            else:
                said = value if isinstance(value, str) else ""
                self._tell(f"{path}.options", option, said)
        self.fields.append(placed)

    def _label(self, label: Any, field: str, path: str) -> None:
        if isinstance(label, Mapping):
            if label.get("show") is False:
                self._tell(path, "label", "false")
            label = label.get("text")
        if label is False:
            self._tell(path, "label", "false")
        elif isinstance(label, str) and label:
            self.labels[field] = label

    def _detail(
        self, given: Mapping[str, Any], item: Node, field: str, placed: dict[str, Any], path: str
    ) -> None:
        """How a row looks, as the columns of the list."""
        inner = _Reading(item)
        inner.part(given, path, conditions={}, width=None)
        inner.close("")
        self.unsupported += inner.unsupported
        if len(inner.sections) > 1:
            self._tell(path, "Group")
        fields = [one for section in inner.sections for one in section["fields"]]
        placed["columns"] = [one["field"] for one in fields] or list(item.properties)
        for one in fields:
            for key in one.keys() - {"field", "width"}:
                self._tell(path, key, one["field"])
        self.labels.update({f"{field}.{name}": text for name, text in inner.labels.items()})

    # ── rules ────────────────────────────────────────────────────────────────────────────────

    def _conditions(self, rule: Any, outer: Mapping[str, str], path: str) -> Mapping[str, str]:
        if rule is None:
            return outer
        found = self._condition(rule.get("condition"), f"{path}.condition")
        effect = str(rule.get("effect"))
        if effect not in ("SHOW", "HIDE", "ENABLE", "DISABLE"):
            self._tell(path, "effect", effect)
            return outer
        if found is None:
            return outer
        key = "visible" if effect in ("SHOW", "HIDE") else "readonly"
        told = found if effect in ("SHOW", "DISABLE") else f"not({found})"
        word = "and" if key == "visible" else "or"
        both = f"({outer[key]}) {word} ({told})" if key in outer else told
        return {**outer, key: both}

    def _condition(self, given: Any, path: str) -> str | None:
        """The condition as FEEL; None where it is not taken."""
        given = given if isinstance(given, Mapping) else {}
        kind = given.get("type")
        if kind in ("OR", "AND"):
            parts = [
                self._condition(each, f"{path}.conditions.{at}")
                for at, each in enumerate(given.get("conditions") or [])
            ]
            word = " or " if kind == "OR" else " and "
            known = [f"({one})" for one in parts if one is not None]
            return word.join(known) if known and len(known) == len(parts) else None
        names = _names(given.get("scope"))
        if not names or not all(_NAME.fullmatch(name) for name in names):
            self._tell(path, "scope", str(given.get("scope")))
            return None
        wanted = given.get("schema")
        if kind == "LEAF" and "expectedValue" in given:
            wanted = {"const": given["expectedValue"]}
        if not isinstance(wanted, Mapping):
            self._tell(path, "validate" if "validate" in given else "schema")
            return None
        tests = [_test(".".join(names), key, value) for key, value in wanted.items()]
        for key, test in zip(wanted, tests, strict=True):
            if test is None:
                self._tell(path, "schema", key)
        good = [test for test in tests if test is not None]
        return " and ".join(good) if good and len(good) == len(tests) else None

    def _tell(self, path: str, what: str, value: str = "") -> None:
        self.unsupported.append(Unsupported(path, what, value))


def _test(name: str, keyword: str, value: Any) -> str | None:
    signs = {"minimum": ">=", "maximum": "<=", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}
    if keyword in signs:
        return f"{name} {signs[keyword]} {value}"
    if keyword == "const" and not isinstance(value, Mapping | list):
        return f"{name} = {dumps(value).decode()}"
    if keyword == "enum" and isinstance(value, list) and value:
        return " or ".join(f"{name} = {dumps(each).decode()}" for each in value)
    return None


def _names(scope: Any) -> tuple[str, ...] | None:
    """`#/properties/a/properties/b` as names; `#` is the whole; None for anything else."""
    if not isinstance(scope, str):
        return None
    parts = scope.removeprefix("#").removeprefix("/").split("/")
    if parts == [""]:
        return ()
    if len(parts) % 2 or any(part != "properties" for part in parts[::2]):
        return None
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in parts[1::2])
