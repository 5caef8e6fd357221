"""What of an order may stand in a mail: nothing personal, since a mail cannot be erased."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from orderloom.platform.app.reading import Seen
from orderloom.platform.app.reasons import reason_of
from orderloom.platform.app.result_words import step_label


def without_personal(seen: Seen) -> Seen:
    """The same order with its personal fields left out."""
    data: Any = seen.state.data
    for path in seen.release.form.personal:
        data = _without(data, path.split("."))
    state = seen.state.but(data=data)
    return replace(seen, stored=replace(seen.stored, state=state))


def plain_reason(seen: Seen, record: Mapping[str, Any]) -> str:
    """Why somebody is asked, in words; the values of personal fields are left out. A reason that
    an approver gave for adding another is a person's own words, and stays in the pages."""
    why = record.get("why")
    if not isinstance(why, Mapping):
        return reason_of(seen, record).text
    values = why.get("values")
    for path in seen.release.form.personal:
        values = _without(values, path.split("."))
        values = _but(values, path) if isinstance(values, Mapping) else values
    kept = {**why, "values": values, "reason": None}
    return reason_of(seen, {**record, "why": kept}).text


def step_of(seen: Seen, record: Mapping[str, Any]) -> str:
    """What the matrix of an approval calls the step that asks; empty for any other task."""
    if record["kind"] != "approval":
        return ""
    return step_label(seen.release, str(record.get("approval")), str(record["id"]), seen.words)


def _without(value: Any, path: Sequence[str]) -> Any:
    """A JSON value without what lies at a path; of every element, where it leads through a list."""
    if isinstance(value, list):
        return [_without(each, path) for each in value]
    if not isinstance(value, Mapping) or path[0] not in value:
        return value
    if len(path) == 1:
        return _but(value, path[0])
    return {**value, path[0]: _without(value[path[0]], path[1:])}


def _but(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: each for key, each in value.items() if key != name}
