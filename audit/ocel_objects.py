"""The objects that an entry is about, and how it relates to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from orderloom.audit.entry import Entry
from orderloom.audit.personal import SLOT
from orderloom.audit.scalars import Scalar, changes

Facts = Mapping[str, Any]
Relation = tuple[str, str]


@dataclass(slots=True)
class Object:
    """`attributes`: name, since when, value; `relations`: other objects, with qualifiers."""

    id: str
    type: str
    attributes: list[tuple[str, str, Scalar]] = field(default_factory=list)
    relations: dict[Relation, None] = field(default_factory=dict)


def order_id(number: int) -> str:
    """The id of an order as an object."""
    return f"order:{number}"


@dataclass(slots=True)
class Around:
    """What one stream is about. `own`: objects of this order alone; `shared`: those that other
    orders may name as well; `orders`: other orders that are named."""

    stream: int
    number: str
    version: Callable[[str, str], str]
    own: dict[str, Object] = field(default_factory=dict)
    shared: dict[str, Object] = field(default_factory=dict)
    orders: set[int] = field(default_factory=set)
    process: str = ""

    def relate(self, seq: int, entry: Entry, facts: Facts) -> list[Relation]:
        """Takes an entry in; the objects that it is about, with qualifiers."""
        if seq == 1 and entry.type == "order.created":
            self._own("order")
        found = list(self._people(entry, facts))
        if "order" in self.own:
            found.insert(0, (self._order().id, "order"))
            found += self._of_order(entry, facts)
        elif entry.subject is not None:
            found.append((self._other(entry.subject), "subject"))
        found += self._things(entry, facts)
        return found

    # ── the order and what belongs to it ──────────────────────────────────────────────────────

    def _of_order(self, entry: Entry, facts: Facts) -> Iterator[Relation]:
        order, at = self._order(), entry.at
        self._stands(entry, facts)
        if facts.get("release"):
            version = self.version(self.process, str(facts["release"]))
            definition = self._shared("definition", f"process:{version}")
            order.relations[definition, "process"] = None
            yield definition, "process"
        order.attributes += [(f"data.{name}", at, value) for name, value in changes(facts)]
        yield from self._tasks(entry, facts)
        if entry.type.startswith("approval.") and "n" in facts:
            approval = self._approval(facts)
            if entry.type == "approval.closed":
                approval.attributes.append(("outcome", at, str(facts.get("outcome"))))
            yield approval.id, "approval"
        for child in facts.get("children") or ():
            other = self._other(int(child["order"]))
            order.relations[other, "child"] = None
            yield other, "child"
        named = facts.get("order")
        if isinstance(named, int) and named != self.stream:
            yield self._other(named), "linked" if entry.type == "linked.started" else "child"
        parent = facts.get("parent")
        if isinstance(parent, Mapping) and isinstance(parent.get("order"), int):
            other = self._other(parent["order"])
            order.relations[other, "parent"] = None
            yield other, "parent"

    def _stands(self, entry: Entry, facts: Facts) -> None:
        """How the order stands from now on."""
        at, told = entry.at, self._order().attributes
        if entry.type == "order.created":
            self.process = str(facts.get("process"))
            told.append(("process", at, self.process))
            told.append(("status", at, "draft" if facts.get("draft") else "open"))
        if facts.get("number") and entry.type in ("order.created", "order.started"):
            told.append(("number", at, str(facts["number"])))
        if entry.type == "stage.changed" and facts.get("enters"):
            told.append(("stage", at, str(facts["enters"][-1])))
        status = {"order.started": "open", "order.discarded": "discarded", "order.ended": "ended"}
        if entry.type in status:
            told.append(("status", at, status[entry.type]))
        if entry.type == "order.ended":
            told.append(("outcome", at, str(facts.get("outcome"))))

    def _tasks(self, entry: Entry, facts: Facts) -> Iterator[Relation]:
        offered = dict(facts.get("tasks") or {})
        if isinstance(facts.get("task"), Mapping):
            offered[str(facts.get("n"))] = facts["task"]
        for n, record in offered.items():
            task = self._task(str(n))
            for name in ("id", "kind", "due"):
                if isinstance(record.get(name), str):
                    task.attributes.append((name, entry.at, record[name]))
            task.attributes.append(("status", entry.at, "open"))
            yield task.id, "opened"
            for asked in self._asked(record.get("for")):
                task.relations[asked, "asked"] = None
                yield asked, "asked"
        how = _OF_TASK.get(entry.type)
        n = facts.get("task") if entry.type.startswith("approval.") else facts.get("n")
        if how is not None and isinstance(n, int):
            task = self._task(str(n))
            if how in ("done", "answered"):
                task.attributes.append(("status", entry.at, "done"))
            if entry.type == "task.claimed":
                task.attributes.append(("assignee", entry.at, str(facts.get("assignee") or "")))
            yield task.id, how
        for n in facts.get("closed") or ():
            if f"task:{self.stream}.{n}" in self.own and n != facts.get("task"):
                task = self._task(str(n))
                task.attributes.append(("status", entry.at, "closed"))
                yield task.id, "closed"

    def _task(self, n: str) -> Object:
        return self._own("task", n)

    def _approval(self, facts: Facts) -> Object:
        approval = self._own("approval", str(facts["n"]))
        if not approval.attributes and facts.get("approval"):
            approval.attributes.append(("approval", str(facts["at"]), str(facts["approval"])))
        return approval

    def _order(self) -> Object:
        return self.own["order"]

    def _own(self, type_: str, n: str = "") -> Object:
        key = f"{type_}:{self.stream}.{n}" if n else type_
        if key not in self.own:
            made = Object(f"{type_}:{self.stream}{'.' if n else ''}{n}", type_)
            self.own[key] = made
            if n and "order" in self.own:
                made.relations[self._order().id, "order"] = None
        return self.own[key]

    # ── people, definitions, records ──────────────────────────────────────────────────────────

    def _people(self, entry: Entry, facts: Facts) -> Iterator[Relation]:
        yield self._shared("user", entry.actor), "actor"
        if entry.on_behalf_of is not None:
            yield self._shared("user", entry.on_behalf_of), "on behalf of"
        for name in _PEOPLE:
            for principal in _texts(facts.get(name)):
                if principal.startswith("r:"):
                    yield self._shared("role", principal[2:]), name
                elif principal.startswith("u:"):
                    yield self._shared("user", principal[2:]), name
                elif principal.startswith("u_"):
                    yield self._shared("user", principal), name

    def _asked(self, principals: Any) -> Iterator[str]:
        for each in _texts(principals):
            kind = {"r:": "role", "u:": "user"}.get(each[:2])
            if kind is not None:
                yield self._shared(kind, each[2:])

    def _things(self, entry: Entry, facts: Facts) -> Iterator[Relation]:
        if isinstance(facts.get("def"), str):
            kind = _DEFINES.get(entry.type, "definition")
            yield self._shared("definition", f"{kind}:{facts['def']}"), kind
        if isinstance(facts.get("collection"), str) and isinstance(facts.get("key"), str):
            yield self._shared("record", f"{facts['collection']}/{facts['key']}"), entry.type
        if entry.type == "stock.moved":
            for line in facts.get("lines") or ():
                collection = str(line.get("balance")).partition(".")[0]
                if isinstance(line.get("key"), str):
                    record = self._shared("record", f"{collection}/{line['key']}")
                    yield record, str(facts.get("way"))

    def _shared(self, type_: str, name: str) -> str:
        id_ = f"{type_}:{name}"
        if id_ not in self.shared:
            attributes: list[tuple[str, str, Scalar]] = [("name", BEGINNING, name)]
            self.shared[id_] = Object(id_, type_, attributes)
        return id_

    def _other(self, number: int) -> str:
        self.orders.add(number)
        return order_id(number)


# Since when what never changes is so (specification, 4).
BEGINNING: Final = "1970-01-01T00:00:00Z"
_PEOPLE: Final = ("by", "for", "to", "assignee", "requester", "mentions", "person", "substitute")
_OF_TASK: Final[Mapping[str, str]] = {
    "task.done": "done",
    "task.claimed": "claimed",
    "task.reassigned": "reassigned",
    "task.delegated": "delegated",
    "task.escalated": "escalated",
    "ticket.waived": "done",
    "attention.settled": "done",
    "approval.verdict": "answered",
}
_DEFINES: Final[Mapping[str, str]] = {
    "decided": "decision",
    "inferred": "ruleset",
    "checked": "checks",
    "watch.hit": "ruleset",
}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        yield from (each for each in value if isinstance(each, str))
    elif isinstance(value, Mapping) and SLOT not in value:
        yield from (each for each in value.values() if isinstance(each, str))
