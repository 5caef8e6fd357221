"""A question of the auditor's desk in the numbers that it is searched by."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from orderloom.platform.app.audit_query import (
    WHAT,
    AuditQuery,
    EntryTest,
    ValueTest,
    period,
    value_of,
)
from orderloom.platform.app.audit_search import FAR, Sought
from orderloom.platform.app.reading import Desk
from orderloom.platform.engine import Actor
from orderloom.platform.store.desk_lists import MARGIN
from orderloom.platform.store.desk_rows import DeskTables, FactTest, KeyRange, microseconds
from orderloom.platform.store.sort_keys import sort_key

_LAST_SIGN: Final = "\U0010ffff"
# Entries of security streams about one order.
MOST_BESIDE: Final = 1_000


def asked(desk: Desk, tables: DeskTables, actor: Actor, query: AuditQuery) -> Sought:
    """The question for this person, whose clock says when a day begins."""
    return _Asking(desk, tables, actor).sought(query)


class _Nothing(Exception):
    """A word that no entry has."""


class _Asking:
    def __init__(self, desk: Desk, tables: DeskTables, actor: Actor) -> None:
        self._desk = desk
        self._tables = tables
        self._organisation = actor.organisation
        self._zone = actor.zone

    def sought(self, query: AuditQuery) -> Sought:
        try:
            return self._sought(query)
        except _Nothing:
            return Sought(organisation=self._organisation, nothing=True)

    def _sought(self, query: AuditQuery) -> Sought:
        since, until = period(query, self._zone)
        streams, beside = self._streams(query.order)
        others = [FactTest(values=(self._value(each),)) for each in query.data]
        if query.also:
            others.append(self._test(query.also))
        return Sought(
            organisation=self._organisation,
            test=self._test(query.entry, query),
            others=tuple(others),
            process=self._words("process", [query.process]) if query.process else None,
            streams=streams,
            beside=beside,
            above=self._tables.since(since) if since is not None else 0,
            below=self._tables.since(until + 2 * MARGIN) + 1 if until is not None else None,
            since=microseconds(since) if since is not None else None,
            until=microseconds(until) if until is not None else None,
            inner=(
                self._tables.since(since + 2 * MARGIN) if since is not None else 0,
                self._tables.since(until) if until is not None else FAR,
            ),
        )

    def _test(self, test: EntryTest, query: AuditQuery | None = None) -> FactTest:
        values = [self._value(each) for each in test.values]
        if test.row:
            values.append(self._equal(["row"], [test.row]))
        channel = None
        if query is not None:
            if query.stage:
                values.append(self._equal(["stage", "left"], [query.stage]))
            if query.about:
                values.append(self._equal(["about"], self._people([query.about])))
            channel = self._words("channel", [query.channel]) if query.channel else None
        return FactTest(
            what=self._what(test.what) if test.what else None,
            actor=self._words("who", self._people(test.who)) if test.who else None,
            behalf=self._words("who", self._people(test.behalf)) if test.behalf else None,
            definition=self._definition(test.definition) if test.definition else None,
            channel=channel,
            values=tuple(values),
        )

    def _words(self, kind: str, words: Iterable[str]) -> frozenset[int]:
        return _some(self._tables.words(self._organisation, kind, list(words)).values())

    def _what(self, words: Iterable[str]) -> frozenset[int]:
        """Types as they are, with all outcomes or one; a name with a dot at its end begins so."""
        types = [type_ for word in words for type_ in WHAT.get(word, (word,))]
        begins = [type_ for type_ in types if type_.endswith(".")]
        begins += [f"{type_}/" for type_ in types if "/" not in type_ and not type_.endswith(".")]
        found = dict(self._tables.words(self._organisation, "what", types))
        found |= self._tables.words(self._organisation, "what", begins, begin=True)
        return _some(found.values())

    def _definition(self, word: str) -> frozenset[int]:
        """With its version, or all versions."""
        found = dict(self._tables.words(self._organisation, "definition", [word]))
        found |= self._tables.words(self._organisation, "definition", [f"{word}@"], begin=True)
        return _some(found.values())

    def _people(self, words: Iterable[str]) -> list[str]:
        """Ids as they are; and of names, of everybody who is called so, also by one of several
        names."""
        wanted = [word.removeprefix("u:") for word in words]
        names = [frozenset(word.casefold().split()) for word in wanted]
        everybody = self._desk.reads.everybody(self._organisation)
        called = [(id_, frozenset(name.casefold().split())) for id_, name in everybody]
        return [*wanted, *(id_ for id_, all_ in called if any(some <= all_ for some in names))]

    def _streams(self, number: str) -> tuple[frozenset[int] | None, frozenset[int]]:
        """The order's stream, and entries of security streams that are about it."""
        if not number:
            return None, frozenset()
        reads = self._desk.reads
        draft = number[1:] if number.startswith("~") else ""
        found = (
            reads.status_by_id(self._organisation, int(draft))
            if draft.isdigit() and len(draft) < 20
            else reads.status_by_number(self._organisation, number)
        )
        if found is None:
            raise _Nothing
        slots = self._tables.words(self._organisation, "slot", ["subject"])
        key = sort_key(found[0])
        ranges = [KeyRange(slot, key, key) for slot in slots.values()]
        beside = self._tables.valued(ranges, limit=MOST_BESIDE) if ranges else ()
        return frozenset({found[0]}), frozenset(beside)

    def _equal(self, slots: Iterable[str], values: Iterable[Any]) -> tuple[KeyRange, ...]:
        numbers = _some(self._tables.words(self._organisation, "slot", list(slots)).values())
        keys = sorted({sort_key(value) for value in values})
        return tuple(KeyRange(slot, key, key) for slot in sorted(numbers) for key in keys)

    def _value(self, test: ValueTest) -> tuple[KeyRange, ...]:
        slots = self._tables.words(self._organisation, "slot", [f"{test.place}:{test.name}"])
        return tuple(
            KeyRange(slot, *part) for slot in sorted(_some(slots.values())) for part in _parts(test)
        )


Part = tuple[str, str, bool, bool, tuple[str, ...]]


def _parts(test: ValueTest) -> list[Part]:
    """The keys that pass, as ranges: equal is any meaning of what was typed, larger and smaller
    are of its likeliest kind alone."""
    meant = [tuple(sort_key(each) for each in value_of(value)) for value in test.values]
    keys = tuple(sorted({key for keys in meant for key in keys}))
    if test.op in ("eq", "of"):
        return [(key, key, True, True, ()) for key in keys]
    if test.op == "ne":
        return [("", _LAST_SIGN, True, True, keys)]
    key = meant[0][0]
    least, most = key[0], chr(ord(key[0]) + 1)
    ways: dict[str, Part] = {
        "lt": (least, key, True, False, ()),
        "le": (least, key, True, True, ()),
        "gt": (key, most, False, False, ()),
        "ge": (key, most, True, False, ()),
    }
    return [ways[test.op]]


def _some(numbers: Collection[int]) -> frozenset[int]:
    if not numbers:
        raise _Nothing
    return frozenset(numbers)
