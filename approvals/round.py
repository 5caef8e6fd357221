"""One round of an approval: its steps and the verdicts so far. Frozen; JSON in and out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from orderloom.approvals.routing import StepPlan
from orderloom.platform.record import changed, record

Vote = Mapping[str, Any]


@record
class Voter:
    """Who votes: the user's id, the principals under which tasks reach them (those of the person
    for whom they vote, where they do), and what that word weighs where a step counts by weight.
    `stands_in`: ids of all for whom they stand in at the moment, whoever they vote for now."""

    id: str
    principals: frozenset[str]
    weight: int = 1
    stands_in: frozenset[str] = frozenset()


@record
class RoundStep:
    """`status`: `waiting open approved rejected returned`. `principals`: who may vote.

    `mode` and `number` as in the policy. `also`: who may vote besides, by an escalation, without
    being counted among those who must. `deputies`: id of a delegate → for whom they give this one
    verdict. `added`: `{user, by, reason}` of a step that an approver added. A vote is `{by,
    verdict, comment, at, for, weight, task}`.
    """

    id: str
    group: int
    mode: str = "any"
    number: int = 1
    status: str = "waiting"
    principals: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    verdicts: tuple[Vote, ...] = ()
    deputies: Mapping[str, str] = field(default_factory=dict)
    added: Mapping[str, Any] | None = None

    @property
    def asked(self) -> frozenset[str]:
        """Every principal that may vote."""
        return frozenset((*self.principals, *self.also, *(f"u:{id_}" for id_ in self.deputies)))

    def vote_of(self, *people: str) -> Vote | None:
        """The vote that one of these gave, or that was given in the name of one."""
        return next((v for v in self.verdicts if v["by"] in people or v.get("for") in people), None)

    @property
    def needed(self) -> int | None:
        """How many approvals are enough, where that is a number known now."""
        if self.mode == "any":
            return 1
        if self.mode == "quorum":
            return self.number
        users = [name for name in self.principals if name.startswith("u:")]
        known = bool(users) and len(users) == len(self.principals)
        if self.mode == "all":
            return len(self.principals)
        if self.mode == "percent" and known:
            return max(1, -(-len(users) * self.number // 100))
        return None


@record
class Round:
    """`content`: digest of what is judged. `requester`: a user's id."""

    steps: tuple[RoundStep, ...]
    content: str
    requester: str

    def with_content(self, content: str) -> Round:
        return changed(self, content=content)

    def step(self, id_: str) -> RoundStep | None:
        for step in self.steps:
            if step.id == id_:
                return step
        return None

    def with_step(self, changed: RoundStep) -> Round:
        steps = tuple(changed if step.id == changed.id else step for step in self.steps)
        return Round(steps, self.content, self.requester)

    def to_json(self) -> dict[str, Any]:
        return {
            "content": self.content,
            "requester": self.requester,
            "steps": [_step_json(step) for step in self.steps],
        }

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Round:
        steps = tuple(_step_from(step) for step in value["steps"])
        return Round(steps, value["content"], value["requester"])


def open_round(plans: Sequence[StepPlan], *, content: str, requester: str) -> Round:
    """A round where nobody has voted. Steps open when their turn comes (`current`, `assign`)."""
    steps = tuple(RoundStep(one.id, one.group, one.mode.kind, one.mode.number) for one in plans)
    return Round(steps, content, requester)


def current(round_: Round) -> tuple[str, ...]:
    """Ids of the steps whose turn it is: the first group that is not approved."""
    left = [step for step in round_.steps if step.status in ("waiting", "open")]
    group = min((step.group for step in left), default=None)
    return tuple(step.id for step in left if step.group == group)


def assign(round_: Round, id_: str, principals: Sequence[str]) -> Round:
    """The step opens, for these principals."""
    step = round_.step(id_)
    if step is None:
        return round_
    return round_.with_step(changed(step, status="open", principals=tuple(principals)))


def add_step(round_: Round, beside: str, *, user: str, by: str, reason: str | None) -> Round:
    """The round with a step of its own for one more person, beside the step `beside`; `added-1`,
    or the next number that is free."""
    number = 1
    while round_.step(f"added-{number}") is not None:
        number += 1
    place = round_.step(beside)
    added = {"user": user, "by": by, **({"reason": reason} if reason else {})}
    step = RoundStep(f"added-{number}", place.group if place is not None else 1, added=added)
    return changed(round_, steps=(*round_.steps, step))


def with_added(new: Round, old: Round) -> Round:
    """Steps that approvers had added stand in a round that begins anew, without their votes."""
    kept = tuple(
        RoundStep(step.id, step.group, added=step.added)
        for step in old.steps
        if step.added is not None and new.step(step.id) is None
    )
    return changed(new, steps=(*new.steps, *kept))


def carry_over(new: Round, old: Round) -> Round:
    """Approvals of an earlier round on the same content stand, step by step."""
    for before in old.steps:
        step = new.step(before.id)
        if step is None or old.content != new.content:
            continue
        good = tuple(vote for vote in before.verdicts if vote["verdict"] == "approve")
        status = "approved" if before.status == "approved" else "waiting"
        kept = changed(step, status=status, verdicts=good, principals=before.principals)
        new = new.with_step(kept)
    return new


def _step_json(step: RoundStep) -> dict[str, Any]:
    return {
        "id": step.id,
        "group": step.group,
        "mode": step.mode,
        "number": step.number,
        "status": step.status,
        "principals": list(step.principals),
        **({"also": list(step.also)} if step.also else {}),
        **({"deputies": dict(step.deputies)} if step.deputies else {}),
        **({"added": dict(step.added)} if step.added is not None else {}),
        "verdicts": [dict(vote) for vote in step.verdicts],
    }


def _step_from(value: Mapping[str, Any]) -> RoundStep:
    return RoundStep(
        id=value["id"],
        group=value["group"],
        mode=value["mode"],
        number=value["number"],
        status=value["status"],
        principals=tuple(value["principals"]),
        also=tuple(value.get("also", ())),
        verdicts=tuple(value["verdicts"]),
        deputies=dict(value.get("deputies", {})),
        added=value.get("added"),
    )
