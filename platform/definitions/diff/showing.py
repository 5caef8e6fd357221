"""Values as sentences of a difference show them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from orderloom.platform.codec import dumps
from orderloom.platform.definitions.diff.difference import AREA
from orderloom.platform.definitions.saying import Said, Sayable
from orderloom.platform.words import LANGUAGES, Words

LONGEST: Final = 80
# An expression as short as this is shown whole: `> 20000 → > 25000`.
SHORT: Final = 40
_TEXT: Final = re.compile(r'"[^"\\]*"')
_NUMBER: Final = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\w)")


@dataclass(frozen=True, slots=True)
class Shown:
    """A plain value, cut where it is long: a number as the language writes it, a text without
    FEEL's quotes, a short list or map as it is written."""

    value: Any

    def in_words(self, words: Words) -> str:
        return _shown(self.value, words)


@dataclass(frozen=True, slots=True)
class Number:
    """A number within an expression."""

    value: Decimal

    def in_words(self, words: Words) -> str:
        return words.number(self.value)


def label(slot: str, around: str | int = "") -> Sayable:
    """What a key of the language is called; `around`: the key that it stands in."""
    found = (key for key in (f"named.{around}_{slot}", f"named.{slot}") if _known(key))
    key = next(found, None)
    return Said(key, area=AREA) if key is not None else Shown(slot)


def is_map_of_languages(value: Any) -> bool:
    """Whether a map says one text in several languages."""
    return isinstance(value, Mapping) and bool(value) and set(value) <= set(LANGUAGES)


def one_number(before: Any, after: Any) -> tuple[Number, Number] | None:
    """The numbers of two long expressions that differ in one number alone."""
    if not (isinstance(before, str) and isinstance(after, str)) or len(after) <= SHORT:
        return None
    old, new = _NUMBER.findall(before), _NUMBER.findall(after)
    if len(old) != len(new) or _NUMBER.sub("#", before) != _NUMBER.sub("#", after):
        return None
    changed = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    if len(changed) != 1 or before == changed[0][0]:
        return None
    return Number(Decimal(changed[0][0])), Number(Decimal(changed[0][1]))


def _shown(value: Any, words: Words) -> str:
    if value is None:
        return words.text(f"{AREA}.difference.nothing")
    if isinstance(value, bool):
        return words.text(f"{AREA}.difference.{'yes' if value else 'no'}")
    if isinstance(value, int | Decimal):
        return words.number(value)
    if isinstance(value, str):
        plain = value[1:-1] if _TEXT.fullmatch(value) else value
        return _cut(" ".join(plain.split()))
    if is_map_of_languages(value):
        return _shown(words.choose(value), words)
    if isinstance(value, list | tuple):
        return _listed(value, words)
    return _cut(_written(value))


def _listed(value: Any, words: Words) -> str:
    shown = ", ".join(_shown(each, words) for each in value)
    if len(shown) <= LONGEST:
        return shown
    return words.text(f"{AREA}.difference.list", count=len(value))


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_written(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_written(each) for each in value) + "]"
    return value if isinstance(value, str) else dumps(value).decode()


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _known(key: str) -> bool:
    return Words("en").has(f"{AREA}.{key}")
