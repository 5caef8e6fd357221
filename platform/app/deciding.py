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
from orderloom.rules import EvaluationError, Explanation, FeelError, explain, to_json
from orderloom.rules.failing import Failure


def decide(
    bundle: Bundle, decision: str, given: Mapping[str, Any], *, why: Words | None = None
) -> dict[str, Any]:
    """`{decision, result, rows, trace}` of plain values; `why`: also `why`, what stopped each other
    row, the smallest changes and a `sentence` in that language.

    Without an answer `{decision, code, message, path, why}` where `why` is asked for. Raises
    `Refused` otherwise, and where a decision that it requires has none.
    """
    if not any(each.kind == "decision" and each.id == decision for each in bundle.documents):
        message = f"There is no decision {decision}."
        raise Refused(Rejection("decision.not_found", message, {"decision": decision}))
    try:
        compiled = compiled_decision(bundle, decision)
        given = GivenValues(bundle).lifted(compiled, given)
        explained = None if why is None else explain(compiled, given)
        if explained is not None and why is not None and explained.failure is not None:
            return _failed(decision, explained, explained.failure, why)
        answer = compiled.evaluate(given)
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
        made["why"] = _why(explained, why, table=compiled.table is not None)
    return made


def _why(explained: Explanation, words: Words, *, table: bool = True) -> dict[str, Any]:
    return {**explained.to_json(), "sentence": why_sentence(explained, words, table=table)}


def _failed(
    decision: str, explained: Explanation, failure: Failure, words: Words
) -> dict[str, Any]:
    return {
        "decision": decision,
        "code": "decision.failed",
        "message": failure.reason,
        "path": ".".join(part for part in (failure.row, failure.column) if part) or None,
        "why": _why(explained, words),
    }


def _place(error: EvaluationError | FeelError) -> str | None:
    """`row.column` of a cell, or only what is known of it."""
    if isinstance(error, FeelError):
        return None
    return ".".join(part for part in (error.row, error.column) if part) or None
