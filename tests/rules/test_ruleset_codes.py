"""How values are encoded for the library: exactly, each type in its own way."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from orderloom.rules.ruleset_codes import NotEncodable, encode, token


@pytest.mark.parametrize(
    ("value", "type_", "scale", "encoded"),
    [
        (Decimal("12.34"), "number", 2, 1234),
        (Decimal("-0.5"), "number", 6, -500_000),
        (Decimal("1E+3"), "number", 2, 100_000),
        (Decimal("0.00"), "number", 0, 0),
        (7, "number", 2, 700),
        (True, "boolean", 0, "Y"),
        (False, "boolean", 0, "N"),
        (date(1970, 1, 2), "date", 0, 1),
        (date(1969, 12, 31), "date", 0, -1),
        (datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), "date and time", 0, 1_000_000),
        ("A1", "string", 0, "tA1"),
        ("", "string", 0, "x"),
        ("a b", "string", 0, "x612062"),
        ((2**63 - 1), "number", 0, 2**63 - 1),
    ],
)
def test_codes(value: Any, type_: str, scale: int, encoded: str | int) -> None:
    assert encode(value, type_, scale) == encoded


@pytest.mark.parametrize(
    ("value", "scale"),
    [
        (2**63, 0),
        (-(2**63), 0),
        (Decimal("0.001"), 2),
        (Decimal("1E+30"), 0),
        (Decimal("1E-99"), 6),
    ],
)
def test_numbers_that_would_be_rounded_are_refused(value: Any, scale: int) -> None:
    with pytest.raises(NotEncodable):
        encode(value, "number", scale)


def test_texts_have_words_of_their_own() -> None:
    texts = [
        "1",
        "true",
        "Y",
        "t1",
        "x31",
        "a",
        "A",
        "a" * 60,
        "a" * 61,
        "a" * 62,
        'q"',
        "\\",
        "\x00",
    ]
    assert len({token(text) for text in texts}) == len(texts)
    assert all(token(text).isalnum() for text in texts)
