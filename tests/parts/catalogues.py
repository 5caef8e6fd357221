"""The catalogues of words as flat tables, and the keys that code and templates ask for."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from ruamel.yaml import YAML

from parts.repository import files, text

LANGUAGES = ("en", "pl", "sk")
# CLDR plural categories for whole numbers and fractions of each language.
PLURALS = {
    "en": {"one", "other"},
    "pl": {"one", "few", "many", "other"},
    "sk": {"one", "few", "many", "other"},
}
ANY_PLURAL = {"zero", "one", "two", "few", "many", "other"}
PLACEHOLDER = re.compile(r"(?<!\{)\{(\w+)[^{}]*\}(?!\})")
USED = re.compile(r"""(?:\.text|\bt|\b_)\(\s*f?(["'])([a-z]+\.[\w.\-{}]+)\1""")
CODE = re.compile(r"""\b(?:Rejection|Refused|refuse)\(\s*(["'])([a-z_]+(?:\.[a-z_]+)+)\1""")


@cache
def catalogue(language: str) -> dict[str, Any]:
    """Every text of a language: `area.key` → sentence, or plural category → sentence."""
    found: dict[str, Any] = {}
    for name in files():
        match = re.fullmatch(rf"platform/words/{language}/(\w+)\.yaml", name)
        if match:
            content = YAML(typ="safe", pure=True).load(text(name)) or {}
            found.update(_flat(content, match[1]))
    return found


def sentences(entry: Any) -> list[str]:
    """The sentences of one entry: one, or one per plural category."""
    return list(entry.values()) if isinstance(entry, dict) else [entry]


def placeholders(entry: Any) -> set[str]:
    """The names between braces in an entry, all plural forms together."""
    return {name for sentence in sentences(entry) for name in PLACEHOLDER.findall(sentence)}


def used_keys() -> Iterator[tuple[str, str]]:
    """Every literal key asked for, with its place; codes of rejections as `problems.<code>`."""
    for name in files():
        if not name.startswith(("platform/", "forms/", "approvals/", "audit/")):
            continue
        if not name.endswith((".py", ".html", ".txt")):
            continue
        content = text(name)
        for pattern, prefix in ((USED, ""), (CODE, "problems.")):
            for match in pattern.finditer(content):
                line = content.count("\n", 0, match.start()) + 1
                yield f"{name}:{line}", prefix + match[2]


def _flat(content: dict[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in content.items():
        inner = f"{prefix}.{key}"
        if isinstance(value, dict) and not set(value) <= ANY_PLURAL:
            yield from _flat(value, inner)
        else:
            yield inner, value
