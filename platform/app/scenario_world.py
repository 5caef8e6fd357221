"""The world of one scenario: an application in memory, its cast, and an outside that is told
beforehand what to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from orderloom.platform.app.clock import FixedClock
from orderloom.platform.app.runner import Reply
from orderloom.platform.app.scenario import Unexpected
from orderloom.platform.app.scenario_expect import Seen
from orderloom.platform.app.scenario_steps import Step, actor_of, body_of
from orderloom.platform.definitions.model import Release
from orderloom.platform.definitions.spans import parse_span
from orderloom.platform.engine import SYSTEM, Actor, OrderState
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.spans import add_span
from orderloom.platform.problem import Rejection

# A process that never rests is stopped here.
MOST_ROUNDS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something on its way out of an order. `what`: `erp.create-invoice`, or the message's id."""

    order: int
    n: int
    kind: str  # "call" | "message"
    what: str
    to: tuple[str, ...] = ()


class Stage(Protocol):
    """What the world stands on: the application in memory (`simulation.py`)."""

    clock: FixedClock

    def handle(self, command: c.Command) -> Reply | Rejection: ...

    def order(self, id: int) -> tuple[OrderState, Release]: ...

    def take_outgoing(self) -> Sequence[Outgoing]:
        """What waits to leave, taken from the outbox."""

    def deliver(self) -> bool:
        """Hands on messages between orders; whether there were any."""

    def next_wake(self) -> datetime | None:
        """The earliest moment at which an order has something to do."""

    def due(self) -> Sequence[int]:
        """The orders that have something to do now."""

    def appoint(self, wanted: Mapping[str, str]) -> None:
        """Lets somebody stand in: `{person, substitute, from, until}`. Raises `Unexpected`."""

    def as_now(self, actor: Actor) -> Actor:
        """The person, with those for whom they stand in at the moment."""

    def fill_collection(self, collection: str, rows: Sequence[Mapping[str, Any]]) -> None: ...

    def balance(self, balance: str, key: str) -> Mapping[str, Any]:
        """`{on_hand, reserved, free}` of `collection.field` of a record."""

    def sentences(self, order: int) -> Sequence[str]: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class _Order:
    """An order of the scenario; `tasks` and `activities` remember what is closed meanwhile."""

    id: int
    tasks: dict[str, int] = field(default_factory=dict)
    activities: dict[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)


class ScenarioWorld:
    """Takes the steps of one scenario. Raises `Unexpected` when one goes otherwise."""

    def __init__(self, stage: Stage, cast: Mapping[str, Actor]) -> None:
        self._stage = stage
        self._cast = cast
        self._orders: dict[int, _Order] = {}
        self._main = 0
        self._answers: dict[str, list[Mapping[str, Any]]] = {}
        self._unanswered: list[str] = []

    def begin(self, process: str, given: Mapping[str, Any]) -> None:
        """Brings the world to what is `given` and creates the order."""
        if given.get("stock"):
            raise Unexpected("stock is not available")
        for wanted in given.get("substitutions") or ():
            self._stage.appoint(wanted)
        for name, rows in (given.get("collections") or {}).items():
            self._stage.fill_collection(name, rows)
        self._answers = {name: list(rows) for name, rows in (given.get("calls") or {}).items()}
        first = given.get("order") or {}
        source = first.get("from")
        actor = actor_of({"from": source} if source else {"as": first.get("by")}, self._cast)
        body = c.Create(
            process=process,
            data=first.get("data") or {},
            draft=first.get("draft") is True,
            source=source,
        )
        reply = self._stage.handle(c.Command(body=body, actor=actor, channel="scenario"))
        if self._refused(reply, first) or isinstance(reply, Rejection):
            return
        self._main = reply.order
        self._settle()

    def act(self, step: Step) -> None:
        """A step of somebody: do, a verdict, a task, an edit …"""
        order = self._of(step.get("of"))
        state, _ = self._stage.order(order.id)
        actor = self._stage.as_now(actor_of(step, self._cast))
        body = body_of(step, state, lambda id_: order.tasks.get(str(id_), 0))
        other = step.get("for")
        reply = self._stage.handle(
            c.Command(
                body=body,
                actor=actor,
                order=order.id,
                channel="scenario",
                on_behalf_of=None if other == actor.id else other,
            )
        )
        if not self._refused(reply, step):
            self._settle()

    def wait(self, span: str) -> None:
        """Lets time pass; every clock strikes at its moment."""
        _, release = self._stage.order(self._of(None).id)
        now = self._stage.clock.now()
        self.until(add_span(now, parse_span(span), 1, release.zone, release.calendar))

    def until(self, moment: datetime) -> None:
        """Lets time pass to a moment."""
        for _ in range(MOST_ROUNDS):
            wake = self._stage.next_wake()
            if wake is None or wake > moment:
                break
            self._stage.clock.set(max(wake, self._stage.clock.now()))
            for order in self._stage.due():
                self._stage.handle(
                    c.Command(body=c.Wake(), actor=SYSTEM, order=order, channel="worker")
                )
            self._settle()
        self._stage.clock.set(max(moment, self._stage.clock.now()))

    def seen(self, of: str | None) -> Seen:
        """The order as an `expect` sees it; calls and messages begin anew."""
        order = self._of(of)
        state, release = self._stage.order(order.id)
        # What happened in the children too belongs to the scenario's order.
        among = list(self._orders.values()) if order.id == self._main else [order]
        seen = Seen(
            state=state,
            release=release,
            cast=self._cast,
            calls=[call for each in among for call in each.calls],
            messages=[message for each in among for message in each.messages],
            places=self._places(order),
            sentences=lambda: self._stage.sentences(order.id),
            balance=self._stage.balance,
        )
        for each in among:
            each.calls, each.messages = [], []
        return seen

    def orders(self) -> Mapping[str, int]:
        """The scenario's order under an empty name, and its children by theirs (`parcels/1`), as
        far as they have begun."""
        if not self._main:
            return {}
        found, waiting = {"": self._main}, [("", self._main)]
        while waiting:
            path, id_ = waiting.pop(0)
            for activity, children in self._children(self._orders[id_]).items():
                for place, child in enumerate(children, start=1):
                    if child in self._orders and self._exists(child):
                        inner = f"{path}.{activity}/{place}" if path else f"{activity}/{place}"
                        found[inner] = child
                        waiting.append((inner, child))
        return found

    def task_id(self, order: int, n: int) -> str | None:
        """The id of a task that is or was open."""
        tasks = self._orders[order].tasks if order in self._orders else {}
        return next((id_ for id_, number in tasks.items() if number == n), None)

    def hints(self) -> list[str]:
        """What may explain a difference."""
        return [f"no answer is given for {call}" for call in dict.fromkeys(self._unanswered)]

    def close(self) -> None:
        self._stage.close()

    def _refused(self, reply: Reply | Rejection, step: Step) -> bool:
        expected = step.get("refused")
        if isinstance(reply, Rejection):
            codes = {reply.code, *(each.code for each in reply.details)}
            if expected is None:
                raise Unexpected(f"refused: {reply.code} ({reply.message})", reply)
            if expected not in codes:
                raise Unexpected(f"refused with {reply.code}, expected {expected}")
            return True
        if expected is not None:
            raise Unexpected(f"accepted, expected to be refused with {expected}")
        return False

    def _settle(self) -> None:
        """Delivers and answers until nothing is under way."""
        for _ in range(MOST_ROUNDS):
            self._remember()
            outgoing = self._stage.take_outgoing()
            for one in outgoing:
                self._leave(one)
            if not self._stage.deliver() and not outgoing:
                return
        raise Unexpected("the orders never rest")

    def _leave(self, one: Outgoing) -> None:
        order = self._orders.setdefault(one.order, _Order(one.order))
        if one.kind != "call":
            order.messages.append({"message": one.what, "to": list(one.to)})
            return
        order.calls.append(one.what)
        answers = self._answers.get(one.what)
        if not answers:
            self._unanswered.append(one.what)
            return
        # In turn; the last one repeats.
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        body = c.CallResult(one.n, result=answer.get("return"), error=_error(answer.get("fail")))
        self._stage.handle(c.Command(body=body, actor=SYSTEM, order=one.order, channel="worker"))

    def _remember(self) -> None:
        waiting = [self._main]
        while waiting:
            order = self._orders.setdefault(id_ := waiting.pop(), _Order(id_))
            state, _ = self._stage.order(id_)
            order.tasks.update({task["id"]: int(n) for n, task in state.tasks.items()})
            order.activities.update({n: one["id"] for n, one in state.activities.items()})
            children = [child["order"] for row in state.children.values() for child in row]
            waiting += [child for child in children if self._exists(child)]

    def _exists(self, order: int) -> bool:
        try:
            self._stage.order(order)
        except LookupError:
            return False
        return True

    def _of(self, path: str | None) -> _Order:
        if not self._main:
            raise Unexpected("there is no order")
        order = self._orders.setdefault(self._main, _Order(self._main))
        for part in (path or "").split(".") if path else []:
            activity, _, place = part.partition("/")
            children = self._children(order).get(activity, [])
            index = int(place or 1) - 1
            if not 0 <= index < len(children):
                raise Unexpected(f"there is no child {part}")
            order = self._orders.setdefault(children[index], _Order(children[index]))
        return order

    def _places(self, order: _Order) -> dict[str, list[str]]:
        return {
            activity: [str(child) for child in children]
            for activity, children in self._children(order).items()
        }

    def _children(self, order: _Order) -> dict[str, list[int]]:
        state, _ = self._stage.order(order.id)
        found: dict[str, list[int]] = {}
        for n, children in state.children.items():
            activity = order.activities.get(n, n)
            found.setdefault(activity, []).extend(child["order"] for child in children)
        return found


def _error(fail: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if fail is None:
        return None
    kind = fail.get("kind", "unreachable")
    return {"code": kind, "message": f"the scenario says {kind}", **fail, "kind": kind}
