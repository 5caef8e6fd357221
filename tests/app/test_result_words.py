"""Results of decisions are told by the labels that their definitions have, in each language."""

from __future__ import annotations

from typing import Any

import pytest

from orderloom.audit.narrative import sentence
from orderloom.platform.app.result_words import (
    decided_facts,
    result_label,
    result_value,
    titles_of,
)
from orderloom.platform.codec import load_yaml
from orderloom.platform.definitions.compile import compile_documents
from orderloom.platform.words import Words

DOCUMENTS = """\
kind: process
id: t
title: T
form: f
number: "T-{seq}"
stages:
  a: {entry: [{decide: tier, as: level}, {decide: way, as: route}, {decide: twice, as: much}]}
---
kind: form
id: f
title: F
schema: {type: object, properties: {n: {type: number}}}
---
kind: decision
id: tier
title: Tier
hit: FIRST
inputs: [{name: n, value: n, type: number}, {name: size, value: n, type: string}]
outputs: [{name: tier, type: string, allowed: '"one","two"'}]
labels:
  tier: {en: Tier, pl: Próg}
  tier=two: {en: Two approvals, pl: Dwa zatwierdzenia}
  size: {en: Size, pl: Wielkość}
  size=big: {en: big one, pl: duże}
rules: [{id: r, then: {tier: '"two"'}}]
---
kind: decision
id: way
title: Way
hit: COLLECT
inputs: [{name: level, value: level, type: string}]
outputs: [{name: site, type: string}, {name: days, type: number}]
labels: {site: {en: Warehouse, pl: Magazyn}, site=W: {en: Warsaw, pl: Warszawa}}
rules: [{id: r, then: {site: '"W"', days: 2}}]
---
{kind: decision, id: twice, title: Twice, value: n * 2, labels: {much: {en: How much, pl: Ile}}}
---
kind: collection
id: budgets
title: Budgets
key: id
balances: [left]
labels: {left: {en: Left, pl: Zostało}}
schema: {type: object, properties: {id: {type: string}, left: {type: number}}}
"""
RELEASE = compile_documents([load_yaml(part).value for part in DOCUMENTS.split("---\n")])


@pytest.mark.parametrize(
    ("path", "value", "en", "pl"),
    [
        ("level", "two", ("Tier", "Two approvals"), ("Próg", "Dwa zatwierdzenia")),
        ("level", "one", ("Tier", ""), ("Próg", "")),
        ("route.site", "W", ("Warehouse", "Warsaw"), ("Magazyn", "Warszawa")),
        ("route.days", 2, ("", ""), ("", "")),
        ("much", 4, ("How much", ""), ("Ile", "")),
        ("n", 4, ("", ""), ("", "")),
    ],
)
def test_a_result_by_its_name(path: str, value: Any, en: Any, pl: Any) -> None:
    for language, expected in (("en", en), ("pl", pl)):
        words = Words(language)
        found = (
            result_label(RELEASE, path, words),
            result_value(RELEASE, path, value, words),
        )
        assert found == expected


@pytest.mark.parametrize(
    ("facts", "en", "pl"),
    [
        (
            {"decision": "tier", "out": "two", "in": {"size": "big"}, "rows": ["r"]},
            "tier gave Two approvals, because of Size big one (row r of tier)",
            "tier: wynik Dwa zatwierdzenia, ponieważ Wielkość duże (wiersz r tabeli tier)",
        ),
        (
            {"decision": "way", "out": [{"site": "W", "days": 2}], "in": {"level": "two"}},
            "way gave Warehouse Warsaw, days 2, because of Tier Two approvals",
            "way: wynik Magazyn Warszawa, days 2, ponieważ Próg Dwa zatwierdzenia",
        ),
        ({"decision": "twice", "out": 4}, "twice gave 4", "twice: wynik 4"),
        ({"decision": "gone", "out": "two"}, "gone gave two", "gone: wynik two"),
    ],
)
def test_a_decision_as_a_sentence(facts: dict[str, Any], en: str, pl: str) -> None:
    for language, expected in (("en", en), ("pl", pl)):
        words = Words(language)
        told = decided_facts(RELEASE, facts, words)
        assert sentence("decided", told, actor="u_1", words=words) == expected


def test_balances_are_told_by_their_labels() -> None:
    found = compile_documents(
        [
            *(load_yaml(part).value for part in DOCUMENTS.split("---\n")[1:]),
            {
                **load_yaml(DOCUMENTS.split("---\n")[0]).value,
                "stages": {
                    "a": {
                        "entry": [
                            {"reserve": {"balance": "budgets.left", "key": '"IT"', "amount": "n"}}
                        ]
                    }
                },
            },
        ]
    )
    words = Words("pl")
    titles = {id_: words.choose(title) for id_, title in titles_of(found).items()}
    line = {"balance": "budgets.left", "key": "IT", "amount": 3}
    facts = {"way": "reserve", "lines": [line]}
    said = sentence("stock.moved", facts, actor="u_1", words=words, titles=titles)
    assert said == "Zarezerwowano: 3 z salda budgets (Zostało), IT"
