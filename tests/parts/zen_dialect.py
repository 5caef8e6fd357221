"""Decision tables written for zen, as FEEL: what our language can express of them.

A sign of its own is `$` for the input; `'` quotes; `==`; `and` between comparisons of the input.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

STRINGS = re.compile(r"'([^'\\]*)'|\"([^\"\\]*)\"")
COMPARISON = re.compile(r"(==|!=|<=|>=|<|>)\s*(\S.*)")
CALLS = {
    "startsWith": "starts with",
    "endsWith": "ends with",
    "len": "count",
    "upper": "upper case",
    "lower": "lower case",
}


def document(table: Mapping[str, Any]) -> dict[str, Any]:
    """The decision. A column without an expression has conditions of their own: it is `true`."""
    inputs = table["inputs"]
    return {
        "id": "t",
        "hit": table["hit_policy"].upper(),
        "inputs": [
            {"name": f"i{n}", "value": expression(one["expr"] or "true"), "nullable": True}
            for n, one in enumerate(inputs)
        ],
        "outputs": [{"name": f"o{n}"} for n, _ in enumerate(table["outputs"])],
        "rules": [
            {
                "when": [cell(text) for text in rule["when"]],
                "then": [expression(text) if text else None for text in rule["then"]],
            }
            for rule in table["rules"]
        ],
    }


def cell(text: str) -> str:
    """A unary test."""
    text = text.strip()
    if not text:
        return "-"
    text = expression(text)
    parts = re.split(r"\s+(and|or)\s+", text)
    if len(parts) == 1:
        return text.replace("== ", "= ") if COMPARISON.match(text) else text
    if all(COMPARISON.fullmatch(part) for part in parts[::2]):
        return "".join(part if n % 2 else f"? {part}" for n, part in spaced(parts))
    return text


def spaced(parts: list[str]) -> list[tuple[int, str]]:
    return [(n, f" {part} " if n % 2 else part) for n, part in enumerate(parts)]


def expression(text: str) -> str:
    """An expression; strings are set aside while signs are exchanged."""
    kept: list[str] = []

    def aside(found: re.Match[str]) -> str:
        kept.append(found[1] if found[1] is not None else found[2])
        return f"\x00{len(kept) - 1}\x00"

    text = STRINGS.sub(aside, text).replace("$", "?").replace("==", "=")
    for name, ours in CALLS.items():
        text = re.sub(rf"\b{name}\(", f"{ours}(", text)
    text = re.sub(r"\bcontains\((\?|[\w.]+), ?(\x00\d+\x00)\)", r"list contains(\1, \2)", text)
    text = re.sub(r"(\x00\d+\x00) in (\?|[\w.]+)", r"list contains(\2, \1)", text)
    text = re.sub(r"\bsome\((\?|[\w.]+|\[[^\]]*\]), (.*?)\)$", r"some x in \1 satisfies \2", text)
    text = re.sub(r"(?<=\d)_(?=\d)", "", text.replace("#", "x"))
    return re.sub(r"\x00(\d+)\x00", lambda found: f'"{kept[int(found[1])]}"', text)
