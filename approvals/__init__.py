"""Approval policies: routing, verdicts, separation of duties. Pure: who is who, the caller says."""

from orderloom.approvals.people import PeopleSpec
from orderloom.approvals.policy import Mode, Policy, Separation, compile_policy, content_digest
from orderloom.approvals.round import (
    Round,
    RoundStep,
    Voter,
    add_step,
    assign,
    carry_over,
    current,
    open_round,
    with_added,
)
from orderloom.approvals.routing import StepPlan, plan, plan_as_opened, plan_of_added
from orderloom.approvals.voting import (
    VERDICTS,
    barred_from,
    cast,
    counted,
    expire,
    judged,
    outcome,
    take_back,
    unassignable,
)

__all__ = [
    "VERDICTS",
    "Mode",
    "PeopleSpec",
    "Policy",
    "Round",
    "RoundStep",
    "Separation",
    "StepPlan",
    "Voter",
    "add_step",
    "assign",
    "barred_from",
    "carry_over",
    "cast",
    "compile_policy",
    "content_digest",
    "counted",
    "current",
    "expire",
    "judged",
    "open_round",
    "outcome",
    "plan",
    "plan_as_opened",
    "plan_of_added",
    "take_back",
    "unassignable",
    "with_added",
]
