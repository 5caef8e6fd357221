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
ALONE = {
    "id": "t",
    "inputs": [{"name": "total", "type": "number"}],
    "outputs": [{"name": "out"}],
    "rules": [
        {"id": "low", "when": ["<= 500"], "then": ["1"]},
        {"id": "high", "when": ["[500..1000]"], "then": ["1"]},
    ],
}
CELL = {**ALONE, "rules": [{"id": "a", "when": ["> limit"], "then": ["1"]}]}
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
    (
        *("en", ALONE, {"total": 3000}),
        "There is no answer: no row matches (total = 3,000), and there is no default; "
        "with total = 1,000 it would be 1.",
    ),
    (
        *("pl", ALONE, {"total": 3000}),
        "Nie ma wyniku: nie pasuje żaden wiersz (total = 3 000) i brakuje wartości domyślnej; "
        "przy total = 1 000 wynikiem byłoby 1.",
    ),
    (
        *("sk", ALONE, {"total": 500}),
        "Výsledok chýba: vyhovujú riadky low, high, no vyhovieť smie iba jeden (total = 500); "
        "pri total = 499 by bol výsledok 1.",
    ),
    (
        *("pl", TABLE, {"total": None, "urgent": None}),
        "Nie ma wyniku: brakuje wartości total; przy total = 1 000,5 wynikiem byłoby „none”.",
    ),
    (
        *("sk", TABLE, {"total": "dosť", "urgent": None}),
        "Výsledok chýba: total = „dosť“ je iného typu než number; "
        "pri total = 1 000,5 by bol výsledok „none“.",
    ),
    (
        *("pl", CELL, {"total": 5}),
        "Nie ma wyniku: w wierszu a komórki > limit w kolumnie total nie da się obliczyć "
        "dla wartości 5.",
    ),
    (
        *("sk", CELL | {"rules": [{"id": "a", "then": ["total / 0"]}]}, {"total": 5}),
        "Výsledok chýba: v riadku a sa nedá vypočítať výstup out (total / 0).",
    ),
]


@pytest.mark.parametrize(("language", "document", "given", "expected"), SENTENCES)
def test_sentences(language: str, document: Any, given: dict[str, Any], expected: str) -> None:
    decision = compile_decision(document)
    explanation = explain(decision, {**given, "today": date(2026, 3, 1)})
    table = decision.table is not None
    said = why_sentence(explanation, Words(language), table=table)
    assert said.replace("\N{NO-BREAK SPACE}", " ") == expected
