"""Classes of signs in XPath's regular expressions, `[a-z-[aeiou]\\d]`, written for RE2."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from orderloom.rules.error import FeelError

Ranges = tuple[tuple[int, int], ...]
Members = Callable[[], Ranges]
NESTED: Final = 20
_BLOCK_RANGES: Final = {
    "BasicLatin": (0x0, 0x7F),
    "Latin-1Supplement": (0x80, 0xFF),
    "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F),
    "IPAExtensions": (0x250, 0x2AF),
    "CombiningDiacriticalMarks": (0x300, 0x36F),
    "Greek": (0x370, 0x3FF),
    "GreekandCoptic": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF),
    "Armenian": (0x530, 0x58F),
    "Hebrew": (0x590, 0x5FF),
    "Arabic": (0x600, 0x6FF),
    "Devanagari": (0x900, 0x97F),
    "Thai": (0xE00, 0xE7F),
    "Georgian": (0x10A0, 0x10FF),
    "LatinExtendedAdditional": (0x1E00, 0x1EFF),
    "GreekExtended": (0x1F00, 0x1FFF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "LetterlikeSymbols": (0x2100, 0x214F),
    "NumberForms": (0x2150, 0x218F),
    "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF),
    "BoxDrawing": (0x2500, 0x257F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7A3),
}
# XML 1.1, NameStartChar and what NameChar adds.
_START: Final = (
    *((0x3A, 0x3A), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6)),
    *((0xF8, 0x2FF), (0x370, 0x37D), (0x37F, 0x1FFF), (0x200C, 0x200D), (0x2070, 0x218F)),
    *((0x2C00, 0x2FEF), (0x3001, 0xD7FF), (0xF900, 0xFDCF), (0xFDF0, 0xFFFD), (0x10000, 0xEFFFF)),
)
_MORE: Final = ((0x2D, 0x2E), (0x30, 0x39), (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040))
_CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t"}


def written(ranges: Iterable[tuple[int, int]]) -> str:
    """Inside `[ ]`, for RE2."""
    return "".join(
        rf"\x{{{low:x}}}" if low == high else rf"\x{{{low:x}}}-\x{{{high:x}}}"
        for low, high in ranges
    )


def merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Sorted, with those that touch made one."""
    made: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if made and low <= made[-1][1] + 1:
            made[-1] = (made[-1][0], max(high, made[-1][1]))
        else:
            made.append((low, high))
    return tuple(made)


def others(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """All signs but these."""
    made, start = [], 0
    for low, high in merged(ranges):
        if low > start:
            made.append((start, low - 1))
        start = high + 1
    if start <= sys.maxunicode:
        made.append((start, sys.maxunicode))
    return tuple(made)


@lru_cache(maxsize=64)
def _category(name: str) -> Ranges:
    """The signs of a general category, such as `L` or `Lu`."""
    category = unicodedata.category
    codes = (code for code in range(sys.maxunicode + 1) if category(chr(code)).startswith(name))
    ranges = merged((code, code) for code in codes)
    if not ranges:
        raise FeelError(f"there is no category {name}")
    return ranges


BLOCKS: Final = {name: written([ends]) for name, ends in _BLOCK_RANGES.items()}
_SPACE: Final = ((0x9, 0xA), (0xD, 0xD), (0x20, 0x20))
_NAME: Final = merged((*_START, *_MORE))
# For RE2: what `\d` and its like stand for; the same with capitals is everything else.
CLASSES: Final = {
    "d": r"\p{Nd}",
    "s": written(_SPACE),
    "w": r"\p{L}\p{M}\p{N}\p{S}",
    "i": written(_START),
    "c": written(_NAME),
}
_INVERSE: Final = {
    "D": r"\P{Nd}",
    "S": written(others(_SPACE)),
    "W": r"\p{P}\p{Z}\p{C}",
    "I": written(others(_START)),
    "C": written(others(_NAME)),
}


def _members(letter: str) -> Ranges:
    """The signs of `\\d` and its like."""
    if letter.isupper():
        return others(_members(letter.lower()))
    if letter == "d":
        return _category("Nd")
    if letter == "w":
        return merged(pair for name in "LMNS" for pair in _category(name))
    return {"s": _SPACE, "i": _START, "c": _NAME}[letter]


class ClassReader:
    """Reads one class that begins at `at`."""

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at
        self.depth = 0

    def read(self) -> tuple[str, int]:
        """The class for RE2, and where it ends."""
        start = self.at
        negated, parts, less = self._parts()
        if not less:
            return f"[{'^' if negated else ''}{''.join(parts)}]", self.at
        self.at = start
        found = self._ranges()
        return (f"[{written(found)}]" if found else r"[^\x{0}-\x{10ffff}]"), self.at

    def _parts(self) -> tuple[bool, list[str], bool]:
        negated = self._open()
        parts: list[str] = []
        while self.text[self.at : self.at + 1] != "]":
            if self.text.startswith("-[", self.at):
                return negated, parts, True
            named = self._named()
            if named:
                parts.append(named[0])
                continue
            parts.append(written([self._span()]))
        self.at += 1
        if not parts:
            raise FeelError("a class of signs is empty")
        return negated, parts, False

    def _ranges(self) -> Ranges:
        negated = self._open()
        found: list[tuple[int, int]] = []
        less: Ranges = ()
        if self.depth > NESTED:
            raise FeelError(f"more than {NESTED} classes of signs are left out of each other")
        while self.text[self.at : self.at + 1] != "]":
            if self.text.startswith("-[", self.at):
                self.at, self.depth = self.at + 1, self.depth + 1
                less = self._ranges()
                if self.text[self.at : self.at + 1] != "]":
                    raise FeelError("nothing follows a class that is left out")
                continue
            named = self._named()
            found += named[1]() if named else [self._span()]
        self.at += 1
        kept = others(found) if negated else merged(found)
        return others((*others(kept), *less))

    def _open(self) -> bool:
        self.at += 1
        negated = self.text[self.at : self.at + 1] == "^"
        self.at += negated
        if self.at >= len(self.text):
            raise FeelError("a class of signs is not closed")
        return negated

    def _named(self) -> tuple[str, Members] | None:
        """`\\d`, `\\p{Lu}` and their like: for RE2, and as ranges."""
        text, at = self.text, self.at
        letter = text[at + 1 : at + 2] if text[at : at + 1] == "\\" else ""
        if letter and letter.lower() in CLASSES:
            self.at += 2
            return {**CLASSES, **_INVERSE}[letter], lambda: _members(letter)
        if letter not in ("p", "P") or not letter:
            return None
        end = text.find("}", at)
        if text[at + 2 : at + 3] != "{" or end < 0:
            raise FeelError("a category stands in { }")
        self.at, name = end + 1, text[at + 3 : end]
        block = _BLOCK_RANGES.get(name.removeprefix("Is")) if name.startswith("Is") else None
        if block is not None:
            ranges = (block,) if letter == "p" else others((block,))
            return written(ranges), lambda: ranges
        if letter == "p":
            return rf"\p{{{name}}}", lambda: _category(name)
        return rf"\P{{{name}}}", lambda: others(_category(name))

    def _span(self) -> tuple[int, int]:
        low = self._sign()
        text, at = self.text, self.at
        if text[at : at + 1] != "-" or text[at + 1 : at + 2] in ("", "]", "["):
            return low, low
        self.at += 1
        high = self._sign()
        if high < low:
            raise FeelError("a range of signs ends before it begins")
        return low, high

    def _sign(self) -> int:
        sign = self.text[self.at : self.at + 1]
        if not sign:
            raise FeelError("a class of signs is not closed")
        self.at += 1
        if sign == "[":
            raise FeelError("[ in a class of signs needs a backslash")
        if sign != "\\":
            return ord(sign)
        escaped = self.text[self.at : self.at + 1]
        self.at += 1
        if not escaped or (escaped.isalnum() and escaped not in _CONTROLS):
            raise FeelError(f"\\{escaped} means nothing in a class of signs")
        return ord(_CONTROLS.get(escaped, escaped))
