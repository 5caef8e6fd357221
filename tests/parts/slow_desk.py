"""The auditor's desk, slow and obvious: every entry is decoded and looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from orderloom.audit.entry import Entry, decode
from orderloom.platform.app.audit_query import (
    WHAT,
    AuditQuery,
    EntryTest,
    ValueTest,
    period,
    value_of,
)
from orderloom.platform.store.feed_rows import FeedBody

OUTCOME = {"approval.verdict": "verdict", "refused": "code", "order.ended": "outcome"}


class SlowDesk:
    """`processes`: stream → process; `numbers`: number → stream; `names`: id → name."""

    def __init__(
        self,
        entries: Sequence[FeedBody],
        *,
        processes: Mapping[int, str],
        numbers: Mapping[str, int],
        names: Mapping[str, str],
    ) -> None:
        self.rows = [(each, decode(each.body)) for each in entries]
        self.processes = processes
        self.numbers = numbers
        self.names = names

    def ids(self, query: AuditQuery, zone: str, organisation: int = 1) -> list[int]:
        """Of all entries that the question asks for, newest first."""
        mine = [(row, read) for row, read in self.rows if row.organisation == organisation]
        return [
            row.id
            for row, read in sorted(mine, key=lambda pair: -pair[0].id)
            if self._is(row, read, query, zone)
            and all(self._another(row, partial(self._has, each)) for each in query.data)
            and (not query.also or self._another(row, lambda one: self._entry(one, query.also)))
        ]

    def _another(self, row: FeedBody, fits: Callable[[Entry], bool]) -> bool:
        return any(other.stream == row.stream and fits(read) for other, read in self.rows)

    def _is(self, row: FeedBody, read: Entry, query: AuditQuery, zone: str) -> bool:
        since, until = period(query, zone)
        at = datetime.fromisoformat(read.at)
        told = [facts for _, facts in read.told()]
        order = self.numbers.get(query.order)
        stages = [
            each for facts in told for name in ("enters", "exits") for each in facts.get(name, [])
        ]
        about = [read.facts[name] for name in ("person", "substitute") if name in read.facts]
        tests = [
            self._entry(read, query.entry),
            since is None or at >= since,
            until is None or at < until,
            not query.process or self.processes.get(row.stream) == query.process,
            not query.channel or read.channel == query.channel,
            not query.order or (order is not None and order in (row.stream, read.subject)),
            not query.stage or query.stage in stages,
            not query.about or any(self._person(one, query.about) for one in about),
        ]
        return all(tests)

    def _entry(self, read: Entry, test: EntryTest) -> bool:
        is_ = [_what(type_, facts) for type_, facts in read.told()]
        whats = [type_ for word in test.what for type_ in WHAT.get(word, (word,))]
        named = [str(each.get("def") or each.get("approval") or "") for _, each in read.told()]
        definition = "".join(named)
        if read.type == "definition.published":
            definition = f"{read.facts['id']}@{read.facts['version']}"
        rows = [row for _, facts in read.told() for row in facts.get("rows", [])]
        rows += [why["rule"] for why in _whys(read)]
        return (
            (not test.what or any(_is_of(what, type_) for what in is_ for type_ in whats))
            and (not test.who or any(self._person(read.actor, each) for each in test.who))
            and (
                not test.behalf
                or any(self._person(read.on_behalf_of or "", each) for each in test.behalf)
            )
            and (not test.definition or test.definition in (definition, definition.split("@")[0]))
            and (not test.row or test.row in rows)
            and all(self._value(read, each) for each in test.values)
        )

    def _person(self, id_: str, word: str) -> bool:
        names = self.names.get(id_, "").casefold().split()
        return bool(id_) and (id_ == word or all(one in names for one in word.casefold().split()))

    def _has(self, test: ValueTest, read: Entry) -> bool:
        return self._value(read, test)

    def _value(self, read: Entry, test: ValueTest) -> bool:
        return any(
            name == test.name and _passes(value, test)
            for _, facts in read.told()
            for name, value in _values(facts, test.place)
        )


def _what(type_: str, facts: Mapping[str, Any]) -> str:
    outcome = facts.get(OUTCOME.get(type_, "outcome"))
    return f"{type_}/{outcome}" if outcome else type_


def _is_of(what: str, type_: str) -> bool:
    if type_.endswith("."):
        return what.startswith(type_)
    return what == type_ or what.startswith(f"{type_}/")


def _whys(read: Entry) -> list[Mapping[str, Any]]:
    return [why for _, facts in read.told() for why in _whys_of(facts)]


def _whys_of(facts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    tasks = facts.get("tasks") or {}
    return [task["why"] for task in tasks.values() if "why" in task]


def _values(facts: Mapping[str, Any], place: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    if place == "in":
        found += [*facts.get("in", {}).items()]
        for why in _whys_of(facts):
            found += [*why["values"].items()]
    if place == "out" and "out" in facts:
        out = facts["out"]
        found += [*out.items()] if isinstance(out, dict) else [(facts["decision"], out)]
    if place == "data":
        found += [*facts.get("data", {}).items()]
        found += [(one["path"][1:], one["value"]) for one in facts.get("patch", ())]
    deep = [
        (f"{name}.{key}", inner)
        for name, value in found
        if isinstance(value, dict) and "$p" not in value
        for key, inner in value.items()
    ]
    return [(name, value) for name, value in [*found, *deep] if not isinstance(value, dict)]


def _passes(value: Any, test: ValueTest) -> bool:
    meant = [each for text in test.values for each in value_of(text)]
    if test.op in ("eq", "of"):
        return any(_same(value, each) for each in meant)
    if test.op == "ne":
        return not any(_same(value, each) for each in meant)
    than = value_of(test.values[0])[0]
    if _kind(than) != _kind(value):
        return False
    left, right = (value, than) if _kind(than) == "number" else (_word(value), _word(than))
    return bool(
        {"lt": left < right, "le": left <= right, "gt": left > right, "ge": left >= right}[test.op]
    )


def _word(value: Any) -> tuple[str, str]:
    """Texts follow each other as in a Polish dictionary, not as their code points do."""
    text = str(value)
    return text.casefold().translate(str.maketrans("łóź", "loz")), text


def _same(one: Any, other: Any) -> bool:
    return _kind(one) == _kind(other) and bool(one == other)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "truth"
    return "number" if isinstance(value, int | Decimal) else "text"
