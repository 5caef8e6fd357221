"""Follows the one feed for watches (language 5, engine 6, 11): what they notice goes to the open
orders of the key, once.

One worker holds a watch at a time, by lease. Where it stands is kept with what it has told, in one
transaction. After a restart, or for a new version, the watch is built up again from the log, as far
back as its time reaches; what was told is known, and is not told again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, Final

from orderloom.platform.app.metrics import Metrics
from orderloom.platform.app.plain_watch import Session
from orderloom.platform.app.watch_keys import slot_of
from orderloom.platform.app.watch_listening import Listening
from orderloom.platform.app.watched import Watch, Watched
from orderloom.platform.codec import dumps
from orderloom.platform.store.feed_rows import FeedCursor, FeedTables
from orderloom.platform.store.sort_keys import sort_key
from orderloom.platform.store.watch_rows import HeldWatch, HitWrite, KnownHit, WatchTables
from orderloom.rules import Hit, Ruleset, RulesetFailed, WatchEvent

LEASE: Final = timedelta(seconds=60)
BATCH: Final = 500
# An entry may be committed a moment after its instant; absence is told so much later.
GRACE: Final = timedelta(seconds=2)
# A watch whose ruleset fails is tried again after this, in seconds; after so many times it stops.
PAUSE: Final = 10
MOST_FAILURES: Final = 3
# Where nothing was noticed the place in the feed is kept so often, in seconds.
KEEP: Final = 5

OpenSession = Callable[[Ruleset], Session]

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Followed:
    """One watch that this worker holds. `until`: end of its lease; `resting`: till when it is left
    alone after a failure; `kept`: when its place was written last (seconds of the machine);
    `caught_up`: when there was nothing left to read."""

    watch: Watch
    held: HeldWatch
    session: Session
    until: datetime
    cursor: FeedCursor
    read_at: datetime | None
    caught_up: datetime
    failures: int = 0
    resting: float = 0
    kept: float = field(default_factory=monotonic)


class Watching:
    """Follows the watches of an installation. `open_session` runs one; `stream` draws the number
    that its letters come from; `end` ends what runs them."""

    def __init__(
        self,
        feed: FeedTables,
        tables: WatchTables,
        watched: Watched,
        *,
        open_session: OpenSession,
        stream: Callable[[], int],
        now: Callable[[], datetime],
        holder: str,
        grace: timedelta = GRACE,
        metrics: Metrics | None = None,
        end: Callable[[], None] = lambda: None,
    ) -> None:
        self._feed = feed
        self._tables = tables
        self._watched = watched
        self._open = open_session
        self._stream = stream
        self._now = now
        self._holder = holder
        self._grace = grace
        self._metrics = metrics or Metrics()
        self._end = end
        self._listening = Listening(feed)
        self._followed: dict[tuple[int, str], _Followed] = {}
        self._begun: set[tuple[int, str]] = set()

    def run_once(self) -> int:
        """Reads what is new for every watch; how many letters were written. Raises `StoreError`."""
        sent = 0
        wanted = {(watch.organisation, watch.id): watch for watch in self._watched.now(self._now())}
        for key in [key for key in self._followed if key not in wanted]:
            self._leave(key)
        for key, watch in wanted.items():
            followed = self._following(key, watch)
            if followed is not None:
                sent += self._read(key, followed)
        self._metrics.watch_hits.inc(sent)
        for id_, seconds in self.lag().items():
            self._metrics.watch_behind.labels(id_).set(seconds)
        return sent

    def next_due(self) -> datetime | None:
        """When a watch that runs in this process tells an absence next (scenarios)."""
        due = [
            moment
            for one in self._followed.values()
            if (moment := getattr(one.session, "next_due", lambda: None)()) is not None
        ]
        return min(due, default=None)

    def lag(self) -> dict[str, float]:
        """Since how many seconds each watch that is held here has not read everything."""
        now = self._now()
        return {
            one.watch.id: max((now - one.caught_up).total_seconds(), 0.0)
            for one in self._followed.values()
        }

    def close(self) -> None:
        """Lets go of every watch: another worker takes them at once."""
        for key in list(self._followed):
            self._leave(key)
        self._end()

    # ── holding ──────────────────────────────────────────────────────────────────────────────

    def _following(self, key: tuple[int, str], watch: Watch) -> _Followed | None:
        followed, now = self._followed.get(key), self._now()
        if followed is not None and followed.watch.version != watch.version:
            self._leave(key)
            followed = None
        if followed is not None and now < followed.until - LEASE / 2:
            return followed
        held = self._hold(watch, now)
        if held is None:
            self._forget(key)
            return None
        if followed is not None:
            followed.held, followed.until = held, now + LEASE
            return followed
        return self._begin(key, watch, held, now)

    def _hold(self, watch: Watch, now: datetime) -> HeldWatch | None:
        key = (watch.organisation, watch.id)
        if key not in self._begun:
            known = {one.ruleset for one in self._tables.standing(watch.organisation)}
            if watch.id not in known:
                # A new watch hears what has come since it was published.
                self._tables.begin(
                    *key,
                    version=watch.version,
                    cursor=self._feed.feed_since(watch.since),
                    stream=self._stream(),
                )
            self._begun.add(key)
        return self._tables.hold(
            *key,
            version=watch.version,
            holder=self._holder,
            now=now,
            until=now + LEASE,
        )

    def _begin(
        self, key: tuple[int, str], watch: Watch, held: HeldWatch, now: datetime
    ) -> _Followed | None:
        """Builds the watch up again from the log: what was heard in its time, up to its place."""
        followed = _Followed(
            watch=watch,
            held=held,
            session=self._open(watch.ruleset),
            until=now + LEASE,
            cursor=held.cursor,
            read_at=held.read_at,
            caught_up=now,
        )
        self._followed[key] = followed
        self._rebuild(key, followed)
        return self._followed.get(key)

    def _rebuild(self, key: tuple[int, str], followed: _Followed) -> None:
        watch, place = followed.watch, followed.held.read_at
        if place is None:
            return
        since = place - (watch.ruleset.within or timedelta()) - self._grace
        events = self._past(followed, since)
        known = self._tables.hits(watch.organisation, watch.id, since)
        found = followed.session.rebuild(events, [_hit(one) for one in known])
        if isinstance(found, RulesetFailed):
            self._failed(key, followed, found)
            return
        self._write(key, followed, found)

    def _past(self, followed: _Followed, since: datetime) -> list[WatchEvent]:
        """The events between the beginning of the watch's time and its place in the feed."""
        events: list[WatchEvent] = []
        cursor, end = self._feed.feed_since(since), followed.held.cursor
        while True:
            entries, cursor = self._feed.feed(cursor, limit=BATCH, types=self._listening.types)
            heard = [entry for entry in entries if end.covers(entry)]
            events += self._listening.events(followed.watch, heard)
            if len(entries) < BATCH:
                return events

    def _leave(self, key: tuple[int, str]) -> None:
        followed = self._forget(key)
        if followed is not None:
            self._tables.let_go(followed.held)

    def _forget(self, key: tuple[int, str]) -> _Followed | None:
        followed = self._followed.pop(key, None)
        if followed is not None:
            followed.session.close()
        return followed

    # ── reading ──────────────────────────────────────────────────────────────────────────────

    def _read(self, key: tuple[int, str], followed: _Followed) -> int:
        if followed.resting > monotonic():
            return 0
        sent = 0
        while True:
            now = self._now()
            entries, cursor = self._feed.feed(
                followed.cursor, limit=BATCH, types=self._listening.types
            )
            behind = len(entries) == BATCH
            events = self._listening.events(followed.watch, entries)
            if entries:
                followed.read_at = datetime.fromisoformat(entries[-1].at).astimezone(UTC)
            until = followed.read_at if behind and followed.read_at is not None else now
            found = followed.session.feed(events, now=until - self._grace)
            if isinstance(found, RulesetFailed):
                self._failed(key, followed, found)
                return sent
            followed.failures = 0
            moved, followed.cursor = followed.cursor != cursor, cursor
            due = moved and monotonic() - followed.kept > KEEP
            if found or events or due:
                written = self._write(key, followed, found)
                if written is None:
                    return sent
                sent += written
            if not behind:
                followed.caught_up = now
                return sent

    def _write(self, key: tuple[int, str], followed: _Followed, found: Sequence[Hit]) -> int | None:
        sent = self._tables.advance(
            followed.held,
            cursor=followed.cursor,
            read_at=followed.read_at,
            hits=[_written(followed.watch, hit) for hit in found],
        )
        followed.kept = monotonic()
        if sent is None:
            # Another worker holds it by now.
            self._forget(key)
        return sent

    def _failed(self, key: tuple[int, str], followed: _Followed, failed: RulesetFailed) -> None:
        """Nothing counts; it is tried again from its place, and stopped if it fails again. Other
        watches go on."""
        rule = "" if failed.rule is None else f", rule {failed.rule}"
        reason = f"ruleset {failed.ruleset}{rule}: {failed.reason}: {failed.detail}"
        followed.failures += 1
        log.warning("watch failed", extra={"ruleset": failed.ruleset, "reason": failed.reason})
        if followed.failures < MOST_FAILURES and failed.reason in ("crashed", "timeout"):
            followed.resting = monotonic() + PAUSE
            return
        self._tables.stop(followed.held, reason=reason, now=self._now())
        self._forget(key)
        self._metrics.watches_stopped.labels(followed.watch.id).inc()


def _written(watch: Watch, hit: Hit) -> HitWrite:
    body: dict[str, Any] = {
        "watch": watch.id,
        "def": watch.reference,
        "rule": hit.rule,
        "key": hit.key,
        "events": list(hit.events),
    }
    if hit.awaited:
        body["awaited"] = True
    key = watch.ruleset.key
    return HitWrite(
        hit=KnownHit(
            mark=f"{dumps(hit.key).decode()}|{hit.identity}",
            rule=hit.rule,
            key=hit.key,
            events=hit.events,
            at=hit.time,
            awaited=hit.awaited,
        ),
        slot=slot_of(watch.id, key) if key is not None else "",
        sort_key=sort_key(hit.key),
        bodies=tuple(
            {"name": one.event, "source": watch.id, "data": dict(one.data), "hit": body}
            for one in hit.sends
        ),
    )


def _hit(known: KnownHit) -> Hit:
    return Hit(known.rule, known.key, known.at, known.events, (), known.awaited)
