"""Watches in plain Python, by the letter of `ruleset_watch.py`, to compare the library with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from orderloom.rules.ruleset import Rule, Ruleset
from orderloom.rules.ruleset_result import Hit, WatchEvent
from orderloom.rules.ruleset_watch import Heard, heard, hit_of, key_text


@dataclass(frozen=True, slots=True)
class _Entry:
    """An event as one rule heard it. `number`: in the order of all events."""

    event: WatchEvent
    time: datetime
    number: int
    heard: Heard


@dataclass(slots=True)
class _Lane:
    """One rule for one key: what it heard since it was last met."""

    rule: Rule
    entries: list[_Entry] = field(default_factory=list)


class WatchSlowly:
    """A `Machine` that looks at everything again at each event."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.within = ruleset.within or timedelta()
        self.lanes: dict[tuple[int, str], _Lane] = {}
        self.latest: datetime | None = None
        self.count = 0

    def feed(self, event: WatchEvent) -> list[Hit]:
        """Takes one event, after what fell due until then."""
        hits = self.advance(event.time)
        time = self.latest or event.time
        self.count += 1
        for index, rule in enumerate(self.ruleset.rules):
            found = heard(self.ruleset, rule, event)
            if not found:
                continue
            lane = self.lanes.setdefault((index, key_text(event.key)), _Lane(rule))
            lane.entries.append(_Entry(event, time, self.count, found))
            if not rule.none:
                lane.entries = [one for one in lane.entries if one.time + self.within >= time]
                hits += self._met(lane, time)
        return hits

    def advance(self, now: datetime) -> list[Hit]:
        """Hits of absence that fell due by `now`."""
        self.latest = max(now, self.latest or now)
        hits: list[Hit] = []
        while due := self._due(self.latest):
            moment, number, index, key = due
            lane = self.lanes[index, key]
            hits += self._awaited(lane, number, moment)
            lane.entries = [one for one in lane.entries if one.number > number]
        return hits

    def _due(self, now: datetime) -> tuple[datetime, int, int, str] | None:
        return min(
            (
                (one.time + self.within, one.number, index, key)
                for (index, key), lane in self.lanes.items()
                for one in lane.entries
                if lane.rule.none and 0 in one.heard.patterns and one.time + self.within <= now
            ),
            default=None,
        )

    def _met(self, lane: _Lane, time: datetime) -> list[Hit]:
        chosen = _latest(lane.rule, lane.entries)
        return [_hit(lane, chosen, time)] if chosen else []

    def _awaited(self, lane: _Lane, first: int, due: datetime) -> list[Hit]:
        """The hit of the events that begin with `first`, at the end of its time."""
        entries = lane.entries
        if any(one.heard.cancels and one.number > first for one in entries):
            return []
        for end in range(1, len(entries) + 1):
            chosen = _latest(lane.rule, entries[:end])
            if chosen and chosen[0].number == first:
                return [_hit(lane, chosen, due)]
        return []


def _latest(rule: Rule, entries: list[_Entry]) -> list[_Entry] | None:
    """The latest of these that meet `all` and end with the last one."""
    wanted = [index for index, one in enumerate(rule.all) for _ in range(one.count)]
    chosen: list[_Entry] = []
    for entry in reversed(entries):
        if wanted and wanted[-1] in entry.heard.patterns:
            chosen.insert(0, entry)
            wanted.pop()
        elif not chosen:
            return None
    return None if wanted else chosen


def _hit(lane: _Lane, chosen: list[_Entry], time: datetime) -> Hit:
    indices = [index for index, one in enumerate(lane.rule.all) for _ in range(one.count)]
    values: list[Mapping[str, Any]] = [
        one.heard.patterns[index] for index, one in zip(indices, chosen, strict=True)
    ]
    lane.entries = []
    return hit_of(lane.rule, [one.event for one in chosen], values, time=time)
