"""Actions in order, in the transaction (language 3.5). A block applies whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from orderloom.platform.definitions import model as m
from orderloom.platform.engine import orders
from orderloom.platform.engine.balances import run_move
from orderloom.platform.engine.inferring import infer, question
from orderloom.platform.engine.marks import mark
from orderloom.platform.engine.messages import send_message
from orderloom.platform.engine.numbering import series
from orderloom.platform.engine.outcome import Lookup, NewOrders, NextNumber, ReadOrder
from orderloom.platform.engine.scope import Scope
from orderloom.platform.engine.step import BlockError, Internal, Step
from orderloom.platform.engine.undo import note_undo
from orderloom.platform.engine.writing import write_targets
from orderloom.rules import Decision, EvaluationError, to_json

MAX_ELEMENTS = 10_000


def run_block(
    step: Step,
    actions: Sequence[m.Action],
    event: Mapping[str, Any],
    place: str,
    stage: str | None,
) -> None:
    """Runs a block; an error undoes it and is offered to the process."""
    with step.block(place):
        scope = step.scope(event, stage)
        for action in actions:
            _run(step, action, scope)


def _run(step: Step, action: m.Action, scope: Scope) -> None:
    if isinstance(action.what, m.MoveBalance):
        _move(step, action, scope)
        return
    if action.each is None:
        if step.holds_true(action.condition, scope):
            _do(step, action, scope, None)
        return
    found = elements(step, action.each, scope)
    if not found and action.result is not None:
        step.emit("result.set", {"as": action.result}, out=[])
    _ask_ahead(step, action, action.each, found, scope)
    for index, item in enumerate(found):
        inner = scope.with_names({action.each.variable: item})
        if step.holds_true(action.condition, inner):
            _do(step, action, inner, index)


def _move(step: Step, action: m.Action, scope: Scope) -> None:
    """The amounts of all elements are moved at once, or none."""
    scopes = [scope]
    if action.each is not None:
        items = elements(step, action.each, scope)
        scopes = [scope.with_names({action.each.variable: item}) for item in items]
    scopes = [inner for inner in scopes if step.holds_true(action.condition, inner)]
    if not scopes and action.each is None:
        return
    results = run_move(step, action, scopes, listed=action.each is not None)
    if action.undo is not None:
        for inner, result in zip(scopes, results, strict=True):
            note_undo(step, action.undo, inner.with_names({"result": result}), scope.stage)


def _ask_ahead(
    step: Step, action: m.Action, each: m.Each, found: Sequence[Any], scope: Scope
) -> None:
    """What every element will ask is asked at once: twenty lines are not twenty questions."""
    if action.condition is not None or len(found) < 2:
        return
    match action.what:
        case m.Read(collection=str(id_), key=m.Code() as key):
            scopes = [scope.with_names({each.variable: item}) for item in found]
            keys = [step.json(key, inner) for inner in scopes]
            step.ask_ahead([Lookup(id_, None if one is None else str(one)) for one in keys])
        case m.Infer() as what:
            scopes = [scope.with_names({each.variable: item}) for item in found]
            step.ask_ahead([question(step, what, inner, action.path) for inner in scopes])
        case m.Next(sequence):
            step.ask_ahead([_next_number(step, sequence)] * len(found))
        case m.StartOrder():
            step.ask_ahead([NewOrders(1)] * len(found))


def _next_number(step: Step, sequence: str) -> NextNumber:
    return NextNumber(series(sequence, "", step.now, step.release.zone))


def elements(step: Step, each: m.Each, scope: Scope) -> list[Any]:
    """The elements of `for_each`; null is none, what is no list is an error."""
    items = step.value(each.items, scope)
    if items is None:
        return []
    if not isinstance(items, list):
        raise BlockError("evaluation", "for_each needs a list", each.items.path)
    if len(items) > MAX_ELEMENTS:
        raise BlockError("loop", f"more than {MAX_ELEMENTS} elements", each.items.path)
    return items


def _do(step: Step, action: m.Action, scope: Scope, index: int | None) -> None:
    result = _HANDLERS[type(action.what)](step, action, scope, index)
    if action.undo is not None:
        note_undo(step, action.undo, scope.with_names({"result": result}), scope.stage)


def _set(step: Step, action: m.Action, scope: Scope, index: int | None) -> Any:
    what = cast(m.SetData, action.what)
    data = write_targets(step, what, scope, action.path)
    step.write_data(data, "append" if what.append else "set", action.path)
    return None


def _decide(step: Step, action: m.Action, scope: Scope, index: int | None) -> Any:
    what = cast(m.Decide, action.what)
    names = {name: step.value(code, scope) for name, code in what.names}
    return decide(step, what.decision, scope.with_names(names), action.path, action.result, index)


def decide(
    step: Step,
    reference: str,
    scope: Scope,
    place: str,
    name: str | None = None,
    index: int | None = None,
) -> Any:
    """Evaluates a decision, records it with what it read and which rows matched; JSON output."""
    result, rows = evaluate_decision(step, reference, scope, place)
    step.emit(
        "decided",
        {
            **step.decided_by(reference),
            "as": name,
            "in": to_json(result.trace.get("inputs")),
        },
        trace=result.trace,
        decision=reference,
        index=index,
        rows=rows or None,
        how=result.trace.get("how"),
        out=(out := to_json(result.outputs)),
    )
    return out


def evaluate_decision(
    step: Step, reference: str, scope: Scope, place: str
) -> tuple[Any, list[str]]:
    """The decision's `Result` and the ids of the rows matched; a failure is a `BlockError`."""
    decision: Decision = step.release.decisions[reference]
    reads = {name: step.ask(Lookup(id_, None)) for name, id_ in decision.reads.items()}
    try:
        result = decision.evaluate(scope.with_names(reads) if reads else scope)
    except EvaluationError as error:
        raise BlockError(
            "evaluation",
            f"decision {reference}: {error}",
            place,
            decision=reference,
            row=error.row,
            column=error.column,
            value=to_json(error.value),
        ) from error
    return result, list(result.matched)


def _infer(step: Step, action: m.Action, scope: Scope, index: int | None) -> Any:
    return infer(step, action, cast(m.Infer, action.what), scope, index)


def _read(step: Step, action: m.Action, scope: Scope, index: int | None) -> Any:
    what = cast(m.Read, action.what)
    if what.order is not None:
        number = step.json(what.order, scope)
        out = step.ask(ReadOrder(str(number)))
        step.emit("read", {"as": action.result}, order=number, out=out, index=index)
        return out
    key = step.json(what.key, scope) if what.key else None
    out = step.ask(Lookup(str(what.collection), None if key is None else str(key)))
    named = {"as": action.result}
    step.emit("read", named, collection=what.collection, key=key, out=out, index=index)
    return out


def _notify(step: Step, action: m.Action, scope: Scope, index: int | None) -> Any:
    what = cast(m.Notify, action.what)
    send_message(step, what.message, scope)
    return None


def _mark(step: Step, action: m.Action, scope: Scope, index: int | None) -> Any:
    what = cast(m.Mark, action.what)
    mark(step, what.kind, what.id)
    return None


def _next(step: Step, action: m.Action, scope: Scope, index: int | None) -> Any:
    what = cast(m.Next, action.what)
    out = step.ask(_next_number(step, what.sequence))
    step.emit("numbered", {"as": action.result}, sequence=what.sequence, out=out, index=index)
    return out


def _raise(step: Step, action: m.Action, scope: Scope, index: int | None) -> Any:
    what = cast(m.Raise, action.what)
    data = step.named(what.data, scope)
    step.emit("event.raised", name=what.event, data=data or None)
    record = {**data, "name": what.event, "time": step.now, "by": step.context.actor.id}
    step.queue.append(Internal(what.event, record))
    return None


def _send(step: Step, action: m.Action, scope: Scope, index: int | None) -> Any:
    what = cast(m.Send, action.what)
    orders.send(step, what, scope, action.path)
    return None


def _start(step: Step, action: m.Action, scope: Scope, index: int | None) -> Any:
    what = cast(m.StartOrder, action.what)
    return orders.start(step, what, scope, action.result, index)


def _link(step: Step, action: m.Action, scope: Scope, index: int | None) -> Any:
    what = cast(m.Link, action.what)
    value = step.json(what.target, scope)
    for number in value if isinstance(value, list) else [value]:
        if number is not None:
            step.emit("linked", number=str(number))
    if action.result is not None:
        step.emit("result.set", {"as": action.result}, out=value, index=index)
    return value


def _call(step: Step, action: m.Action, scope: Scope, index: int | None) -> Any:
    raise BlockError("evaluation", "a call is an activity, or an undo", action.path)


_HANDLERS: dict[type, Callable[[Step, m.Action, Scope, int | None], Any]] = {
    m.SetData: _set,
    m.Decide: _decide,
    m.Infer: _infer,
    m.Read: _read,
    m.Notify: _notify,
    m.Mark: _mark,
    m.Next: _next,
    m.Raise: _raise,
    m.Send: _send,
    m.StartOrder: _start,
    m.Link: _link,
    m.Call: _call,
}
