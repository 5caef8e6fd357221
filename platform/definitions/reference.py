"""Writes `docs/language.md` from the schemas: `python -m orderloom.platform.definitions.reference`.

The words around the tables stand in `schemas/reference.yaml`, what functions give in
`schemas/functions.yaml`; their examples are those of the rules, which tests evaluate.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from orderloom.platform.codec import load_yaml
from orderloom.platform.definitions.reference_tables import (
    Tables,
    anchor,
    shared_title,
    written,
)
from orderloom.platform.definitions.schema import FOLDER, SCHEMAS, schema, shared_parts
from orderloom.rules.builtins import BUILTINS
from orderloom.rules.examples import EXAMPLES

PAGE: Final = "docs/language.md"
FILES: Final = ("bundle", "scenario", "mapping")


def reference() -> str:
    """The whole page."""
    text = "\n".join(_page()).rstrip("\n") + "\n"
    return re.sub(r"\n{3,}", "\n\n", text)


def prose() -> Mapping[str, Any]:
    """What is written by hand: `intro`, `chapters`, and `kinds` with `text` and `example`."""
    return _read("reference")


def functions() -> Mapping[str, str]:
    """Each function of expressions, and what it gives."""
    return _read("functions")


def _page() -> Iterator[str]:
    words = prose()
    yield from ("# The definition language", "", words["intro"])
    yield from _contents(words)
    for chapter in words["chapters"]:
        yield from (f"## {chapter['title']}", "", chapter["text"])
    for kind in SCHEMAS:
        yield from _kind(kind, words["kinds"][kind])
    yield from _values()
    yield from _functions()


def _contents(words: Mapping[str, Any]) -> Iterator[str]:
    titles = [chapter["title"] for chapter in words["chapters"]]
    titles += [_title(kind) for kind in SCHEMAS] + ["Values", "Functions"]
    yield " · ".join(f"[{title}](#{anchor(title)})" for title in titles)
    yield ""


def _kind(kind: str, words: Mapping[str, str]) -> Iterator[str]:
    body = schema(kind)
    yield from (f"## {_title(kind)}", "", words["text"])
    yield from ("```yaml", words["example"].rstrip("\n"), "```", "")
    yield from Tables(_title(kind), body["$defs"]).lines(body)


def _values() -> Iterator[str]:
    parts = shared_parts()
    yield from ("## Values", "", "What several kinds have in common.", "")
    tables = Tables("Values", parts)
    for name in sorted(parts, key=shared_title):
        yield from (f"### {shared_title(name)}", "")
        yield from tables.thing(parts[name])
        examples = parts[name].get("examples")
        if examples:
            shown = ", ".join(f"`{written(example)}`" for example in examples)
            yield from (f"Examples: {shown}.", "")
    yield from tables.others()


def _functions() -> Iterator[str]:
    yield from ("## Functions", "", prose()["functions"])
    yield from ("| function | gives | true |", "|---|---|---|")
    for name, what in functions().items():
        yield f"| `{signature_of(name)}` | {_cell(what)} | `{_cell(EXAMPLES[name][0])}` |"


def signature_of(name: str) -> str:
    """How a function is called: `substring(string, start, length?)`."""
    function = BUILTINS[name]
    needed = len(function.parameters) - function.optional
    shown = [
        parameter if place < needed else f"{parameter}?"
        for place, parameter in enumerate(function.parameters)
    ]
    return f"{name}({', '.join(shown)}{', …' if function.many else ''})"


def _title(kind: str) -> str:
    return str(schema(kind)["title"])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _read(name: str) -> dict[str, Any]:
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return dict(load_yaml(text, file=f"{name}.yaml").value)


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else PAGE).write_text(reference(), encoding="utf-8")
