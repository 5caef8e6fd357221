"""The words by which a record is found: folded, so that `lodz` finds `Łódź`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final

from orderloom.platform.store.plain_text import plain

# More would make an index of a text; a record is found by its names, numbers and addresses.
MOST_WORDS: Final = 48
LONGEST_WORD: Final = 40
LONGEST_TEXT: Final = 400
# Between signs that are neither letters nor digits.
_WORD: Final = re.compile(r"[^\W_]+")
# Letters that the standard does not take apart.
_ALIKE: Final = str.maketrans(
    {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h"}
)


def folded(text: str) -> str:
    """The text without regard to case and accents."""
    if text.isascii():
        return text.casefold()
    parts = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return kept.translate(_ALIKE)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as they are looked for: between spaces, and between signs that are
    neither letters nor digits; each as long as the index holds."""
    found: dict[str, None] = {}
    for piece in folded(plain(text[:LONGEST_TEXT])).split():
        found[piece[:LONGEST_WORD]] = None
        if not piece.isalnum():
            found.update((word[:LONGEST_WORD], None) for word in _WORD.findall(piece))
    return tuple(found)


def wanted_words(text: str) -> tuple[str, ...]:
    """The beginnings of words that somebody types; the longest, which finds the fewest, first."""
    pieces = {piece[:LONGEST_WORD] for piece in folded(plain(text[:LONGEST_TEXT])).split()}
    return tuple(sorted(pieces, key=lambda each: (-len(each), each)))


def record_words(key: str, body: Mapping[str, Any]) -> tuple[str, ...]:
    """The words of a record: of its key first, then of its texts in their order."""
    found: dict[str, None] = dict.fromkeys(words_of(key))
    for text in _texts(body):
        if len(found) >= MOST_WORDS:
            break
        found.update(dict.fromkeys(words_of(text)))
    return tuple(found)[:MOST_WORDS]


def _texts(value: Any) -> Iterator[str]:
    """The texts in a value, one after another."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
