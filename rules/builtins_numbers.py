"""Numeric functions (DMN 1.5, 10.3.4.5). All arithmetic has 34 digits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    DecimalException,
)
from typing import Any

from orderloom.rules.arguments import numeric, whole
from orderloom.rules.error import FeelError
from orderloom.rules.operators import whole as without_loss
from orderloom.rules.values import NUMBERS, Function, YearsMonths


def _rounding(mode: str) -> Callable[..., Any]:
    def rounded(value: Any, scale: Any = 0) -> Any:
        places = whole(scale, "the scale")
        if not -6111 <= places <= 6176:
            raise FeelError("the scale is out of range")
        exact = Decimal(numeric(value))
        if places >= 0 and exact == exact.to_integral_value() and places <= 0:
            return without_loss(exact)
        if -int(exact.as_tuple().exponent) <= places:
            return value
        try:
            found = exact.quantize(Decimal(1).scaleb(-places), rounding=mode, context=NUMBERS)
        except DecimalException as error:
            raise FeelError("the number is too long for this scale") from error
        return without_loss(found) if places <= 0 else found

    return rounded


def _absolute(value: Any) -> Any:
    if isinstance(value, timedelta):
        return abs(value)
    if isinstance(value, YearsMonths):
        return YearsMonths(abs(value.months))
    return abs(numeric(value))


def _modulo(dividend: Any, divisor: Any) -> Any:
    a, b = numeric(dividend), numeric(divisor)
    if not b:
        raise FeelError("division by zero")
    if isinstance(a, int) and isinstance(b, int):
        return a % b
    try:
        quotient = NUMBERS.divide(a, b).to_integral_value(rounding=ROUND_FLOOR)
        return without_loss(NUMBERS.subtract(a, NUMBERS.multiply(b, quotient)))
    except DecimalException as error:
        raise FeelError("out of range") from error


def _root(value: Any) -> Any:
    number = numeric(value)
    if number < 0:
        raise FeelError("a negative number has no root")
    return without_loss(NUMBERS.sqrt(number))


def _log(value: Any) -> Any:
    number = numeric(value)
    if number <= 0:
        raise FeelError("only a positive number has a logarithm")
    return without_loss(NUMBERS.ln(number))


def _exp(value: Any) -> Any:
    try:
        return without_loss(NUMBERS.exp(Decimal(numeric(value))))
    except DecimalException as error:
        raise FeelError("out of range") from error


NUMERIC = (
    Function("decimal", ("n", "scale"), _rounding(ROUND_HALF_EVEN)),
    Function("floor", ("n", "scale"), _rounding(ROUND_FLOOR), optional=1),
    Function("ceiling", ("n", "scale"), _rounding(ROUND_CEILING), optional=1),
    Function("round up", ("n", "scale"), _rounding(ROUND_UP), optional=1),
    Function("round down", ("n", "scale"), _rounding(ROUND_DOWN), optional=1),
    Function("round half up", ("n", "scale"), _rounding(ROUND_HALF_UP), optional=1),
    Function("round half down", ("n", "scale"), _rounding(ROUND_HALF_DOWN), optional=1),
    Function("round half even", ("n", "scale"), _rounding(ROUND_HALF_EVEN), optional=1),
    Function("abs", ("n",), _absolute),
    Function("modulo", ("dividend", "divisor"), _modulo),
    Function("sqrt", ("number",), _root),
    Function("log", ("number",), _log),
    Function("exp", ("number",), _exp),
    Function("odd", ("number",), lambda value: whole(value) % 2 == 1),
    Function("even", ("number",), lambda value: whole(value) % 2 == 0),
)
