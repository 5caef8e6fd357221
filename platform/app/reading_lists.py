"""Who has read or taken out whose personal data: the entries that tell of it, for one question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from orderloom.audit.entry import decode
from orderloom.platform.app.audit_asking import asked
from orderloom.platform.app.audit_facts import LISTS
from orderloom.platform.app.audit_query import AuditQuery, EntryTest, audit_query
from orderloom.platform.app.audit_search import Sought, search
from orderloom.platform.app.cursors import read_cursor, write_cursor
from orderloom.platform.app.erasures import PERMISSION
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.reading import Desk, shown_number
from orderloom.platform.app.told_alone import told_alone
from orderloom.platform.app.view_models import Page, Sentence
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.desk_rows import DeskTables, KeyRange
from orderloom.platform.store.erasure_rows import ErasureTables
from orderloom.platform.store.read_rows import DoneRow
from orderloom.platform.store.sort_keys import sort_key

PAGE: Final = 50
# Orders of a person whose readers are looked for, the newest; entries about them.
MOST_ORDERS: Final = 200
MOST_ENTRIES: Final = 10_000
# Of a list that was read, so many of its orders are named.
NAMED: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingQuery:
    """`reader`: id or name; `order`: its number; `person`: the key of whose data; `since`, `until`:
    days or moments, both counted in. Empty: any."""

    reader: str = ""
    order: str = ""
    person: str = ""
    since: str = ""
    until: str = ""

    def words(self) -> dict[str, str]:
        """What stands in the address."""
        names = ("reader", "order", "person", "since", "until")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLine:
    """One entry. `orders`: numbers, of a list the first ones; `count`: how many orders it is
    about; `person`: whose data as a whole."""

    entry: Sentence
    orders: tuple[str, ...] = ()
    count: int = 0
    person: str = ""
    what: str = ""


class ReadingLists:
    """For `privacy.erase` alone."""

    def __init__(self, desk: Desk, tables: DeskTables, erasures: ErasureTables) -> None:
        self._desk = desk
        self._tables = tables
        self._erasures = erasures

    def of(
        self, actor: Actor, query: ReadingQuery, cursor: str | None = None, limit: int = PAGE
    ) -> Page[ReadingLine] | Rejection:
        """Newest first. A page may be short and still have a next one. `audit.day` for what is no
        day."""
        refused = needs(actor, PERMISSION)
        if refused is not None:
            return refused
        key = read_cursor(cursor, int)
        if isinstance(key, Rejection):
            return key
        plain = {"order": query.order, "since": query.since, "until": query.until}
        read = audit_query({**plain, "who": query.reader})
        if isinstance(read, Rejection):
            return read
        found = search(
            self._tables,
            self._sought(actor, read, query.person),
            before=key[0] if key else None,
            limit=limit,
            count=False,
        )
        ids = [row.id for row in found.rows]
        entries = self._desk.reads.entries_by_id(actor.organisation, ids)
        lines = self._lines(actor, [entries[id_] for id_ in ids if id_ in entries])
        more = None if found.further is None else write_cursor((found.further,))
        return Page(lines, more)

    def _sought(self, actor: Actor, read: AuditQuery, person: str) -> Sought:
        """The question of the desk; an order's or a person's entries all lie beside orders."""
        entry = EntryTest(who=read.entry.who, what=LISTS)
        sought = asked(self._desk, self._tables, actor, replace(read, entry=entry))
        if sought.nothing or not (person or sought.streams is not None):
            return sought
        if not person:
            return replace(sought, streams=frozenset())
        orders = self._erasures.about(actor.organisation, person, limit=MOST_ORDERS)
        beside = {
            *self._valued(actor, "subject", orders),
            *self._valued(actor, "about", [person]),
        }
        if sought.streams is not None:
            beside &= sought.beside
        return replace(sought, streams=frozenset(), beside=frozenset(beside))

    def _valued(self, actor: Actor, slot: str, values: Iterable[Any]) -> Sequence[int]:
        slots = self._tables.words(actor.organisation, "slot", [slot]).values()
        keys = [sort_key(each) for each in values]
        ranges = [KeyRange(number, key, key) for number in slots for key in keys]
        return self._tables.valued(ranges, limit=MOST_ENTRIES)

    def _lines(self, actor: Actor, rows: Sequence[DoneRow]) -> tuple[ReadingLine, ...]:
        about = {row.id: _subjects(row) for row in rows}
        named = {order for orders in about.values() for order in orders[:NAMED]}
        stored = self._desk.reads.orders_by_id(actor.organisation, named)
        numbers = {id_: shown_number(each.state) for id_, each in stored.items()}
        return tuple(
            ReadingLine(
                entry=told_alone(self._desk, actor, row),
                orders=tuple(numbers[each] for each in about[row.id][:NAMED] if each in numbers),
                count=len(about[row.id]),
                person=str(row.entry.facts.get("person") or ""),
                what=str(row.entry.facts.get("what") or ""),
            )
            for row in rows
        )


def _subjects(row: DoneRow) -> list[int]:
    """The orders that an entry is about."""
    listed = row.entry.facts.get("subjects")
    if isinstance(listed, list | tuple):
        return [int(each) for each in listed]
    subject = decode(row.entry.body).subject
    return [] if subject is None else [subject]
