"""The schemas in a person's language: the title and the description of every part.

The schemas are written in English. Descriptions stand again in the catalogues `help…`, titles and
what findings say in `borrowed`, where both are found by their English.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from orderloom.platform.definitions.borrowed import Borrowed, known
from orderloom.platform.definitions.saying import english
from orderloom.platform.definitions.schema import schema
from orderloom.platform.words import Words
from orderloom.platform.words.catalogue import entries

AREA: Final = "help"
# Keywords whose values are schemas by a name that may be any, such as `title`.
_NAMED: Final = frozenset({"properties", "patternProperties", "$defs", "dependentSchemas"})
# Keywords whose values are data, not schemas.
_DATA: Final = frozenset({"const", "default", "enum", "examples", "required", "x-later"})
_TEXTS: Final = frozenset({"title", "description"})


@cache
def localised_schema(kind: str, language: str) -> Mapping[str, Any]:
    """The schema of a kind with its titles and descriptions in a language; a text that the
    language lacks stays English. Raises `KeyError`. It is shared: nobody may change it."""
    return MappingProxyType(_part(dict(schema(kind)), Words(language)))


def said(text: str, words: Words) -> str | None:
    """A title or description in a language; None where it lacks one."""
    if words.language == english().language:
        return text
    key = _keys().get(text)
    if key is not None:
        found = words.text(key)
        return found if found != text else None
    borrowed = known(text)
    # Of `The task, such as …` both parts are entries; one that is not would stay English.
    if borrowed is None or isinstance(borrowed.params.get("what"), str):
        return None
    return Borrowed(text).in_words(words) or None


def _part(part: Any, words: Words) -> Any:
    if isinstance(part, list):
        return [_part(each, words) for each in part]
    if not isinstance(part, Mapping):
        return part
    return {key: _value(key, value, words) for key, value in part.items()}


def _value(key: str, value: Any, words: Words) -> Any:
    if key in _DATA:
        return value
    if key in _TEXTS and isinstance(value, str):
        return said(value, words) or value
    if key in _NAMED and isinstance(value, Mapping):
        return {name: _part(each, words) for name, each in value.items()}
    return _part(value, words)


@cache
def _keys() -> Mapping[str, str]:
    """The key of each text of the catalogues `help…`, by its English."""
    return {
        sentence: key
        for key, sentence in entries(english().language).items()
        if key.partition(".")[0].startswith(AREA) and isinstance(sentence, str)
    }
