"""One decision of a bundle, evaluated by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.platform.app.decision_tests import compiled_decision
from orderloom.platform.definitions import Bundle
from orderloom.platform.problem import Refused, Rejection
from orderloom.rules import EvaluationError, FeelError, to_json


def decide(bundle: Bundle, decision: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """`{decision, result, rows, trace}` of plain values. Raises `Refused`."""
    if not any(each.kind == "decision" and each.id == decision for each in bundle.documents):
        message = f"There is no decision {decision}."
        raise Refused(Rejection("decision.not_found", message, {"decision": decision}))
    try:
        answer = compiled_decision(bundle, decision).evaluate(given)
    except (EvaluationError, FeelError) as error:
        params = {"decision": decision, "problem": str(error)}
        raise Refused(Rejection("decision.failed", str(error), params)) from error
    return {
        "decision": decision,
        "result": to_json(answer.outputs),
        "rows": list(answer.matched),
        "trace": to_json(dict(answer.trace)),
    }
