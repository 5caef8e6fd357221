"""Writes the log as OCEL 2.0 in JSON (Berti et al., OCEL 2.0 Specification, section 4).

An entry is an event of its own type; orders, tasks, approvals, people, roles, versions of
definitions and records are objects, related to it by qualifiers (`ocel_objects.py`). Events are
written as they are read, objects of an order beside them into `spool`, so that memory grows with
the number of people, definitions and records alone. Declarations come last: only then is known
which attributes there are.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import IO, Any, Final

import msgspec

from orderloom.audit.entry import Entry, decode
from orderloom.audit.export import Stream
from orderloom.audit.ocel_objects import Around, Object, order_id
from orderloom.audit.personal import disclose
from orderloom.audit.scalars import Scalar, scalars

_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
# Types of attributes (specification, 3.1), the narrower first.
_STRING, _INTEGER, _FLOAT, _BOOLEAN = "string", "integer", "float", "boolean"
_ENVELOPE: Final = {"actor": _STRING, "channel": _STRING, "command": _INTEGER, "entry": _INTEGER}


@dataclass(slots=True)
class Written:
    """How much was written."""

    events: int = 0
    objects: int = 0


# (process, digest of the release) → the process as `id@version`.
Version = Callable[[str, str], str]


def ocel(
    streams: Iterable[Stream],
    *,
    spool: IO[bytes],
    version: Version,
    personal: bool = False,
    written: Written | None = None,
) -> Iterator[bytes]:
    """The document in pieces. `spool`: an empty file, opened for writing and reading. `personal`:
    with the values behind commitments, as far as they are kept."""
    return _Log(spool, version, personal, written if written is not None else Written()).pieces(
        streams
    )


@dataclass(slots=True)
class _Log:
    spool: IO[bytes]
    version: Version
    personal: bool
    written: Written
    # Event or object type → attribute → its type.
    event_types: dict[str, dict[str, str]] = field(default_factory=dict)
    object_types: dict[str, dict[str, str]] = field(default_factory=dict)
    shared: dict[str, Object] = field(default_factory=dict)
    # Orders that have objects, ascending; and those that somebody names.
    orders: array[int] = field(default_factory=lambda: array("q"))
    named: set[int] = field(default_factory=set)

    def pieces(self, streams: Iterable[Stream]) -> Iterator[bytes]:
        yield b'{"events":['
        for stream in streams:
            events = self._stream(stream)
            if events:
                yield (b"," if self.written.events else b"") + b",\n".join(events)
                self.written.events += len(events)
        yield b'],\n"objects":['
        yield from self._objects()
        yield b'],\n"eventTypes":' + _ENCODER.encode(_declared(self.event_types))
        yield b',\n"objectTypes":' + _ENCODER.encode(_declared(self.object_types))
        yield b"}\n"

    def _stream(self, stream: Stream) -> list[bytes]:
        around: Around | None = None
        events = []
        for stored in stream.entries:
            entry = decode(stored.body)
            kept = {each.slot: each.value for each in stored.personal} if self.personal else {}
            if around is None:
                around = Around(stream.stream, stream.name, self.version)
            for part, (type_, told) in enumerate(entry.told()):
                facts: dict[str, Any] = disclose(told, kept)
                event = replace(entry, type=type_, also=())
                relations = around.relate(stored.seq, event, facts)
                id_ = f"e{stream.stream}.{stored.seq}" + (f".{part}" if part else "")
                events.append(self._event(id_, stored.seq, event, facts, relations))
        if around is not None:
            self._keep(around)
        return events

    def _event(
        self,
        id_: str,
        seq: int,
        entry: Entry,
        facts: Mapping[str, Any],
        relations: Iterable[tuple[str, str]],
    ) -> bytes:
        types = self.event_types.setdefault(entry.type, dict(_ENVELOPE))
        attributes = {
            "actor": entry.actor,
            "channel": entry.channel,
            "command": str(entry.place[0]),
            "entry": str(seq),
        }
        for name, value in scalars(facts):
            told = name if name not in _ENVELOPE else f"fact.{name}"
            types[told] = wider(types.get(told), value)
            attributes[told] = said(value)
        return _ENCODER.encode(
            {
                "id": id_,
                "type": entry.type,
                "time": entry.at,
                "attributes": [
                    {"name": name, "value": value} for name, value in attributes.items()
                ],
                "relationships": _relationships(relations),
            }
        )

    def _keep(self, around: Around) -> None:
        """Objects of one stream go aside, those that many share stay."""
        self.named |= around.orders
        for each in around.own.values():
            if each.type == "order":
                self.orders.append(around.stream)
            self._spool(each)
        for each in around.shared.values():
            known = self.shared.get(each.id)
            if known is None:
                self.shared[each.id] = each
            else:
                known.relations.update(each.relations)

    def _spool(self, each: Object) -> None:
        self.spool.write((b",\n" if self.written.objects else b"") + self._object(each))
        self.written.objects += 1

    def _object(self, each: Object) -> bytes:
        types = self.object_types.setdefault(each.type, {})
        for name, _, value in each.attributes:
            types[name] = wider(types.get(name), value)
        return _ENCODER.encode(
            {
                "id": each.id,
                "type": each.type,
                "attributes": [
                    {"name": name, "time": at, "value": said(value)}
                    for name, at, value in each.attributes
                ],
                "relationships": _relationships(each.relations),
            }
        )

    def _objects(self) -> Iterator[bytes]:
        """What was put aside, then what is shared, then orders of which nothing else is told."""
        for each in self.shared.values():
            self._spool(each)
        for number in sorted(self.named):
            at = bisect_left(self.orders, number)
            if at == len(self.orders) or self.orders[at] != number:
                self._spool(Object(order_id(number), "order"))
        self.spool.seek(0)
        while piece := self.spool.read(1 << 16):
            yield piece


def wider(known: str | None, value: Scalar) -> str:
    """The type that holds the value and what there was before."""
    kind = _kind(value)
    if known is None or known == kind:
        return kind
    return _FLOAT if {known, kind} == {_INTEGER, _FLOAT} else _STRING


def said(value: Scalar) -> str:
    """A value as the JSON form has it: always text."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _kind(value: Scalar) -> str:
    if isinstance(value, bool):
        return _BOOLEAN
    if isinstance(value, int):
        return _INTEGER
    return _FLOAT if isinstance(value, Decimal) else _STRING


def _relationships(relations: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"objectId": object_, "qualifier": how} for object_, how in dict.fromkeys(relations)]


def _declared(types: Mapping[str, Mapping[str, str]]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "attributes": [{"name": each, "type": kind} for each, kind in sorted(found.items())],
        }
        for name, found in sorted(types.items())
    ]
