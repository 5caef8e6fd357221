"""What one audit entry is found by: who, what, by which definition and row, with which values.

It is read from the body as it was hashed, so that a personal value, which stands there as a
commitment, is never among it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from orderloom.audit.entry import Entry, decode
from orderloom.audit.personal import SLOT
from orderloom.platform.store.desk_rows import AND, FactWrite
from orderloom.platform.store.feed_rows import FeedBody
from orderloom.platform.store.sort_keys import sort_key

# Longer texts are not what rules look at.
LONGEST: Final = 100
# Of one entry; an order of very many fields is found by the first ones.
MOST_VALUES: Final = 100
# The fact that says how it came out.
OUTCOMES: Final[Mapping[str, str]] = {
    "approval.verdict": "verdict",
    "approval.undone": "verdict",
    "approval.closed": "outcome",
    "task.done": "outcome",
    "child.ended": "outcome",
    "order.ended": "outcome",
    "refused": "code",
}
# Entries about several orders, by their ids.
LISTS: Final = ("personal.read", "personal.exported")
# Facts that name somebody whom it is about.
ABOUT: Final = ("person", "substitute", "assignee", "user")
Value = tuple[str, Any]


def facts_of(entry: FeedBody) -> FactWrite:
    """What the entry is found by. Equal bodies give equal answers."""
    read = decode(entry.body)
    return FactWrite(
        id=entry.id,
        organisation=entry.organisation,
        stream=entry.stream,
        at=read.at,
        what=AND.join(what_of(type_, facts) for type_, facts in read.told()),
        actor=read.actor,
        behalf=read.on_behalf_of or "",
        definition=next(filter(None, (_definition(*told) for told in read.told())), ""),
        process=_text(read.facts.get("process")) if read.type == "order.created" else "",
        channel=read.channel,
        values=tuple(dict.fromkeys((slot, sort_key(value)) for slot, value in values_of(read)))[
            :MOST_VALUES
        ],
    )


def what_of(type_: str, facts: Mapping[str, Any]) -> str:
    """The type, with how it came out: `approval.verdict/approve`."""
    outcome = facts.get(OUTCOMES.get(type_, "outcome"))
    return f"{type_}/{outcome}" if isinstance(outcome, str) and outcome else type_


def values_of(entry: Entry) -> Iterator[Value]:
    """(slot, value) of everything that the entry says and that may be searched for."""
    if entry.subject is not None:
        yield "subject", entry.subject
    for type_, facts in entry.told():
        yield from _of_event(type_, facts)


def _of_event(type_: str, facts: Mapping[str, Any]) -> Iterator[Value]:
    if type_ in LISTS:
        yield from (("subject", each) for each in facts.get("subjects") or ())
    yield from _of_decision(facts)
    yield from _of_tasks(facts)
    for path, value in _of_data(type_, facts):
        yield f"data:{path}", value
    for name, slot in (("enters", "stage"), ("exits", "left")):
        yield from ((slot, each) for each in _listed(facts.get(name)) if _is_value(each))
    if _is_value(facts.get("step")):
        yield "step", facts["step"]
    if type_ == "order.created" and _is_value(facts.get("process")):
        yield "process", facts["process"]
    for name in ABOUT:
        if isinstance(facts.get(name), str) and facts[name]:
            yield "about", facts[name]


def _of_decision(facts: Mapping[str, Any]) -> Iterator[Value]:
    """Inputs, outputs and rows of a decision."""
    if not ("decision" in facts or "ruleset" in facts or "rows" in facts):
        return
    for name, value in _flat(facts.get("in")):
        yield f"in:{name}", value
    out = facts.get("out")
    if _is_value(out):
        yield f"out:{facts.get('as') or facts.get('decision') or ''}", out
    for each in _listed(out):
        for name, value in _flat(each):
            yield f"out:{name}", value
    yield from (("row", each) for each in _listed(facts.get("rows")) if _is_value(each))


def _of_tasks(facts: Mapping[str, Any]) -> Iterator[Value]:
    """Why somebody was asked: the row and the values that it looked at."""
    tasks, round_ = facts.get("tasks"), facts.get("round")
    asked = [*tasks.values()] if isinstance(tasks, Mapping) else []
    if isinstance(round_, Mapping):
        asked += _listed(round_.get("steps"))
    for task in asked:
        why = task.get("why") if isinstance(task, Mapping) else None
        if isinstance(why, Mapping):
            for name, value in _flat(why.get("values")):
                yield f"in:{name}", value
            if _is_value(why.get("rule")):
                yield "row", why["rule"]


def _of_data(type_: str, facts: Mapping[str, Any]) -> Iterator[Value]:
    """Values of the order's data as this entry set them; those of lists are left out."""
    if type_ == "order.created":
        yield from _flat(facts.get("data"))
    patch = facts.get("patch")
    for operation in patch if isinstance(patch, list | tuple) else ():
        if not isinstance(operation, Mapping) or "value" not in operation:
            continue
        parts = str(operation.get("path")).split("/")[1:]
        if not any(part.isdigit() or part == "-" for part in parts):
            yield from _flat(operation["value"], ".".join(parts))


def _flat(value: Any, name: str = "", depth: int = 2) -> Iterator[Value]:
    """Single values with their dotted names, of records two levels deep."""
    if isinstance(value, Mapping):
        if SLOT not in value and depth:
            for key, inner in value.items():
                yield from _flat(inner, f"{name}.{key}" if name else str(key), depth - 1)
    elif name and _is_value(value):
        yield name, value


def _is_value(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST
    return isinstance(value, bool | int | Decimal)


def _definition(type_: str, facts: Mapping[str, Any]) -> str:
    """`id@version`; of an approval, whose version the release knows, and of a draft its id."""
    if type_ == "definition.published":
        return f"{facts.get('id')}@{facts.get('version')}"
    if type_.startswith("draft."):
        return _text(facts.get("id"))
    return _text(facts.get("def")) or _text(facts.get("approval"))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _listed(value: Any) -> list[Any]:
    if isinstance(value, list | tuple):
        return list(value)
    return [value] if isinstance(value, Mapping) else []
