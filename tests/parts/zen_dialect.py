"""Decision tables written for zen, as FEEL: what our language can express of them.

Signs of its own are `$` for the input, `'` quotes, `==`, `!`, `??`, `a ? b : c`, and `and` between
comparisons of the input. A name that is a word of FEEL gets another: `return` is `returned`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

STRINGS = re.compile(r"'([^'\\]*)'|\"([^\"\\]*)\"")
COMPARISON = re.compile(r"(==?|!=|<=|>=|<|>)\s*(\S.*)")
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
    if text.startswith("!") and not text.startswith("!="):
        return f"not({cell(text[1:])})"
    text = expression(text)
    parts = re.split(r"\s+(and|or)\s+", text)
    if len(parts) == 1:
        return text.replace("== ", "= ") if COMPARISON.match(text) else text
    return " ".join(f"? {part}" if COMPARISON.fullmatch(part) else part for part in parts)


def expression(text: str) -> str:
    """An expression; strings are set aside while signs are exchanged."""
    kept: list[str] = []

    def aside(found: re.Match[str]) -> str:
        kept.append(found[1] if found[1] is not None else found[2])
        return f"\x00{len(kept) - 1}\x00"

    text = re.sub(r"\breturn\.", "returned.", STRINGS.sub(aside, text))
    text = re.sub(r"([\w.]+) \?\? (\x00\d+\x00|\[\])", r"(if \1 = null then \2 else \1)", text)
    text = re.sub(r"^(.+?) \? (.+?) : (.+)$", r"if \1 then \2 else \3", text)
    text = text.replace("$", "?").replace("==", "=").replace("len(trim(", "string length(trim(")
    for name, ours in CALLS.items():
        text = re.sub(rf"\b{name}\(", f"{ours}(", text)
    text = re.sub(r"\bcontains\((\?|[\w.]+), ?(\x00\d+\x00)\)", r"list contains(\1, \2)", text)
    text = re.sub(r"(?<!list )\bcontains\((?=[\[(])", "list contains(", text)
    text = re.sub(r"(\x00\d+\x00) in (\?|[\w.]+)", r"list contains(\2, \1)", text)
    text = re.sub(r"\bsome\((\?|[\w.]+|\[[^\]]*\]), (.*?)\)$", r"some x in \1 satisfies \2", text)
    text = re.sub(r"(?<=\d)_(?=\d)", "", text.replace("#", "x"))
    return re.sub(r"\x00(\d+)\x00", lambda found: f'"{kept[int(found[1])]}"', text)
