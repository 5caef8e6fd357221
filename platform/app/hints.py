"""Hints that something changed: for whom, and of which orders; never what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from orderloom.platform.codec import CodecError, dumps, loads
from orderloom.platform.store.order_rows import OrderWrite, ProjectionWrite, TaskWrite

# What a notification of PostgreSQL holds, with room for its envelope.
MOST_BYTES: Final = 7_000
Named = tuple[int, str]
Numbered = tuple[int, int]


@dataclass(slots=True)
class Hints:
    """Gathered until they are told. `orders`: (organisation, order) that changed; `principals`:
    (organisation, principal) among whose tasks something changed; `people`: (organisation, user)
    with other notices; `wide`: organisations where anybody's tasks may have changed. `all`: nobody
    knows, so everybody looks."""

    orders: set[Numbered] = field(default_factory=set)
    principals: set[Named] = field(default_factory=set)
    people: set[Named] = field(default_factory=set)
    wide: set[int] = field(default_factory=set)
    all: bool = False

    def __bool__(self) -> bool:
        return bool(self.all or self.orders or self.principals or self.people or self.wide)

    def add(self, other: Hints) -> None:
        """Takes the other's in."""
        self.orders |= other.orders
        self.principals |= other.principals
        self.people |= other.people
        self.wide |= other.wide
        self.all = self.all or other.all

    def written(self, writes: Iterable[tuple[OrderWrite, ProjectionWrite]]) -> None:
        """Takes in what a transaction wrote."""
        for write, projection in writes:
            self.orders.add((write.organisation, write.id))
            before, after = projection.before.tasks, projection.after.tasks
            if before is not after:
                self.principals |= _touched(write.organisation, before ^ after)

    def text(self, sender: str) -> str:
        """As other processes read it; what is too long says that everybody should look."""
        told: dict[str, Any] = {"from": sender}
        if self.all:
            return dumps({**told, "all": True}).decode()
        for name in _SETS:
            found = getattr(self, name)
            if found:
                told[name] = sorted(found)
        text = dumps(told)
        if len(text) > MOST_BYTES:
            return dumps({"from": sender, "all": True}).decode()
        return text.decode()


_SETS: Final = ("orders", "principals", "people", "wide")


def read_hints(texts: Sequence[str], own: str) -> Hints:
    """What other processes told; what this one told itself it knows. What cannot be read comes
    from another version: then everybody looks."""
    found = Hints()
    for text in texts:
        try:
            told = loads(text.encode())
            if told["from"] != own:
                found.add(_read(told))
        except (CodecError, KeyError, TypeError, ValueError):
            found.all = True
    return found


def _read(told: Any) -> Hints:
    def pairs(name: str, second: type) -> set[Any]:
        return {(int(one), second(other)) for one, other in told.get(name, ())}

    return Hints(
        orders=pairs("orders", int),
        principals=pairs("principals", str),
        people=pairs("people", str),
        wide={int(each) for each in told.get("wide", ())},
        all=bool(told.get("all")),
    )


def _touched(organisation: int, tasks: Iterable[TaskWrite]) -> set[Named]:
    return {(organisation, name) for task in tasks for name in task.principals}
