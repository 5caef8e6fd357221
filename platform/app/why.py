"""Why a decision answered so, as one sentence in a person's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from orderloom.platform.words import Words
from orderloom.rules import Explanation, to_json
from orderloom.rules.failing import Failure


def why_sentence(explanation: Explanation, words: Words, *, table: bool = True) -> str:
    """The answer, the rows and values it comes from, and what would change it; without an answer
    what it fails at, and what would lead to one."""
    if explanation.failure is not None:
        return f"{_failure(explanation, explanation.failure, words)}{_flip(explanation, words)}."
    facts = _facts(explanation.inputs.items(), words)
    params = {"outcome": _shown(explanation.outputs, words), "facts": facts}
    rows = explanation.matched
    if not table:
        first = words.text("decisions.value", **params)
    elif rows:
        named = ", ".join(rows)
        first = words.text("decisions.because", rows=named, count=len(rows), **params)
    else:
        first = words.text("decisions.nothing", **params)
    return f"{first}{_flip(explanation, words)}."


def _failure(explanation: Explanation, failure: Failure, words: Words) -> str:
    return words.text(
        f"decisions.fails.{failure.kind}",
        rows=", ".join(explanation.matched),
        row=failure.row,
        column=failure.column,
        cell=failure.cell,
        value=_shown(failure.value, words),
        facts=_facts(explanation.inputs.items(), words),
        reason=failure.reason,
    )


def _flip(explanation: Explanation, words: Words) -> str:
    if not explanation.flips:
        return ""
    smallest = explanation.flips[0]
    changes = [_fact(one.column, one.after, words) for one in smallest.changes]
    together = words.text("decisions.and").join(changes)
    outcome = _shown(smallest.outputs, words)
    return words.text("decisions.flip", changes=together, outcome=outcome)


def _facts(items: Iterable[tuple[str, Any]], words: Words) -> str:
    return ", ".join(_fact(name, value, words) for name, value in items)


def _fact(name: str, value: Any, words: Words) -> str:
    return words.text("decisions.fact", name=name, value=_shown(value, words))


def _shown(value: Any, words: Words) -> str:
    if value is None:
        return words.text("decisions.empty")
    if isinstance(value, bool):
        return words.text("decisions.yes" if value else "decisions.no")
    if isinstance(value, int | Decimal):
        return words.number(value)
    if isinstance(value, str):
        return words.text("decisions.quoted", text=value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return words.date(value)
    if isinstance(value, Mapping):
        return _facts(value.items(), words)
    if isinstance(value, list):
        items = ", ".join(_shown(item, words) for item in value)
        return items or words.text("decisions.empty")
    return str(to_json(value))
