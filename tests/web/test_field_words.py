"""Fields as their form names and writes them."""

from decimal import Decimal
from typing import Any

import pytest

from orderloom.forms import Form, compile_form
from orderloom.platform.app.field_words import (
    currency_field,
    field_label,
    field_value,
    is_money,
    value_at,
)
from orderloom.platform.words import Words

LONG = "Przedsiębiorstwo " * 8


@pytest.fixture(scope="module")
def form() -> Form:
    return compile_form(
        {
            "kind": "form",
            "id": "order",
            "schema": {
                "type": "object",
                "properties": {
                    "customer": {
                        "type": "object",
                        "properties": {"name": {"type": "string", "maxLength": 200}},
                    },
                    "terms": {"enum": ["net-30", "cash"]},
                    "currency": {"enum": ["EUR", "PLN", "JPY"]},
                    "total": {"type": "number", "x-money": "currency"},
                    "unit": {"type": "number", "x-money": "currency", "x-scale": 4},
                    "fee": {"type": "number", "x-money": "EUR"},
                    "wanted": {"type": "string", "format": "date"},
                    "urgent": {"type": "boolean"},
                },
            },
            "labels": {
                "total": {"en": "Total", "pl": "Razem"},
                "terms=net-30": {"en": "30 days", "pl": "30 dni"},
            },
        }
    )


@pytest.mark.parametrize(
    ("path", "value", "language", "expected"),
    [
        ("total", Decimal("57504.8"), "en", "57,504.80 PLN"),
        ("total", Decimal("57504.8"), "pl", "57 504,80 PLN"),
        ("total", 5, "en", "5.00 PLN"),
        # Digits beyond the currency's are kept, none are made up.
        ("unit", Decimal("1.2345"), "en", "1.2345 PLN"),
        ("unit", Decimal("1.5"), "en", "1.50 PLN"),
        (
            "total",
            Decimal("12345678901234567890123456789012.34"),
            "en",
            "12,345,678,901,234,567,890,123,456,789,012.34 PLN",
        ),
        ("fee", 3, "en", "3.00 EUR"),
        ("terms", "net-30", "pl", "30 dni"),
        ("terms", "cash", "en", "cash"),
        ("terms", "gone", "en", "gone"),
        ("wanted", "2026-12-07", "en", "7 Dec 2026"),
        ("urgent", True, "en", "yes"),
        ("customer.name", LONG, "en", LONG),
        ("nowhere", Decimal("1.5"), "pl", "1,5"),
        ("total", None, "en", ""),
    ],
)
def test_values(form: Form, path: str, value: Any, language: str, expected: str) -> None:
    shown = field_value(form, path, value, {"currency": "PLN"}, Words(language))
    assert shown.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ") == (
        expected
    )


def test_an_amount_without_its_currency_is_only_a_number(form: Form) -> None:
    assert field_value(form, "total", Decimal("2.5"), {}, Words("en")) == "2.5"


@pytest.mark.parametrize(
    ("path", "language", "expected"),
    [
        ("total", "pl", "Razem"),
        ("total", "sk", "Total"),
        ("customer.name", "en", "Name"),
        ("not_known.to_the_form", "en", "To the form"),
    ],
)
def test_labels(form: Form, path: str, language: str, expected: str) -> None:
    assert field_label(form, path, Words(language)) == expected


def test_amounts_know_their_currency_s_field(form: Form) -> None:
    assert (is_money(form, "total"), currency_field(form, "total")) == (True, "currency")
    assert (is_money(form, "fee"), currency_field(form, "fee")) == (True, "")
    assert (is_money(form, "terms"), currency_field(form, "terms")) == (False, "")


def test_values_are_found_by_path() -> None:
    assert value_at({"a": {"b": 1}}, "a.b") == 1
    assert value_at({"a": 1}, "a.b") is None
    assert value_at(None, "a") is None
