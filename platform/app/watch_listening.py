"""Entries of the feed as a watch hears them: with the key and the fields of their orders, as these
were at that entry, so that a watch hears the same whenever it is built up again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from orderloom.platform.app.watch_keys import names_of
from orderloom.platform.app.watched import Watch
from orderloom.platform.engine import Event, OrderState, evolve
from orderloom.platform.engine.heard import AUDIBLE, heard
from orderloom.platform.store.feed_rows import FeedEntry, FeedTables
from orderloom.rules import FeelError, WatchEvent
from orderloom.rules.ruleset_facts import event_of

MOST: Final = 1000


class Listening:
    """Reads the entries of all orders; the states of the last ones are kept."""

    types: Final = AUDIBLE

    def __init__(self, feed: FeedTables) -> None:
        self._feed = feed
        self._states: OrderedDict[int, tuple[int, OrderState]] = OrderedDict()

    def events(self, watch: Watch, entries: Iterable[FeedEntry]) -> list[WatchEvent]:
        """What the watch hears in these entries, in their order."""
        found: list[WatchEvent] = []
        for entry in entries:
            if entry.organisation == watch.organisation and _may_hear(watch, entry):
                found += self._heard(watch, entry)
        return found

    def _heard(self, watch: Watch, entry: FeedEntry) -> list[WatchEvent]:
        state = self._state(entry)
        if state is None:
            return []
        time = datetime.fromisoformat(entry.at).astimezone(UTC)
        found = []
        for name, data in heard(Event(entry.type, entry.facts), state):
            event = _event(watch, entry, state, time=time, name=name, data=data)
            if event is not None:
                found.append(event)
        return found

    def _state(self, entry: FeedEntry) -> OrderState | None:
        """The order after the entry; None for what is no order."""
        after, state = self._states.pop(entry.stream, (0, None))
        if after > entry.seq:
            after, state = 0, None
        for _, event in self._feed.history(entry.stream, after=after, upto=entry.seq):
            if state is None and event.type != "order.created":
                return None
            state = evolve(state, event)
        if state is not None:
            self._states[entry.stream] = (entry.seq, state)
            if len(self._states) > MOST:
                self._states.popitem(last=False)
        return state


def _event(
    watch: Watch,
    entry: FeedEntry,
    state: OrderState,
    *,
    time: datetime,
    name: str,
    data: Any,
) -> WatchEvent | None:
    ruleset = watch.ruleset
    if ruleset.key is None:
        return None
    values = [each for fact in ruleset.facts.values() for each in fact.values.values()]
    event = {**data, "name": name, "time": entry.at}
    scope = {**names_of(state, [ruleset.key, *values]), "event": event}
    try:
        return event_of(
            ruleset,
            scope,
            id=f"{entry.stream}.{entry.seq}.{name}",
            time=time,
            name=name,
            data=data,
        )
    except FeelError:
        # An order that has no such field is none of this watch.
        return None


def _may_hear(watch: Watch, entry: FeedEntry) -> bool:
    """Whether the entry is worth looking at: of most types a watch hears nothing."""
    return any(_of_type(name, entry) for name in watch.ruleset.events())


def _of_type(name: str, entry: FeedEntry) -> bool:
    head = name.partition(".")[0]
    match entry.type:
        case "event.received" | "event.raised":
            told = str(entry.facts.get("name"))
            stem = name.removesuffix(".*")
            return name == "*" or told == stem or told.startswith(f"{stem}.")
        case "stage.changed":
            return head in ("entered", "left", "*")
        case "activity.ended":
            return head in ("done", "failed", "*")
        case "data.changed":
            return head in ("data", "*")
        case "error.raised":
            return head in ("error", "*")
        case _:
            return head not in ("entered", "left", "done", "failed", "data", "error")
