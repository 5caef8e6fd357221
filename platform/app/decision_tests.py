"""The tests that decisions carry (`tests:` of language 4), run one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orderloom.platform.app.given_values import GivenValues
from orderloom.platform.app.scenario import ScenarioResult
from orderloom.platform.app.scenario_expect import mismatches
from orderloom.platform.definitions import Bundle, Document
from orderloom.rules import Decision, EvaluationError, FeelError, compile_decisions, to_json


def decision_tests(bundle: Bundle) -> Iterator[ScenarioResult]:
    """One result a test; a decision that others require is compiled once."""
    documents = {each.id: each for each in bundle.documents if each.kind == "decision"}
    compiled = compile_decisions({id_: each.value for id_, each in documents.items()})
    values = GivenValues(bundle)
    for document in documents.values():
        for index, test in enumerate(document.value.get("tests") or []):
            place = document.line_of(("tests", index))
            yield ScenarioResult(
                scenario=f"{document.id} {index + 1}",
                file=document.file,
                line=place,
                problem=problem_of(compiled[document.id], document, test, values),
            )


def compiled_decision(bundle: Bundle, id_: str) -> Decision:
    """A decision of a bundle with all that it requires. Raises `FeelError`."""
    documents = {each.id: each.value for each in bundle.documents if each.kind == "decision"}
    return compile_decisions(documents, [id_])[id_]


def problem_of(
    decision: Decision, document: Document, test: Mapping[str, Any], values: GivenValues
) -> str:
    """Why a test does not come true; empty where it does."""
    try:
        given = values.lifted(decision, test.get("given") or {})
        result = to_json(decision.evaluate(given).outputs)
    except (EvaluationError, FeelError) as error:
        return "" if test.get("error") else str(error)
    if test.get("error"):
        return "expected an error"
    expected, outputs = test.get("expect"), document.value.get("outputs") or []
    if len(outputs) == 1:
        expected = _bare(expected, outputs[0]["name"])
        result = _bare(result, outputs[0]["name"])
    return "; ".join(mismatches(expected, result, "result"))


def _bare(value: Any, name: str) -> Any:
    """One output may be written as itself or under its name, alone or in a list."""
    if isinstance(value, list):
        return [_bare(item, name) for item in value]
    return value[name] if isinstance(value, Mapping) and set(value) == {name} else value
