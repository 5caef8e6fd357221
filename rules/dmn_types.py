"""Types of DMN models (`typeRef`, item definitions) and those of the language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from orderloom.rules.dmn_elements import child, children

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# What other tools call them, without a prefix such as `feel:` and in lower case → ours.
_SIMPLE: Final[Mapping[str, str]] = {
    **{name: name for name in ("string", "number", "boolean", "date", "time", "any")},
    **dict.fromkeys(("double", "integer", "long", "int", "decimal", "float", "short"), "number"),
    **dict.fromkeys(("date and time", "datetime"), "date and time"),
    **dict.fromkeys(("days and time duration", "daytimeduration", "duration"), "duration"),
    **dict.fromkeys(("years and months duration", "yearmonthduration"), "duration"),
    "bool": "boolean",
    "text": "string",
}
# Ours → the standard's, where it has the same.
STANDARD: Final[Mapping[str, str]] = {
    **{name: name for name in ("string", "number", "boolean", "date", "time", "date and time")},
    "any": "Any",
}
_DEEPEST: Final = 20


@dataclass(frozen=True, slots=True)
class Types:
    """The item definitions of a model. `names`: how members with spaces are called here."""

    definitions: Mapping[str, Element] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def type_of(self, reference: str | None) -> Any:
        """Our type of a `typeRef`: text, `[t]` or `{a: t}`; None where it is not known."""
        return self._type(reference, 0) if reference else None

    def allowed(self, reference: str | None) -> str | None:
        """The unary tests that values of the type pass, of a type that is not a collection."""
        for _ in range(_DEEPEST):
            item = self.definitions.get(_plain(reference or ""))
            if item is None or item.get("isCollection") == "true":
                return None
            if text := _text(child(item, "allowedValues")):
                return text
            reference = _text_of(child(item, "typeRef"))
        return None

    def _type(self, reference: str, depth: int) -> Any:
        item = self.definitions.get(_plain(reference))
        if item is not None and depth < _DEEPEST:
            return self._item(item, depth + 1)
        return _SIMPLE.get(_plain(reference).lower())

    def _item(self, item: Element, depth: int) -> Any:
        members = list(children(item, "itemComponent"))
        base = _text_of(child(item, "typeRef")) or item.get("typeRef")
        made: Any = self._type(base, depth) if base else None
        if members:
            made = {
                self.names.get(one.get("name", ""), one.get("name", "")): self._item(one, depth)
                or "any"
                for one in members
                if depth < _DEEPEST
            }
        return [made or "any"] if item.get("isCollection") == "true" else made


def types_of(root: Element, names: Mapping[str, str]) -> Types:
    """The item definitions of a model by name."""
    found = {one.get("name", ""): one for one in children(root, "itemDefinition")}
    return Types(found, names)


def _plain(reference: str) -> str:
    """`feel:number` and `number` are the same."""
    return reference.strip().rpartition(":")[2]


def _text(tests: Element | None) -> str:
    return "" if tests is None else _text_of(child(tests, "text"))


def _text_of(element: Element | None) -> str:
    return "" if element is None else (element.text or "").strip()
