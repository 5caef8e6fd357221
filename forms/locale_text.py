"""Numbers and dates as people of a language write them: to text and back, to the digit."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final

from babel import Locale

# English as it is written in Europe: day before month.
LOCALES: Final = {"en": "en_GB", "pl": "pl_PL", "sk": "sk_SK"}
DATES: Final = {
    "en": "{d:02}/{m:02}/{y:04}",
    "pl": "{d:02}.{m:02}.{y:04}",
    "sk": "{d}. {m}. {y:04}",
}
MOST_DIGITS: Final = 400
_SPACES: Final = dict.fromkeys(map(ord, " \u00a0\u202f\u2009'’"), None)
_PLAIN: Final = re.compile(r"[0-9]+(\.[0-9]+)?|\.[0-9]+")
_DAY: Final = re.compile(r"([0-9]{1,2})[^0-9]{1,3}([0-9]{1,2})[^0-9]{1,3}([0-9]{4})")
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")


def short(language: str) -> str:
    """The language of texts for a tag (`pl-PL` → `pl`); unknown ones are English."""
    found = re.split("[-_]", language, maxsplit=1)[0].lower()
    return found if found in LOCALES else "en"


def number_text(value: int | Decimal, language: str, digits: int = 0) -> str:
    """All digits of the number, at least `digits` after the mark, in groups of three."""
    decimal, group = _marks(short(language))
    plain = format(value, "f") if isinstance(value, Decimal) else str(value)
    sign, plain = ("-", plain[1:]) if plain.startswith("-") else ("", plain)
    whole, _, fraction = plain.partition(".")
    fraction = fraction.ljust(digits, "0")
    first = len(whole) % 3 or 3
    groups = [whole[:first], *(whole[at : at + 3] for at in range(first, len(whole), 3))]
    return sign + group.join(groups) + (decimal + fraction if fraction else "")


class AmbiguousNumber(ValueError):
    """Digits that are one number for some people and another for others."""


def read_number(text: str, language: str) -> int | Decimal:
    """The number written in the language; groups are checked. Raises `ValueError`.

    Where the language has a decimal comma, a point may be the decimal sign or stand between groups:
    `1.5` and `1.234,50` are clear, `1.234` is not, and raises `AmbiguousNumber`.
    """
    decimal, group = _marks(short(language))
    text = text.strip().replace("\u2212", "-").translate(_SPACES)
    sign, text = (text[0], text[1:]) if text[:1] in ("-", "+") else ("", text)
    whole, mark, fraction = text.partition(decimal)
    if decimal == "," and "." in whole:
        whole = _without_points(whole, alone=not mark)
    if group == "," and "," in whole:
        if not re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+", whole):
            raise ValueError(f"{text!r} is not a number")
        whole = whole.replace(",", "")
    plain = f"{whole}.{fraction}" if mark else whole
    if len(plain) > MOST_DIGITS or not _PLAIN.fullmatch(plain):
        raise ValueError(f"{text!r} is not a number")
    signed = ("-" if sign == "-" else "") + plain
    return Decimal(signed) if "." in plain else int(signed)


def _without_points(whole: str, *, alone: bool) -> str:
    """The digits before a decimal comma; `alone`: there is none, and one point may be it."""
    grouped = re.fullmatch(r"[1-9][0-9]{0,2}(\.[0-9]{3})+", whole)
    if alone and whole.count(".") == 1:
        if grouped:
            raise AmbiguousNumber(f"{whole!r} is {whole.replace('.', '')}, or {whole}")
        return whole
    if not grouped:
        raise ValueError(f"{whole!r} is not a number")
    return whole.replace(".", "")


def date_text(day: date, language: str) -> str:
    """A day in figures, as it is typed."""
    return DATES[short(language)].format(d=day.day, m=day.month, y=day.year)


def read_date(text: str, language: str) -> str:
    """ISO 8601 of a day typed as day, month, year, or as ISO. Raises `ValueError`."""
    text = text.strip()
    iso = _ISO.fullmatch(text)
    if iso:
        return date(*map(int, iso.groups())).isoformat()
    typed = _DAY.fullmatch(text)
    if not typed:
        raise ValueError(f"{text!r} is not a date")
    day, month, year = map(int, typed.groups())
    return date(year, month, day).isoformat()


@cache
def _marks(language: str) -> tuple[str, str]:
    symbols = Locale.parse(LOCALES[language]).number_symbols["latn"]
    return str(symbols["decimal"]), str(symbols["group"])
