"""Approval policies: routing, verdicts, separation of duties. Pure: who is who, the caller says."""

from orderloom.approvals.people import PeopleSpec
from orderloom.approvals.policy import Mode, Policy, Separation, compile_policy, content_digest
from orderloom.approvals.round import (
    Round,
    RoundStep,
    Voter,
    assign,
    carry_over,
    current,
    open_round,
)
from orderloom.approvals.routing import StepPlan, plan
from orderloom.approvals.voting import VERDICTS, cast, counted, judged, outcome, unassignable

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
    "assign",
    "carry_over",
    "cast",
    "compile_policy",
    "content_digest",
    "counted",
    "current",
    "judged",
    "open_round",
    "outcome",
    "plan",
    "unassignable",
]
