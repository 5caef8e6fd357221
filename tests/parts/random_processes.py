"""Random processes that use every construct, and random walks through them.

Both follow from one seed. `walk` returns the world it played in and what it used, so that a test
can show that nothing of the language is left out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

from orderloom.platform.engine import commands as c
from parts.constructs import EVERYBODY, FIELDS, PARCEL
from parts.world import Order, World

EVENTS = ("go", "stop", "turn", "carrier.news", "carrier.home")
GUARDS = ("n > 2", "n <= 3", 's = "x"', 'active("s1")', "count(lines) > 1", 'held("fraud")')
NAMES = ("r1", "r2", "r3")


@dataclass
class Walk:
    """A world that was walked through, its first order, and how often each thing was used."""

    world: World
    order: Order
    used: Counter[str] = field(default_factory=Counter)


def walk(seed: int, steps: int = 25) -> Walk:
    """A process made from `seed`, and `steps` random commands on its order and the children."""
    chance = Random(seed)  # noqa: S311
    made = _Maker(chance)
    documents = made.documents()
    world = World(
        documents,
        collections={"customers": {"C1": {"id": "C1", "name": "Acme"}}},
    )
    order = world.create("alice", n=chance.randint(0, 6), s="x", lines=_lines(chance))
    found = Walk(world, order, made.used)
    for _ in range(steps):
        _move(chance, world, chance.choice(list(world.orders.values())), found.used)
    return found


def _lines(chance: Random) -> list[dict[str, Any]]:
    return [{"sku": sku, "qty": chance.randint(1, 5)} for sku in "ABC"[: chance.randint(0, 3)]]


class _Maker:
    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.used: Counter[str] = Counter()
        self.ids = [f"s{number}" for number in range(1, chance.randint(4, 9))]
        self.left = list(self.ids)
        self.seen: list[str] = []

    def documents(self) -> list[dict[str, Any]]:
        stages = {}
        while self.left:
            stages.update(self.stage(2))
        stages["closed"] = {"type": "final", "outcome": "completed", "result": {"n": "n"}}
        process = {
            "kind": "process",
            "id": "t",
            "title": "Test",
            "form": "f",
            "number": "T-{seq}",
            "start": {"by": EVERYBODY, "from": ["t"], "draft": True},
            "access": EVERYBODY,
            "keys": {"ref": "s"},
            "holds": {"fraud": {"title": "F", "by": ["finance"], "stops": [self.ids[0]]}},
            "events": {
                **{name: {"by": EVERYBODY} for name in EVENTS},
                "early": {"from": ["wms"], "keep": "P2D"},
                "accept": {"by": EVERYBODY, "form": "g"},
                "inner": {},
                "news": {"from": ["child", "t"], "data": {"text": "any"}},
            },
            "stages": stages,
        }
        if self.some("on of the process", 3):
            process["on"] = {"stop": "closed"}
        return [process, *_OTHERS, PARCEL]

    def some(self, what: str, one_in: int = 2) -> bool:
        if self.chance.randrange(one_in) == 0:
            self.used[what] += 1
            return True
        return False

    def pick(self, *choices: str) -> str:
        chosen = self.chance.choice(choices)
        self.used[chosen] += 1
        return chosen

    def stage(self, depth: int) -> dict[str, Any]:
        id_ = self.left.pop(0)
        self.seen.append(id_)
        body: dict[str, Any] = {}
        if depth and len(self.left) > 1 and self.some("compound"):
            inner: dict[str, Any] = {}
            for _ in range(self.chance.randint(1, 2)):
                if self.left:
                    inner.update(self.stage(depth - 1))
            if self.some("parallel"):
                body["type"] = "parallel"
            else:
                if self.some("final"):
                    inner[f"{id_}-end"] = {"type": "final", "outcome": "fine"}
                if self.some("history"):
                    deep = self.some("deep history")
                    first = next(iter(inner))
                    inner[f"{id_}-back"] = {"type": "history", "deep": deep, "to": first}
                    self.ids.append(f"{id_}-back")
            body["stages"] = inner
        elif self.some("do"):
            body["do"] = self.activities(id_)
        if self.some("entry"):
            body["entry"] = self.actions()
        if self.some("exit", 4):
            body["exit"] = self.actions()
        body["on"] = self.on()
        if self.some("always", 5):
            body["always"] = [{"if": "n > 5", "to": self.target()}]
        if self.some("done"):
            body["done"] = self.transition()
        if self.some("after", 3):
            body["after"] = self.timers()
        return {id_: body}

    def target(self) -> str:
        return self.chance.choice([*self.ids, "closed"])

    def on(self) -> dict[str, Any]:
        names = self.chance.sample(
            [*EVENTS, "carrier", "*", "early", "data.changed", "accept", "news", "error", "inner"],
            self.chance.randint(1, 5),
        )
        return {name: self.transition() for name in names}

    def transition(self) -> Any:
        if self.some("list of transitions", 4):
            return [self.one(), self.one()]
        return self.target() if self.some("bare target") else self.one()

    def one(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if self.some("if"):
            made["if"] = self.chance.choice(GUARDS)
        if not self.some("no target", 4):
            made["to"] = self.target()
            if self.some("internal", 5):
                made["internal"] = True
        if self.some("actions of a transition"):
            made["actions"] = self.actions()
        return made

    def actions(self) -> list[dict[str, Any]]:
        return [self.action() for _ in range(self.chance.randint(1, 3))]

    def action(self) -> dict[str, Any]:
        kind = self.pick(*_ACTIONS)
        action = dict(_ACTIONS[kind])
        if self.some("if of an action", 5):
            action["if"] = self.chance.choice(GUARDS)
        if kind == "set" and self.some("undo", 3):
            action["undo"] = {"set": {"n": "n - 1"}}
        if "as" in action:
            action["as"] = self.chance.choice(NAMES)
        return action

    def activities(self, stage: str) -> list[dict[str, Any]]:
        kinds = self.chance.sample(list(_ACTIVITIES), self.chance.randint(1, 3))
        made = []
        for kind in kinds:
            self.used[kind] += 1
            activity = {**_ACTIVITIES[kind], "id": f"{kind}-{stage}"}
            if kind.startswith("approval"):
                del activity["id"]
            if self.some("optional", 5):
                activity["optional"] = True
            if self.some("if of an activity", 5):
                activity["if"] = "n > 1"
            if kind in ("task", "call", "order") and self.some("for_each", 3):
                activity["for_each"] = "l in lines"
            if kind == "task" and self.some("start manual", 4):
                activity["start"] = "manual"
            if kind == "call" and self.some("undo of a call"):
                activity["undo"] = {"call": "erp.cancel", "with": {"id": "result.id"}}
            if self.some("on of an activity", 3):
                ending = "rejected" if kind == "approval" else "failed"
                activity["on"] = {ending: self.target()}
            made.append(activity)
        return made

    def timers(self) -> Any:
        kind = self.pick("after a span", "at", "every")
        if kind == "after a span":
            return {"PT6H": self.one(), "P2D": self.transition()}
        if kind == "at":
            return [{"at": "day", **self.one()}]
        return [{"every": "PT8H", "actions": self.actions()}]


_ACTIONS: dict[str, dict[str, Any]] = {
    "set": {"set": {"n": "n + 1"}},
    "set of rows": {"set": {'lines[sku = "A"].qty': "qty + 1"}},
    "append": {"append": {"days": '"d"'}},
    "decide": {"decide": "tier", "as": "r"},
    "read": {"read": {"collection": "customers", "key": '"C1"'}, "as": "r"},
    "read order": {"read": {"order": "order.number"}, "as": "r"},
    "notify": {"notify": "late"},
    "milestone": {"milestone": "half"},
    "tag": {"tag": "vip"},
    "untag": {"untag": "vip"},
    "next": {"next": "invoices", "as": "r"},
    "raise": {"raise": "inner"},
    "send": {"send": {"event": "news", "to": "order.number", "data": {"text": "s"}}},
    "start": {"start": "parcel", "with": {"s": "s"}},
    "link": {"link": '"Q-1"'},
    "hold": {"hold": "fraud"},
    "unhold": {"unhold": "fraud"},
    "set that fails": {"set": {"n": "1 / (n - n)"}},
}
_ACTIVITIES: dict[str, dict[str, Any]] = {
    "task": {"task": "t", "title": "T", "by": "sales", "due": "PT8H", "remind": ["PT4H"]},
    "formtask": {"task": "u", "title": "U", "by": "sales", "form": "g", "as": "r1"},
    "approval": {"approval": "ok"},
    "verify": {"verify": "checks", "recheck": "PT8H"},
    "call": {"call": "erp.invoice", "as": "r2", "with": {"ref": "order.number"}},
    "order": {"order": "parcel", "with": {"s": "s"}},
    "wait": {"wait": "n > 3"},
    "compensate": {"compensate": "all"},
}
_OTHERS: list[dict[str, Any]] = [
    {
        "kind": "form",
        "id": "f",
        "title": "F",
        "schema": {"type": "object", "properties": FIELDS},
        "edit": [{"fields": list(FIELDS), "in": "any"}],
        "compute": {"total": "if n = null then 0 else n * 2"},
    },
    {
        "kind": "form",
        "id": "g",
        "title": "G",
        "schema": {"type": "object", "properties": {"po": {"type": "string"}}},
    },
    {
        "kind": "approval",
        "id": "ok",
        "title": "OK",
        "material": ["n"],
        "steps": [
            {"id": "boss", "approvers": "manager", "due": "PT8H", "remind": ["PT2H"]},
            {
                "parallel": [
                    {"id": "money", "approvers": "finance", "mode": {"quorum": 2}},
                    {"id": "stock", "approvers": "warehouse", "if": "n > 2"},
                ]
            },
        ],
    },
    {
        "kind": "decision",
        "id": "tier",
        "title": "T",
        "hit": "FIRST",
        "inputs": [{"name": "n", "value": "n", "type": "number", "nullable": True}],
        "outputs": [{"name": "tier", "type": "string"}],
        "rules": [
            {"id": "big", "when": {"n": "> 3"}, "then": {"tier": '"big"'}},
            {"id": "other", "when": {}, "then": {"tier": '"small"'}},
        ],
    },
    {
        "kind": "decision",
        "id": "checks",
        "title": "C",
        "hit": "COLLECT",
        "inputs": [{"name": "n", "value": "n", "type": "number", "nullable": True}],
        "outputs": [
            {"name": "problem", "type": "string"},
            {"name": "role", "type": "string"},
            {"name": "waive", "type": "string"},
        ],
        "rules": [
            {
                "id": "small",
                "when": {"n": "< 3"},
                "then": {"problem": '"small"', "role": '"sales"', "waive": '"finance"'},
            }
        ],
    },
    {
        "kind": "message",
        "id": "late",
        "title": "L",
        "channel": "in-app",
        "to": "requester",
        "subject": "S",
        "body": "B",
    },
    {
        "kind": "collection",
        "id": "customers",
        "title": "C",
        "key": "id",
        "schema": {"type": "object", "properties": {"id": {"type": "string"}}},
    },
]


def _move(chance: Random, world: World, order: Order, used: Counter[str]) -> None:
    """One random command on `order`; refusals are welcome."""
    moves = [_send, _send, _bring, _edit, _answer, _wait, _hold, _task, _task, _vote, _begin]
    chance.choice(moves)(chance, world, order)
    used["moves"] += 1


def _by(chance: Random) -> str:
    return chance.choice(["alice", "bob", "carol", "dave", "frank", "mallory"])


def _send(chance: Random, world: World, order: Order) -> None:
    world.send(order, chance.choice([*EVENTS, "accept", "nothing"]), _by(chance))


def _bring(chance: Random, world: World, order: Order) -> None:
    name = chance.choice(["early", "arrived", "lost", "tell", "shout", "whose"])
    world.bring(order, name, "wms")


def _edit(chance: Random, world: World, order: Order) -> None:
    field_, value = chance.choice(
        [
            ("n", chance.randint(0, 7)),
            ("s", chance.choice("xyz")),
            ("lines", _lines(chance)),
            ("day", f"2026-03-{chance.randint(1, 20):02}"),
            ("n", "not a number"),
        ]
    )
    world.edit(order, _by(chance), **{field_: value})


def _answer(chance: Random, world: World, order: Order) -> None:
    if not world.calls:
        return
    _, effect = world.calls[0]
    name = f"{effect.connector}.{effect.operation}"
    if chance.random() < 0.6:
        world.answer(name, {"id": "I1"})
    else:
        world.answer(name, error={"kind": "timeout", "message": "slow"})


def _wait(chance: Random, world: World, order: Order) -> None:
    world.wait(hours=chance.randint(1, 30))


def _hold(chance: Random, world: World, order: Order) -> None:
    world.command(order, c.SetHold("fraud", on=chance.random() < 0.5, reason="so"), "carol")


def _task(chance: Random, world: World, order: Order) -> None:
    if not order.state.tasks:
        return
    key = chance.choice(list(order.state.tasks))
    task, n = order.state.tasks[key], int(key)
    if task["kind"] == "attention":
        way = chance.choice(["retry", "skip", "move"])
        stage = chance.choice(list(order.release.process.stages))
        world.command(order, c.SettleAttention(n, way, "so", stage), "admin")
    elif task["kind"] == "ticket" and chance.random() < 0.5:
        world.command(order, c.WaiveTicket(n, "known"), "carol")
    elif task["kind"] in ("task", "ticket"):
        if chance.random() < 0.3:
            world.command(order, c.ClaimTask(n, release=chance.random() < 0.3), _by(chance))
        else:
            world.command(order, c.CompleteTask(n), _by(chance))


def _vote(chance: Random, world: World, order: Order) -> None:
    steps = [int(n) for n, task in order.state.tasks.items() if task["kind"] == "approval"]
    if steps:
        verdict = chance.choice(["approve", "approve", "approve", "reject", "return", "withdraw"])
        body = c.CastVerdict(chance.choice(steps), verdict, "because")
        world.command(order, body, _by(chance))


def _begin(chance: Random, world: World, order: Order) -> None:
    waiting = [int(n) for n in order.state.activities]
    if waiting:
        world.command(order, c.StartActivity(chance.choice(waiting)), "alice")
