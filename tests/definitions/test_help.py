"""Every title and description of the schemas can be read in three languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from orderloom.platform.definitions.borrowed import Borrowed, known
from orderloom.platform.definitions.help import localised_schema, said
from orderloom.platform.definitions.schema import SCHEMAS, schema
from orderloom.platform.words import Words
from orderloom.platform.words.catalogue import entries

OTHERS = ("pl", "sk")
LITERAL = re.compile(r"`[^`]*`")
DATA = {"const", "default", "enum", "examples", "required", "x-later"}
NAMED = {"properties", "patternProperties", "$defs", "dependentSchemas"}


def texts(part: Any, named: bool = False) -> Iterator[str]:
    """The titles and descriptions of a schema; what is only called so is none."""
    if isinstance(part, list):
        for each in part:
            yield from texts(each)
    if not isinstance(part, Mapping):
        return
    for key, value in part.items():
        if named:
            yield from texts(value)
        elif key in ("title", "description") and isinstance(value, str):
            yield value
        elif key not in DATA:
            yield from texts(value, named=key in NAMED)


ALL = sorted({text for kind in SCHEMAS for text in texts(dict(schema(kind)))})
HELP = {
    key: sentence
    for key, sentence in entries("en").items()
    if key.startswith("help") and isinstance(sentence, str)
}


@pytest.mark.parametrize("language", OTHERS)
def test_every_part_has_its_text(language: str) -> None:
    words = Words(language)
    assert len(ALL) > 800
    assert [text for text in ALL if said(text, words) is None] == []


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_written_literally_stays(language: str) -> None:
    words = Words(language)
    changed = {
        text: told
        for text in ALL
        if (told := said(text, words)) is not None
        and sorted(LITERAL.findall(text)) != sorted(LITERAL.findall(told))
    }
    assert changed == {}


def test_no_text_of_the_catalogue_is_stale_or_written_twice() -> None:
    assert HELP
    assert {key: text for key, text in HELP.items() if text not in ALL} == {}
    assert len(set(HELP.values())) == len(HELP)
    polish = Words("pl")
    twice = [
        text
        for text in HELP.values()
        if (found := known(text)) is not None
        and not isinstance(found.params.get("what"), str)
        and Borrowed(text).in_words(polish)
    ]
    assert twice == []


@pytest.mark.parametrize("kind", SCHEMAS)
def test_nothing_but_texts_is_another(kind: str) -> None:
    def bare(part: Any, named: bool = False) -> Any:
        if isinstance(part, list):
            return [bare(each) for each in part]
        if not isinstance(part, Mapping):
            return part
        return {
            key: bare(value, named=not named and key in NAMED)
            for key, value in part.items()
            if named or key not in ("title", "description") or not isinstance(value, str)
        }

    english, polish = localised_schema(kind, "en"), localised_schema(kind, "pl")
    assert dict(english) == dict(schema(kind))
    assert bare(dict(polish)) == bare(dict(english))
    assert dict(polish) != dict(english)


def test_a_property_called_title_keeps_its_name_and_its_examples() -> None:
    title = localised_schema("process", "sk")["properties"]["title"]
    assert title["description"] != schema("process")["properties"]["title"]["description"]
    assert title.get("examples") == schema("process")["properties"]["title"].get("examples")


def test_a_text_that_nobody_knows_is_said_to_lack() -> None:
    assert said("This stands nowhere.", Words("pl")) is None
    assert said("Nothing known, such as `this`.", Words("sk")) is None
    assert said("This stands nowhere.", Words("en")) == "This stands nowhere."
