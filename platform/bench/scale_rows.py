"""Rows of very many orders with their audit: bodies as the engine wrote them, chained anew.

The engine carries out some orders; the others are these with other numbers, people, totals and
moments. An order that has ended has eleven of its 12 entries, one that is open all three. What the
auditor's desk searches is written as the index writes it (a test compares).
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final

from orderloom.audit.chain import genesis, link
from orderloom.platform.codec import loads
from orderloom.platform.store.columns import stamp
from orderloom.platform.store.desk_rows import microseconds
from orderloom.platform.store.sort_keys import sort_key

# Of an order that ended, these of its 12 entries; and those by people, who vary.
CHOSEN: Final = (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12)
BY_PEOPLE: Final = frozenset({"bob", "carol"})
PEOPLE: Final = 200
# The newest of a hundred orders that are open.
OPEN: Final = 5
TOGETHER: Final = 200
YEAR: Final = timedelta(days=365)
TABLES: Final[Mapping[str, str]] = {
    "order_row": "id organisation_id process release_no revision status chain_seq commands"
    " chain_head state data wake_at",
    "order_key": "organisation_id slot sort_key order_id",
    "order_reference": "organisation_id process key value order_id",
    "task": "order_id n organisation_id kind definition due_at assignee",
    "task_candidate": "organisation_id principal due_at order_id n process kind opened amount"
    " stopped",
    "audit_entry": "id organisation_id stream seq type at actor subject body hash trace",
    "audit_fact": "id organisation_id stream at what actor behalf definition process channel",
    "audit_value": "slot key entry stream",
}
Row = tuple[Any, ...]
Part = dict[str, list[Row]]
_NUMBER: Final = "BO-{:08}"


@dataclass(frozen=True)
class Entry:
    """An entry of a model, with marks where each order has its own. `fact`: numbers of its words;
    `values`: (slot, key), key None: that of the total."""

    type: str
    actor: str
    body: str
    trace: str | None
    fact: tuple[int, ...]
    values: tuple[tuple[int, str | None], ...]


@dataclass(frozen=True)
class Model:
    """An order as the engine left it: its rows, and its entries."""

    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    entries: Sequence[Entry]


@dataclass
class Making:
    """Makes the rows of `count` orders. `first`: of their ids, all free; `entry`: id of the next
    entry; `who`: number of the word of each of the people."""

    log: str
    now: datetime
    count: int
    first: int
    entry: int
    ended: Sequence[Model]
    open: Sequence[Model]
    who: Mapping[str, int]
    chance: Random = field(default_factory=lambda: Random(13))

    def parts(self) -> Iterator[Part]:
        """Orders that go on together: entry after entry, so that none has its own in a row."""
        for start in range(0, self.count, TOGETHER):
            yield self._together(range(start, min(start + TOGETHER, self.count)))

    def _together(self, numbers: range) -> Part:
        part: Part = {table: [] for table in TABLES}
        orders = [self._order(number) for number in numbers]
        for place in range(max(len(each.model.entries) for each in orders)):
            for each in orders:
                if place < len(each.model.entries):
                    self._entry(part, each, place)
        for each in orders:
            _rows(part, each)
        return part

    def _order(self, number: int) -> _Order:
        chance, id_ = self.chance, self.first + number
        is_open = number >= self.count * (100 - OPEN) // 100
        total = Decimal(chance.randrange(100, 20_000_000)) / 100
        return _Order(
            id=id_,
            number=_NUMBER.format(10_000_000 + id_),
            model=chance.choice(self.open if is_open else self.ended),
            began=self.now - YEAR + YEAR * number / self.count,
            people={old: f"u_{chance.randrange(PEOPLE):03}" for old in sorted(BY_PEOPLE)},
            total=str(total),
            key=sort_key(total),
            head=genesis(self.log, id_),
        )

    def _entry(self, part: Part, order: _Order, place: int) -> None:
        entry = order.model.entries[place]
        moment = order.began + timedelta(hours=place * 7)
        at, who = stamp(moment), order.people.get(entry.actor, entry.actor)
        body = (
            entry.body.replace("\x01at", at)
            .replace("\x01who", who)
            .replace("\x01number", order.number)
            .replace("\x01order", str(order.id))
            .replace("\x01total", order.total)
        )
        order.head = link(order.head, order.id, place + 1, body.encode())
        hash_ = b64encode(order.head).decode()
        id_, self.entry = self.entry, self.entry + 1
        part["audit_entry"].append(
            (id_, 1, order.id, place + 1, entry.type, at, who, None, body, hash_, entry.trace)
        )
        what, actor, *rest = entry.fact
        actor = self.who.get(who, actor)
        part["audit_fact"].append((id_, 1, order.id, microseconds(moment), what, actor, *rest))
        part["audit_value"] += [
            (slot, order.key if key is None else key, id_, order.id) for slot, key in entry.values
        ]


@dataclass
class _Order:
    id: int
    number: str
    model: Model
    began: datetime
    people: Mapping[str, str]
    total: str
    key: str
    head: bytes


def _rows(part: Part, order: _Order) -> None:
    for table, rows in order.model.rows.items():
        names = TABLES[table].split()
        for row in rows:
            own = {
                name: value.replace("\x01number", order.number)
                .replace("\x01small", order.number.casefold())
                .replace("\x01digits", order.number[3:])
                .replace("\x01order", str(order.id))
                .replace("\x01total", order.total)
                if isinstance(value, str)
                else value
                for name, value in row.items()
            }
            key = "id" if table == "order_row" else "order_id"
            own[key] = order.id
            if table == "order_row":
                own["chain_seq"] = len(order.model.entries)
                own["chain_head"] = b64encode(order.head).decode()
            part[table].append(tuple(own[name] for name in names))


def model(
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    entries: Sequence[Mapping[str, Any]],
    facts: Mapping[int, tuple[int, ...]],
    values: Mapping[int, Sequence[tuple[int, str]]],
) -> Model:
    """From the rows of an order; `facts` and `values` by the entry's id."""
    order = rows["order_row"][0]
    number = loads(order["state"])["number"]
    total = loads(order["data"])["total"]
    chosen = [each for each in entries if len(entries) < max(CHOSEN) or each["seq"] in CHOSEN]
    marks = {
        f'"number":"{number}"': '"number":"\x01number"',
        f'"order":{order["id"]},': '"order":\x01order,',
    }

    def marked(text: str) -> str:
        for old, new in marks.items():
            text = text.replace(old, new)
        return re.sub(rf'"total":{re.escape(str(total))}(?=[,}}])', '"total":\x01total', text)

    made = []
    for place, each in enumerate(chosen):
        body = re.sub(r'"at":"[^"]*"', '"at":"\x01at"', marked(each["body"]), count=1)
        body = re.sub(r'"c":\[[^]]*\]', f'"c":[{place + 1},0,1]', body)
        if each["actor"] in BY_PEOPLE:
            body = re.sub(rf'"(act|by)":"{each["actor"]}"', '"\\1":"\x01who"', body)
        keys = ((slot, None if key == sort_key(total) else key) for slot, key in values[each["id"]])
        fact = facts[each["id"]]
        made.append(Entry(each["type"], each["actor"], body, each["trace"], fact, tuple(keys)))
    own = {
        table: [
            {name: _own(table, name, value, number, marked) for name, value in row.items()}
            for row in group
        ]
        for table, group in rows.items()
    }
    return Model(own, made)


def _own(table: str, name: str, value: Any, number: str, marked: Any) -> Any:
    """A column's value with marks where each order has its own number."""
    if table == "order_row" and name in ("state", "data"):
        return marked(value)
    if name in ("sort_key", "value"):
        own = {number: "\x01number", number.casefold(): "\x01small", number[3:]: "\x01digits"}
        return own.get(value, value)
    return value
