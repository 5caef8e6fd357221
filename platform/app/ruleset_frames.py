"""What a server and its ruleset child say to each other, as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from orderloom.rules import Because, Derivation, Hit, Inferred, Sent, WatchEvent


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
