"""Sentences that other parts say in English only, found again in the catalogue by their English.

The readers of YAML, JSON and expressions and the schemas know nothing of languages. What they say
stands in the catalogue `borrowed`, values as `{name}`; so it can be said in others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from orderloom.platform.definitions.saying import Said, english
from orderloom.platform.words import Words
from orderloom.platform.words.catalogue import entries

AREA: Final = "borrowed"
_NAME: Final = re.compile(r"\\{(\w+)\\}")


@dataclass(frozen=True, slots=True)
class Borrowed:
    """An English text; in a language that does not have it, `otherwise` stands for it."""

    text: str
    otherwise: Said | None = None

    def in_words(self, words: Words) -> str:
        if words.language == english().language:
            return self.text
        found = known(self.text) or self.otherwise
        return found.in_words(words) if found is not None else ""


@dataclass(frozen=True, slots=True)
class Why:
    """A reason after a colon; nothing in a language that does not have it."""

    text: str

    def in_words(self, words: Words) -> str:
        text = Borrowed(self.text).in_words(words).strip().rstrip(".")
        return f": {text}" if text else ""


@dataclass(frozen=True, slots=True)
class Naming:
    """The title of a part, as its schema has it. `inside`: in the midst of a sentence."""

    title: str
    inside: bool = False

    def in_words(self, words: Words) -> str:
        text = Borrowed(self.title).in_words(words) or self.title
        return text[:1].lower() + text[1:] if self.inside and text[1:2].islower() else text


def known(text: str) -> Said | None:
    """The entry of the catalogue whose English is `text`; values may be entries themselves."""
    exact, patterns = _table()
    if text in exact:
        return Said(exact[text], area=AREA)
    for key, pattern in patterns:
        found = pattern.fullmatch(text)
        if found is not None:
            values = {name: known(value) or value for name, value in found.groupdict().items()}
            return Said(key, values, area=AREA)
    return None


@cache
def _table() -> tuple[Mapping[str, str], tuple[tuple[str, re.Pattern[str]], ...]]:
    exact: dict[str, str] = {}
    patterns: list[tuple[str, re.Pattern[str]]] = []
    for name, sentence in entries(english().language).items():
        area, _, key = name.partition(".")
        if area != AREA or not isinstance(sentence, str):
            continue
        exact[sentence] = key
        escaped = re.escape(sentence)
        if _NAME.search(escaped):
            patterns.append((key, re.compile(_NAME.sub(r"(?P<\1>.+)", escaped), re.DOTALL)))
    return exact, tuple(patterns)
