"""Text that sorts by its bytes as the values sort themselves (engine 13).

Kinds follow each other: nothing, booleans, numbers, days and instants, texts, all else. Texts sort
as in a Polish or Slovak dictionary, without regard to case unless that is all that differs.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final

from orderloom.platform.codec import dumps
from orderloom.platform.store.plain_text import bounded, plain

# What precedes a key says of which kind its value is.
_NOTHING, _TRUTH, _NUMBER, _MOMENT, _TEXT, _ELSE = "abcdef"
_BELOW, _ZERO, _ABOVE = "012"
# The letter of a number's exponent: this one, moved by the exponent's length.
_MIDDLE: Final = ord("N")
_COMPLEMENT: Final = str.maketrans("0123456789", "9876543210")
# Sorts after every letter that may follow, and before.
_LAST: Final = "~"
_FIRST: Final = "\x01"
# Letters of their own, each after the one that it is made from; other accents only break ties.
_LETTERS: Final = {
    letter: f"{base}{_LAST}{place}"
    for base, letters in {
        "a": "ąä",
        "c": "ćč",
        "e": "ę",
        "l": "ł",
        "n": "ń",
        "o": "óô",
        "s": "śš",
        "z": "źżž",
    }.items()
    for place, letter in enumerate(letters)
}
# Letters that the standard does not take apart.
_ALIKE: Final = {"đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h"}


def sort_key(value: Any) -> str:
    """The key of a value of an order's data. Equal values have equal keys; keys are short enough
    for an index, so that long texts with the same beginning sort by it alone."""
    match value:
        case None:
            return _NOTHING
        case bool():
            return f"{_TRUTH}{int(value)}"
        case int():
            return bounded(_NUMBER + _number(Decimal(value)))
        case Decimal() if value.is_finite():
            return bounded(_NUMBER + _number(value))
        case datetime():
            return f"{_MOMENT}{_instant(value)}"
        case date():
            return f"{_MOMENT}{value.isoformat()}"
        case str():
            # The text itself comes last: it tells apart what the dictionary takes as the same.
            return bounded(f"{_TEXT}{_dictionary(plain(value))}{_FIRST}{plain(value)}")
        case _:
            return bounded(f"{_ELSE}{_written(value)}")


def _number(value: Decimal) -> str:
    """The exponent first, then the digits behind `0.`; of a negative one everything mirrored."""
    sign, digits, exponent = value.as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    if not text:
        return _ZERO
    size = len(text) + int(exponent)
    text = text.rstrip("0")
    if not sign:
        return _ABOVE + _exponent(size) + text
    # More digits are further below: their end must not sort first.
    return _BELOW + _exponent(-size) + text.translate(_COMPLEMENT) + _LAST


def _exponent(size: int) -> str:
    """Larger exponents sort later: longer ones by their letter, equally long ones by digits."""
    text = str(abs(size))
    if size >= 0:
        return chr(_MIDDLE + len(text)) + text
    return chr(_MIDDLE - len(text)) + text.translate(_COMPLEMENT)


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        return value.isoformat(timespec="microseconds")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


def _dictionary(text: str) -> str:
    if text.isascii():
        return "".join(sign for sign in text.casefold() if sign >= " ")
    folded = unicodedata.normalize("NFC", text).casefold()
    return "".join(map(_letter, unicodedata.normalize("NFC", folded)))


@cache
def _letter(sign: str) -> str:
    if sign in _LETTERS:
        return _LETTERS[sign]
    if sign < " ":
        return ""
    parts = unicodedata.normalize("NFKD", sign)
    kept = "".join(each for each in parts if not unicodedata.combining(each))
    return "".join(_ALIKE.get(each, each) for each in kept)


def _written(value: Any) -> str:
    try:
        return dumps(value).decode()
    except TypeError:
        return plain(str(value))
