"""Texts by key, and numbers, money and dates, in one person's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Context, Decimal, localcontext
from functools import cache
from importlib import resources
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml
from babel import Locale
from babel.dates import format_date, format_time, format_timedelta, get_datetime_format
from babel.numbers import format_currency, format_decimal

LANGUAGES: Final = ("en", "pl", "sk")
FALLBACK: Final = "en"
# English as it is written in Europe: day before month, 24 hours.
LOCALES: Final = {"en": "en_GB", "pl": "pl_PL", "sk": "sk_SK"}
PLURALS: Final = frozenset({"zero", "one", "two", "few", "many", "other"})
# As many digits as the codec lets in; the default context would refuse from the 29th on.
EVERY_DIGIT: Final = Context(prec=7200)
# Leaves every value a text, and is many times quicker than a reader of all YAML: each command that
# says something waits for it.
TEXTS: Final[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")

Entry = str | Mapping[str, str]


class Words:
    """The catalogues of one language; what it lacks comes in English.

    Made from a language tag (`pl`, `pl-PL`); an unknown language is English.
    """

    def __init__(self, language: str) -> None:
        short = re.split("[-_]", language, maxsplit=1)[0].lower()
        self.language = short if short in LANGUAGES else FALLBACK
        self.locale = _locale(self.language)
        self._entries = entries(self.language)

    def text(self, key: str, /, **params: Any) -> str:
        """The sentence at `<area>.<key>` with `{name}` replaced by the text of `params[name]`.

        A map of plural forms is chosen by `count`. An unknown key is answered by itself, a missing
        value stays visible as `{name}`: a page with a gap is better than no page. Values are put
        in as text and never read as patterns; templates escape the whole.
        """
        entry = self._entries.get(key)
        if entry is None:
            entry = entries(FALLBACK).get(key)
        if entry is None:
            return key
        pattern = entry if isinstance(entry, str) else self._form(entry, params.get("count"))
        return PLACEHOLDER.sub(lambda match: self._value(match, params), pattern)

    def has(self, key: str) -> bool:
        """Whether the key has a text, be it only in English."""
        return key in self._entries or key in entries(FALLBACK)

    def area(self, *names: str) -> dict[str, str]:
        """Every sentence of some areas by its key, as scripts of a page need them; of plural
        forms the last one (`other`)."""
        begin = tuple(f"{name}." for name in names)
        found = {**entries(FALLBACK), **self._entries}
        return {
            key: entry if isinstance(entry, str) else entry["other"]
            for key, entry in found.items()
            if key.startswith(begin)
        }

    def choose(self, text: object) -> str:
        """A definition's text for people: itself, or of a map of languages this one, else the
        first (language 1). Empty for what is no text: a draft may say anything."""
        if isinstance(text, str):
            return text
        if not isinstance(text, Mapping):
            return ""
        found = text.get(self.language) or next(iter(text.values()), "")
        return found if isinstance(found, str) else ""

    def number(self, value: Decimal | int, digits: int | None = None) -> str:
        """A number with grouping; `digits` after the mark, by default as many as it has."""
        with localcontext(EVERY_DIGIT):
            if digits is None:
                return format_decimal(value, locale=self.locale, decimal_quantization=False)
            pattern = "#,##0" + ("." + "0" * digits if digits else "")
            return format_decimal(value, format=pattern, locale=self.locale)

    def money(self, amount: Decimal | int, currency: str) -> str:
        """An amount with its ISO 4217 currency; further digits of the amount are kept."""
        with localcontext(EVERY_DIGIT):
            return format_currency(
                Decimal(amount), currency, locale=self.locale, decimal_quantization=False
            )

    def month(self, day: date) -> str:
        """The month of a day, with its year."""
        return format_date(day, format="LLLL y", locale=self.locale)

    def date(self, day: date) -> str:
        """A calendar day."""
        return format_date(day, format="medium", locale=self.locale)

    def time(self, moment: time) -> str:
        """A time of day, without seconds."""
        return format_time(moment, format="short", locale=self.locale)

    def moment(self, instant: datetime, zone: str, *, seconds: bool = False) -> str:
        """An aware instant as day and time in an IANA zone."""
        local = instant.astimezone(ZoneInfo(zone))
        hour = format_time(local.time(), "medium" if seconds else "short", locale=self.locale)
        both = str(get_datetime_format("medium", locale=self.locale))
        return both.replace("{1}", self.date(local.date())).replace("{0}", hour)

    def relative(self, instant: datetime, now: datetime) -> str:
        """How far an instant is from `now`, both aware: "in 2 hours", "3 days ago"."""
        return format_timedelta(instant - now, add_direction=True, locale=self.locale)

    def _form(self, forms: Mapping[str, str], count: Any) -> str:
        number = count if isinstance(count, int | Decimal) else Decimal(0)
        return forms.get(self.locale.plural_form(number)) or forms["other"]

    def _value(self, match: re.Match[str], params: Mapping[str, Any]) -> str:
        name = match[1]
        if name not in params:
            return match[0]
        value = params[name]
        if name == "count" and isinstance(value, int | Decimal):
            return self.number(value)
        return format(value, "f") if isinstance(value, Decimal) else str(value)


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(LOCALES[language])


@cache
def entries(language: str) -> Mapping[str, Entry]:
    """All entries of a language: `<area>.<key>` → sentence, or plural form → sentence."""
    found: dict[str, Entry] = {}
    folder = resources.files("orderloom.platform.words") / language
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".yaml"):
            content = TEXTS(file.read_text("utf-8")).get_single_data() or {}
            _flatten(content, file.name.removesuffix(".yaml"), found)
    return found


def _flatten(content: Mapping[str, Any], prefix: str, found: dict[str, Entry]) -> None:
    for key, value in content.items():
        name = f"{prefix}.{key}"
        if isinstance(value, Mapping) and not set(value) <= PLURALS:
            _flatten(value, name, found)
        elif isinstance(value, Mapping):
            found[name] = {form: str(sentence) for form, sentence in value.items()}
        else:
            found[name] = str(value)
