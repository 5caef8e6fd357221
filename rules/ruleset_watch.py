"""What a watch hears in one event, and what it says when a rule is met.

A rule of a watch is met by events of one key, in the order of its `all`, each `count` times, from
the first to the last within the time of the watch. Always the latest events count: of those before
it, the last ones. With `none` it is met when the time is over that began with the first event, and
no such event came after that one. Once met, the rule begins anew for that key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from orderloom.platform.codec import dumps
from orderloom.rules.error import FeelError
from orderloom.rules.ruleset import FactType, Pattern, Rule, Ruleset, RulesetStopped
from orderloom.rules.ruleset_facts import plain, typed
from orderloom.rules.ruleset_result import Hit, Sent, WatchEvent
from orderloom.rules.values import to_json


@dataclass(frozen=True, slots=True)
class Heard:
    """What an event is to one rule: which patterns of `all` (indices) it matches, with the values
    by pattern, and whether it is one that must not come."""

    patterns: Mapping[int, Mapping[str, Any]]
    cancels: bool

    def __bool__(self) -> bool:
        return self.cancels or bool(self.patterns)


class Machine(Protocol):
    """Runs a watch over events in the order of time; an earlier one counts as of the latest."""

    def feed(self, event: WatchEvent) -> list[Hit]:
        """Takes one event, after what fell due until then."""

    def advance(self, now: datetime) -> list[Hit]:
        """Hits of absence that fell due by `now`."""


def heard(ruleset: Ruleset, rule: Rule, event: WatchEvent) -> Heard:
    """What the event is to a rule. A field of another type counts as empty, and a test that fails
    as not met: nobody could answer for one event of many."""
    if rule.id in event.behind:
        return Heard({}, False)
    values = {
        name: _values(ruleset.facts[name], one, ruleset.scale)
        for name, one in event.facts.items()
        if name in ruleset.facts
    }
    found = {
        index: values[pattern.fact]
        for index, pattern in enumerate(rule.all)
        if pattern.fact in values and _passes(pattern, values[pattern.fact])
    }
    cancels = any(
        pattern.fact in values and _passes(pattern, values[pattern.fact]) for pattern in rule.none
    )
    return Heard(found, cancels)


def hit_of(
    rule: Rule,
    events: Sequence[WatchEvent],
    values: Sequence[Mapping[str, Any]],
    *,
    time: datetime,
) -> Hit:
    """The hit of these events, in the order of `all`, each pattern's `count` in a row."""
    scope: dict[str, Any] = {}
    at = 0
    for pattern in rule.all:
        some = [plain(one) for one in values[at : at + pattern.count]]
        scope[pattern.alias] = some[0] if pattern.count == 1 else some
        at += pattern.count
    sends = tuple(
        Sent(
            one.event,
            one.to,
            {name: to_json(read.evaluate(scope, strict=False)) for name, read in one.data.items()},
        )
        for one in rule.sends
    )
    ids = tuple(event.id for event in events)
    return Hit(rule.id, events[0].key, time, ids, sends, bool(rule.none))


def behind(events: Iterable[WatchEvent], hits: Iterable[Hit]) -> Iterator[WatchEvent]:
    """The same events, each knowing the rules for which a known hit, or one after it, had it: what
    is fed after a restart, so that those hits are not found again."""
    last: dict[tuple[str, str], Hit] = {}
    for hit in hits:
        known = last.get((hit.rule, key_text(hit.key)))
        if known is None or known.time <= hit.time:
            last[hit.rule, key_text(hit.key)] = hit
    listed = list(events)
    places = {event.id: place for place, event in enumerate(listed)}
    for place, event in enumerate(listed):
        passed = {
            rule
            for (rule, key), hit in last.items()
            if key == key_text(event.key) and _passed(event, place, hit, places)
        }
        yield replace(event, behind=event.behind | passed) if passed else event


def key_text(key: Any) -> str:
    """One text for one key."""
    return dumps(key).decode()


def _passed(event: WatchEvent, place: int, hit: Hit, places: Mapping[str, int]) -> bool:
    if hit.awaited:
        return event.time < hit.time
    end = places.get(hit.events[-1])
    return event.time < hit.time if end is None else place <= end


def _values(fact: FactType, values: Mapping[str, Any], scale: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fact.fields:
        try:
            found[field] = typed(fact, {field: values.get(field)}, scale)[field]
        except RulesetStopped:
            found[field] = None
    return found


def _passes(pattern: Pattern, values: Mapping[str, Any]) -> bool:
    try:
        return all(one.test.evaluate({"?": values[one.field]}) is True for one in pattern.tests)
    except FeelError:
        return False
