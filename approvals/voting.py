"""A verdict: may it be given, and what it does to its step (language 6)."""

from __future__ import annotations

from typing import Any, Final

from orderloom.approvals.policy import Policy
from orderloom.approvals.round import Round, RoundStep, Vote, Voter
from orderloom.platform.problem import Rejection
from orderloom.platform.record import changed

VERDICTS: Final = ("approve", "reject", "return", "abstain", "ask")
_DECIDED: Final = {"approve": "approved", "reject": "rejected", "return": "returned"}
_WITH_REASON: Final = ("reject", "return", "ask")


def cast(
    policy: Policy,
    round_: Round,
    *,
    step: str,
    by: Voter,
    verdict: str,
    comment: str | None,
    at: str,
    for_: str | None = None,
    task: int | None = None,
) -> Round | Rejection:
    """The round after the verdict, or why it cannot be given.

    `at`: the instant, ISO 8601. `for_`: the user's id for whom `by` votes (both are recorded).
    `task`: the number of the task it was given on.
    """
    found = round_.step(step)
    refused = judged(policy, round_, step=step, by=by, verdict=verdict, comment=comment, for_=for_)
    if refused is not None or found is None:
        return refused or Rejection("approval.closed", f"step {step} is not open")
    vote: dict[str, Any] = {
        "by": by.id,
        "verdict": verdict,
        "comment": comment,
        "at": at,
        "for": for_,
        "task": task,
    }
    if found.mode == "weight":
        vote["weight"] = by.weight
    kept = {key: value for key, value in vote.items() if value is not None}
    return _counted(policy, round_, changed(found, verdicts=(*found.verdicts, kept)))


def expire(round_: Round, *, step: str, verdict: str, by: str, at: str, task: int) -> Round:
    """The round after nobody has decided a step in time: the policy's verdict decides it whole,
    however many would have had to agree. `by`: whose clock it was."""
    found = round_.step(step)
    if found is None or found.status != "open":
        return round_
    vote = {"by": by, "verdict": verdict, "at": at, "task": task}
    verdicts = (*found.verdicts, vote)
    return round_.with_step(changed(found, verdicts=verdicts, status=_DECIDED[verdict]))


def take_back(policy: Policy, round_: Round, *, step: str, vote: Vote) -> Round:
    """The round without a vote of this step, which is open again unless the others decide it."""
    found = round_.step(step)
    if found is None:
        return round_
    left = tuple(each for each in found.verdicts if each is not vote)
    return _counted(policy, round_, changed(found, verdicts=left, status="open"))


def _counted(policy: Policy, round_: Round, step: RoundStep) -> Round:
    status = _status(policy, step)
    if status == "open" and _lost(policy, round_, step):
        status = "rejected"
    return round_.with_step(changed(step, status=status))


def judged(
    policy: Policy,
    round_: Round,
    *,
    step: str,
    by: Voter,
    verdict: str,
    comment: str | None,
    for_: str | None = None,
) -> Rejection | None:
    """Why the verdict, or the question `ask`, cannot be given; None: it can."""
    return _refused(policy, round_, round_.step(step), by, verdict, comment, for_)


def outcome(policy: Policy, round_: Round) -> str | None:
    """`approved`, `rejected`, `returned`, or None while it is open. No step at all: approved."""
    found = {step.status for step in round_.steps}
    if "returned" in found:
        return "returned"
    if "rejected" in found:
        return "returned" if policy.on_reject == "return" else "rejected"
    return "approved" if found <= {"approved"} else None


def unassignable(policy: Policy, round_: Round) -> tuple[str, ...]:
    """Ids of open steps that nobody, or too few, can decide any more."""
    return tuple(
        step.id
        for step in round_.steps
        if step.status == "open" and not _decidable(policy, round_, step)
    )


def _refused(
    policy: Policy,
    round_: Round,
    step: RoundStep | None,
    by: Voter,
    verdict: str,
    comment: str | None,
    for_: str | None,
) -> Rejection | None:
    if step is None or step.status != "open":
        return Rejection("approval.closed", "this step is not open for a verdict")
    if verdict not in VERDICTS:
        return Rejection(
            "approval.unknown_verdict", f"{verdict} is not a verdict", {"verdict": verdict}
        )
    named = for_ or by.id
    # One person counts once in a step, in whoever's name they speak.
    if step.vote_of(by.id, named) is not None:
        return Rejection("approval.already_voted", f"{named} has given a verdict already")
    if not by.principals & step.asked and f"u:{for_}" not in step.asked:
        return Rejection("approval.not_a_candidate", "this verdict is for others to give")
    barred = barred_from(policy, round_, step)
    acting = {by.id}
    if policy.separation.delegates:
        acting |= by.stands_in | ({for_} if for_ else set())
    if acting & barred:
        return Rejection(
            "approval.separation", "whoever asked, or approved before, may not approve here"
        )
    if verdict in _WITH_REASON and not (comment or "").strip():
        return Rejection("approval.reason_required", f"{verdict} needs a reason", path="comment")
    return None


def barred_from(policy: Policy, round_: Round, step: RoundStep) -> set[str]:
    """Ids of those whom separation of duties keeps from this step."""
    barred: set[str] = set()
    if policy.separation.requester:
        barred.add(round_.requester)
    if policy.separation.earlier_steps:
        for other in round_.steps:
            if other.id != step.id:
                barred |= {
                    person
                    for vote in other.verdicts
                    if vote["verdict"] == "approve"
                    for person in (vote["by"], vote.get("for"))
                    if person
                }
    return barred


def _status(policy: Policy, step: RoundStep) -> str:
    verdicts = [vote["verdict"] for vote in step.verdicts]
    if "return" in verdicts:
        return "returned"
    good, bad = counted(step, "approve"), counted(step, "reject")
    needed = _needed(step)
    if bad and policy.on_reject != "majority":
        return "rejected"
    if policy.on_reject == "majority" and bad and bad >= needed and bad > good:
        return "rejected"
    return "approved" if good >= needed else "open"


def counted(step: RoundStep, verdict: str) -> int:
    """How many said so; by weight, what they weigh together."""
    return sum(int(v.get("weight", 1)) for v in step.verdicts if v["verdict"] == verdict)


def _lost(policy: Policy, round_: Round, step: RoundStep) -> bool:
    """A majority that can no longer be reached, because of those who said no."""
    said_no = any(vote["verdict"] == "reject" for vote in step.verdicts)
    return policy.on_reject == "majority" and said_no and not _decidable(policy, round_, step)


def _needed(step: RoundStep) -> int:
    abstained = sum(1 for vote in step.verdicts if vote["verdict"] == "abstain")
    if step.mode == "all":
        return max(1, len(step.principals) - abstained)
    if step.mode == "weight":
        return step.number
    return step.needed or max(1, step.number)


def _decidable(policy: Policy, round_: Round, step: RoundStep) -> bool:
    """Whether enough people may still vote, as far as candidates are known one by one."""
    asked = {*step.principals, *step.also}
    if not asked:
        return False
    users = {name[2:] for name in asked if name.startswith("u:")}
    if len(users) < len(asked) or step.mode == "weight":
        return True  # a role may always get more members; what each weighs is not known before
    voted = {person for vote in step.verdicts for person in (vote["by"], vote.get("for"))}
    able = users - barred_from(policy, round_, step) - voted
    good = counted(step, "approve")
    return good + len(able) >= _needed(step)
