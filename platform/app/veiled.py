"""What a form's layout keeps from a viewer is kept from them in the sentences of the audit too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orderloom.forms.formulas import holds
from orderloom.platform.app.reading import Seen
from orderloom.platform.app.result_words import field_read
from orderloom.rules import Expression

Path = tuple[str, ...]


def veiled(seen: Seen, facts: Mapping[str, Any], hidden: frozenset[Path]) -> Mapping[str, Any]:
    """Facts with a word in the place of values of hidden fields: in what decisions read, in what
    reasons name, in data and their changes."""
    if not hidden:
        return facts
    return {name: _fact(name, value, hidden, seen, _table(facts)) for name, value in facts.items()}


def _table(facts: Mapping[str, Any]) -> str:
    return str(facts.get("decision") or facts.get("matrix") or "")


def hidden_fields(seen: Seen) -> frozenset[Path]:
    """Fields that the layout shows to some people and not to this viewer (`visible` reads
    `actor`). What is hidden because of the data alone is nobody's secret."""
    return frozenset(_hidden(seen))


def _hidden(seen: Seen) -> Iterator[Path]:
    form = seen.release.form
    scope: Mapping[str, Any] | None = None
    for section in form.sections:
        for placed in section.fields:
            for condition in (section.visible, placed.visible):
                if condition is None or "actor" not in condition.names:
                    continue
                scope = scope or {**form.scope(seen.state.data), "actor": seen.actor.record()}
                if not _shown(condition, scope):
                    yield placed.path


def _shown(condition: Expression, scope: Mapping[str, Any]) -> bool:
    return holds(condition, scope, default=True)


def _fact(name: str, value: Any, hidden: frozenset[Path], seen: Seen, table: str) -> Any:
    word = seen.words.text("evidence.report.hidden")
    if name in ("in", "values") and isinstance(value, Mapping):
        # An input is called by its own name: what it reads is what counts.
        read = {key: field_read(seen.release, table, key) if table else key for key in value}
        return {
            key: _data(inner, tuple((read[key] or key).split(".")), hidden, word)
            for key, inner in value.items()
        }
    if name == "data":
        return _data(value, (), hidden, word)
    if name == "patch" and isinstance(value, list | tuple):
        return [_operation(each, hidden, word) for each in value]
    if isinstance(value, Mapping):
        inside = _table(value) or table
        return {key: _fact(key, inner, hidden, seen, inside) for key, inner in value.items()}
    return value


def _operation(operation: Any, hidden: frozenset[Path], word: str) -> Any:
    if not isinstance(operation, Mapping) or "value" not in operation:
        return operation
    path = tuple(part for part in str(operation["path"]).split("/")[1:] if not part.isdigit())
    return {**operation, "value": _data(operation["value"], path, hidden, word)}


def _data(value: Any, path: Path, hidden: frozenset[Path], word: str) -> Any:
    if _inside(path, hidden):
        return word
    if isinstance(value, Mapping):
        return {key: _data(inner, (*path, key), hidden, word) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_data(each, path, hidden, word) for each in value]
    return value


def _inside(path: Path, hidden: frozenset[Path]) -> bool:
    return any(path[: len(one)] == one for one in hidden)
