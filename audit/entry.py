"""Entry formats 1 and 2: the bytes of one entry, and reading them back (`docs/audit-format.md`).

An entry tells an event, in format 2 also those that followed from it at once, under `and`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, NamedTuple, Protocol

import msgspec

VERSION: Final = 1
# With what followed from the event at once.
WITH_MORE: Final = 2
# Names of the envelope; an event's facts stand beside them and may not use them.
ENVELOPE: Final = frozenset({"act", "and", "ans", "c", "ch", "obo", "rt", "subj", "t", "tr", "v"})
# The one envelope name that facts have as well.
AT: Final = "at"
_is_apart: Final = ENVELOPE.isdisjoint

_ENCODER = msgspec.json.Encoder(decimal_format="number", order="deterministic")
_DECODER = msgspec.json.Decoder(float_hook=Decimal)


class Happened(Protocol):
    """Something that becomes an entry."""

    @property
    def type(self) -> str: ...

    @property
    def facts(self) -> Mapping[str, Any]: ...

    @property
    def trace(self) -> Mapping[str, Any] | None: ...


class Told(NamedTuple):
    """What an entry tells of one event."""

    type: str
    facts: Mapping[str, Any]
    trace: None = None


# Not frozen: one is made for each command, and a frozen one takes six times as long to make.
@dataclass(slots=True, kw_only=True)
class Header:
    """What every entry of a command says beside the event's facts.

    `at`: RFC 3339, UTC, microseconds, `Z`. `actor`: a pseudonymous id; `on_behalf_of` the one who
    is acted for. `command`: its number in the stream (1, 2, …). `runtime`: number of the row that
    names the versions of engine, tzdata and libraries. `subject`: in a security stream, the order
    meant.
    """

    at: str
    actor: str
    channel: str
    command: int
    runtime: int = 1
    on_behalf_of: str | None = None
    subject: int | None = None
    envelope: dict[str, Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """What stands in each body of the command is put together once."""
        self.envelope = {
            "act": self.actor,
            AT: self.at,
            "ch": self.channel,
            "rt": self.runtime,
            "v": VERSION,
        }
        if self.on_behalf_of is not None:
            self.envelope["obo"] = self.on_behalf_of
        if self.subject is not None:
            self.envelope["subj"] = self.subject


# Not frozen either: a replay reads millions of them.
@dataclass(slots=True)
class Entry:
    """An entry's body, read. `place`: command, index in it, count of its entries. `also`: type and
    facts of what followed at once."""

    type: str
    facts: dict[str, Any]
    at: str
    actor: str
    channel: str
    place: tuple[int, int, int]
    runtime: int
    version: int
    on_behalf_of: str | None = None
    subject: int | None = None
    trace_digest: str | None = None
    answers: Any = None
    also: tuple[tuple[str, dict[str, Any]], ...] = ()

    def told(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Type and facts of every event that it tells, in their order."""
        yield self.type, self.facts
        yield from self.also


def encode(
    type_: str,
    facts: Mapping[str, Any],
    header: Header,
    index: int,
    count: int,
    trace: bytes | None = None,
    answers: Any = None,
    also: Sequence[Happened] = (),
) -> bytes:
    """The body of entry `index` (0 …) of the `count` entries of a command: UTF-8 JSON, names in
    ascending order, numbers exact.

    `facts` are JSON values (`int` and `Decimal`, never float), personal ones already committed.
    `trace`: the stored trace, named by its digest. `answers` belong to a command's first entry.
    `also`: what followed at once. Raises `ValueError` if a fact has a name of the envelope.
    """
    place = (header.command, index, count)
    body = _body((Told(type_, facts), *also), header, place, trace)
    if answers is not None:
        body["ans"] = answers
    return _ENCODER.encode(body)


def bodies_of(
    groups: Sequence[Sequence[Happened]],
    header: Header,
    traces: Sequence[bytes | None],
    answers: Any = None,
    *,
    first: int = 0,
) -> list[dict[str, Any]]:
    """The bodies of a command's entries from the `first` one on, to be encoded. `groups`: what each
    of them tells. `traces`: of all of them. Raises `ValueError`."""
    command, count = header.command, len(groups)
    bodies = [
        _body(group, header, (command, index, count), traces[index])
        for index, group in enumerate(groups)
        if index >= first
    ]
    if answers is not None and not first:
        bodies[0]["ans"] = answers
    return bodies


def encode_lines(bodies: Sequence[Mapping[str, Any]]) -> list[bytes]:
    """Each as `encode` makes it."""
    lines = _ENCODER.encode_lines(bodies).split(b"\n")
    lines.pop()
    return lines


def _body(
    group: Sequence[Happened],
    header: Header,
    place: tuple[int, int, int],
    trace: bytes | None,
) -> dict[str, Any]:
    at = header.at
    body: dict[str, Any] = {}
    also: list[dict[str, Any]] = []
    # Whoever writes comes by here for every event: nothing is called that need not be.
    for event in group:
        facts = event.facts
        if not _is_apart(facts):
            names = sorted(ENVELOPE & facts.keys())
            raise ValueError(f"facts of {event.type} use names of the envelope: {names}")
        if facts.get(AT, at) != at:
            raise ValueError(f"{event.type} happened at {facts[AT]}, its command at {at}")
        if not body:
            body = {**facts, **header.envelope, "c": place, "t": event.type}
        else:
            told = {**facts, "t": event.type}
            # It happened at the instant of the first.
            told.pop(AT, None)
            also.append(told)
    if also:
        body["and"], body["v"] = also, WITH_MORE
    if trace is not None:
        body["tr"] = trace_digest(trace)
    return body


def decode(body: bytes | str) -> Entry:
    """Reads a body back; numbers with a fraction are `Decimal`."""
    raw: dict[str, Any] = _DECODER.decode(body)
    take = raw.pop
    also = take("and", ())
    if also:
        # They happened at the instant of the first.
        also = tuple((each.pop("t"), {**each, AT: raw[AT]}) for each in also)
    # What is left of the object when the envelope is taken out of it are the facts.
    return Entry(
        type=take("t"),
        facts=raw,
        at=raw[AT],
        actor=take("act"),
        channel=take("ch"),
        place=tuple(take("c")),
        runtime=take("rt"),
        version=take("v"),
        on_behalf_of=take("obo", None),
        subject=take("subj", None),
        trace_digest=take("tr", None),
        answers=take("ans", None),
        also=also,
    )


def encode_trace(trace: Mapping[str, Any]) -> bytes:
    """The bytes of a trace, kept beside the entry and erasable; the entry names their digest."""
    return _ENCODER.encode(trace)


def trace_digest(trace: bytes) -> str:
    """Hexadecimal SHA-256 of a trace's bytes."""
    return hashlib.sha256(trace).hexdigest()


def value_bytes(value: Any) -> bytes:
    """The JSON bytes of a personal value: what its commitment covers."""
    return _ENCODER.encode(value)


def value_of(data: bytes | str) -> Any:
    """Reads the bytes of a personal value back."""
    return _DECODER.decode(data)
