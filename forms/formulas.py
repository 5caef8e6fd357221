"""Expressions of a form's document, where numbers and booleans are themselves (language 2)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from orderloom.forms.problem import FormError
from orderloom.rules import Expression, FeelError, parse_expression, to_json


def formula(value: Any, path: str) -> Expression:
    """The expression at `path` of the document. Raises `FormError`."""
    if value is None:
        text = "null"
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, int | Decimal):
        text = format(value, "f") if isinstance(value, Decimal) else str(value)
    elif isinstance(value, str):
        text = value
    else:
        raise FormError(path, "an expression is text, a number, true, false or null")
    try:
        return parse_expression(text)
    except FeelError as error:
        raise FormError(path, str(error)) from error


def holds(expression: Expression | None, scope: Mapping[str, Any], *, default: bool) -> bool:
    """A condition of a layout: absent is `default`, null and what cannot be told are false."""
    if expression is None:
        return default
    try:
        return expression.evaluate(scope, strict=False) is True
    except FeelError:
        return False


def quiet(expression: Expression, scope: Mapping[str, Any]) -> Any:
    """The value as JSON; null where there is none."""
    try:
        return to_json(expression.evaluate(scope, strict=False))
    except FeelError:
        return None
