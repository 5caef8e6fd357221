"""One difference between two versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from orderloom.platform.definitions.saying import Said, Sayable
from orderloom.platform.words import Words

AREA: Final = "language"
Change = Literal["added", "removed", "changed", "moved", "renamed"]


@dataclass(frozen=True, slots=True)
class Title:
    """A definition's text for people; `otherwise` where it has none."""

    text: str | Mapping[str, str] | None
    otherwise: str

    def in_words(self, words: Words) -> str:
        return words.choose(self.text) or self.otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`path`: kind and id of the definition, then keys; elements of a list that have an id by it,
    others by their place from 0 (in the newer version, or in the older one for what was removed).
    `before` and `after`: plain values as written, None for what is not there; places from 1 for
    what `moved`, ids for what was `renamed`. `place`: the definition and what is inside it.
    """

    path: tuple[str | int, ...]
    change: Change
    before: Any
    after: Any
    place: tuple[Sayable, ...]
    said: Sayable

    def sentence(self, words: Words) -> str:
        """The whole of it: where, and what."""
        what = self.said.in_words(words)
        where = self.where(words)
        if where:
            what = Said("difference.at", {"place": where, "what": what}, AREA).in_words(words)
        return _upper(what)

    def what(self, words: Words) -> str:
        """What changed, without the place."""
        return self.said.in_words(words)

    def where(self, words: Words) -> str:
        """The place: definition, stage, step, row; empty for a whole definition."""
        parts = [part.in_words(words) for part in self.place]
        return _upper(", ".join(parts))

    def to_json(self, words: Words) -> dict[str, Any]:
        """`path` as a JSON Pointer (RFC 6901)."""
        return {
            "path": "".join(f"/{_escaped(part)}" for part in self.path),
            "kind": self.change,
            "before": self.before,
            "after": self.after,
            "sentence": self.sentence(words),
        }


def _escaped(part: str | int) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
