"""What parsers and schemas say in English is found in the catalogue, so that others can read it."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from parts.catalogues import LANGUAGES
from parts.repository import tree

from orderloom.platform.definitions.borrowed import Borrowed, known
from orderloom.platform.definitions.schema import SCHEMAS, schema
from orderloom.platform.words import Words

# Where their sentences stand in the source: the functions that make an error, and which argument.
PARSERS = {
    "rules/lexer.py": {"FeelError": 0},
    "rules/parser.py": {"FeelError": 0, "error": 0},
    "rules/reader.py": {"error": 0},
    "platform/codec/strict.py": {"CodecError": 1},
    "platform/codec/yaml_text.py": {"CodecError": 1, "_refused": 1},
}


def said_by_parsers() -> Iterator[tuple[str, str]]:
    for name, makers in PARSERS.items():
        for node in ast.walk(tree(name)):
            if not isinstance(node, ast.Call):
                continue
            function = node.func
            called = (
                function.attr
                if isinstance(function, ast.Attribute)
                else getattr(function, "id", "")
            )
            at = makers.get(called)
            if at is not None and len(node.args) > at:
                text = _sample(node.args[at])
                if text:
                    yield f"{name}:{node.lineno}", text


def _sample(node: ast.expr) -> str | None:
    """A literal, or an f-string with something put in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_literal(part) or "'x'" for part in node.values)
    return _literal(node)


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def test_what_parsers_say_can_be_said() -> None:
    said = list(said_by_parsers())
    assert len(said) > 30
    assert [(place, text) for place, text in said if known(text) is None] == []


def parts_of_schemas() -> Iterator[Mapping[str, Any]]:
    waiting: list[Any] = [dict(schema(kind)) for kind in SCHEMAS]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            yield part
            waiting += part.values()
        elif isinstance(part, Sequence) and not isinstance(part, str):
            waiting += part


def shown_texts() -> set[str]:
    """Titles of what has keys or a pattern; descriptions of what can be missing or malformed."""
    found = set()
    for part in parts_of_schemas():
        kept = {"properties", "additionalProperties", "anyOf", "pattern", "format"}
        if kept & set(part) and isinstance(part.get("type", ""), str | list):
            found |= {part["title"]} if isinstance(part.get("title"), str) else set()
        if {"pattern", "format", "not"} & set(part) and not isinstance(part.get("not"), str):
            found |= _description(part)
        properties = part.get("properties")
        needed = part.get("required")
        if isinstance(properties, Mapping) and isinstance(needed, list):
            found |= {text for name in needed for text in _description(properties.get(name))}
    return found


def _description(part: Any) -> set[str]:
    text = part.get("description") if isinstance(part, Mapping) else None
    return {text} if isinstance(text, str) else set()


@pytest.mark.parametrize("language", ["pl", "sk"])
def test_what_schemas_say_can_be_said(language: str) -> None:
    texts = shown_texts()
    assert len(texts) > 300
    words = Words(language)
    assert sorted(text for text in texts if not _is_said(text, words)) == []


def _is_said(text: str, words: Words) -> bool:
    said = known(text)
    if said is None:
        return False
    # Of `The task, such as ….` both parts are entries.
    return all(
        not isinstance(value, str) or name != "what" for name, value in said.params.items()
    ) and bool(Borrowed(text).in_words(words))


def test_an_english_text_that_nobody_knows_is_left_out_elsewhere() -> None:
    stranger = Borrowed("this stands in no catalogue")
    assert [stranger.in_words(Words(language)) for language in LANGUAGES] == [stranger.text, "", ""]
