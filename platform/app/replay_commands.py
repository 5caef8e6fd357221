"""One command carried out once more: rebuilt from its entries, interpreted with the answers that
were recorded, and its events compared with theirs."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from orderloom.platform.app.handle import MOST_QUESTIONS
from orderloom.platform.app.replay_actors import Actors
from orderloom.platform.app.replay_answers import RecordedAnswers
from orderloom.platform.codec import canonical
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import Asks, Context, OrderState, Outcome, advance
from orderloom.platform.engine.outcome import Event
from orderloom.platform.engine.rebuilding import Rebuilt, Told, rebuilt, tasks_of
from orderloom.platform.store.replay_rows import LoggedEntry

log = logging.getLogger(__name__)
# What a hidden or altered entry can bring about in code that trusts its own records.
BROKEN: Final = (ValueError, KeyError, TypeError, LookupError, AttributeError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Again:
    """What came out. `told`: the entries tell the whole command, so that a difference counts. `at`:
    the first entry that came out otherwise, None where all are the same; `event`: what came in its
    place; `conclusion`: a ruleset that concludes something else now."""

    told: bool
    at: int | None = None
    event: Event | None = None
    conclusion: str = ""

    @property
    def same(self) -> bool:
        return self.at is None and not self.conclusion


# Entries that hold no command: what was refused, and what was done to the log itself.
NO_COMMAND: Final = frozenset({"refused", "personal.erased"})
NOT_TOLD: Final = Again(told=False, at=0)


class Repeater:
    """Carries commands out again. Nothing is written, nothing leaves."""

    def __init__(self, actors: Actors) -> None:
        self._actors = actors

    def again(
        self,
        release: Release,
        organisation: int,
        before: OrderState | None,
        entries: Sequence[LoggedEntry],
    ) -> Again:
        """`entries`: all of one command, on the state before it."""
        if entries[0].event.type in NO_COMMAND:
            return NOT_TOLD
        try:
            made = rebuilt(Told(release, before, [one.event for one in entries]))
            if made is None:
                return Again(told=False, at=0)
            return self._interpreted(made, release, organisation, before, entries)
        except BROKEN as error:
            log.info("replay", extra={"problem": type(error).__name__})
            return Again(told=False, at=0)

    def _interpreted(
        self,
        made: Rebuilt,
        release: Release,
        organisation: int,
        before: OrderState | None,
        entries: Sequence[LoggedEntry],
    ) -> Again:
        attempt = _Attempt(self._actors, made, release, organisation, before, entries)
        events, conclusion = attempt.events()
        at, event = _first_other(entries, events)
        told = made.whole and not _floats(before, entries)
        if at is not None and told:
            # What the directory says of a person may have changed since, where it matters at all.
            told = _first_other(entries, attempt.events(bare=True)[0]) == (at, event)
        return Again(told, at, event, conclusion)


@dataclass(frozen=True, slots=True)
class _Attempt:
    actors: Actors
    made: Rebuilt
    release: Release
    organisation: int
    before: OrderState | None
    entries: Sequence[LoggedEntry]

    def events(self, *, bare: bool = False) -> tuple[Sequence[Event], str]:
        """What comes out, and the ruleset that concludes something else now. Nothing comes out
        where the command is refused, fails, or asks what was not asked then."""
        entry, body = self.entries[0].entry, self.made.body
        actor = self.actors.of(
            entry.actor,
            self.organisation,
            principals=tasks_of(body, self.before) if self.made.task is not None else (),
            on_behalf_of=entry.on_behalf_of,
            weight=_weight(self.entries),
            bare=bare,
        )
        answers = RecordedAnswers(self.entries[0].answers)
        context = Context(
            datetime.fromisoformat(entry.at),
            actor,
            entry.channel,
            entry.on_behalf_of,
            answers,
            judged=self.made.judged,
        )
        conclusion = ""
        found = advance(self.release, self.before, body, context)
        for _ in range(MOST_QUESTIONS):
            if not isinstance(found, Asks):
                break
            asked = (found, *found.more)
            concluded = [answers.conclude(one, self.release.rulesets) for one in asked]
            if None in concluded:
                break
            conclusion = conclusion or next((one for one in concluded if one), "")
            answers.begin()
            found = advance(self.release, self.before, body, context)
        return found.events if isinstance(found, Outcome) else (), conclusion


def _floats(before: OrderState | None, entries: Sequence[LoggedEntry]) -> bool:
    """Whether the order was a draft and stayed one: it had pinned no release yet."""
    if before is None:
        return bool(entries[0].event.facts.get("draft"))
    return before.status == "draft" and all(one.event.type != "order.started" for one in entries)


def _weight(entries: Sequence[LoggedEntry]) -> int | None:
    verdict = next((one for one in entries if one.event.type == "approval.verdict"), None)
    weight = verdict.event.facts.get("weight") if verdict is not None else None
    return weight if isinstance(weight, int) else None


def _first_other(
    entries: Sequence[LoggedEntry], events: Sequence[Event]
) -> tuple[int | None, Event | None]:
    """The first entry that is not the event at its place, and that event."""
    for at, one in enumerate(entries):
        if at >= len(events):
            return at, None
        if not equal(one.event, events[at]):
            return at, events[at]
    if len(events) > len(entries):
        return len(entries) - 1, events[len(entries)]
    return None, None


def equal(one: Event, other: Event) -> bool:
    """Whether two events say the same, whatever way their numbers are written. The operations of a
    patch come in the order of fields, which no entry keeps."""
    if one.type != other.type:
        return False
    if one.facts == other.facts:
        return True
    mine, theirs = dict(one.facts), _plain(other.facts)
    if "patch" in mine and "patch" in theirs:
        mine["patch"], theirs["patch"] = (
            sorted(map(canonical, facts["patch"])) for facts in (mine, theirs)
        )
        if mine["patch"] != theirs["patch"]:
            return False
        del mine["patch"], theirs["patch"]
    return canonical(mine) == canonical(theirs)


def _plain(value: Any) -> Any:
    """Lists for tuples, nothing where a value is a mapping of another kind."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
