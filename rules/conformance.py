"""How much of a collection of cases holds: FEEL expressions, unary tests, decision tables.

A case expects a value, or null (an error counts as null); the two are counted apart. Values without
a JSON type are written `{"$type": "date", "value": "2026-01-01"}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from orderloom.rules.decision import compile_decision
from orderloom.rules.error import EvaluationError, FeelError
from orderloom.rules.expression import evaluate, parse_unary
from orderloom.rules.lexer import is_plain
from orderloom.rules.operators import equal
from orderloom.rules.temporal import parse_duration, read_date, read_moment, read_time
from orderloom.rules.values import is_number, kind, text_of, to_json

# A result of these is rounded; how many digits the expected one has is a matter of taste.
_IRRATIONAL: Final = re.compile(r"sqrt|log|exp|stddev|mean|median|\*\*|/")
_TOLERANCE: Final = Decimal("1e-8")
_READERS: Final[dict[str, Callable[[str], Any]]] = {
    "date": read_date,
    "time": read_time,
    "dateTime": read_moment,
    "duration": parse_duration,
    "decimal": Decimal,
    "number": Decimal,
}


@dataclass(frozen=True, slots=True)
class Miss:
    """A case that does not hold; `got` is a value, or what was wrong."""

    id: str
    text: str
    expected: Any
    got: Any


@dataclass(slots=True)
class Score:
    """Cases of which `passed` hold; `kinds` counts those that expect a value and null apart."""

    kinds: dict[str, list[int]] = field(default_factory=dict)
    missed: list[Miss] = field(default_factory=list)

    def count(self, kind_: str, miss: Miss | None) -> None:
        passed = self.kinds.setdefault(kind_, [0, 0])
        passed[0] += miss is None
        passed[1] += 1
        if miss is not None:
            self.missed.append(miss)

    def to_json(self) -> dict[str, Any]:
        """`{value: {passed, of}, null: {passed, of}, failed: […]}`."""
        counts = {name: {"passed": n, "of": of} for name, (n, of) in self.kinds.items()}
        failed = [
            {"id": one.id, "expression": one.text, "expected": one.expected, "got": one.got}
            for one in self.missed
        ]
        return {**counts, "failed": failed}


def score_feel(cases: Iterable[Mapping[str, Any]], now: datetime) -> Score:
    """Of cases `{expression, context, expected}` or `{test, input, expected}` (a unary test)."""
    score = Score({"value": [0, 0], "null": [0, 0]})
    for number, case in enumerate(cases, 1):
        expected = value_of(case["expected"])
        wants_null = expected is None or bool(case.get("error"))
        text = str(case["expression"] if "expression" in case else case["test"])
        got, problem = _answer(case, text, now)
        holds = got is None if wants_null else not problem and same(got, expected, text)
        miss = Miss(str(case.get("id", number)), text, case["expected"], problem or to_json(got))
        score.count("null" if wants_null else "value", None if holds else miss)
    return score


def score_tables(tables: Iterable[Mapping[str, Any]]) -> Score:
    """Of tables `{hit_policy, aggregation, inputs, outputs, rules, cases}`."""
    score = Score({"value": [0, 0], "null": [0, 0]})
    for table in tables:
        names = {name for case in table["cases"] for name in case["inputs"]}
        names |= {str(name) for _, name in table.get("requires", ())}
        names = {name for name in names if not is_plain(name)}
        try:
            decision, problem = compile_decision(table_document(table), names=names), ""
        except FeelError as error:
            decision, problem = None, str(error)
        for case in table["cases"]:
            expected, got = value_of(case["expected"]), None
            wants_null, wrong = expected is None or bool(case.get("error")), problem
            try:
                got = decision and decision.evaluate(value_of(case["inputs"])).outputs
            except (EvaluationError, FeelError) as error:
                wrong = str(error)
            holds = got is None if wants_null else not wrong and same(got, expected)
            id_ = f"{table['id']}/{table.get('decision', '')}/{case['id']}"
            miss = Miss(id_, str(case["inputs"]), case["expected"], wrong or to_json(got))
            score.count("null" if wants_null else "value", None if holds else miss)
    return score


def table_document(table: Mapping[str, Any]) -> dict[str, Any]:
    """The decision as our documents write it (language 4)."""
    outputs = [
        {
            "name": one["name"] or "result",
            **{key: one[key] for key in ("allowed", "default") if one.get(key) is not None},
        }
        for one in table["outputs"]
    ]
    inputs = [
        {
            "name": f"{one['expr']}",
            "value": one["expr"],
            "nullable": True,
            **({"allowed": one["allowed"]} if one.get("allowed") else {}),
        }
        for one in table["inputs"]
    ]
    aggregation = f" {table['aggregation']}" if table.get("aggregation") else ""
    return {
        "id": table["id"],
        "hit": table["hit_policy"] + aggregation,
        "inputs": inputs,
        "outputs": outputs,
        "rules": table["rules"],
    }


def value_of(value: Any) -> Any:
    """The FEEL value of one from JSON."""
    if isinstance(value, Mapping) and "$type" in value:
        return _READERS[value["$type"]](value["value"])
    if isinstance(value, Mapping):
        return {key: value_of(item) for key, item in value.items()}
    return [value_of(item) for item in value] if isinstance(value, list) else value


def same(got: Any, expected: Any, text: str = "") -> bool:
    """Whether an answer is the expected one: numbers exact but for `sqrt`, `/` and their like."""
    if is_number(got) and is_number(expected):
        if not _IRRATIONAL.search(text):
            return bool(got == expected)
        return bool(abs(Decimal(got) - expected) <= _TOLERANCE * max(1, abs(expected)))
    if kind(got) != kind(expected):
        return False
    if isinstance(got, list):
        return len(got) == len(expected) and all(
            same(one, other, text) for one, other in zip(got, expected, strict=True)
        )
    if isinstance(got, Mapping):
        return got.keys() == expected.keys() and all(
            same(got[key], expected[key], text) for key in got
        )
    return got is None or (equal(got, expected) is True and text_of(got) == text_of(expected))


def _answer(case: Mapping[str, Any], text: str, now: datetime) -> tuple[Any, str]:
    scope = {"now": now, "today": now.date(), **value_of(case.get("context") or {})}
    try:
        if "test" not in case:
            return evaluate(text, scope), ""
        given = value_of(case.get("input"))
        scope |= given if isinstance(given, Mapping) else {"?": given}
        return parse_unary(text).evaluate(scope, strict=False), ""
    except FeelError as error:
        return None, str(error)
