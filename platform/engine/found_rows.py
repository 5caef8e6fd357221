"""What a `verify` finds: the rows of its decision by key, each with the values that it compared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from orderloom.platform.definitions import model as m
from orderloom.platform.engine.actions import elements, evaluate_decision
from orderloom.platform.engine.scope import Scope
from orderloom.platform.engine.step import BlockError, Step
from orderloom.platform.record import record
from orderloom.rules import Decision, to_json
from orderloom.rules.result import Result

PATH: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
# More columns than that no row needs to be understood.
MOST_VALUES: Final = 12


@record
class Row:
    """`said`: the outputs by name. `why`: `{rule values limits}`; of a table, the inputs that the
    row looks at and what its cells say, by the field where an input is one, else by its name."""

    said: Mapping[str, Any]
    why: Mapping[str, Any]

    def stops(self) -> bool:
        """Whether the order waits until this is mended or set aside."""
        return self.said.get("severity") != "warning"


Found = dict[str, Row]


def found_rows(step: Step, definition: m.Activity, stage: str) -> tuple[Found, Mapping[str, Any]]:
    """The rows that the decision gives now, of each element where there are some, and the trace.
    The key is the row's id, with `/<element>`. Raises `BlockError`."""
    scope = step.scope(None, stage)
    each = definition.each
    if each is None:
        return _of_one(step, definition, scope, "")
    found: Found = {}
    traces: list[Any] = []
    for key, item in keyed(definition, elements(step, each, scope)).items():
        inner = scope.with_names({each.variable: item})
        rows, trace = _of_one(step, definition, inner, f"/{key}")
        found.update(rows)
        traces.append(trace)
    return found, {"elements": traces}


def element_list(definition: m.Activity) -> tuple[str, ...]:
    """The field whose elements are looked at one by one; nothing where it is calculated."""
    text = definition.each.items.expression.text if definition.each is not None else ""
    return tuple(text.split(".")) if PATH.fullmatch(text) else ()


def element_place(definition: m.Activity, rows: Sequence[Any], key: str) -> int | None:
    """Where the element of a ticket's key (`few/A-1`) stands in the list now."""
    _, slash, name = key.partition("/")
    if not slash:
        return None
    field = cast(m.VerifyActivity, definition.what).key
    if field is None:
        return int(name) if name.isdigit() and int(name) < len(rows) else None
    values = (row.get(field) if isinstance(row, Mapping) else None for row in rows)
    return next((at for at, value in enumerate(values) if str(to_json(value)) == name), None)


def keyed(definition: m.Activity, items: Sequence[Any]) -> dict[str, Any]:
    """The elements by what tells them apart: the field `key`, else their place. Raises `BlockError`
    where one has none, or another's."""
    field = cast(m.VerifyActivity, definition.what).key
    if field is None:
        return {str(index): item for index, item in enumerate(items)}
    found: dict[str, Any] = {}
    for index, item in enumerate(items):
        value = item.get(field) if isinstance(item, Mapping) else None
        key = str(to_json(value))
        if value is None or key in found:
            what = "has no" if value is None else "has the same"
            raise BlockError("evaluation", f"element {index + 1} {what} {field}", definition.path)
        found[key] = item
    return found


def _of_one(
    step: Step, definition: m.Activity, scope: Scope, suffix: str
) -> tuple[Found, Mapping[str, Any]]:
    what = cast(m.VerifyActivity, definition.what)
    result, matched = evaluate_decision(step, what.decision, scope, definition.path)
    rows = result.outputs or []
    if not isinstance(rows, list):
        raise BlockError("evaluation", f"{what.decision} must list problems", definition.path)
    decision = step.release.decisions[what.decision]
    found: Found = {}
    for index, row in enumerate(rows):
        id_ = matched[index] if len(matched) == len(rows) else str(index + 1)
        why = _why(decision, definition, id_, result)
        found[id_ + suffix] = Row(_named(decision, to_json(row)), why)
    return found, result.trace


def _named(decision: Decision, row: Any) -> Mapping[str, Any]:
    """A decision with one output gives its values bare (DMN): here they need their name."""
    if isinstance(row, Mapping):
        return row
    return {decision.table.outputs[0].name if decision.table is not None else "problem": row}


def _why(decision: Decision, definition: m.Activity, id_: str, result: Result) -> Mapping[str, Any]:
    table = decision.table
    row = next((one for one in table.rows if one.id == id_), None) if table is not None else None
    if table is None or row is None:
        return {"rule": id_}
    read = result.trace.get("inputs") or {}
    values: dict[str, Any] = {}
    limits: dict[str, str] = {}
    for column, cell in zip(table.inputs, row.cells, strict=True):
        if cell is None or column.name not in read or len(values) == MOST_VALUES:
            continue
        name = _field(column.value.text, definition) or column.name
        values[name] = to_json(read[column.name])
        if "null" not in cell.text:  # that nothing stands there says itself
            limits[name] = cell.text
    return {"rule": id_, "values": values, "limits": limits}


def _field(text: str, definition: m.Activity) -> str:
    """The field that an input is, an element's by its list: `line.qty` is `lines.qty`. So the
    audit knows what is personal."""
    if not PATH.fullmatch(text):
        return ""
    head, _, rest = text.partition(".")
    listed = element_list(definition)
    if definition.each is None or head != definition.each.variable:
        return text
    return ".".join((*listed, rest)) if listed and rest else ""
