"""Plays one case of `tests/data/constructs`: a process, steps, and what is to be seen.

A case gives the process's `stages` (and more of its `head`); around it stands a form with a few
fields, an event for each name that is sent, and the child process `parcel`. `unit`: the default of
a line's unit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from orderloom.platform.codec import load_yaml, loads
from orderloom.platform.codec.json_text import dumps
from orderloom.platform.definitions.compile_values import CompileError
from orderloom.platform.engine import SYSTEM
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.people import may_see
from orderloom.platform.problem import Rejection
from parts.construct_parts import EVERYBODY, FIELDS, PARCEL
from parts.world import CAST, Order, World

CASES = Path(__file__).parents[1] / "data" / "constructs"


def cases() -> list[tuple[str, dict[str, Any]]]:
    """`(file: construct, case)` of every case."""
    return [
        (f"{file.stem}: {case['construct']}", case)
        for file in sorted(CASES.glob("*.yaml"))
        for case in load_yaml(file.read_text(encoding="utf-8"), file=file.name).value
    ]


def world_of(case: Mapping[str, Any]) -> World:
    """The world that a case plays in."""
    documents = [_process(case), _form(case), PARCEL, *case.get("more", ())]
    users = {
        name: replace(user, attributes={**user.attributes, **case.get("users", {}).get(name, {})})
        for name, user in CAST.items()
    }
    for name, permissions in case.get("permissions", {}).items():
        users[name] = replace(users[name], permissions=frozenset(permissions))
    for name, others in case.get("stand_in", {}).items():
        absent = {other: replace(users[other], permissions=frozenset()) for other in others}
        users[name] = replace(users[name], in_place_of=absent)
    return World(
        documents, users, collections=case.get("collections", {}), meta=case.get("meta", {})
    )


def played(case: Mapping[str, Any]) -> World | None:
    """The world after the case; None where there is nothing to play."""
    if "does_not_compile" in case:
        return None
    world = world_of(case)
    _play(case, world)
    return world


def play(case: Mapping[str, Any]) -> None:
    """Runs the case; raises AssertionError where it is not as expected."""
    _play(case, world_of(case))


def _play(case: Mapping[str, Any], world: World) -> None:
    if "does_not_compile" in case:
        with pytest.raises(CompileError, match=re.escape(case["does_not_compile"])):
            world.release("t")
        return
    made = world.try_create(
        "alice",
        draft=case.get("draft", False),
        source=case.get("source"),
        **case.get("data", {}),
    )
    if "refused" in case:
        assert isinstance(made, Rejection), made
        assert made.code == case["refused"]
        return
    assert isinstance(made, Order), made
    seen = _Seen(world)
    for number, step in enumerate(case.get("steps", ())):
        order = world.by_number(step["of"]) if "of" in step else made
        assert order is not None, f"step {number}: no order {step['of']}"
        if "expect" in step:
            seen.check(order, step["expect"], f"step {number}")
            continue
        answer = _act(world, order, step)
        refused = answer.code if isinstance(answer, Rejection) else None
        assert refused == step.get("refused"), f"step {number}: {answer}"


class _Seen:
    def __init__(self, world: World) -> None:
        self.world = world

    def check(self, order: Order, wanted: Mapping[str, Any], at: str) -> None:
        for key, value in wanted.items():
            getattr(self, f"_{key}")(order, value, f"{at}: {key}")

    def _stages(self, order: Order, value: Any, at: str) -> None:
        assert order.stages == value, (at, [event.facts for event in order.events[-3:]])

    def _data(self, order: Order, value: Any, at: str) -> None:
        assert {name: order.data.get(name) for name in value} == value, at

    def _times(self, order: Order, value: Any, at: str) -> None:
        """The moments at which clocks struck, whatever zone they are shown in."""
        found = [event.facts["due"] for event in order.events if event.type == "timer.fired"]
        assert found == value, at

    def _results(self, order: Order, value: Any, at: str) -> None:
        assert {name: order.state.results.get(name) for name in value} == value, at

    def _held(self, order: Order, value: Any, at: str) -> None:
        assert order.state.reserved == value, at

    def _free(self, order: Order, value: Any, at: str) -> None:
        found = {
            balance: {key: self.world.balances.free(balance, key) for key in keys}
            for balance, keys in value.items()
        }
        assert found == value, at

    def _cause(self, order: Order, value: Any, at: str) -> None:
        """A part of the cause of the last error that was raised, or of the ticket."""
        cause = order.last("error.raised")["cause"]
        assert {name: cause.get(name) for name in value} == value, (at, cause)

    def _count(self, order: Order, value: Any, at: str) -> None:
        assert {name: len(order.data[name]) for name in value} == value, at

    def _tasks(self, order: Order, value: Any, at: str) -> None:
        assert sorted(order.tasks()) == sorted(value), at

    def _tickets(self, order: Order, value: Any, at: str) -> None:
        assert len(order.tasks("ticket")) == value, at

    def _warnings(self, order: Order, value: Any, at: str) -> None:
        found = [key for kept in order.state.checks.values() for key in kept.get("warnings", ())]
        assert found == value, at

    def _status(self, order: Order, value: Any, at: str) -> None:
        assert order.state.status == value, at

    def _number(self, order: Order, value: Any, at: str) -> None:
        assert order.state.number == value, at

    def _outcome(self, order: Order, value: Any, at: str) -> None:
        assert order.state.outcome == value, at

    def _failed(self, order: Order, value: Any, at: str) -> None:
        assert order.state.failed == value, at

    def _result(self, order: Order, value: Any, at: str) -> None:
        assert order.state.result == value, at

    def _types(self, order: Order, value: Any, at: str) -> None:
        assert set(value) <= set(order.types()), at

    def _once(self, order: Order, value: Any, at: str) -> None:
        assert order.types().count(value) == 1, at

    def _entries(self, order: Order, value: Any, at: str) -> None:
        assert {name: order.types().count(name) for name in value} == value, at

    def _milestones(self, order: Order, value: Any, at: str) -> None:
        assert list(order.state.milestones) == value, at

    def _tags(self, order: Order, value: Any, at: str) -> None:
        assert list(order.state.tags) == value, at

    def _links(self, order: Order, value: Any, at: str) -> None:
        assert list(order.state.links) == value, at

    def _holds(self, order: Order, value: Any, at: str) -> None:
        assert sorted(order.state.holds) == value, at

    def _messages(self, order: Order, value: Any, at: str) -> None:
        assert [message.message for message in self.world.messages] == value, at

    def _receivers(self, order: Order, value: Any, at: str) -> None:
        assert [list(message.to) for message in self.world.messages] == value, at

    def _names(self, order: Order, value: Any, at: str) -> None:
        names = self.world.messages[-1].names
        assert {name: names.get(name) for name in value} == value, at

    def _calls(self, order: Order, value: Any, at: str) -> None:
        assert [dict(effect.args) for _, effect in self.world.calls] == value, at

    def _may(self, order: Order, value: Any, at: str) -> None:
        for name, events in value.items():
            found = [event.name for event in self.world.may(order, name).events]
            assert found == events, (at, name)

    def _seen_by(self, order: Order, value: Any, at: str) -> None:
        context = self.world.context(SYSTEM, {})
        found = [
            name
            for name, user in self.world.users.items()
            if may_see(order.release, order.state, user, context)
        ]
        assert found == value, at

    def _told(self, order: Order, value: Any, at: str) -> None:
        assert value in dumps(dict(order.state.tasks)).decode(), (at, order.state.tasks)

    def _attention(self, order: Order, value: Any, at: str) -> None:
        found = [t for t in order.state.tasks.values() if t["kind"] == "attention"]
        assert found, (at, order.state.tasks)
        assert value in dumps(found).decode(), (at, found)


def _act(world: World, order: Order, step: Mapping[str, Any]) -> Any:
    verb = next(name for name in _VERBS if name in step)
    return _VERBS[verb](world, order, step)


def _send(world: World, order: Order, step: Mapping[str, Any]) -> Any:
    body = c.SendEvent(step["send"], step.get("data", {}), reason=step.get("reason"))
    return world.command(order, body, step.get("by", "alice"))


def _bring(world: World, order: Order, step: Mapping[str, Any]) -> Any:
    return world.bring(order, step["bring"], step["from"], **step.get("data", {}))


def _edit(world: World, order: Order, step: Mapping[str, Any]) -> Any:
    return world.edit(order, step.get("by", "alice"), **step["edit"])


def _complete(world: World, order: Order, step: Mapping[str, Any]) -> Any:
    body = c.CompleteTask(order.task(step["complete"]), step.get("outcome"), step.get("data", {}))
    return world.command(order, body, step.get("by", "alice"))


def _claim(world: World, order: Order, step: Mapping[str, Any]) -> Any:
    verb = "claim" if "claim" in step else "release"
    body = c.ClaimTask(order.task(step[verb]), release=verb == "release")
    return world.command(order, body, step["by"], on_behalf_of=step.get("for"))


def _hand_over(world: World, order: Order, step: Mapping[str, Any]) -> Any:
    verb = next(name for name in HAND_OVER if name in step)
    more = {name: step[name] for name in ("reason", "whose") if name in step}
    body = HAND_OVER[verb](order.task(step[verb]), step["to"], **more)
    return world.command(order, body, step["by"], on_behalf_of=step.get("for"))


def _undo(world: World, order: Order, step: Mapping[str, Any]) -> Any:
    """Takes back the last verdict that was given on a step, by whoever."""
    given = [e.facts for e in order.events if e.type == "approval.verdict"]
    task = next(f["task"] for f in reversed(given) if f["step"] == step["undo"])
    return world.command(order, c.CastVerdict(task, "undo"), step["by"])


def _vote(world: World, order: Order, step: Mapping[str, Any]) -> Any:
    more = {name: step[name] for name in ("comment", "changes", "key", "to") if name in step}
    if "for" in step:
        more["on_behalf_of"] = step["for"]
    # `was`: the number that the task had, for whoever comes late.
    task = order.task(step["vote"]) if "was" not in step else step["was"]
    return world.vote(order, task, step["verdict"], step["by"], **more)


def _waive(world: World, order: Order, step: Mapping[str, Any]) -> Any:
    tickets = [int(n) for n, task in order.state.tasks.items() if task["kind"] == "ticket"]
    return world.command(order, c.WaiveTicket(tickets[0], step.get("reason", "so")), step["by"])


def _settle(world: World, order: Order, step: Mapping[str, Any]) -> Any:
    tasks = [int(n) for n, task in order.state.tasks.items() if task["kind"] == "attention"]
    way, reason = step["settle"], step.get("reason")
    body = c.SettleAttention(tasks[0], way, reason, step.get("stage"), step.get("data", {}))
    return world.command(order, body, step.get("by", "admin"))


def _begin(world: World, order: Order, step: Mapping[str, Any]) -> Any:
    found = [n for n, a in order.state.activities.items() if a["id"] == step["begin"]]
    return world.command(order, c.StartActivity(int(found[0])), step["by"])


def _hold(world: World, order: Order, step: Mapping[str, Any]) -> Any:
    verb = "hold" if "hold" in step else "unhold"
    body = c.SetHold(step[verb], on=verb == "hold", reason="so")
    return world.command(order, body, step["by"])


def _answer(world: World, order: Order, step: Mapping[str, Any]) -> None:
    world.answer(step["answer"], step.get("result"), step.get("error"))


def _late(world: World, order: Order, step: Mapping[str, Any]) -> None:
    """The call was sent, its stage is left by an event, and then it succeeds."""
    sent = next(effect for id_, effect in world.calls if id_ == order.id)
    world.send(order, step["before"])
    world.calls.clear()
    world.command(order, c.CallResult(sent.n, step["result"]), SYSTEM)


def _pass(world: World, order: Order, step: Mapping[str, Any]) -> None:
    world.wait(seconds=int(timedelta(**step["pass"]).total_seconds()))


def _sleep(world: World, order: Order, step: Mapping[str, Any]) -> None:
    """Time passes while nobody wakes the order."""
    world.now += timedelta(**step["sleep"])


def _start(world: World, order: Order, step: Mapping[str, Any]) -> Any:
    return world.command(order, c.StartDraft(), step.get("by", "alice"))


def _discard(world: World, order: Order, step: Mapping[str, Any]) -> Any:
    return world.command(order, c.DiscardDraft(), step.get("by", "alice"))


HAND_OVER: dict[str, Any] = {
    "reassign": c.Reassign,
    "delegate": c.Delegate,
    "add": c.AddApprover,
}
_VERBS: dict[str, Any] = {
    **dict.fromkeys(HAND_OVER, _hand_over),
    "undo": _undo,
    "send": _send,
    "bring": _bring,
    "edit": _edit,
    "complete": _complete,
    "claim": _claim,
    "release": _claim,
    "vote": _vote,
    "waive": _waive,
    "settle": _settle,
    "begin": _begin,
    "hold": _hold,
    "unhold": _hold,
    "answer": _answer,
    "late": _late,
    "pass": _pass,
    "sleep": _sleep,
    "start": _start,
    "discard": _discard,
}


def _process(case: Mapping[str, Any]) -> dict[str, Any]:
    head = loads(dumps(case.get("head", {})).replace(b'["everybody"]', dumps(EVERYBODY)))
    sent = {step["send"] for step in case.get("steps", ()) if "send" in step}
    sent |= {step["before"] for step in case.get("steps", ()) if "before" in step}
    events = {name: {"by": EVERYBODY} for name in sorted(sent)}
    made = {
        "kind": "process",
        "id": "t",
        "title": "Test",
        "form": "f",
        "number": "T-{seq}",
        "start": {"by": EVERYBODY},
        "access": EVERYBODY,
        **head,
        "events": events | head.get("events", {}) if head.get("events") != {} else {},
        "stages": case["stages"],
    }
    if "initial" in case:
        made["initial"] = case["initial"]
    return made


def _form(case: Mapping[str, Any]) -> dict[str, Any]:
    fields = loads(dumps(FIELDS))
    if "unit" in case:
        fields["lines"]["items"]["properties"]["unit"]["default"] = case["unit"]
    form = loads(dumps(case.get("form", {})).replace(b'["everybody"]', dumps(EVERYBODY)))
    return {
        "kind": "form",
        "id": "f",
        "title": "Form",
        "schema": {
            "type": "object",
            "properties": fields,
            "required": form.pop("required", []),
        },
        "edit": [{"fields": list(FIELDS), "in": "any"}],
        **form,
    }
