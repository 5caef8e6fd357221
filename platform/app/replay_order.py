"""One order executed again: its entries folded, each command carried out once more, the outcome
compared with what is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from orderloom.audit.personal import SLOT
from orderloom.platform.app.known_changes import KNOWN, KnownChange
from orderloom.platform.app.projection import project
from orderloom.platform.app.replay_actors import Actors
from orderloom.platform.app.replay_commands import BROKEN, NOT_TOLD, Again, Repeater
from orderloom.platform.app.replay_decisions import decided_again
from orderloom.platform.app.replay_releases import Pinned, PinnedReleases
from orderloom.platform.app.replay_report import (
    DIFFERENT,
    ERASED,
    EXPECTED,
    FOLDED,
    SAME,
    Difference,
    OrderReplay,
    Repeated,
)
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import OrderState, evolve
from orderloom.platform.engine.events import BESIDE
from orderloom.platform.store.replay_rows import LoggedEntry, OrderLog

Runtimes = Mapping[int, Mapping[str, Any]]


class Replayer:
    """Executes orders again. `runtimes`: the versions behind each `rt`; `known`: changes that
    explain differences."""

    def __init__(
        self,
        releases: PinnedReleases,
        actors: Actors,
        *,
        runtimes: Runtimes,
        known: Sequence[KnownChange] = KNOWN,
    ) -> None:
        self._releases = releases
        self._repeater = Repeater(actors)
        self._runtimes = runtimes
        self._known = known

    def order(self, log: OrderLog) -> OrderReplay:
        """What became of every entry, and everything that differs."""
        return _Order(self, log, self._releases.by_no(log.order.release)).replayed()

    def again(
        self,
        release: Release,
        organisation: int,
        before: OrderState | None,
        entries: Sequence[LoggedEntry],
    ) -> Again:
        """See `Repeater.again`."""
        return self._repeater.again(release, organisation, before, entries)

    def explains(self, one: LoggedEntry) -> bool:
        """Whether a listed change explains that an entry comes out otherwise."""
        versions = self._runtimes.get(one.entry.runtime, {})
        return any(each.explains(one.event.type, versions) for each in self._known)


class _Order:
    def __init__(self, replayer: Replayer, log: OrderLog, pinned: Pinned) -> None:
        self._replayer = replayer
        self._log = log
        self._pinned = pinned
        self._erased = False
        state = log.order.state
        self._found = OrderReplay(state.number or f"~{log.order.id}")

    def replayed(self) -> OrderReplay:
        found = self._found
        found.different += self._pinned.different
        state: OrderState | None = None
        for _, group in groupby(self._log.entries, key=lambda one: one.entry.place[0]):
            entries = list(group)
            self._erased = self._erased or any(one.erased for one in entries)
            self._command(state, entries)
            try:
                for one in entries:
                    state = evolve(state, one.event)
            except BROKEN as error:
                self._differs("fold", what=type(error).__name__, one=entries[0])
                return found
        if state is None:
            self._differs("empty")
        else:
            self._stored(state)
        return found

    # ── a command ────────────────────────────────────────────────────────────────────────────

    def _command(self, before: OrderState | None, entries: Sequence[LoggedEntry]) -> None:
        release = self._pinned.release
        if release is None:
            return self._all(entries, FOLDED)
        order = self._log.order
        again = self._replayer.again(release, order.organisation, before, entries)
        if again.conclusion:
            self._concluded(again, entries)
        elif again.same:
            self._all(entries, SAME)
        elif again is NOT_TOLD:
            self._all(entries, FOLDED)
        elif self._is_erased(before):
            self._one_by_one(release, entries, ERASED)
        elif not again.told:
            self._one_by_one(release, entries, FOLDED)
        else:
            self._other(again, entries)
        return None

    def _all(self, entries: Sequence[LoggedEntry], status: str) -> None:
        self._found.commands[status] += 1
        self._found.entries += [Repeated(one.seq, one.event.type, status) for one in entries]

    def _one_by_one(self, release: Release, entries: Sequence[LoggedEntry], status: str) -> None:
        """The command cannot be carried out: its tables are still evaluated from their entries."""
        self._found.commands[status] += 1
        for one in entries:
            decided = one.event.type == "decided"
            same = decided_again(release, one.event.facts) if decided else None
            if same is None:
                became = status
            elif same or self._replayer.explains(one):
                became = SAME if same else EXPECTED
            else:
                became = DIFFERENT
                self._differs("decided", one=one)
            self._found.entries.append(Repeated(one.seq, one.event.type, became))

    def _other(self, again: Again, entries: Sequence[LoggedEntry]) -> None:
        """What came before the first entry that came out otherwise is the same."""
        at = again.at or 0
        one = entries[at]
        known = self._replayer.explains(one)
        status = EXPECTED if known else DIFFERENT
        self._found.commands[status] += 1
        for place, each in enumerate(entries):
            became = SAME if place < at else status if place == at else FOLDED
            self._found.entries.append(Repeated(each.seq, each.event.type, became))
        if not known:
            event = again.event
            was, now = _difference(one, event)
            self._differs("again", one=one, was=was, now=now)

    def _concluded(self, again: Again, entries: Sequence[LoggedEntry]) -> None:
        """A ruleset concludes something else from the same facts now."""
        found = (one for one in entries if one.event.facts.get("ruleset") == again.conclusion)
        place = next(found, entries[0])
        known = self._replayer.explains(place)
        self._found.commands[EXPECTED if known else DIFFERENT] += 1
        for one in entries:
            status = (EXPECTED if known else DIFFERENT) if one is place else FOLDED
            self._found.entries.append(Repeated(one.seq, one.event.type, status))
        if not known:
            self._differs("inferred", one=place)

    def _is_erased(self, before: OrderState | None) -> bool:
        return self._erased or (before is not None and _has_marker(before.data))

    # ── what is stored ───────────────────────────────────────────────────────────────────────

    def _stored(self, state: OrderState) -> None:
        log, stored = self._log, self._log.order.state
        for name in _other_fields(stored, state):
            self._differs("state", what=name)
        if log.status != state.status:
            self._differs("state", what="status")
        if log.wake_at != state.wake_at:
            self._differs("table", what="wake_at")
        if log.process != state.process:
            self._differs("table", what="process")
        self._counts()
        release = self._pinned.release
        if release is None:
            return
        expected = project(state, release.process, release.form)
        for name in ("keys", "references", "tasks"):
            if getattr(expected, name) != getattr(log.projection, name):
                self._differs("table", what=name)

    def _counts(self) -> None:
        """Entries, commands and the revision, as the row counts them."""
        order, entries = self._log.order, self._log.entries
        numbers = list(dict.fromkeys(one.seq for one in entries))
        if numbers != list(range(1, order.seq + 1)):
            self._differs("table", what="entries")
        if entries and order.commands != entries[-1].entry.place[0]:
            self._differs("table", what="commands")
        if order.revision != _revision(entries):
            self._differs("table", what="revision")

    def _differs(
        self, problem: str, *, one: LoggedEntry | None = None, what: str = "", **more: Any
    ) -> None:
        facts: Mapping[str, Any] = one.event.facts if one is not None else {}
        if one is not None and problem in ("decided", "inferred"):
            more = {"was": facts.get("out"), **more}
        self._found.different.append(
            Difference(
                problem=problem,
                order=self._found.number,
                entry=one.seq if one is not None else None,
                type=one.event.type if one is not None else "",
                definition=str(facts.get("def") or ""),
                what=what,
                **more,
            )
        )


def _revision(entries: Sequence[LoggedEntry]) -> int:
    """How many commands changed the order."""
    return len(
        {
            one.entry.place[0]
            for one in entries
            if one.event.type not in BESIDE and one.event.type != "refused"
        }
    )


def _other_fields(stored: OrderState, folded: OrderState) -> Iterator[str]:
    mine, theirs = stored.to_json(), folded.to_json()
    for name in sorted(mine.keys() | theirs.keys()):
        if mine.get(name) != theirs.get(name):
            yield name
    if stored.data != folded.data:
        yield "data"


def _difference(one: LoggedEntry, event: Any) -> tuple[Any, Any]:
    """The facts that are not the same; the types where these differ."""
    if event is None:
        return one.event.type, None
    if event.type != one.event.type:
        return one.event.type, event.type
    was, now = one.event.facts, event.facts
    names = [name for name in sorted(was.keys() | now.keys()) if was.get(name) != now.get(name)]
    return {name: was.get(name) for name in names}, {name: now.get(name) for name in names}


def _has_marker(value: Any) -> bool:
    if isinstance(value, Mapping):
        return SLOT in value or any(_has_marker(inner) for inner in value.values())
    return isinstance(value, list | tuple) and any(_has_marker(inner) for inner in value)
