"""A decision as it is being written, tried: answers, explanations, its tests, what it leaves open.

Nothing is kept: the value stands in its bundle in place of the draft, for one question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from orderloom.platform.app.decision_tests import problem_of
from orderloom.platform.app.given_values import GivenValues
from orderloom.platform.app.table_trying_fields import fields_of
from orderloom.platform.app.table_trying_gaps import problems_of
from orderloom.platform.app.why import why_sentence
from orderloom.platform.definitions import Bundle, Document, errors, shape_findings
from orderloom.platform.words import Words
from orderloom.rules import (
    Decision,
    EvaluationError,
    FeelError,
    boundary_cases,
    compile_decisions,
    explain,
    to_json,
)

KIND: Final = "decision"
# Tests that are run and cases that are suggested at one time.
MOST_TESTS: Final = 2_000
MOST_CASES: Final = 200
# Tests without an answer that are explained: each is about as much work as a hundred tests.
MOST_EXPLAINED: Final = 20
# How what was written for people, and is no definition yet, makes programs fail.
_FAULTS: Final = (
    *(FeelError, EvaluationError, ValueError, TypeError, LookupError, AttributeError),
    *(ArithmeticError, RecursionError, StopIteration),
)


@dataclass(frozen=True, slots=True)
class Tried:
    """A value in its bundle. `decision`: None where it cannot be run; then `problem` says why, and
    is empty where its findings do."""

    bundle: Bundle
    document: Document
    decision: Decision | None
    problem: str = ""


def in_bundle(bundle: Bundle, id_: str, value: Mapping[str, Any]) -> Tried:
    """The value as the decision `id_` of the bundle."""
    document = Document(KIND, id_, "", 1, {**value, "kind": KIND, "id": id_})
    if errors(shape_findings(document)):
        return Tried(bundle, document, None)
    others = {each.id: each.value for each in bundle.documents if each.kind == KIND}
    try:
        compiled = compile_decisions({**others, id_: document.value}, [id_])[id_]
    except _FAULTS as error:
        return Tried(bundle, document, None, str(error))
    return Tried(bundle, document, compiled)


def answered(tried: Tried, given: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """`{fields, answer, problem}`. `answer`: `{result, rows, why}` of plain values, `why` with a
    `sentence`; without a result there is `why.failure`. None where nothing can be run; then
    `problem` says why."""
    if tried.decision is None:
        return {"fields": [], "answer": None, "problem": tried.problem}
    made = {"fields": fields_of(tried.decision, tried.bundle), "answer": None, "problem": ""}
    try:
        scope = GivenValues(tried.bundle).lifted(tried.decision, given)
        explained = explain(tried.decision, scope)
        table = tried.decision.table is not None
        sentence = why_sentence(explained, words, table=table)
    except _FAULTS as error:
        return {**made, "problem": str(error)}
    answer = {
        "result": to_json(explained.outputs),
        "rows": list(explained.matched) if explained.failure is None else [],
        "why": {**explained.to_json(), "sentence": sentence},
    }
    return {**made, "answer": answer}


def looked_over(tried: Tried, words: Words) -> dict[str, Any]:
    """`{runs, fields, problems, tests, problem}`: gaps, overlaps and the like with values that show
    them, and of each test `{passed, problem, result, rows, failed}`. `runs`: whether it can be run;
    else `problem` says why not."""
    if tried.decision is None:
        nothing: dict[str, Any] = {"fields": [], "problems": [], "tests": []}
        return {"runs": False, **nothing, "problem": tried.problem}
    try:
        problems = problems_of(tried.decision)
    except _FAULTS:
        problems = []
    values = GivenValues(tried.bundle)
    tests = (tried.document.value.get("tests") or [])[:MOST_TESTS]
    told = [_tested(tried, tried.decision, each, values) for each in tests]
    unanswered = [n for n, one in enumerate(told) if one["failed"] and not one["passed"]]
    for n in unanswered[:MOST_EXPLAINED]:
        given = tests[n].get("given") or {}
        told[n]["failed"] = _why(tried.decision, given, values, words) or told[n]["failed"]
    return {
        "runs": True,
        "fields": fields_of(tried.decision, tried.bundle),
        "problems": problems,
        "tests": told,
        "problem": "",
    }


def suggested(tried: Tried) -> list[dict[str, Any]]:
    """Tests of both sides of every edge, with the present answers; none twice."""
    decision = tried.decision
    if decision is None or decision.table is None:
        return []
    values = GivenValues(tried.bundle)
    known = [test.get("given") for test in tried.document.value.get("tests") or []]
    made: list[dict[str, Any]] = []
    for case in boundary_cases(decision):
        given = to_json(case.given)
        if len(made) == MOST_CASES:
            break
        # What plain data cannot give, such as a date without a type, is no test.
        if given in known or values.lifted(decision, given) != case.given:
            continue
        made.append(_case(decision, given, case.error, to_json(case.outputs)))
    return made


def _case(decision: Decision, given: Any, error: Any, answer: Any) -> dict[str, Any]:
    if error:
        return {"given": given, "error": True}
    names = () if decision.table is None else decision.table.names
    named = len(names) == 1 and not isinstance(answer, list)
    return {"given": given, "expect": {names[0]: answer} if named else answer}


def _why(decision: Decision, given: Mapping[str, Any], values: GivenValues, words: Words) -> str:
    """Why there is no answer, for people; empty where that cannot be told."""
    try:
        explained = explain(decision, values.lifted(decision, given))
        return why_sentence(explained, words, table=decision.table is not None)
    except _FAULTS:
        return ""


def _tested(
    tried: Tried, decision: Decision, test: Mapping[str, Any], values: GivenValues
) -> dict[str, Any]:
    result: Any = None
    rows: list[str] = []
    failed = ""
    try:
        found = decision.evaluate(values.lifted(decision, test.get("given") or {}))
        result, rows = to_json(found.outputs), list(found.matched)
    except _FAULTS as error:
        failed = str(error)
    try:
        problem = problem_of(decision, tried.document, test, values)
    except _FAULTS as error:
        problem = str(error)
    return {
        "passed": not problem,
        "problem": problem,
        "result": result,
        "rows": rows,
        "failed": failed,
    }
