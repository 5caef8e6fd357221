"""One decision of a bundle, evaluated by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.platform.app.decision_tests import compiled_decision
from orderloom.platform.app.given_values import GivenValues
from orderloom.platform.app.why import why_sentence
from orderloom.platform.definitions import Bundle
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.words import Words
from orderloom.rules import EvaluationError, FeelError, explain, to_json


def decide(
    bundle: Bundle, decision: str, given: Mapping[str, Any], *, why: Words | None = None
) -> dict[str, Any]:
    """`{decision, result, rows, trace}` of plain values; `why`: also `why`, what stopped each other
    row, the smallest changes and a `sentence` in that language. Raises `Refused`."""
    if not any(each.kind == "decision" and each.id == decision for each in bundle.documents):
        message = f"There is no decision {decision}."
        raise Refused(Rejection("decision.not_found", message, {"decision": decision}))
    try:
        compiled = compiled_decision(bundle, decision)
        given = GivenValues(bundle).lifted(compiled, given)
        answer = compiled.evaluate(given)
        explained = None if why is None else explain(compiled, given)
    except (EvaluationError, FeelError) as error:
        params = {"decision": decision, "problem": str(error)}
        raise Refused(
            Rejection("decision.failed", str(error), params, path=_place(error))
        ) from error
    made = {
        "decision": decision,
        "result": to_json(answer.outputs),
        "rows": list(answer.matched),
        "trace": to_json(dict(answer.trace)),
    }
    if why is not None and explained is not None:
        sentence = why_sentence(explained, why, table=compiled.table is not None)
        made["why"] = {**explained.to_json(), "sentence": sentence}
    return made


def _place(error: EvaluationError | FeelError) -> str | None:
    """`row.column` of a cell, or only what is known of it."""
    if isinstance(error, FeelError):
        return None
    return ".".join(part for part in (error.row, error.column) if part) or None
