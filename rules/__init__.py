"""Expressions (FEEL) and decisions: they decide and never act."""

from orderloom.rules.boundaries import BoundaryCase, boundary_cases, rows_never_matched
from orderloom.rules.decision import Decision, compile_decision, compile_decisions
from orderloom.rules.error import EvaluationError, FeelError
from orderloom.rules.explanation import Explanation, explain
from orderloom.rules.expression import (
    Expression,
    evaluate,
    parse_expression,
    parse_unary,
    unary_test,
)
from orderloom.rules.result import Result
from orderloom.rules.ruleset import Ruleset, RulesetError, RulesetProblem, RulesetStopped
from orderloom.rules.ruleset_facts import event_of, facts_of
from orderloom.rules.ruleset_oracle import infer_slowly
from orderloom.rules.ruleset_reading import check_ruleset, compile_ruleset
from orderloom.rules.ruleset_result import (
    Because,
    Derivation,
    Hit,
    Inferred,
    RulesetFailed,
    Sent,
    WatchEvent,
)
from orderloom.rules.table_checks import TableProblem, check_decision
from orderloom.rules.target import Target, parse_target
from orderloom.rules.temporal import add_duration, parse_duration
from orderloom.rules.values import Function, Range, YearsMonths, to_json

__all__ = [
    "Because",
    "BoundaryCase",
    "Decision",
    "Derivation",
    "EvaluationError",
    "Explanation",
    "Expression",
    "FeelError",
    "Function",
    "Hit",
    "Inferred",
    "Range",
    "Result",
    "Ruleset",
    "RulesetError",
    "RulesetFailed",
    "RulesetProblem",
    "RulesetStopped",
    "Sent",
    "TableProblem",
    "Target",
    "WatchEvent",
    "YearsMonths",
    "add_duration",
    "boundary_cases",
    "check_decision",
    "check_ruleset",
    "compile_decision",
    "compile_decisions",
    "compile_ruleset",
    "evaluate",
    "event_of",
    "explain",
    "facts_of",
    "infer_slowly",
    "parse_duration",
    "parse_expression",
    "parse_target",
    "parse_unary",
    "rows_never_matched",
    "to_json",
    "unary_test",
]
