"""Random processes that use every construct, and random walks through them.

Both follow from one seed. `walk` returns the world it played in and what it used, so that a test
can show that nothing of the language is left out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

from parts.construct_parts import EVERYBODY, PARCEL
from parts.random_documents import ACTIONS, ACTIVITIES, OTHERS
from parts.random_moves import EVENTS, lines, move
from parts.world import Order, World

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
    chance = Random(seed)
    made = _Maker(chance)
    documents = made.documents()
    world = World(
        documents,
        collections={
            "customers": {"C1": {"id": "C1", "name": "Acme"}},
            "budgets": {
                "IT": {"id": "IT", "amount": 100},
                "A": {"id": "A", "amount": Decimal("4.5")},
            },
        },
        most_moves=40,
    )
    draft = made.some("draft", 5)
    order = world.create("alice", draft=draft, n=chance.randint(0, 6), s="x", lines=lines(chance))
    found = Walk(world, order, made.used)
    for _ in range(steps):
        move(chance, world, chance.choice(list(world.orders.values())))
        found.used["moves"] += 1
    return found


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
                "suspected": {"from": ["cards"]},
                "news": {"from": ["child", "t"], "data": {"text": "any"}},
            },
            "stages": stages,
        }
        if self.some("on of the process", 3):
            process["on"] = {"stop": "closed"}
        return [process, *OTHERS, PARCEL]

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
        kind = self.pick(*ACTIONS)
        if kind == "set that fails" and self.chance.random() < 0.7:
            kind = "set"
        action = dict(ACTIONS[kind])
        if self.some("if of an action", 5):
            action["if"] = self.chance.choice(GUARDS)
        if kind == "reserve" and not self.some("undo of a reservation"):
            del action["undo"]
        if kind == "set" and self.some("undo", 3):
            action["undo"] = {"set": {"n": "n - 1"}}
        if "as" in action:
            action["as"] = self.chance.choice(NAMES)
        return action

    def activities(self, stage: str) -> list[dict[str, Any]]:
        kinds = self.chance.sample(list(ACTIVITIES), self.chance.randint(1, 3))
        made = []
        for kind in kinds:
            self.used[kind] += 1
            activity = {**ACTIVITIES[kind], "id": f"{kind.replace(' ', '-')}-{stage}"}
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
                ending = "rejected" if kind.startswith("approval") else "failed"
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
