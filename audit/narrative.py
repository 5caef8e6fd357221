"""One sentence per entry, in the reader's language (catalogue area `audit`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, Protocol

from orderloom.audit.personal import SLOT
from orderloom.audit.phrases import PHRASES, Phrase, items

LONGEST: Final = 80
MOST_VALUES: Final = 8
# What ends a sentence by itself.
_ENDS: Final = (".", "!", "?", "…", ":")
_UNFILLED: Final = re.compile(r"\{\w+\}")


class Language(Protocol):
    """What is asked of `orderloom.platform.words.Words`."""

    def text(self, key: str, /, **params: Any) -> str: ...

    def has(self, key: str) -> bool: ...

    def choose(self, text: str | Mapping[str, str] | None) -> str: ...

    def number(self, value: Decimal | int, digits: int | None = None) -> str: ...

    def date(self, day: date) -> str: ...


def sentence(
    type_: str,
    facts: Mapping[str, Any],
    *,
    actor: str,
    words: Language,
    names: Mapping[str, str] | None = None,
    titles: Mapping[str, str] | None = None,
    on_behalf_of: str | None = None,
    why: Mapping[str, Any] | None = None,
) -> str:
    """What an entry says, as one plain sentence. Never raises for facts of another version.

    `names`: ids of people (`u_7f3` or `u:u_7f3`) → names. `titles`: ids of stages, steps, events,
    roles … → what people call them. `why`: `{rule, values, text?}` of the task that a verdict
    answers, added to the sentence. Unknown types have a sentence that names them.
    """
    teller = Teller(facts, actor, words, names or {}, titles or {}, on_behalf_of, why)
    phrase = PHRASES.get(type_)
    if phrase is None:
        return words.text("audit.unknown", type=type_)
    return teller.tell(type_, phrase)


def joined(sentences: Iterable[str]) -> str:
    """Several sentences as one text."""
    *before, last = [*sentences]
    return "".join(
        [*(f"{each} " if each.endswith(_ENDS) else f"{each}. " for each in before), last]
    )


@dataclass(frozen=True, slots=True)
class Teller:
    """The facts of one entry and how to name what is in them."""

    facts: Mapping[str, Any]
    actor: str
    words: Language
    names: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    on_behalf_of: str | None = None
    why: Mapping[str, Any] | None = None

    def tell(self, type_: str, phrase: Phrase) -> str:
        """The variant that fits, its values filled in, with comment and reason."""
        variant, params = phrase(self)
        said = self.words.text(f"audit.{type_}.{variant}", who=self.who(), **params)
        because = self.because(self.why if self.why is not None else self.facts.get("why"))
        if because:
            said = self.words.text("audit.because", said=said, why=because)
        quote = self.facts.get("comment") or self.facts.get("reason")
        # A refusal's `reason` is its own record; the sentence is the code's.
        if quote and type_ != "refused":
            said = self.words.text("audit.quote", said=said, quote=self.value(quote))
        return said

    def say(self, key: str, **params: Any) -> str:
        """A part of a sentence, from the same catalogue."""
        return self.words.text(f"audit.{key}", **params)

    def who(self) -> str:
        """Who acted, and for whom."""
        who = self.person(self.actor)
        other = self.on_behalf_of or self.facts.get("for")
        if not isinstance(other, str) or other == self.actor:
            return who
        return self.words.text("audit.on_behalf", who=who, other=self.person(other))

    def person(self, id_: str) -> str:
        """The name behind a principal: `u_7`, `u:u_7`, `r:finance`, `p:order.settle`, `c:wms`,
        `w:fraud`."""
        head, _, tail = id_.partition(":")
        if known := self.names.get(id_) or self.names.get(tail):
            return known
        if id_ in ("system", "link"):
            return self.words.text(f"audit.who.{id_}")
        kinds = {"r": "role", "p": "permission", "c": "connector", "w": "watch"}
        if tail and head in kinds:
            return self.words.text(f"audit.who.{kinds[head]}", name=self.title(tail))
        return tail if head == "u" and tail else id_

    def people(self, ids: Any) -> str:
        """Several principals, in the order given."""
        return self.listed(self.person(str(each)) for each in items(ids))

    def title(self, id_: Any) -> str:
        """What people call the thing with an id."""
        return self.titles.get(str(id_), str(id_)) if id_ is not None else ""

    def chosen(self, text: Any) -> str:
        """A text, or the one of the reader's language."""
        return self.words.choose(text)

    def titled(self, ids: Any) -> str:
        """Several things by title."""
        return self.listed(self.title(each) for each in items(ids))

    def listed(self, parts: Any) -> str:
        """Parts with commas; nobody and nothing is a dash."""
        return ", ".join(part for part in parts if part) or "–"

    def value(self, value: Any) -> str:
        """A value of the data in a few words; an erased one says so."""
        match value:
            case None:
                return "–"
            case bool():
                return self.words.text("audit.yes" if value else "audit.no")
            case int() | Decimal():
                return self.words.number(value)
            case str():
                return _cut(value)
            case Mapping() if SLOT in value:
                return self._gone(value)
            case Mapping():
                return self.values(value)
            case list() | tuple():
                return _cut(self.listed(self.value(each) for each in value[:MOST_VALUES]))
            case _:
                return _cut(str(value))

    def _gone(self, marker: Mapping[str, Any]) -> str:
        day = str(marker.get("at") or "")[:10]
        if not day:
            return self.words.text("audit.erased")
        shown = self.words.date(date.fromisoformat(day))
        return self.words.text("audit.erased_on", date=shown)

    def values(self, values: Mapping[str, Any]) -> str:
        """Named values: `limit 5 000, total 7 200`."""
        shown = list(values.items())[:MOST_VALUES]
        return _cut(self.listed(f"{self.title(name)} {self.value(each)}" for name, each in shown))

    def because(self, why: Any) -> str:
        """`{rule, values, text?}` of a step: its values and the rule that named it."""
        if not isinstance(why, Mapping):
            return ""
        text, values, rule = why.get("text"), why.get("values"), why.get("rule")
        said = self.chosen(text) if isinstance(text, str | Mapping) else ""
        if not said and isinstance(values, Mapping):
            said = self.values(values)
        if not rule:
            return said
        source = why.get("decision") or why.get("matrix")
        key = "audit.rule_of" if source else "audit.rule"
        named = self.words.text(key, rule=self.value(rule), table=self.title(source))
        return f"{said} ({named})" if said else named

    def problem(self, code: str, otherwise: str = "") -> str:
        """The sentence of an error code if all its values are known, else `otherwise`."""
        params = self.facts.get("params")
        key = f"problems.{code}"
        if self.words.has(key):
            known = params if isinstance(params, Mapping) else {}
            said = self.words.text(key, **{str(name): each for name, each in known.items()})
            if not _UNFILLED.search(said):
                return said.removesuffix(".")
        return otherwise or str(self.facts.get("message") or code)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
