"""Watches on durable_rules: the library joins the events of one key into runs, sequences and
absences; here they are numbered, timed, and taken back when their time is over.

Each event is a fact for every pattern it matches. `n` numbers those of one pattern and key, `m` is
the one before; `l` is the latest of the pattern before it: by these the latest events are joined,
and one event completes one match, never a hundred. `t` is its time, `d` when it is over, `s` its
place among all. Absence is asked by a tick for the first event at the end of its time, which knows
the latest event that must not come (`x`): a `$not` whose facts come and go crashes the library.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Any

from orderloom.rules.durable_adapter import Network, closed
from orderloom.rules.ruleset import Rule, Ruleset
from orderloom.rules.ruleset_codes import moment, token
from orderloom.rules.ruleset_encoding import Condition
from orderloom.rules.ruleset_result import Hit, WatchEvent
from orderloom.rules.ruleset_watch import Heard, heard, hit_of, key_text

LaneKey = tuple[int, str]


@dataclass(slots=True)
class _Live:
    """A fact that the library has. `values`: of the pattern that the event matched."""

    id: int
    number: int
    lane: LaneKey
    event: WatchEvent
    values: Mapping[str, Any]
    fields: dict[str, Any]


@dataclass(slots=True)
class _Lane:
    """One rule for one key. `numbers`: the latest of each pattern. `cancelled`: the place of the
    latest event that must not come."""

    numbers: list[int]
    cancelled: int = 0
    live: dict[int, _Live] = field(default_factory=dict)


class DurableWatch:
    """A `Machine` on the library. Raises `LibraryError`: drop it then."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.within = ruleset.within or timedelta()
        self.network = Network(
            {str(index): _patterns(index, rule) for index, rule in enumerate(ruleset.rules)}
        )
        self.network.start()
        self.lanes: dict[LaneKey, _Lane] = {}
        self.live: dict[int, _Live] = {}
        self.free: list[int] = []
        self.ending: deque[tuple[datetime, int, int]] = deque()
        self.due: list[tuple[datetime, int, int, int]] = []
        self.latest: datetime | None = None
        self.count = 0

    def feed(self, event: WatchEvent) -> list[Hit]:
        """Takes one event, after what fell due until then."""
        hits = self.advance(event.time)
        time = self.latest or event.time
        self.count += 1
        for index, rule in enumerate(self.ruleset.rules):
            found = heard(self.ruleset, rule, event)
            if found:
                hits += self._take(index, rule, event, found, time)
        return hits

    def advance(self, now: datetime) -> list[Hit]:
        """Hits of absence that fell due by `now`."""
        self.latest = now = max(now, self.latest or now)
        hits: list[Hit] = []
        while self.due and self.due[0][0] <= now:
            due, number, index, id_ = heappop(self.due)
            first = self.live.get(id_)
            if first is not None and first.number == number:
                hits += self._ask(index, first, due)
        while self.ending and self.ending[0][0] + self.within < now:
            _, number, id_ = self.ending.popleft()
            gone = self.live.get(id_)
            if gone is not None and gone.number == number:
                self._forget(gone)
        return hits

    def close(self) -> None:
        """Gives the memory of its network back."""
        self.network.free()

    def _take(
        self, index: int, rule: Rule, event: WatchEvent, found: Heard, time: datetime
    ) -> list[Hit]:
        key = (index, key_text(event.key))
        if not found.patterns and key not in self.lanes:
            return []
        lane = self.lanes.setdefault(key, _Lane([0] * len(rule.all)))
        shared = {"y": token(key[1]), "s": self.count, "t": moment(time)}
        shared["d"] = moment(time + self.within)
        if found.cancels:
            lane.cancelled = self.count
        before = list(lane.numbers)
        matches: list[dict[str, int]] = []
        for place in sorted(found.patterns):
            lane.numbers[place] += 1
            numbered = {"n": lane.numbers[place], "m": before[place]}
            numbered["l"] = before[place - 1] if place else 0
            fields = {"k": f"r{index}p{place}", **shared, **numbered}
            matches += self._add(key, event, found.patterns[place], fields, time)
            if place == 0 and rule.none:
                last = next(reversed(lane.live))
                heappush(self.due, (time + self.within, self.count, index, last))
        if rule.none or not matches:
            return []
        return [self._hit(rule, matches[0], time)]

    def _ask(self, index: int, first: _Live, due: datetime) -> list[Hit]:
        cancelled = self.lanes[first.lane].cancelled
        fields = {"k": f"r{index}t", "s": first.number, "x": cancelled}
        id_ = self._id()
        matches = [ids for _, ids in self.network.add(id_, fields)]
        self.network.remove(id_, fields)
        heappush(self.free, id_)
        if not matches:
            return []
        rule = self.ruleset.rules[index]
        last = f"a{_length(rule) - 1}"
        chosen = min(matches, key=lambda ids: self.live[ids[last]].number)
        return [self._hit(rule, chosen, due)]

    def _hit(self, rule: Rule, ids: Mapping[str, int], time: datetime) -> Hit:
        chosen = [self.live[ids[f"a{place}"]] for place in range(_length(rule))]
        hit = hit_of(rule, [one.event for one in chosen], [one.values for one in chosen], time=time)
        for one in list(self.lanes[chosen[0].lane].live.values()):
            self._forget(one)
        return hit

    def _add(
        self,
        key: LaneKey,
        event: WatchEvent,
        values: Mapping[str, Any],
        fields: dict[str, Any],
        time: datetime,
    ) -> list[dict[str, int]]:
        id_ = self._id()
        one = _Live(id_, self.count, key, event, values, fields)
        self.live[id_] = self.lanes[key].live[id_] = one
        self.ending.append((time, self.count, id_))
        return [ids for _, ids in self.network.add(id_, fields)]

    def _forget(self, one: _Live) -> None:
        self.network.remove(one.id, one.fields)
        del self.live[one.id]
        lane = self.lanes[one.lane]
        del lane.live[one.id]
        heappush(self.free, one.id)
        if not lane.live:
            del self.lanes[one.lane]

    def _id(self) -> int:
        """The smallest that is free: the library tells ids apart by a hash alone."""
        return heappop(self.free) if self.free else len(self.live) + 1


def _length(rule: Rule) -> int:
    return sum(one.count for one in rule.all)


def _patterns(index: int, rule: Rule) -> list[Condition]:
    made: list[Condition] = []
    if rule.none:
        made.append({"t": {"$and": [{"k": f"r{index}t"}]}})
    at = 0
    for place, pattern in enumerate(rule.all):
        for turn in range(pattern.count):
            before = f"a{at - 1}" if at else "t"
            joins: list[Condition] = []
            if at:
                joins = [{"y": {before: "y"}}, {"m" if turn else "l": {before: "n"}}]
            elif rule.none:
                joins = [{"s": {"t": "s"}}, {"$gte": {"s": {"t": "x"}}}]
            if at == _length(rule) - 1 > 0 and not rule.none:
                joins.append({"$lte": {"t": {"a0": "d"}}})
            marker = {"k": f"r{index}p{place}"}
            made.append({f"a{at}": {"$and": [marker, *closed(joins, before)]}})
            at += 1
    return made
