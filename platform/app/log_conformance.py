"""Replays a log of another system through a process of ours: what would it have accepted?

Every case becomes an order that exists nowhere but here: the interpreter is asked by itself, at the
times of the log, and what it wants done outside is let go. What it does not accept is noted with
its reason, and the case goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from orderloom.platform.app.foreign_log import LoggedCase, LoggedEvent
from orderloom.platform.app.log_mapping import IGNORE, VERDICTS, LogMapping
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import SYSTEM, Actor, OrderState, advance
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.outcome import (
    Approvers,
    Asks,
    Context,
    Failure,
    NextNumber,
    Outcome,
    Question,
)
from orderloom.platform.problem import Rejection

MOST_QUESTIONS: Final = 16
# Clocks that strike between two events of a log.
MOST_CLOCKS: Final = 1_000
NOBODY: Final = "log"
UNKNOWN: Final = "conformance.unknown_activity"


@dataclass(frozen=True, slots=True)
class Refusal:
    """`n`: which event of its case, from 1. `stages`: where the order was, as
    far as it concerns the event."""

    n: int
    activity: str
    at: datetime
    rejection: Rejection
    stages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseReport:
    """`outcome`: of an order that ended; `stages`: where it is at the end of the log."""

    case: str
    events: int
    accepted: int
    ended: bool
    outcome: str
    stages: tuple[str, ...]
    refused: tuple[Refusal, ...]


# What an activity came to, where it was refused: activity, code, stages.
Deviation = tuple[str, str, tuple[str, ...]]


@dataclass(slots=True)
class LogReport:
    """`fitting`: cases of which every event was accepted."""

    cases: list[CaseReport] = field(default_factory=list)
    deviations: Counter[Deviation] = field(default_factory=Counter)
    samples: dict[Deviation, Refusal] = field(default_factory=dict)

    @property
    def events(self) -> int:
        return sum(each.events for each in self.cases)

    @property
    def accepted(self) -> int:
        return sum(each.accepted for each in self.cases)

    @property
    def fitting(self) -> int:
        return sum(not each.refused for each in self.cases)

    @property
    def ended(self) -> int:
        return sum(each.ended for each in self.cases)


def conformance_of(cases: Iterable[LoggedCase], release: Release, mapping: LogMapping) -> LogReport:
    """What the process says to each case."""
    report, roles = LogReport(), frozenset(release.roles)
    for number, case in enumerate(cases, start=1):
        told = _Case(release, mapping, roles, number).play(case)
        report.cases.append(told)
        for each in told.refused:
            key = (each.activity, each.rejection.code, each.stages)
            report.deviations[key] += 1
            report.samples.setdefault(key, each)
    return report


@dataclass(slots=True)
class _Case:
    """One order, and who acts in it: whoever the log names, with every role of the bundle."""

    release: Release
    mapping: LogMapping
    roles: frozenset[str]
    number: int
    state: OrderState | None = None
    refused: list[Refusal] = field(default_factory=list)

    def play(self, case: LoggedCase) -> CaseReport:
        events = [
            each for each in case.events if self.mapping.activities.get(each.activity) != IGNORE
        ]
        for n, event in enumerate(events, start=1):
            what = self.mapping.activities.get(event.activity, "")
            refused = self._event(case, event, first=n == 1)
            if refused is not None:
                where = self._concerned(what)
                self.refused.append(Refusal(n, event.activity, event.at, refused, where))
        state = self.state
        return CaseReport(
            case=case.id,
            events=len(events),
            accepted=len(events) - len(self.refused),
            ended=state is not None and state.status == "ended",
            outcome=(state.outcome or "") if state is not None else "",
            stages=self._stages(),
            refused=tuple(self.refused),
        )

    def _event(self, case: LoggedCase, event: LoggedEvent, *, first: bool) -> Rejection | None:
        what = self.mapping.activities.get(event.activity)
        starts = event.activity == self.mapping.start or (
            self.mapping.start is None and what is None
        )
        if first or self.state is None:
            refused = self._create(case, event)
            if refused is not None or starts:
                return refused
        if what is None:
            message = f"nothing in the process is called {event.activity}"
            code = "conformance.started" if starts else UNKNOWN
            return Rejection(code, message, {"activity": event.activity})
        self._strike(event)
        body = self._body(what)
        return body if isinstance(body, Rejection) else self._take(body, event)

    def _create(self, case: LoggedCase, event: LoggedEvent) -> Rejection | None:
        data = {
            name: case.attributes[attribute]
            for name, attribute in self.mapping.data.items()
            if case.attributes.get(attribute) is not None
        }
        process = self.release.process.id
        return self._take(c.Create(process, data, order=self.number), event)

    def _body(self, what: str) -> c.Body | Rejection:
        kind, colon, id_ = what.partition(":")
        if not colon:
            return c.SendEvent(what)
        tasks = self.state.tasks if self.state is not None else {}
        n = next((int(n) for n, task in tasks.items() if task["id"] == id_), None)
        if n is None:
            return Rejection("conformance.not_open", f"{id_} is not open", {"task": id_})
        return c.CastVerdict(n, kind, NOBODY) if kind in VERDICTS else c.CompleteTask(n)

    def _strike(self, event: LoggedEvent) -> None:
        """Lets the clocks strike whose time has come."""
        for _ in range(MOST_CLOCKS):
            due = self.state.wake_at if self.state is not None else None
            if due is None or datetime.fromisoformat(due) > event.at:
                return
            before = self.state
            self._take(c.Wake(), LoggedEvent("", datetime.fromisoformat(due)), actor=SYSTEM)
            if self.state is before:
                return

    def _take(
        self, body: c.Body, event: LoggedEvent, actor: Actor | None = None
    ) -> Rejection | None:
        """Carries a command out on the order, or says why not."""
        who = actor or Actor(id=event.resource or NOBODY, name=event.resource, roles=self.roles)
        answers: dict[tuple[int, str], Any] = {}
        now = event.at
        if self.state is not None:
            now = max(now, datetime.fromisoformat(self.state.last_at))
        for _ in range(MOST_QUESTIONS):
            context = Context(now=now, actor=who, channel="import", answers=answers)
            answer = advance(self.release, self.state, body, context)
            if isinstance(answer, Outcome):
                self.state = answer.state
                return None
            if isinstance(answer, Rejection):
                return answer
            if isinstance(answer, Failure):
                return _failed(answer)
            for each in _asked(answer):
                answers[each.ordinal, each.digest] = self._assume(each.question)
        return Rejection("conformance.asks", "it asks for too much", {"question": ""})

    def _assume(self, question: Question) -> Any:
        """Numbers are drawn; of people and rows the log says nothing, so nobody is found."""
        if isinstance(question, NextNumber):
            return self.number
        return [] if isinstance(question, Approvers) else None

    def _stages(self) -> tuple[str, ...]:
        """The innermost stages that the order is in."""
        if self.state is None:
            return ()
        here = self.state.stages
        stages = self.release.process.stages
        around = {outer for each in here for outer in stages[each].ancestors}
        return tuple(each for each in here if each not in around)

    def _concerned(self, event: str) -> tuple[str, ...]:
        """Of the stages that the order is in those nearest to where the event is taken: what runs
        side by side with it says nothing about it."""
        here, stages = self._stages(), self.release.process.stages
        takers = [
            {*one.ancestors, one.id}
            for one in stages.values()
            if any(pattern == event for pattern, _ in one.on)
        ]
        near = {
            each: max((len({*stages[each].ancestors, each} & one) for one in takers), default=0)
            for each in here
        }
        most = max(near.values(), default=0)
        return tuple(each for each in here if near[each] == most)


def _asked(asks: Asks) -> Iterator[Asks]:
    yield asks
    yield from asks.more


def _failed(failure: Failure) -> Rejection:
    error = failure.error
    message = str(error.get("message") or error.get("kind"))
    return Rejection("conformance.failed", message, {"problem": message})
