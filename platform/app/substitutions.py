"""Who stands in for whom: seen, set, ended, and brought in from a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from orderloom.platform.app.absence_calendar import absences, is_calendar
from orderloom.platform.app.accounts import Accounts
from orderloom.platform.app.appointing import Appoint, Dismiss
from orderloom.platform.app.noting import Noting
from orderloom.platform.app.permissions import may_appoint
from orderloom.platform.app.runner import Runner
from orderloom.platform.engine.commands import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.account_rows import User
from orderloom.platform.store.substitution_rows import Substitution as Substitution
from orderloom.platform.store.substitution_rows import SubstitutionTables

MOST: Final = 200
COLUMNS: Final = ("person", "substitute", "from", "until")


@dataclass(frozen=True, slots=True)
class Wanted:
    """As somebody writes it: logins or ids, and days or moments. The day `until` counts in."""

    person: str
    substitute: str
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One substitution before the eyes of somebody. `state`: `now coming over`."""

    one: Substitution
    state: str
    may_end: bool


class Substitutions:
    """`now` is the clock's."""

    def __init__(
        self,
        tables: SubstitutionTables,
        runner: Runner,
        accounts: Accounts,
        now: Callable[[], datetime],
    ) -> None:
        self._tables = tables
        self._runner = runner
        self._accounts = accounts
        self._now = now
        self._noting = Noting(runner, now)

    def seen(self, actor: Actor) -> list[Listed]:
        """What concerns the actor or those whom they manage; everything with `user.manage`. What
        is in force first, then what is to come, then what is over, the last first."""
        users = None
        if "user.manage" not in actor.permissions:
            team = self._accounts.people(actor.organisation, managed_by=actor.id)
            users = [actor.id, *(one.id for one in team)]
        found = [
            self._listed(actor, one)
            for one in self._tables.of(actor.organisation, users, limit=MOST)
        ]
        order = ("now", "coming", "over")
        return sorted(found, key=lambda each: order.index(each.state))

    def set(self, actor: Actor, wanted: Wanted, *, channel: str) -> Substitution | Rejection:
        """By oneself, by the manager, or with `user.manage`."""
        person = self._accounts.person(wanted.person, actor.organisation)
        if isinstance(person, Rejection):
            return _at(person, "person")
        if not may_appoint(actor, person):
            return Rejection("substitution.not_allowed", f"{person.id} is not yours to appoint for")
        substitute = self._accounts.person(wanted.substitute, actor.organisation)
        if isinstance(substitute, Rejection):
            return _at(substitute, "substitute")
        zone = ZoneInfo(person.zone)
        starts = _moment(wanted.since, zone, "from")
        if isinstance(starts, Rejection):
            return starts
        ends = _moment(wanted.until, zone, "until")
        if isinstance(ends, Rejection):
            return ends
        work = Appoint(
            actor=actor,
            channel=channel,
            person=person.id,
            substitute=substitute.id,
            starts=starts,
            ends=ends,
        )
        return self._runner.appoint(work)

    def end(self, actor: Actor, id: int, *, channel: str) -> Substitution | Rejection:
        """At once; `substitution.not_found` also for what the actor may not see."""
        found = self._tables.by_id(actor.organisation, id)
        known = found is not None and self._may_see(actor, found)
        if found is None or not known:
            return Rejection("substitution.not_found", f"there is no substitution {id}")
        if not self._may_end(actor, found):
            return Rejection("substitution.not_allowed", "this is not yours to end")
        return self._runner.appoint(Dismiss(actor=actor, channel=channel, id=id))

    def bring(self, actor: Actor, text: str, *, channel: str) -> list[Substitution | Rejection]:
        """Lines of CSV with the columns `COLUMNS`, or events of an iCalendar file; each has its
        own answer. What is refused is written down, as far as the bound of a minute goes."""
        if is_calendar(text):
            answers = self._bring_events(actor, text, channel=channel)
        else:
            answers = self._bring_lines(actor, text, channel=channel)
        for answer in answers:
            if isinstance(answer, Rejection):
                self._noting.note((answer.details or (answer,))[0], actor=actor, channel=channel)
        return answers

    def _bring_events(
        self, actor: Actor, text: str, *, channel: str
    ) -> list[Substitution | Rejection]:
        events = absences(text)
        if isinstance(events, Rejection):
            return [events]
        answers: list[Substitution | Rejection] = []
        for number, one in events:
            answer: Substitution | Rejection
            if isinstance(one, Rejection):
                answer = one
            else:
                person = self._known(one.people, actor)
                wanted = Wanted(person, one.substitute, one.since, one.until)
                answer = self.set(actor, wanted, channel=channel)
            if isinstance(answer, Rejection):
                params = {"line": number, "problem": answer.message}
                code = "substitution.event"
                answer = Rejection(code, answer.message, params, details=(answer,))
            answers.append(answer)
        return answers

    def _known(self, logins: Sequence[str], actor: Actor) -> str:
        """The first that is somebody's; without any the actor; else the last, which is told."""
        for login in logins:
            if isinstance(self._accounts.person(login, actor.organisation), User):
                return login
        return logins[-1] if logins else actor.id

    def _bring_lines(
        self, actor: Actor, text: str, *, channel: str
    ) -> list[Substitution | Rejection]:
        answers: list[Substitution | Rejection] = []
        for number, row in enumerate(csv.DictReader(io.StringIO(text)), 2):
            if any(row.get(name) is None for name in COLUMNS):
                problem = f"expected the columns {', '.join(COLUMNS)}"
                answer: Substitution | Rejection = Rejection("substitution.columns", problem)
            else:
                answer = self.set(actor, Wanted(*(row[name] for name in COLUMNS)), channel=channel)
            if isinstance(answer, Rejection):
                params = {"line": number, "problem": answer.message}
                answer = Rejection("substitution.file", answer.message, params, details=(answer,))
            answers.append(answer)
        return answers

    def _listed(self, actor: Actor, one: Substitution) -> Listed:
        now = self._now()
        state = "over" if one.is_over(now) else "now" if one.holds(now) else "coming"
        return Listed(one, state, state != "over" and self._may_end(actor, one))

    def _may_see(self, actor: Actor, one: Substitution) -> bool:
        return actor.id in (one.person, one.substitute) or self._may_end(actor, one)

    def _may_end(self, actor: Actor, one: Substitution) -> bool:
        person = self._accounts.person(one.person, actor.organisation)
        return isinstance(person, User) and may_appoint(actor, person)


def _moment(text: str, zone: ZoneInfo, place: str) -> datetime | Rejection:
    """A moment as it is; a day begins at midnight in the person's zone, and `until` counts in."""
    text = text.strip()
    try:
        if len(text) > 10:
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=zone)
        day = date.fromisoformat(text)
        if place == "until":
            day += timedelta(days=1)
        return datetime.combine(day, time(), zone)
    except (ValueError, OverflowError):
        message = f"expected a day or a moment, such as 2026-03-02, not {text[:40]!r}"
        return Rejection("substitution.day", message, {}, place)


def _at(refused: Rejection, place: str) -> Rejection:
    return Rejection(refused.code, refused.message, refused.params, place)


def last_day(one: Substitution, zone: ZoneInfo) -> date:
    """The last day that counts in, by the clock of a place."""
    return (one.ends.astimezone(zone) - timedelta(microseconds=1)).date()
