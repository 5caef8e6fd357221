"""Who would have to approve a sample by a draft of an approval, by name, and why.

The same machinery answers as on an order's page (`view_approvers`); besides, it tells who of those
asked may not answer or has somebody who stands in, and which step nobody could decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from orderloom.approvals import Policy
from orderloom.platform.app.approval_trying_sample import (
    WRONG,
    Choices,
    Sample,
    choices,
    not_runnable,
    sampled,
)
from orderloom.platform.app.drafting import Drafting
from orderloom.platform.app.reading import Desk, Seen
from orderloom.platform.app.substitutions import Substitutions
from orderloom.platform.app.view_approvers import views_of
from orderloom.platform.app.view_models import ApproverView, PersonView
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import Actor, Context, OrderState
from orderloom.platform.engine.foreseeing import Found, afresh, decided_ahead
from orderloom.platform.engine.outcome import Approvers
from orderloom.platform.problem import Refused, Rejection
from orderloom.rules import parse_expression

# How many of those who may answer are told apart.
MOST_NAMED: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who would be asked. `barred`: why they may not answer: `requester` (the order is
    theirs), `delegate` (they stand in for the requester), or empty. `stands_in`: who answers for
    them now, as far as the viewer may know."""

    id: str
    name: str
    barred: str = ""
    stands_in: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedStep:
    """A step with those who would be asked. `called`: its title, else its id. `needed`: how many
    of them must agree, 0 where they are weighed. `problem`: `nobody` is asked, `separation` leaves
    nobody, `few` are too few, `earlier` steps leave too few, `unknown` yet, or empty."""

    view: ApproverView
    called: str
    people: tuple[Candidate, ...]
    needed: int
    problem: str = ""

    @property
    def able(self) -> tuple[Candidate, ...]:
        return tuple(each for each in self.people if not each.barred)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A step that is not asked. `values`: what its condition compared, as people read it."""

    step: str
    values: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """`steps` in the order in which they are asked. `order`: the sample's number, if it is one."""

    steps: tuple[TriedStep, ...]
    skipped: tuple[Skipped, ...]
    order: str
    requester: PersonView


class ApprovalTrying:
    """Tries drafts of approvals; nothing is kept and nobody is told."""

    def __init__(self, desk: Desk, drafting: Drafting, substitutions: Substitutions) -> None:
        self._desk = desk
        self._drafting = drafting
        self._substitutions = substitutions

    def choices(self, actor: Actor, id_: str) -> Choices | Rejection:
        """What a draft can be tried on."""
        return choices(self._drafting, actor, id_)

    def tried(self, actor: Actor, value: Mapping[str, Any], sample: Sample) -> Tried | Rejection:
        """Who would approve a sample by `value`, a draft that need not be saved."""
        try:
            seen = sampled(self._desk, self._drafting, actor, value, sample)
            if isinstance(seen, Rejection):
                return seen
            order = seen.number if sample.order else ""
            return self._tried(seen, str(value["id"]), order)
        except Refused as refused:
            return refused.rejection
        except WRONG as error:
            return not_runnable(error)

    def _tried(self, seen: Seen, id_: str, order: str) -> Tried:
        policy = next(each for each in seen.release.approvals.values() if each.id == id_)
        standing = self._standing_in(seen.actor)
        views = _views(seen, seen.release, id_, ahead=not order)
        steps = [self._step(seen, policy, standing, each) for each in views]
        return Tried(
            steps=tuple(_left(policy, steps)),
            skipped=()
            if any(each.unknown for each in views)
            else _skipped(seen, policy, views, ahead=not order),
            order=order,
            requester=seen.people([f"u:{seen.state.requester}"])[0],
        )

    def _standing_in(self, actor: Actor) -> dict[str, str]:
        """By person, who stands in for them now, of what the viewer may see."""
        return {
            each.one.person: each.one.substitute
            for each in self._substitutions.seen(actor)
            if each.state == "now"
        }

    def _step(
        self, seen: Seen, policy: Policy, standing: Mapping[str, str], view: ApproverView
    ) -> TriedStep:
        people = self._candidates(seen, policy, standing, view.people)
        able = [each for each in people if not each.barred]
        needed = _needed(view, len(people))
        return TriedStep(
            view=view,
            called=_called(seen, policy, view),
            people=people,
            needed=needed,
            problem=_problem(view, people, able, needed),
        )

    def _candidates(
        self,
        seen: Seen,
        policy: Policy,
        standing: Mapping[str, str],
        people: Iterable[PersonView],
    ) -> tuple[Candidate, ...]:
        """Those who have a role one by one, everybody once."""
        ids: dict[str, None] = {}
        for person in people:
            ids |= dict.fromkeys(self._holders(seen, person))
        named = [*ids][:MOST_NAMED]
        others = [standing.get(id_, "") for id_ in named]
        names = {
            person.id: person.name
            for person in seen.people(f"u:{id_}" for id_ in [*named, *filter(None, others)])
        }
        return tuple(
            Candidate(
                id=id_,
                name=names.get(id_, id_),
                barred=self._barred(seen, policy, id_),
                stands_in=names.get(other, ""),
            )
            for id_, other in zip(named, others, strict=True)
        )

    def _holders(self, seen: Seen, person: PersonView) -> Sequence[str]:
        if person.kind != "role":
            return [person.id]
        found = seen.desk.ask(Approvers(role=person.id), seen.actor.organisation)
        return found if isinstance(found, Sequence) else ()

    def _barred(self, seen: Seen, policy: Policy, id_: str) -> str:
        requester = seen.state.requester
        if not policy.separation.requester:
            return ""
        if id_ == requester:
            return "requester"
        if not policy.separation.delegates:
            return ""
        acting = seen.desk.accounts.actor(id_, seen.actor.organisation)
        return "delegate" if acting is not None and requester in acting.in_place_of else ""


def _views(seen: Seen, release: Release, id_: str, *, ahead: bool) -> tuple[ApproverView, ...]:
    """`ahead`: with what the process decides before it asks, which of an order is known."""

    def find(release: Release, state: OrderState, context: Context) -> list[Found]:
        known = decided_ahead(release, state, context) if ahead else state
        return afresh(release, known, context, id_)

    return views_of(seen, release, seen.state, find)


def _skipped(
    seen: Seen, policy: Policy, views: Sequence[ApproverView], *, ahead: bool
) -> tuple[Skipped, ...]:
    """Why the other steps are not asked: by the same approval with each condition turned round.
    Line by line a step may be asked of some and not of others, which is not told."""
    asked = {each.step for each in views}
    others = tuple(
        replace(each, condition=parse_expression(f"not({each.condition.text})"))
        for each in policy.steps
        if each.id not in asked and each.condition is not None
    )
    if not others or policy.for_each is not None:
        return ()
    turned = replace(policy, steps=others)
    approvals = {
        name: turned if each is policy else each for name, each in seen.release.approvals.items()
    }
    found = _views(seen, replace(seen.release, approvals=approvals), policy.id, ahead=ahead)
    return tuple(Skipped(each.step, each.reason.text) for each in found if each.reason.told)


def _called(seen: Seen, policy: Policy, view: ApproverView) -> str:
    step = next((each for each in policy.steps if each.id == view.step), None)
    own = step.title if step is not None and step.title != policy.title else ""
    return view.called or seen.words.choose(own) or view.step


def _needed(view: ApproverView, there: int) -> int:
    match view.mode:
        case "all":
            return max(1, there)
        case "quorum":
            return view.number
        case "percent":
            return max(1, -(-there * view.number // 100))
        case "weight":
            return 0
    return 1


def _problem(
    view: ApproverView, people: Sequence[Candidate], able: Sequence[Candidate], needed: int
) -> str:
    if view.unknown:
        return "unknown"
    if not people:
        return "nobody"
    if not able:
        return "separation"
    return "few" if len(able) < needed else ""


def _left(policy: Policy, steps: Sequence[TriedStep]) -> list[TriedStep]:
    """The steps with those that earlier ones leave too few people for: whoever must answer one
    step, since nobody else can, is not there for another."""
    if not policy.separation.earlier_steps:
        return list(steps)
    found: list[TriedStep] = []
    for step in steps:
        same = [each for each in found if each.view.key == step.view.key]
        bound = {id_ for each in same if not each.problem for id_ in _bound(each)}
        left = [each for each in step.able if each.id not in bound]
        short = not step.problem and len(left) < max(1, step.needed)
        found.append(replace(step, problem="earlier") if short else step)
    return found


def _bound(step: TriedStep) -> set[str]:
    """Those without whom a step cannot be decided."""
    able = {each.id for each in step.able}
    return able if step.needed >= len(able) else set()
