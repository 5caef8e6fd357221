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
from orderloom.rules.table_checks import TableProblem, check_decision
from orderloom.rules.target import Target, parse_target
from orderloom.rules.temporal import add_duration, parse_duration
from orderloom.rules.values import Function, Range, YearsMonths, to_json

__all__ = [
    "BoundaryCase",
    "Decision",
    "EvaluationError",
    "Explanation",
    "Expression",
    "FeelError",
    "Function",
    "Range",
    "Result",
    "TableProblem",
    "Target",
    "YearsMonths",
    "add_duration",
    "boundary_cases",
    "check_decision",
    "compile_decision",
    "compile_decisions",
    "evaluate",
    "explain",
    "parse_duration",
    "parse_expression",
    "parse_target",
    "parse_unary",
    "rows_never_matched",
    "to_json",
    "unary_test",
]
