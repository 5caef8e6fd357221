"""Expressions (FEEL) and decisions: they decide and never act."""

from orderloom.rules.error import EvaluationError, FeelError
from orderloom.rules.expression import (
    Expression,
    evaluate,
    parse_expression,
    parse_unary,
    unary_test,
)
from orderloom.rules.target import Target, parse_target
from orderloom.rules.temporal import add_duration, parse_duration
from orderloom.rules.values import Function, Range, YearsMonths, to_json

__all__ = [
    "EvaluationError",
    "Expression",
    "FeelError",
    "Function",
    "Range",
    "Target",
    "YearsMonths",
    "add_duration",
    "evaluate",
    "parse_duration",
    "parse_expression",
    "parse_target",
    "parse_unary",
    "to_json",
    "unary_test",
]
