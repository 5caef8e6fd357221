"""Where expressions stand in a process (language 2), each with the names that it reads there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from orderloom.platform.definitions.checks import kinds as k
from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.inference import Names
from orderloom.platform.definitions.checks.plain import body, items, listed, members
from orderloom.platform.definitions.checks.process_view import (
    ActionView,
    ActivityView,
    ProcessView,
    TransitionView,
)
from orderloom.platform.definitions.checks.scopes import PERSON, event_of, outcome_of, with_loop
from orderloom.platform.definitions.document import Document, Path

# What a place expects: anything, true or false, a list, a moment, a number, a
# record's key, or people.
ANY: Final = "any"
TRUTH: Final = "truth"
LIST: Final = "list"
MOMENT: Final = "moment"
AMOUNT: Final = "amount"
KEY: Final = "key"


@dataclass(frozen=True, slots=True)
class Site:
    """One expression: its document and place, what is written, the names around it.

    `unary`: it is a test of `?`. `each`: it is written `name in list`.
    """

    document: Document
    path: Path
    value: Any
    names: Names
    expects: str = ANY
    unary: bool = False
    each: bool = False


Sites = Iterator[Site]


def sites_of_process(context: Context, view: ProcessView, names: Names) -> Sites:
    """Every expression that is written in the process itself. `names`: its own."""
    document, value = view.document, view.document.value
    yield from people(document, ("start", "by"), body(value.get("start")).get("by"), names)
    yield from people(document, ("access",), value.get("access"), names)
    for key in ("events", "holds"):
        for path, _, one in members(value.get(key), (key,)):
            yield from people(document, (*path, "by"), body(one).get("by"), names)
    for transition in view.transitions:
        if transition.own:
            inner = names.within(event_of(context, view, transition.event or _done(transition)))
            inner = inner.within(outcome_of(view, transition, inner))
            yield from _one(document, transition.path, transition.body, "if", inner, TRUTH)
    for stage in view.stages.values():
        if stage.own:
            yield from _one(document, stage.path, stage.body, "result", names)
            yield from _timers(document, (*stage.path, "after"), stage.body.get("after"), names)
    for activity in view.activities:
        if activity.own:
            yield from _of_activity(document, activity, names)
    for action in view.actions:
        if action.own:
            around = names.within(event_of(context, view, action.event))
            yield from _of_action(document, action, around)


def _done(transition: TransitionView) -> str | None:
    return "done" if transition.trigger == "done" else None


def people(document: Document, path: Path, value: Any, names: Names) -> Sites:
    """`where` over `user`, `users`, `manager_of`, wherever people are written."""
    for place, one in listed(value, path):
        given = body(one)
        inner = names.within({"user": PERSON})
        yield from _one(document, place, given, "where", inner, TRUTH)
        for key in ("users", "manager_of"):
            yield from _one(document, place, given, key, names)


def _timers(document: Document, path: Path, after: Any, names: Names) -> Sites:
    if isinstance(after, Mapping):
        return
    for place, timer in listed(after, path):
        for key in ("at", "from"):
            yield from _one(document, place, body(timer), key, names, MOMENT)


def _of_activity(document: Document, activity: ActivityView, names: Names) -> Sites:
    one, path = activity.body, activity.path
    yield from _each(document, path, one, names)
    inner = with_loop(names, one)
    yield from _one(document, path, one, "if", inner, TRUTH)
    yield from _arguments(document, path, one, "with", inner)
    if activity.kind == "wait":
        yield from _one(document, path, one, "wait", inner, TRUTH)
    yield from people(document, (*path, "by"), one.get("by"), inner)
    escalate = body(one.get("escalate"))
    yield from people(document, (*path, "escalate", "to"), escalate.get("to"), inner)


def _of_action(document: Document, action: ActionView, names: Names) -> Sites:
    one, path = action.body, action.path
    for outer in action.around:
        names = with_loop(names, outer)
    if action.undo:
        names = names.within({"result": k.ANY})
    yield from _each(document, path, one, names)
    inner = with_loop(names, one)
    yield from _one(document, path, one, "if", inner, TRUTH)
    yield from _arguments(document, path, one, "with", inner)
    if action.kind == "raise":
        yield from _arguments(document, path, one, "data", inner)
    yield from _one(document, path, one, "link", inner)
    moved, place = body(action.balance), (*path, str(action.kind))
    yield from _one(document, place, moved, "key", inner, KEY)
    yield from _one(document, place, moved, "amount", inner, AMOUNT)
    read = body(one.get("read"))
    for key in ("key", "order"):
        yield from _one(document, (*path, "read"), read, key, inner)
    yield from _of_send(document, (*path, "send"), body(one.get("send")), inner)


def _of_send(document: Document, path: Path, send: Mapping[str, Any], names: Names) -> Sites:
    yield from _arguments(document, path, send, "data", names)
    to = send.get("to")
    if isinstance(to, Mapping):
        yield from _one(document, (*path, "to"), to, "value", names)
    elif to not in ("parent", "siblings"):
        yield from _one(document, path, send, "to", names)


def _each(document: Document, path: Path, one: Mapping[str, Any], names: Names) -> Sites:
    if "for_each" in one:
        yield Site(document, (*path, "for_each"), one["for_each"], names, LIST, each=True)


def _one(
    document: Document,
    path: Path,
    one: Mapping[str, Any],
    key: str,
    names: Names,
    expects: str = ANY,
) -> Sites:
    if key in one:
        yield Site(document, (*path, key), one[key], names, expects)


def _arguments(
    document: Document, path: Path, one: Mapping[str, Any], key: str, names: Names
) -> Sites:
    for place, _, value in members(one.get(key), (*path, key)):
        yield Site(document, place, value, names)


def sites_of_approval(document: Document, names: Names) -> Sites:
    """Conditions, people, the list of `for_each`. `names`: its element's variable among them."""
    value = document.value
    if "for_each" in value:
        yield Site(document, ("for_each",), value["for_each"], names, LIST, each=True)
    escalate = body(value.get("escalate"))
    yield from people(document, ("escalate", "to"), escalate.get("to"), names)
    for path, entry in listed(value.get("steps"), ("steps",)):
        inner = body(entry)
        steps = listed(inner.get("parallel"), (*path, "parallel"))
        for place, step in steps if "parallel" in inner else [(path, inner)]:
            one = body(step)
            yield from _one(document, place, one, "if", names, TRUTH)
            yield from people(document, (*place, "approvers"), one.get("approvers"), names)
            to = body(one.get("escalate")).get("to")
            yield from people(document, (*place, "escalate", "to"), to, names)


def sites_of_form(document: Document, names: Names) -> Sites:
    """Computed fields and the conditions of the layout."""
    for path, name, value in members(document.value.get("compute"), ("compute",)):
        yield Site(document, path, value, _rows(names, name))
    yield from _layout(document, ("layout",), document.value.get("layout"), names)


def _rows(names: Names, field: str) -> Names:
    """For a field of line items the fields of its row come first."""
    kind = k.record(names.known, open_=names.open)
    for part in field.split(".")[:-1]:
        kind = kind.fields.get(part, k.ANY).element
    return names.within(kind.fields) if "." in field else names


def _layout(document: Document, path: Path, value: Any, names: Names) -> Sites:
    for place, part in listed(value, path):
        one = body(part)
        for key in ("visible", "required", "readonly", "if"):
            yield from _one(document, place, one, key, names, TRUTH)
        yield from _one(document, place, one, "default", names)
        for key in ("fields", "tabs"):
            yield from _layout(document, (*place, key), one.get(key), names)


def sites_of_connector(document: Document, arguments: Mapping[str, Names]) -> Sites:
    """Requests read the `with` of calls (`arguments`: by operation), answers `body` and `status`,
    what comes in its `body` and `headers`, and when: `now`, `today`."""
    answer = Names({"body": k.ANY, "status": k.NUMBER})
    for path, id_, one in members(document.value.get("operations"), ("operations",)):
        names = arguments.get(id_, Names({}, open=True))
        yield from _one(document, path, body(one), "request", names)
        yield from _one(document, path, body(one), "response", answer)
    reception = {"now": k.MOMENT, "today": k.DATE}
    came = Names({"body": k.ANY, "headers": k.record({}, open_=True), **reception})
    for path, _, one in members(document.value.get("inbound"), ("inbound",)):
        yield from _one(document, path, body(one), "once", came)
        yield from _one(document, path, body(one), "when", came, TRUTH)
        for key in ("event", "order"):
            brought = body(body(one).get(key))
            for part in ("value", "time"):
                yield from _one(document, (*path, key), brought, part, came)
            yield from _arguments(document, (*path, key), brought, "data", came)


def sites_of_scenario(document: Document) -> Sites:
    """Unary tests in what is expected: `{test: "> 100"}`."""
    for path, step in listed(document.value.get("steps"), ("steps",)):
        expect = body(body(step).get("expect"))
        for key in ("data", "results"):
            yield from _tests(document, (*path, "expect", key), expect.get(key))


def _tests(document: Document, path: Path, value: Any) -> Sites:
    if isinstance(value, Mapping) and set(value) == {"test"}:
        yield Site(document, (*path, "test"), value["test"], Names({}, open=True), unary=True)
    elif isinstance(value, Mapping):
        for place, _, inner in members(value, path):
            yield from _tests(document, place, inner)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(items(value)):
            yield from _tests(document, (*path, index), inner)
