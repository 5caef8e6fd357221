"""Which names an expression reads (language 2 and 11): fields, results, reserved ones, by place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any, Final

from orderloom.platform.definitions.checks import kinds as k
from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.functions import CHILDREN
from orderloom.platform.definitions.checks.inference import Inference, Names, of_value
from orderloom.platform.definitions.checks.kinds import Kind
from orderloom.platform.definitions.checks.names import loop_variable
from orderloom.platform.definitions.checks.plain import Body, body, listed, members, text
from orderloom.platform.definitions.checks.process_view import (
    ActionView,
    ActivityView,
    ProcessView,
    TransitionView,
)
from orderloom.platform.definitions.compile_values import EACH
from orderloom.platform.definitions.document import Document
from orderloom.rules import FeelError, parse_expression

_TEXTS: Final = k.listing(k.STRING)
_ORDER: Final = k.record(
    {
        "number": k.STRING,
        "process": k.STRING,
        "version": k.NUMBER,
        "created": k.MOMENT,
        "requester": k.ANY,
        "channel": k.STRING,
        "stages": _TEXTS,
        "tags": _TEXTS,
        "holds": _TEXTS,
        "milestones": k.ANY,
        "approvals": k.ANY,
        "documents": k.ANY,
        "links": _TEXTS,
        "outcome": k.STRING,
    }
)
_OTHER: Final = k.record(
    {
        "number": k.STRING,
        "process": k.STRING,
        "stages": _TEXTS,
        "ended": k.ANY,
        "outcome": k.STRING,
        "result": k.ANY,
    },
    open_=True,
)
_EVENT: Final[Mapping[str, Kind]] = {
    "name": k.STRING,
    "time": k.MOMENT,
    "by": k.ANY,
    "source": k.ANY,
    "item": k.ANY,
    "reason": k.STRING,
    "error": k.ANY,
    "cause": k.ANY,
    "outcome": k.STRING,
    "result": k.ANY,
    "changed": k.ANY,
    "before": k.ANY,
    "approved": k.ANY,
    "rejected": k.ANY,
}
PERSON: Final = k.record(
    {
        "id": k.STRING,
        "name": k.STRING,
        "roles": _TEXTS,
        "units": _TEXTS,
        "manager": k.ANY,
    },
    open_=True,
)
RESERVED: Final[Mapping[str, Kind]] = {
    "order": _ORDER,
    "parent": _OTHER,
    "siblings": CHILDREN,
    "actor": PERSON,
    "now": k.MOMENT,
    "today": k.DATE,
    "entered": k.MOMENT,
}
# What `reserve`, `release` and `issue` leave under `as`.
_MOVED: Final = k.record({"complete": k.BOOLEAN, "taken": k.NUMBER, "missing": k.NUMBER})
# Policies of decision tables that give one row; the others give lists.
_ONE_ROW: Final = ("UNIQUE", "ANY", "PRIORITY", "FIRST")


def names_of(context: Context, view: ProcessView) -> Names:
    """The names everywhere in a process. Without a form that can be read everything may be."""
    form = context.fields(view.document.value.get("form"))
    fields = k.of_node(form) if form is not None else k.ANY
    is_open = form is None or form.open or view.fragment
    event = k.record({**_EVENT, **_brought(context, view, None)}, open_=True)
    known = {**fields.fields, **_results(context, view), **RESERVED, "event": event}
    return Names(known, is_open)


def event_of(context: Context, view: ProcessView, event: str | None) -> Mapping[str, Kind]:
    """The name `event` in a transition that waits for one event; nothing where it may be any."""
    declared = body(view.document.value.get("events"))
    if event is None or view.fragment:
        return {}
    if event.partition(".")[0] in ("done", "failed", "approval", "child", "data", "error"):
        return {"event": k.record(_EVENT)}
    if event not in declared:
        return {}
    brought = _brought(context, view, event)
    # What is not declared comes too; where data are declared, they are what is meant.
    told = bool(body(body(declared[event]).get("data")))
    return {"event": k.record({**_EVENT, **brought}, open_=not told)}


def outcome_of(view: ProcessView, taken: TransitionView, names: Names) -> Mapping[str, Kind]:
    """The name `event` after a stage of tasks alone, which end in the outcomes that they have."""
    around = names.known.get("event", k.ANY)
    ended = [one for one in view.activities if one.stage == taken.stage]
    stage = view.stages.get(str(taken.stage))
    outcomes = [list(body(one.body.get("outcomes"))) for one in ended]
    if taken.trigger != "done" or not ended or stage is None or stage.children or not all(outcomes):
        return {}
    found = k.one_of([one for each in outcomes for one in each])
    return {"event": replace(around, fields={**around.fields, "outcome": found})}


def _brought(context: Context, view: ProcessView, only: str | None) -> dict[str, Kind]:
    """The data of events: declared types, fields of the order, fields of a form of their own."""
    found: dict[str, Kind] = {}
    order = context.fields(view.document.value.get("form"))
    for _, name, event in members(view.document.value.get("events"), ()):
        if only not in (None, name):
            continue
        for key, type_ in body(body(event).get("data")).items():
            found[key] = (
                k.joined(found[key], k.of_type(type_)) if key in found else k.of_type(type_)
            )
        own = context.fields(body(event).get("form"))
        asked = order if own is None and "fields" in body(event) else own
        for key, node in (asked.properties if asked is not None else {}).items():
            found.setdefault(key, k.of_node(node))
    return found


def _results(context: Context, view: ProcessView) -> dict[str, Kind]:
    """Everything that `as` names, and the forms of events under their ids."""
    found: dict[str, Kind] = {}
    for part in view.parts:
        name = text(part.body.get("as"))
        if name is not None:
            result = _result_of(context, part)
            result = k.listing(result) if "for_each" in part.body else result
            found[name] = k.joined(found[name], result) if name in found else result
    for _, _, event in members(view.document.value.get("events"), ()):
        form = text(body(event).get("form"))
        if form is not None:
            found[form.partition("@")[0]] = k.of_node(context.fields(form))
    return found


def _result_of(context: Context, part: ActionView | ActivityView) -> Kind:
    named = text(part.body.get(part.kind or ""))
    if part.kind == "decide" and named is not None:
        return result_of_decision(context.find("decision", named))
    if part.kind == "infer" and named is not None:
        return result_of_ruleset(context.find("ruleset", named))
    if part.kind == "read":
        collection = text(body(part.body.get("read")).get("collection"))
        found = context.find("collection", collection) if collection else None
        rows = k.of_node(context.fields_of(found)) if found is not None else k.ANY
        return rows if rows.fields else k.ANY
    if part.kind == "task":
        return k.of_node(context.fields(part.body.get("form")))
    if isinstance(part, ActionView) and part.balance is not None:
        return _MOVED
    return k.STRING if part.kind == "next" else k.ANY


def result_of_decision(document: Document | None) -> Kind:
    """One output gives its value, several a context, a policy of many rows a list."""
    if document is None or "value" in document.value:
        return k.ANY
    outputs = [body(one) for _, one in listed(document.value.get("outputs"), ())]
    kinds = {str(one.get("name")): _output(one) for one in outputs}
    single = next(iter(kinds.values()), k.ANY) if len(kinds) == 1 else k.record(kinds)
    hit = document.value.get("hit", "UNIQUE")
    if hit in _ONE_ROW:
        return single
    if hit in ("RULE ORDER", "OUTPUT ORDER", "COLLECT"):
        return k.listing(single)
    return k.NUMBER if hit == "COLLECT COUNT" else single


def result_of_ruleset(document: Document | None) -> Kind:
    """A list of each kind of fact that rules conclude."""
    if document is None:
        return k.ANY
    concluded = {
        str(body(one).get("assert"))
        for _, rule in listed(document.value.get("rules"), ())
        for _, one in listed(body(rule).get("then"), ())
    }
    facts = body(document.value.get("facts"))
    return k.record(
        {name: k.listing(fields_of(facts[name])) for name in facts if name in concluded}
    )


def fields_of(fact: Any) -> Kind:
    """The fields of a kind of fact."""
    types = body(body(fact).get("type"))
    return k.record({str(name): k.of_type(type_) for name, type_ in types.items()})


def _output(one: Body) -> Kind:
    """An output's type; a text that is one of the allowed values."""
    kind, allowed = k.of_type(one.get("type")), text(one.get("allowed"))
    if kind.name != "string" or allowed is None:
        return kind
    try:
        listed_ = parse_expression(f"[{allowed}]").node
    except (FeelError, RecursionError):
        return kind
    values = [getattr(item, "value", 0) for item in getattr(listed_, "items", ())]
    return k.one_of(values) if values else kind


def with_loop(names: Names, one: Body) -> Names:
    """The names and the variable of `for_each`."""
    variable = loop_variable(one.get("for_each"))
    if variable is None:
        return names
    found = EACH.fullmatch(str(one["for_each"]))
    kind = kind_of(found[2] if found else None, names)
    return names.within({variable: kind.element if kind.name in ("list", "context") else k.ANY})


def kind_of(value: Any, names: Names) -> Kind:
    """The kind of an expression as definitions write it: a map or a list consists of expressions,
    a text is one, all else is itself. Any where it cannot be read."""
    if isinstance(value, Mapping):
        return k.record({str(key): kind_of(item, names) for key, item in value.items()})
    if isinstance(value, list | tuple):
        kinds = [kind_of(item, names) for item in value]
        return k.listing(reduce(k.joined, kinds) if kinds else k.ANY)
    if not isinstance(value, str):
        return of_value(value)
    try:
        return Inference().kind(parse_expression(value).node, names)
    except (FeelError, RecursionError):
        return k.ANY


def with_names(names: Names, one: Body) -> Names:
    """The names that `with` adds for what is called."""
    more = {key: kind_of(value, names) for key, value in body(one.get("with")).items()}
    return names.within(more)


def merged(found: Iterable[Names]) -> Names:
    """Names that are there in one place or another: for what several processes use."""
    known: dict[str, Kind] = {}
    is_open = False
    for names in found:
        for name, kind in names.known.items():
            known[name] = k.joined(known[name], kind) if name in known else kind
        is_open = is_open or names.open
    return Names(known, is_open)


def all_fields(context: Context) -> Iterator[str]:
    """The fields of every form: for what nobody uses yet."""
    for document in context.of_kind("form"):
        form = context.fields_of(document)
        yield from form.properties if form is not None else ()
