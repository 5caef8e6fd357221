"""What fields, choices and units are called: the form's `labels`, else the schema, else the id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.forms.nodes import Node
from orderloom.platform.words import Words

Path = tuple[str, ...]


def label_of(labels: Mapping[str, Any], path: Path, node: Node, words: Words) -> str:
    """By the whole path, then by the last name alone."""
    for key in (".".join(path), path[-1]):
        if key in labels:
            return words.choose(labels[key])
    return words.choose(node.schema.get("title")) or spoken(path[-1])


def option_label(
    labels: Mapping[str, Any], path: Path, value: Any, node: Node, words: Words
) -> str:
    """A choice: `labels: {currency=PLN: …}`, the `title` beside its `const`, else itself."""
    if isinstance(value, bool):
        return words.text("forms.yes" if value else "forms.no")
    for key in (f"{'.'.join(path)}={value}", f"{path[-1]}={value}"):
        if key in labels:
            return words.choose(labels[key])
    for each in (*(node.schema.get("oneOf") or ()), *(node.schema.get("anyOf") or ())):
        if isinstance(each, Mapping) and each.get("const") == value and "title" in each:
            return words.choose(each["title"])
    return str(value)


def unit_of(node: Node, words: Words) -> str:
    """The unit of `x-unit` (UN/ECE recommendation 20) as people write it."""
    code = node.schema.get("x-unit")
    if not isinstance(code, str):
        return ""
    key = f"forms.units.{code}"
    return words.text(key) if words.has(key) else code


def spoken(name: str) -> str:
    """A field's name as words: `payment_terms` → `Payment terms`."""
    text = name.replace("_", " ").strip()
    return text[:1].upper() + text[1:]
