"""Why a decision answered so, as a sentence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from orderloom.platform.app.why import why_sentence
from orderloom.platform.words import Words
from orderloom.rules import compile_decision, explain

TABLE: dict[str, Any] = {
    "id": "t",
    "hit": "FIRST",
    "inputs": [
        {"name": "total", "type": "number"},
        {"name": "urgent", "type": "boolean", "nullable": True},
    ],
    "outputs": [{"name": "tier", "default": '"none"'}],
    "rules": [{"id": "big", "when": ["> 1000.50", "-"], "then": ['"two"']}],
}
MANY = {
    **TABLE,
    "hit": "COLLECT",
    "rules": [{"id": "a", "then": ["1"]}, {"id": "b", "then": ['date("2026-03-01")']}],
}
VALUE = {"id": "v", "value": "total * 2"}

SENTENCES = [
    (
        *("en", TABLE, {"total": 2000, "urgent": True}),
        "The answer is “two” because row big matches (total = 2,000, urgent = yes); "
        "with total = 1,000.5 it would be “none”.",
    ),
    (
        *("pl", TABLE, {"total": 2000, "urgent": None}),
        "Wynik to „two”, bo pasuje wiersz big (total = 2 000, urgent = brak); "
        "przy total = 1 000,5 wynikiem byłoby „none”.",
    ),
    (
        *("sk", TABLE, {"total": Decimal("0.5"), "urgent": False}),
        "Výsledok je „none“, pretože nevyhovuje žiadny riadok (total = 0,5, urgent = nie); "
        "pri total = 1 000,6 by bol výsledok „two“.",
    ),
    (
        *("pl", MANY, {"total": 1, "urgent": None}),
        "Wynik to 1, 1 mar 2026, bo pasują wiersze a, b (total = 1, urgent = brak).",
    ),
    (*("en", VALUE, {"total": 2}), "The answer is 4 (total = 2)."),
]


@pytest.mark.parametrize(("language", "document", "given", "expected"), SENTENCES)
def test_sentences(language: str, document: Any, given: dict[str, Any], expected: str) -> None:
    decision = compile_decision(document)
    explanation = explain(decision, {**given, "today": date(2026, 3, 1)})
    table = decision.table is not None
    said = why_sentence(explanation, Words(language), table=table)
    assert said.replace("\N{NO-BREAK SPACE}", " ") == expected
