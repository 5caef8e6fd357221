"""Sentences before they are in a language: a key of the catalogues, and its values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import Any, Final, Protocol, runtime_checkable

from orderloom.platform.words import Words

LONGEST: Final = 60
MOST_NAMES: Final = 12


@runtime_checkable
class Sayable(Protocol):
    """What has a text in every language."""

    def in_words(self, words: Words) -> str:
        """The text in one language."""


@dataclass(frozen=True, slots=True)
class Said:
    """The text at `<area>.<key>`. Values that are sayable themselves come in its language."""

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)
    area: str = "findings"

    def in_words(self, words: Words) -> str:
        values = {
            name: value.in_words(words) if isinstance(value, Sayable) else value
            for name, value in self.params.items()
        }
        return words.text(f"{self.area}.{self.key}", **values)


@dataclass(frozen=True, slots=True)
class Listed:
    """Names in quotes with commas between them, cut where they are many."""

    names: tuple[str, ...]

    def in_words(self, words: Words) -> str:
        more = ", …" if len(self.names) > MOST_NAMES else ""
        return ", ".join(f"'{cut(name)}'" for name in self.names[:MOST_NAMES]) + more


@dataclass(frozen=True, slots=True)
class Either:
    """Several texts with *or* between them."""

    parts: tuple[Said, ...]

    def in_words(self, words: Words) -> str:
        between = words.text("findings.shared.or")
        return between.join(part.in_words(words) for part in self.parts)


@cache
def english() -> Words:
    """The language that findings have before somebody asks for another."""
    return Words("en")


def meant(word: Any, known: Iterable[Any]) -> Said | None:
    """`Did you mean 'approved'?`, where a known name is near."""
    found = get_close_matches(str(word)[:LONGEST], [str(one) for one in known], n=1)
    return Said("shared.meant", {"name": cut(found[0])}) if found else None


def meant_text(word: str) -> Said:
    """`Did you mean "PL"?`, for a text without its quotes."""
    return Said("shared.meant_text", {"text": word})


def one_of(known: Iterable[Any]) -> Said | None:
    """`Expected one of 'a', 'b'.`; nothing where there are none."""
    names = tuple(dict.fromkeys(str(one) for one in known))
    return Said("shared.expected", {"names": Listed(names)}) if names else None


def cut(text: str) -> str:
    """A text as findings show it, cut where it is long."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
