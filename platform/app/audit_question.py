"""A question of the auditor's desk as people read it: its conditions, and one sentence of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from orderloom.platform.app.audit_query import (
    AuditQuery,
    EntryTest,
    ValueTest,
    audit_query,
    period,
    value_of,
)
from orderloom.platform.problem import Rejection
from orderloom.platform.words import Words

Naming = Callable[[str], str]
# One word of the address each, but those that only make sense together.
TOGETHER: Final = ("since", "until")


@dataclass(frozen=True, slots=True)
class Condition:
    """`label value` on the page; `without`: the address's words when it is taken away."""

    label: str
    value: str
    without: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """`sentence`: what entries are looked for; empty: all."""

    conditions: tuple[Condition, ...]
    sentence: str


def question(query: AuditQuery, words: Words, zone: str, naming: Naming) -> Question:
    """`naming` gives the name of a person's id or of a process's."""
    saying = _Saying(words, zone, naming)
    return Question(tuple(saying.conditions(query)), saying.sentence(query))


@dataclass(frozen=True, slots=True)
class _Saying:
    words: Words
    zone: str
    naming: Naming

    def conditions(self, query: AuditQuery) -> Iterator[Condition]:
        said = query.words()
        shown = self._shown(query)
        for name, value in shown.items():
            gone = TOGETHER if name == "since" else (name,)
            rest = {key: each for key, each in said.items() if key not in gone}
            label = self.words.text(f"desk.label.{name.rstrip('123456789')}")
            yield Condition(label, value, _renumbered(rest))

    def _shown(self, query: AuditQuery) -> dict[str, str]:
        """Word of the address → its value as people say it."""
        shown: dict[str, str] = {}
        for prefix, test in (("", query.entry), ("o_", query.also)):
            for name in ("who", "behalf"):
                if getattr(test, name):
                    shown[f"{prefix}{name}"] = self.either(map(self.naming, getattr(test, name)))
            if test.what:
                shown[f"{prefix}what"] = self.whats(test)
            for name in ("definition", "row"):
                if getattr(test, name):
                    shown[f"{prefix}{name}"] = getattr(test, name)
        if query.since or query.until:
            shown["since" if query.since else "until"] = self.when(query)
        for name in ("order", "channel", "stage"):
            if getattr(query, name):
                shown[name] = getattr(query, name)
        for name in ("process", "about"):
            if getattr(query, name):
                shown[name] = self.naming(getattr(query, name))
        for place, value in enumerate([*query.entry.values, *query.data], start=1):
            shown[f"v{place}"] = self.value(value)
        for place, value in enumerate(query.also.values, start=1):
            shown[f"o_v{place}"] = self.value(value)
        return shown

    def sentence(self, query: AuditQuery) -> str:
        parts = [*self.entry(query.entry)]
        for name in ("order", "channel", "stage"):
            if getattr(query, name):
                parts.append(self.part(name, value=getattr(query, name)))
        for name in ("process", "about"):
            if getattr(query, name):
                parts.append(self.part(name, value=self.naming(getattr(query, name))))
        if query.since or query.until:
            parts.append(self.part("when", value=self.when(query)))
        if query.data:
            values = self.all(self.value(each) for each in query.data)
            parts.append(self.part("data", value=values))
        if query.also:
            also = self.joined([*self.entry(query.also)])
            parts.append(self.part("also", value=also))
        return self.joined(parts)

    def entry(self, test: EntryTest) -> Iterator[str]:
        yield self.whats(test) if test.what else self.words.text("desk.what.any")
        for name in ("who", "behalf"):
            if getattr(test, name):
                yield self.part(name, value=self.either(map(self.naming, getattr(test, name))))
        for name in ("definition", "row"):
            if getattr(test, name):
                yield self.part(name, value=getattr(test, name))
        if test.values:
            yield self.part("values", value=self.all(self.value(each) for each in test.values))

    def part(self, name: str, *, value: str) -> str:
        return self.words.text(f"desk.said.{name}", value=value)

    def whats(self, test: EntryTest) -> str:
        return self.either(self.what(each) for each in test.what)

    def what(self, word: str) -> str:
        key = f"desk.what.{word}"
        return self.words.text(key) if "." not in word and self.words.has(key) else word

    def value(self, test: ValueTest) -> str:
        values = self.either(self.single(each) for each in test.values)
        name = self.words.text(f"desk.place.{test.place}", name=test.name)
        return self.words.text(f"desk.op.{test.op}", name=name, value=values)

    def single(self, text: str) -> str:
        meant = value_of(text)[0]
        if isinstance(meant, bool):
            return self.words.text("audit.yes" if meant else "audit.no")
        return self.words.number(meant) if isinstance(meant, int | Decimal) else text

    def when(self, query: AuditQuery) -> str:
        """A whole month by its name, else its first and last day."""
        since, until = period(query, self.zone)
        days = _days(since, until, self.zone)
        if days is not None and _is_month(*days):
            return self.words.text("desk.when.month", month=self.words.month(days[0]))
        if query.since == query.until:
            return self.words.text("desk.when.day", day=self.moment(query.since))
        said = {"since": self.moment(query.since), "until": self.moment(query.until)}
        form = "between" if query.since and query.until else "since" if query.since else "until"
        return self.words.text(f"desk.when.{form}", **said)

    def moment(self, text: str) -> str:
        if not text:
            return ""
        if len(text) <= 10:
            return self.words.date(date.fromisoformat(text))
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(self.zone))
        return self.words.moment(moment, self.zone)

    def either(self, parts: Iterator[str] | map[str]) -> str:
        return self.words.text("desk.or").join(parts)

    def all(self, parts: Iterator[str]) -> str:
        return self.words.text("desk.and").join(parts)

    def joined(self, parts: list[str]) -> str:
        said = parts[0]
        for part in parts[1:]:
            said = self.words.text("desk.join", said=said, part=part)
        return said


def _days(since: datetime | None, until: datetime | None, zone: str) -> tuple[date, date] | None:
    if since is None or until is None:
        return None
    last = (until - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()
    return since.astimezone(ZoneInfo(zone)).date(), last


def _is_month(first: date, last: date) -> bool:
    following = last + timedelta(days=1)
    same = (first.year, first.month) == (last.year, last.month)
    return first.day == 1 and following.day == 1 and same


def _renumbered(words: Mapping[str, str]) -> Mapping[str, str]:
    """As the address is written: values one after the other."""
    read = audit_query(words)
    return words if isinstance(read, Rejection) else read.words()
