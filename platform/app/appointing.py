"""Who stands in for whom is set and ended: one row and one audit entry, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from orderloom.platform.app.recorder import Recorder
from orderloom.platform.app.security import security_entry
from orderloom.platform.app.unit_of_work import UnitOfWork
from orderloom.platform.engine import Event
from orderloom.platform.engine.commands import Actor
from orderloom.platform.engine.step import iso
from orderloom.platform.problem import Rejection
from orderloom.platform.store.substitution_rows import Substitution


@dataclass(frozen=True, slots=True, kw_only=True)
class Appoint:
    """`substitute` is to stand in for `person` (ids), from `starts` until before `ends`."""

    actor: Actor
    channel: str
    person: str
    substitute: str
    starts: datetime
    ends: datetime
    on_behalf_of: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismiss:
    """A substitution is to end now."""

    actor: Actor
    channel: str
    id: int
    on_behalf_of: None = None


class Appointing:
    """Judges against all that is or comes into force, then writes. Permission was judged before."""

    def __init__(self, recorder: Recorder, *, now: Callable[[], datetime]) -> None:
        self._recorder = recorder
        self._now = now

    def carry_out(self, work: Appoint | Dismiss, unit: UnitOfWork) -> Substitution | Rejection:
        """The substitution as it is after that, or why not."""
        now = self._now()
        others = unit.substitutions(work.actor.organisation, now)
        if isinstance(work, Dismiss):
            found = next((each for each in others if each.id == work.id), None)
            if found is None:
                return Rejection("substitution.ended", f"substitution {work.id} is over")
            ended = replace(found, ended=now, ended_by=work.actor.id)
            return self._written("substitution.ended", ended, work, unit, now)
        refused = clash(work, others, now)
        if refused is not None:
            return refused
        (id_,) = unit.new_ids(1)
        made = Substitution(
            id=id_,
            organisation=work.actor.organisation,
            person=work.person,
            substitute=work.substitute,
            starts=work.starts,
            ends=work.ends,
            set_by=work.actor.id,
            set_at=now,
        )
        return self._written("substitution.set", made, work, unit, now)

    def _written(
        self,
        type_: str,
        one: Substitution,
        work: Appoint | Dismiss,
        unit: UnitOfWork,
        now: datetime,
    ) -> Substitution:
        facts = {
            "substitution": one.id,
            "person": one.person,
            "substitute": one.substitute,
            "from": iso(one.starts),
            "until": iso(one.ends),
            "at": iso(now),
        }
        unit.changes.substitutions.append(one)
        security_entry(Event(type_, facts), work, unit, self._recorder)
        return one


def clash(work: Appoint, others: Iterable[Substitution], now: datetime) -> Rejection | None:
    """Why it cannot be: backwards, over, somebody else at the same time, or a circle."""
    if work.person == work.substitute:
        return Rejection(
            "substitution.oneself", "nobody stands in for themselves", {}, "substitute"
        )
    if work.ends <= work.starts:
        return Rejection("substitution.order", "it ends before it begins", {}, "until")
    if work.ends <= now:
        return Rejection("substitution.over", "it lies in the past", {}, "until")
    at_once = [each for each in others if each.starts < work.ends and work.starts < each.ends]
    if any(each.person == work.person for each in at_once):
        message = f"somebody stands in for {work.person} in that time already"
        return Rejection("substitution.taken", message, {}, "from")
    if _circle(work, at_once):
        message = f"{work.person} stands in for {work.substitute} in that time"
        return Rejection("substitution.cycle", message, {}, "substitute")
    return None


def _circle(work: Appoint, at_once: Iterable[Substitution]) -> bool:
    """Whether those who stand in for the substitute, and for these in turn, end at the person."""
    others = list(at_once)
    reached, waiting = set[str](), [work.substitute]
    while waiting:
        absent = waiting.pop()
        if absent == work.person:
            return True
        if absent not in reached:
            reached.add(absent)
            waiting += [each.substitute for each in others if each.person == absent]
    return False
