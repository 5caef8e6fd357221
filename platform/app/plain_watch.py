"""A watch in this process, by the plain oracle: for scenarios, which need no other process."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from orderloom.rules import Hit, Ruleset, RulesetFailed, WatchEvent
from orderloom.rules.ruleset_watch import behind
from orderloom.rules.ruleset_watch_oracle import WatchSlowly


class Session(Protocol):
    """A running watch (`ruleset_session.WatchSession`)."""

    def feed(
        self, events: Sequence[WatchEvent] = (), *, now: datetime | None = None
    ) -> tuple[Hit, ...] | RulesetFailed:
        """Takes events in the order of the log; then, with `now`, what fell due until then."""

    def rebuild(
        self,
        events: Iterable[WatchEvent],
        hits: Iterable[Hit] = (),
        *,
        now: datetime | None = None,
    ) -> tuple[Hit, ...] | RulesetFailed:
        """Begins anew from the log; `hits` are recorded and are not found again."""

    def close(self) -> None: ...


class PlainSession:
    """Fulfils `Session`. `next_due`: when the absence of something will be told."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._machine = WatchSlowly(ruleset)

    def feed(
        self, events: Sequence[WatchEvent] = (), *, now: datetime | None = None
    ) -> tuple[Hit, ...]:
        hits = [hit for event in events for hit in self._machine.feed(event)]
        if now is not None:
            hits += self._machine.advance(now)
        return tuple(hits)

    def rebuild(
        self,
        events: Iterable[WatchEvent],
        hits: Iterable[Hit] = (),
        *,
        now: datetime | None = None,
    ) -> tuple[Hit, ...]:
        self._machine = WatchSlowly(self._ruleset)
        return self.feed(list(behind(events, hits)), now=now)

    def next_due(self) -> datetime | None:
        machine = self._machine
        due = [
            entry.time + machine.within
            for lane in machine.lanes.values()
            if lane.rule.none
            for entry in lane.entries
            if 0 in entry.heard.patterns
        ]
        return min(due, default=None)

    def close(self) -> None:
        self._machine = WatchSlowly(self._ruleset)
