"""Between orders: children, messages, results (language 3.6, engine 11).

Other orders are reached through messages alone. A child's id is fixed in `child.started`, so its
creation can be repeated safely. Joins are counts over the children's ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from orderloom.platform.definitions import model as m
from orderloom.platform.definitions.spans import parse_span
from orderloom.platform.engine.finish import end_activity
from orderloom.platform.engine.outcome import FindOrders, InboxEffect, NewOrders
from orderloom.platform.engine.scope import Scope
from orderloom.platform.engine.step import BlockError, Internal, Step, iso
from orderloom.rules import to_json


def start(
    step: Step, what: m.StartOrder, scope: Scope, name: str | None, index: int | None = None
) -> Any:
    """`start`: an order that is not waited for. Its id is the result."""
    order = step.ask(NewOrders(1))[0]
    n = step.number()
    data = step.named(what.names, scope)
    step.emit("linked.started", n=n, process=what.process, order=order)
    names = {"source": step.state.process, "sender": step.state.order}
    body: dict[str, Any] = {"process": what.process, "data": data, **names}
    step.effects.append(InboxEffect(n, order, "create", body))
    if name is not None:
        step.emit("result.set", {"as": name}, out={"order": order}, index=index)
    return {"order": order}


def start_children(
    step: Step, n: int, what: m.OrderActivity, items: Sequence[tuple[int, Any, Scope]]
) -> None:
    """Starts the child orders of an activity, one for each element."""
    if not items:
        return
    ids = step.ask(NewOrders(len(items)))
    activity = step.state.activities[str(n)]
    before = step.state.children.get(str(n), ())
    attempt = 1 + max(child.get("attempt", 0) for child in before) if before else 0
    children = []
    number = step.number()
    for (index, item, scope), order in zip(items, ids, strict=True):
        child = {"order": order, "process": what.process, "id": activity["id"], "index": index}
        if attempt:
            child["attempt"] = attempt
        if item is not None:
            child["item"] = to_json(item)
        children.append(child)
        parent = {
            "order": step.state.order,
            "number": step.state.number,
            "process": step.state.process,
            "activity": n,
            "item": index,
        }
        body = {"process": what.process, "data": step.named(what.names, scope), "parent": parent}
        step.effects.append(InboxEffect(number + index, order, "create", body))
    step.emit("child.started", n=number + len(items), activity=n, children=children)


def tell_parent(step: Step, kind: str, **body: Any) -> None:
    """Tells the parent order, if there is one, how its child fares."""
    parent = step.state.parent
    if parent is None:
        return
    facts = {"activity": parent["activity"], "order": step.state.order, **body}
    n = step.number()
    step.emit("sent", n=n, event=kind, to=[parent["order"]])
    step.effects.append(InboxEffect(n, parent["order"], kind, facts))


def send(step: Step, what: m.Send, scope: Scope, place: str) -> None:
    """`send`: an event to other orders, after the commit, in order, once."""
    dispatch(step, addressed(step, what, scope, place))


def addressed(step: Step, what: m.Send, scope: Scope, place: str) -> dict[str, Any]:
    """What `send` would send now, and to which orders: JSON, which `dispatch` sends."""
    letter: dict[str, Any] = {"event": what.event, "data": step.named(what.data, scope)}
    if what.delay is not None:
        letter["in"] = what.delay.text
    if what.to is not None and what.to.expression.text.strip() == "siblings":
        return {**letter, "siblings": True}
    return {**letter, "to": [list(one) for one in _targets(step, what, scope, place)]}


def dispatch(step: Step, letter: Mapping[str, Any]) -> None:
    """Sends what was `addressed`. Siblings are reached through the parent, which alone knows them;
    of an order without a parent there are none."""
    event, data = letter["event"], letter["data"]
    if letter.get("siblings"):
        if step.state.parent is not None:
            tell_parent(step, "relay", name=event, data=data)
        return
    for order, source in letter["to"]:
        n = step.number()
        step.emit("sent", n=n, event=event, to=[order])
        body: dict[str, Any] = {"name": event, "data": data, "source": source}
        body["process"] = step.state.process
        if "in" in letter:
            body["not_before"] = iso(step.later(step.now, parse_span(letter["in"])))
        step.effects.append(InboxEffect(n, order, "event", body))


def _targets(step: Step, what: m.Send, scope: Scope, place: str) -> list[tuple[int, str]]:
    state = step.state
    if what.process is not None and what.value is not None:
        value = step.json(what.value, scope)
        found = step.ask(FindOrders(process=what.process, key=what.key, value=str(value)))
        return _found(found, state.process, place, what.event)
    if what.to is None:
        raise BlockError("send", "there is nobody to send to", place)
    if what.to.expression.text.strip() == "parent":
        if state.parent is None:
            raise BlockError("send", "this order has no parent order", place)
        return [(state.parent["order"], "child")]
    value = step.json(what.to, scope)
    return _of_value(step, value, place, what.event)


def _of_value(step: Step, value: Any, place: str, event: str) -> list[tuple[int, str]]:
    state = step.state
    values = value if isinstance(value, list) else [value]
    known = {
        child.get("number"): child["order"]
        for children in state.children.values()
        for child in children
    }
    numbers = [v["number"] if isinstance(v, Mapping) else str(v) for v in values if v is not None]
    out = [(known[number], "parent") for number in numbers if number in known]
    others = tuple(number for number in numbers if number not in known)
    if others:
        out += _found(step.ask(FindOrders(numbers=others)), state.process, place, event)
    return out


def _found(found: Sequence[int], source: str, place: str, event: str) -> list[tuple[int, str]]:
    if not found:
        raise BlockError("send", f"no order was found for the event {event}", place)
    return [(order, source) for order in found]


def child_ended(step: Step, body: Mapping[str, Any]) -> None:
    """A child order ended: raise `child.ended.<id>`, and end the activity if it is decided."""
    key = str(body["activity"])
    step.emit(
        "child.ended",
        activity=body["activity"],
        order=body["order"],
        ended=True,
        outcome=body.get("outcome"),
        failed=bool(body.get("failed")),
        result=body.get("result"),
    )
    activity = step.state.activities.get(key)
    children = step.state.children.get(key, ())
    child = next((c for c in children if c["order"] == body["order"]), None)
    if activity is None or child is None:
        return
    record = {
        "time": step.now,
        "source": child.get("number"),
        "item": child.get("item"),
        "outcome": body.get("outcome"),
        "result": body.get("result"),
    }
    name = f"child.ended.{activity['id']}"
    step.queue.append(Internal(name, {**record, "name": name}))
    if activity["status"] == "running":
        _decide_join(step, key, children, record)


def _decide_join(
    step: Step, key: str, children: Sequence[Mapping[str, Any]], record: Mapping[str, Any]
) -> None:
    activity = step.state.activities[key]
    definition = step.release.process.stages[activity["stage"]].do[activity["i"]]
    what = cast(m.OrderActivity, definition.what)
    # After a retry those of the try before are history.
    last = max(child.get("attempt", 0) for child in children)
    children = [child for child in children if child.get("attempt", 0) == last]
    good = sum(1 for child in children if child.get("ended") and not child.get("failed"))
    ended = sum(1 for child in children if child.get("ended"))
    needed = {"all": len(children), "any": 1}.get(str(what.until), what.until)
    if good >= int(needed):
        results = [child.get("result") for child in children]
        facts: dict[str, Any] = {"as": definition.result}
        facts["result"] = results if definition.each is not None else results[0]
        end_activity(step, key, "done", record=record, **facts)
    elif ended == len(children):
        error = {"kind": "children", "message": "a child order did not succeed"}
        end_activity(step, key, "failed", record={**record, "error": error, "activity": int(key)})
