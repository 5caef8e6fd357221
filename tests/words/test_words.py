"""Texts, plural forms, numbers, money and dates in three languages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orderloom.platform.codec import load_yaml
from orderloom.platform.words import LANGUAGES, Words, catalogue

NOON = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
TASKS = {
    "en": {"one": "{count} task", "other": "{count} tasks"},
    "pl": {
        "one": "{count} zadanie",
        "few": "{count} zadania",
        "many": "{count} zadań",
        "other": "{count} zadania",
    },
    "sk": {
        "one": "{count} úloha",
        "few": "{count} úlohy",
        "many": "{count} úlohy",
        "other": "{count} úloh",
    },
}


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catalogues of the test's own instead of the shipped ones."""
    tables: dict[str, dict[str, Any]] = {
        language: {"a.tasks": TASKS[language]} for language in LANGUAGES
    }
    tables["en"] |= {"a.hello": "Hello {name}, {name}", "a.english": "Only English"}
    tables["pl"] |= {"a.hello": "Cześć {name}, {name}"}
    monkeypatch.setattr(catalogue, "entries", lambda language: tables[language])


@pytest.mark.parametrize(
    ("language", "count", "expected"),
    [
        ("en", 1, "1 task"),
        ("en", 0, "0 tasks"),
        ("en", 1200, "1,200 tasks"),
        ("pl", 1, "1 zadanie"),
        ("pl", 3, "3 zadania"),
        ("pl", 12, "12 zadań"),
        ("pl", 22, "22 zadania"),
        ("pl", Decimal("1.5"), "1,5 zadania"),
        ("sk", 1, "1 úloha"),
        ("sk", 4, "4 úlohy"),
        ("sk", 5, "5 úloh"),
        ("sk-SK", 0, "0 úloh"),
    ],
)
@pytest.mark.usefixtures("texts")
def test_plural_forms(language: str, count: int, expected: str) -> None:
    assert Words(language).text("a.tasks", count=count) == expected


@pytest.mark.parametrize(
    ("language", "key", "params", "expected"),
    [
        ("pl", "a.hello", {"name": "Bob"}, "Cześć Bob, Bob"),
        (
            "pl",
            "a.hello",
            {"name": "{name} {0.__class__}"},
            "Cześć " + "{name} {0.__class__}, " * 2,
        ),
        ("pl", "a.hello", {}, "Cześć {name}, {name}"),
        ("pl", "a.hello", {"name": Decimal("1E+3")}, "Cześć 1000, 1000"),
        ("pl", "a.english", {}, "Only English"),
        ("sk", "a.hello", {"name": "Bob"}, "Hello Bob, Bob"),
        ("xx", "a.hello", {"name": "Bob"}, "Hello Bob, Bob"),
        ("en", "a.unknown", {"name": "Bob"}, "a.unknown"),
    ],
)
@pytest.mark.usefixtures("texts")
def test_values_are_put_in_as_text(
    language: str, key: str, params: dict[str, Any], expected: str
) -> None:
    assert Words(language).text(key, **params) == expected.removesuffix(", ")


@pytest.mark.usefixtures("texts")
def test_has_knows_the_fallback() -> None:
    assert Words("sk").has("a.english")
    assert not Words("en").has("a.unknown")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["48,211.40", "1,234,567,890,123,456.789012", "PLN48,211.40", "6 Mar 2026"]),
        ("pl", ["48 211,40", "1 234 567 890 123 456,789012", "48 211,40 zł", "6 mar 2026"]),
        ("sk", ["48 211,40", "1 234 567 890 123 456,789012", "48 211,40 PLN", "6. 3. 2026"]),
    ],
)
def test_numbers_money_and_days(language: str, expected: list[str]) -> None:
    words = Words(language)
    shown = [
        words.number(Decimal("48211.4"), 2),
        words.number(Decimal("1234567890123456.789012")),
        words.money(Decimal("48211.4"), "PLN"),
        words.date(date(2026, 3, 6)),
    ]
    assert [each.replace("\N{NO-BREAK SPACE}", " ") for each in shown] == expected


@pytest.mark.parametrize(
    ("language", "moment", "relative"),
    [
        ("en", "6 Mar 2026, 13:00", "in 3 hours"),
        ("pl", "6 mar 2026, 13:00", "za 3 godziny"),
        ("sk", "6. 3. 2026, 13:00", "o 3 hodiny"),
    ],
)
def test_moments_in_a_zone(language: str, moment: str, relative: str) -> None:
    words = Words(language)
    assert words.moment(NOON, "Europe/Warsaw") == moment
    assert words.moment(NOON, "Europe/Warsaw", seconds=True) == f"{moment}:00"
    assert words.relative(NOON + timedelta(hours=3), NOON) == relative


def test_a_definition_s_text_is_chosen_by_language() -> None:
    assert Words("pl").choose({"en": "Order", "pl": "Zamówienie"}) == "Zamówienie"
    assert Words("sk").choose({"pl": "Zamówienie", "en": "Order"}) == "Zamówienie"
    assert Words("sk").choose("Order") == "Order"
    assert Words("sk").choose(None) == ""


def test_the_shipped_catalogues_are_there() -> None:
    assert all(catalogue.entries(language) for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_are_what_a_reader_of_all_yaml_takes_them_for(language: str) -> None:
    """It also refuses a key that is there twice."""
    found: dict[str, catalogue.Entry] = {}
    for file in sorted(Path(catalogue.__file__).with_name(language).glob("*.yaml")):
        content = load_yaml(file.read_text("utf-8"), file=file.name).value
        catalogue._flatten(content or {}, file.stem, found)
    assert found == catalogue.entries(language)


CHOSEN: dict[str, tuple[Any, str]] = {
    "a string": ("Order", "Order"),
    "its language": ({"en": "Order", "pl": "Zamówienie"}, "Zamówienie"),
    "the first one": ({"en": "Order", "sk": "Objednávka"}, "Order"),
    "an empty one": ({"en": "Order", "pl": ""}, "Order"),
    "nothing": (None, ""),
    "an empty map": ({}, ""),
    "what is no text": (5, ""),
    "a list": (["Order"], ""),
    "a map of no texts": ({"pl": {"en": "Order"}}, ""),
}


@pytest.mark.parametrize("name", list(CHOSEN))
def test_a_text_of_a_definition_in_ones_language(name: str) -> None:
    text, expected = CHOSEN[name]
    assert Words("pl").choose(text) == expected
