"""What a server and its ruleset child say to each other: frames of JSON, each after its length in
four bytes."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from orderloom.platform.codec import dumps, loads
from orderloom.rules import Because, Derivation, Hit, Inferred, Sent, WatchEvent

HEAD: Final = struct.Struct(">I")
LARGEST: Final = 64_000_000


def packed(message: Mapping[str, Any]) -> bytes:
    """One frame. Raises `ValueError` for one that is too large."""
    body = dumps(message)
    if len(body) > LARGEST:
        raise ValueError("the message is too large")
    return HEAD.pack(len(body)) + body


def unpacked(body: bytes) -> dict[str, Any]:
    """The message of a frame without its head."""
    found: dict[str, Any] = loads(body)
    return found


def inferred_to_json(inferred: Inferred) -> dict[str, Any]:
    chain = [
        [one.rule, one.fact, one.values, [[b.fact, b.index, b.values] for b in one.because]]
        for one in inferred.chain
    ]
    return {"kinds": list(inferred.facts), "chain": chain, "library": inferred.library}


def inferred_of(data: Mapping[str, Any]) -> Inferred:
    chain = tuple(
        Derivation(rule, fact, values, tuple(Because(*one) for one in because))
        for rule, fact, values, because in data["chain"]
    )
    facts = {kind: tuple(one.values for one in chain if one.fact == kind) for kind in data["kinds"]}
    return Inferred(facts, chain, data["library"])


def event_to_json(event: WatchEvent) -> list[Any]:
    behind = sorted(event.behind)
    return [event.id, event.time.isoformat(), event.key, event.facts, behind]


def event_from(data: list[Any]) -> WatchEvent:
    id_, time, key, facts, behind = data
    return WatchEvent(id_, datetime.fromisoformat(time), key, facts, frozenset(behind))


def hits_to_json(hits: Iterable[Hit]) -> list[Any]:
    return [
        [
            *(hit.rule, hit.key, hit.time.isoformat(), hit.events),
            [[one.event, one.to, one.data] for one in hit.sends],
            hit.awaited,
        ]
        for hit in hits
    ]


def hits_of(data: Iterable[Any]) -> tuple[Hit, ...]:
    return tuple(
        Hit(
            rule=rule,
            key=key,
            time=datetime.fromisoformat(time),
            events=tuple(events),
            sends=tuple(Sent(*one) for one in sends),
            awaited=awaited,
        )
        for rule, key, time, events, sends, awaited in data
    )
