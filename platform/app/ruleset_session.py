"""A watch as it runs: fed in the order of time, rebuilt after the child's death from what it keeps,
after the server's from the log."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from orderloom.platform.app.ruleset_frames import event_to_json, hits_of
from orderloom.rules import Hit, Ruleset, RulesetFailed, WatchEvent
from orderloom.rules.ruleset_watch import behind

if TYPE_CHECKING:
    from orderloom.platform.app.ruleset_worker import RulesetWorker

BATCH: Final = 500


class WatchSession:
    """For one reader. It keeps the events of the watch's time, and the hits they were part of, so
    that the death of the child loses nothing and finds nothing twice."""

    def __init__(self, worker: RulesetWorker, ruleset: Ruleset, name: str) -> None:
        self.ruleset = ruleset
        self._worker = worker
        self._name = name
        self._generation = 0
        self._kept: deque[WatchEvent] = deque()
        self._hits: deque[Hit] = deque()
        self._latest: datetime | None = None

    def feed(
        self, events: Sequence[WatchEvent] = (), *, now: datetime | None = None
    ) -> tuple[Hit, ...] | RulesetFailed:
        """Takes events (of `event_of`), in the order of the log; one earlier than the one before
        counts as of the same moment. Then, with `now`, what fell due until then: absence is told
        by it or by a later event alone.

        The hits, each told once. After a failure nothing of the call counts: feed it again.
        """
        hits: list[Hit] = []
        before = (self._kept, self._hits, self._latest)
        if len(events) > BATCH:
            self._kept, self._hits = deque(self._kept), deque(self._hits)
        for at in range(0, max(len(events), 1), BATCH):
            some = self._ordered(events[at : at + BATCH])
            last = at + BATCH >= len(events)
            found = self._feed(some, now if last else None)
            if isinstance(found, RulesetFailed):
                self._kept, self._hits, self._latest = before
                return found
            hits += found
        return tuple(hits)

    def rebuild(
        self,
        events: Iterable[WatchEvent],
        hits: Iterable[Hit] = (),
        *,
        now: datetime | None = None,
    ) -> tuple[Hit, ...] | RulesetFailed:
        """Begins anew from the log: after the server's start, or for a new version.

        `events`: those since the watch's `within` before the moment up to which it had been fed,
        or all. `hits`: those that are recorded; they are not found again, and no event before them
        counts for their rule and key. What is told are hits that are not recorded yet.
        """
        self.close()
        known = sorted(hits, key=lambda hit: hit.time)
        self._kept, self._hits, self._latest = deque(), deque(known), None
        return self.feed(list(behind(events, known)), now=now)

    def close(self) -> None:
        """Frees what the child has of it. It may be fed again, and then begins where it was."""
        if self._generation and self._generation == self._worker.generation:
            self._worker.guarded(
                self.ruleset, lambda: self._worker.call({"do": "close", "watch": self._name})
            )
        self._generation = 0

    def _ordered(self, events: Sequence[WatchEvent]) -> list[WatchEvent]:
        latest = self._latest
        found: list[WatchEvent] = []
        for event in events:
            latest = event.time if latest is None else max(latest, event.time)
            found.append(event if event.time == latest else replace(event, time=latest))
        return found

    def _feed(
        self, events: list[WatchEvent], now: datetime | None
    ) -> tuple[Hit, ...] | RulesetFailed:
        def ask() -> dict[str, Any]:
            found = self._reopen()
            return {"hits": [*found, *_good(self._call(events, now))["hits"]]}

        answer = self._worker.guarded(self.ruleset, ask)
        if isinstance(answer, RulesetFailed):
            self._generation = 0
            return answer
        hits = hits_of(answer["hits"])
        self._keep(events, hits, now)
        return hits

    def _reopen(self) -> list[Any]:
        """Opens it in a child that does not have it, with what is kept."""
        if self._generation and self._generation == self._worker.generation:
            return []
        ruleset = self.ruleset
        opening = {"do": "open", "watch": self._name, "digest": ruleset.digest}
        _good(self._worker.call({**opening, "document": ruleset.document}))
        found: list[Any] = []
        kept = list(behind(self._kept, self._hits))
        for at in range(0, len(kept), BATCH):
            found += _good(self._call(kept[at : at + BATCH], None))["hits"]
        if self._latest is not None:
            found += _good(self._call([], self._latest))["hits"]
        self._generation = self._worker.generation
        return found

    def _call(self, events: Sequence[WatchEvent], now: datetime | None) -> dict[str, Any]:
        return self._worker.call(
            {
                **{"do": "feed", "watch": self._name, "digest": ""},
                "events": [event_to_json(one) for one in events],
                "now": None if now is None else now.isoformat(),
            }
        )

    def _keep(
        self, events: Sequence[WatchEvent], hits: tuple[Hit, ...], now: datetime | None
    ) -> None:
        times = [one for one in (self._latest, events[-1].time if events else None, now) if one]
        if not times:
            return
        self._latest = latest = max(times)
        since = latest - (self.ruleset.within or timedelta())
        self._kept.extend(events)
        self._hits.extend(hits)
        for some in (self._kept, self._hits):
            while some and some[0].time < since:
                some.popleft()


def _good(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer, where the child gave one. Raises `ValueError`: the ruleset is refused."""
    if "reason" in answer:
        raise ValueError(answer["detail"])
    return answer
