"""A world for the interpreter's tests: orders in memory, a directory, collections, a clock.

It does what the runner does, with nothing around it: answers questions, delivers messages between
orders, wakes timers. After every command the fold of the order's events is its state, and both
survive JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

from orderloom.platform.app.inferring import answer_of, infer_plainly
from orderloom.platform.codec import dumps, load_yaml, loads
from orderloom.platform.definitions import compile_documents
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import (
    SYSTEM,
    Actor,
    Asks,
    Context,
    Event,
    Failure,
    OrderState,
    Outcome,
    advance,
    available,
    evolve,
)
from orderloom.platform.engine import commands as c
from orderloom.platform.engine import outcome as o
from orderloom.platform.engine.available import Available
from orderloom.platform.engine.relatives import siblings, standing
from orderloom.platform.engine.standing_in import in_whose_name
from orderloom.platform.problem import Rejection
from orderloom.rules import Ruleset, parse_expression
from parts.carried import Carried
from parts.slow_balances import SlowBalances
from parts.world_cast import CAST as CAST
from parts.world_files import Files

MOST_MESSAGES = 20


@dataclass
class Order:
    """One order of the world, its whole past included."""

    id: int
    release: Release
    state: OrderState
    events: list[Event]

    @property
    def stages(self) -> list[str]:
        """The innermost active stages, in document order."""
        stages, active = self.release.process.stages, self.state.stages
        inner = [s for s in active if not any(child in active for child in stages[s].children)]
        return sorted(inner, key=lambda id_: stages[id_].index)

    @property
    def data(self) -> Mapping[str, Any]:
        return self.state.data

    def task(self, id_: str) -> int:
        """The number of the open task `id_` (an approval's step, a ticket's key)."""
        found = [n for n, task in self.state.tasks.items() if task["id"] == id_]
        assert found, f"no task {id_} among {[t['id'] for t in self.state.tasks.values()]}"
        return int(found[0])

    def tasks(self, kind: str | None = None) -> list[str]:
        """Ids of the open tasks."""
        open_ = self.state.tasks.values()
        return [task["id"] for task in open_ if kind in (None, task["kind"])]

    def types(self) -> list[str]:
        return [event.type for event in self.events]

    def last(self, type_: str) -> Mapping[str, Any]:
        """Facts of the last event of a type."""
        return next(event.facts for event in reversed(self.events) if event.type == type_)


@dataclass
class World:
    """Orders of the processes in `source`: documents, or their YAML, split by `---`."""

    source: str | Sequence[Mapping[str, Any]]
    users: Mapping[str, Actor] = field(default_factory=lambda: CAST)
    collections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)
    now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    most_moves: int = 1_000

    def __post_init__(self) -> None:
        self.balances = SlowBalances(self.collections)
        self.documents = (
            [load_yaml(part).value for part in self.source.split("\n---\n")]
            if isinstance(self.source, str)
            else list(self.source)
        )
        self.processes = [d["id"] for d in self.documents if d["kind"] == "process"]
        self.releases: dict[str, Release] = {}
        self.orders: dict[int, Order] = {}
        self.calls: list[tuple[int, o.CallEffect]] = []
        self.messages: list[o.MessageEffect] = []
        self.inbox: list[tuple[int, o.InboxEffect]] = []
        self.later: list[tuple[int, o.InboxEffect]] = []
        self.sequences: dict[str, int] = {}
        self.files = Files()
        self.ids = 0
        self.carried: list[Carried] = []

    def release(self, process: str) -> Release:
        if process not in self.releases:
            self.releases[process] = compile_documents(
                self.documents, process=process, meta=self.meta
            )
        return self.releases[process]

    def _ruleset(self, digest: str) -> Ruleset:
        known = (one for each in self.releases.values() for one in each.rulesets.values())
        return next(one for one in known if one.digest == digest)

    # ── commands ────────────────────────────────────────────────────────────────────────────

    def create(
        self, by: str = "alice", process: str | None = None, *, draft: bool = False, **data: Any
    ) -> Order:
        """A new order, which must be accepted."""
        made = self.try_create(by, process, draft=draft, **data)
        assert isinstance(made, Order), made
        return made

    def try_create(
        self,
        by: str = "alice",
        process: str | None = None,
        *,
        draft: bool = False,
        source: str | None = None,
        **data: Any,
    ) -> Order | Rejection:
        wanted = process or self.processes[0]
        body = c.Create(wanted, data, order=self._new_id(), draft=draft, source=source)
        who = by if source is None else Actor(f"c:{source}", kind="connector")
        answer = self.command(None, body, who)
        return answer if isinstance(answer, Rejection) else self.orders[body.order]

    def send(self, order: Order, event: str, by: str = "alice", **data: Any) -> Any:
        """An event from a person."""
        reason = data.pop("reason", None)
        return self.command(order, c.SendEvent(event, data, reason=reason), by)

    def bring(self, order: Order, event: str, source: str, **data: Any) -> Any:
        """An event from outside."""
        actor = Actor(f"c:{source}", kind="connector")
        return self.command(order, c.SendEvent(event, data, source=source), actor)

    def edit(self, order: Order, by: str = "alice", **patch: Any) -> Any:
        return self.command(order, c.EditData(patch), by)

    def vote(self, order: Order, step: str | int, verdict: str, by: str, **more: Any) -> Any:
        """`step`: the id of an open one, or the number of its task."""
        other = more.pop("on_behalf_of", None)
        more.setdefault("comment", "because" if verdict in ("reject", "return") else None)
        task = step if isinstance(step, int) else order.task(step)
        return self.command(order, c.CastVerdict(task, verdict, **more), by, on_behalf_of=other)

    def complete(self, order: Order, task: str, by: str, **more: Any) -> Any:
        return self.command(order, c.CompleteTask(order.task(task), **more), by)

    def answer(self, connector: str, result: Any = None, error: Any = None) -> None:
        """The oldest waiting call of `connector.operation` gets its answer."""
        index, (order, effect) = next(
            (i, (order, e))
            for i, (order, e) in enumerate(self.calls)
            if f"{e.connector}.{e.operation}" == connector
        )
        del self.calls[index]
        self.command(self.orders[order], c.CallResult(effect.n, result, error), SYSTEM)

    def next_at(self) -> tuple[str, int]:
        """The next instant at which something is due, and the order it is in (0: a message)."""
        due = [(o.state.wake_at, id_) for id_, o in self.orders.items() if o.state.wake_at]
        due += [(effect.body["not_before"], 0) for _, effect in self.later]
        return min(due, default=("9", 0))

    def wait(self, **span: Any) -> None:
        """Time passes; every clock strikes at its moment."""
        until = self.now + timedelta(**span)
        while True:
            at, id_ = self.next_at()
            if at > until.strftime("%Y-%m-%dT%H:%M:%S.%fZ"):
                break
            self.now = max(self.now, datetime.fromisoformat(at))
            if id_:
                self.command(self.orders[id_], c.Wake(), SYSTEM)
                continue
            self.inbox += [one for one in self.later if one[1].body["not_before"] <= at]
            self.later = [one for one in self.later if one not in self.inbox]
            self._deliver_all()
        self.now = until

    def may(self, order: Order, by: str) -> Available:
        return available(order.release, order.state, self.context(self.users[by], {}))

    # ── what the runner does ────────────────────────────────────────────────────────────────

    def command(
        self,
        order: Order | None,
        body: c.Body,
        by: str | Actor,
        *,
        on_behalf_of: str | None = None,
    ) -> Any:
        """Outcome or Rejection; a failure is noted, as the runner does. Messages are delivered."""
        actor = self.users[by] if isinstance(by, str) else by
        if on_behalf_of is None:
            on_behalf_of = in_whose_name(body, order.state if order else None, actor)
        answer = self._one(order, body, actor, on_behalf_of)
        self._deliver_all()
        return answer

    def _deliver_all(self) -> None:
        """Orders that write to each other for ever are left at it after a while."""
        for _ in range(MOST_MESSAGES):
            if self.inbox:
                self._deliver()

    def context(
        self,
        actor: Actor,
        answers: Mapping[tuple[int, str], Any],
        on_behalf_of: str | None = None,
    ) -> Context:
        return Context(
            now=self.now,
            actor=actor,
            on_behalf_of=on_behalf_of,
            answers=answers,
            most_moves=self.most_moves,
        )

    def _one(
        self,
        order: Order | None,
        body: c.Body,
        actor: Actor,
        on_behalf_of: str | None = None,
    ) -> Any:
        made = body.body if isinstance(body, c.Fail) else body
        release = order.release if order else self.release(made.process)  # type: ignore[union-attr]
        state = order.state if order else None
        answers: dict[tuple[int, str], Any] = {}
        recorded: list[list[Any]] = []
        before = self.balances.saved()
        for _ in range(17):
            context = self.context(actor, answers, on_behalf_of)
            answer = advance(release, state, body, context)
            if not isinstance(answer, Asks):
                break
            for asked in (answer, *answer.more):
                found = answers[asked.ordinal, asked.digest] = self._answer(asked.question)
                kind = type(asked.question).__name__
                recorded.append([asked.ordinal, kind, asked.digest[:16], loads(dumps(found))])
        else:
            answer = Failure(body, {"kind": "loop", "message": "too many questions"})
        if not isinstance(answer, Outcome):
            self.balances.back(before)
        if isinstance(answer, Failure):
            assert not isinstance(body, c.Fail), answer
            return self._one(order, c.Fail(answer.body, answer.error), actor, on_behalf_of)
        if isinstance(answer, Outcome):
            told = self._keep(order, release, answer)
            self.carried.append(Carried(release, state, body, actor, on_behalf_of, recorded, told))
        return answer

    def _keep(self, order: Order | None, release: Release, outcome: Outcome) -> list[Event]:
        if order is None:
            order = Order(outcome.state.order, release, outcome.state, [])
            self.orders[order.id] = order
        told = [replace(event, facts=loads(dumps(event.facts))) for event in outcome.events]
        before = order.state if order.events else None
        order.events += told
        order.state = outcome.state
        # What the events say in JSON, added to the state before, is the state after.
        assert reduce(evolve, told, before) == order.state
        stored = loads(dumps(order.state.to_json()))
        assert OrderState.from_json(stored, order.state.data) == order.state
        for effect in outcome.effects:
            if isinstance(effect, o.CallEffect):
                self.calls.append((order.id, effect))
            elif isinstance(effect, o.CancelCall):
                gone = (order.id, effect.n)
                self.calls = [one for one in self.calls if (one[0], one[1].n) != gone]
            elif isinstance(effect, o.MessageEffect):
                self.messages.append(effect)
            elif isinstance(effect, o.KeepFile):
                self.files.keep(order.id, effect.digest)
            elif effect.body.get("not_before"):
                self.later.append((order.id, effect))
            else:
                self.inbox.append((order.id, effect))
        return told

    def _deliver(self) -> None:
        sender, effect = self.inbox.pop(0)
        receiver = self.orders.get(effect.to_order)
        if effect.kind == "create":
            if receiver is None:
                parent = effect.body.get("parent")
                body = c.Create(
                    effect.body["process"],
                    effect.body["data"],
                    order=effect.to_order,
                    parent=c.ParentRef(**parent) if parent else None,
                    source=self.orders[sender].state.process,
                    sender=sender,
                )
                self._one(None, body, SYSTEM)
            return
        assert receiver is not None
        message = c.Message(sender, effect.n, effect.kind, effect.body)
        self._one(receiver, c.Deliver((message,)), SYSTEM)

    def _answer(self, question: o.Question) -> Any:
        if isinstance(question, o.NextNumber):
            self.sequences[question.name] = self.sequences.get(question.name, 0) + 1
            return self.sequences[question.name]
        if isinstance(question, o.NewOrders):
            return [self._new_id() for _ in range(question.count)]
        if isinstance(question, o.Person):
            user = self.users.get(question.user)
            return user.record() if user else None
        if isinstance(question, o.Move):
            return self.balances.answer(question)
        if isinstance(question, o.Approvers):
            return self._approvers(question)
        if isinstance(question, o.Lookup):
            rows = self.collections.get(question.collection, {})
            return list(rows.values()) if question.key is None else rows.get(question.key)
        if isinstance(question, o.Infer):
            return answer_of(infer_plainly(self._ruleset(question.digest), question.facts))
        if isinstance(question, o.ReadOrder):
            found = self.by_number(question.number)
            return found.data if found else None
        if isinstance(question, o.Files):
            return self.files.namable(question)
        if isinstance(question, o.Standing):
            one = self.orders.get(question.order)
            return standing(one.state, one.release) if one else None
        if isinstance(question, o.Siblings):
            others = {id_: (one.state, one.release) for id_, one in self.orders.items()}
            return siblings(self.orders[question.parent].state, question.order, others)
        if question.process is None:
            found_ = [self.by_number(number) for number in question.numbers]
            return [order.id for order in found_ if order is not None]
        return [
            order.id
            for order in self.orders.values()
            if order.state.process == question.process
            and order.state.status == "open"
            and order.data.get(order.release.process.keys[str(question.key)]) == question.value
        ]

    def by_number(self, number: str) -> Order | None:
        return next((o for o in self.orders.values() if o.state.number == number), None)

    def _approvers(self, question: o.Approvers) -> list[str]:
        if question.users is not None:
            return sorted(set(question.users) & set(self.users))
        if question.manager_of is not None:
            found: str | None = question.manager_of
            for _ in range(question.level):
                boss = self.users.get(found or "")
                found = boss.manager if boss is not None else None
            return [found] if found else []
        users = [u for u in self.users.values() if question.role in u.roles]
        if question.unit is not None:
            users = [user for user in users if question.unit in user.units]
        if question.where is not None:
            where = parse_expression(question.where)
            users = [
                u for u in users if where.evaluate({**question.names, "user": u.record()}) is True
            ]
        return sorted(user.id for user in users)

    def _new_id(self) -> int:
        self.ids += 1
        return self.ids
