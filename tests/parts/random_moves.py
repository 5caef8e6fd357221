"""Random commands, as people, connectors and time give them."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from orderloom.platform.engine import commands as c
from parts.world import Order, World

EVENTS = ("go", "stop", "turn", "carrier.news", "carrier.home")


def move(chance: Random, world: World, order: Order) -> None:
    """One random command on `order`; refusals are welcome."""
    if order.state.status == "draft":
        body = c.DiscardDraft() if chance.random() < 0.2 else c.StartDraft()
        world.command(order, body, "alice")
        return
    moves = [_send, _send, _bring, _edit, _answer, _wait, _hold, _task, _task, _vote, _vote, _begin]
    moves += [_vote, _take_back, _hand_over, _notice]
    chance.choice(moves)(chance, world, order)


def lines(chance: Random) -> list[dict[str, Any]]:
    """Up to three order lines."""
    return [{"sku": sku, "qty": chance.randint(1, 5)} for sku in "ABC"[: chance.randint(0, 3)]]


def _asked(chance: Random, world: World, task: Mapping[str, Any]) -> str:
    """Mostly somebody who is asked."""
    able = [name for name, user in world.users.items() if user.principals() & set(task["for"])]
    return chance.choice(able) if able and chance.random() < 0.8 else _by(chance)


def _by(chance: Random) -> str:
    return chance.choice(["alice", "bob", "carol", "dave", "frank", "mallory"])


def _send(chance: Random, world: World, order: Order) -> None:
    world.send(order, chance.choice([*EVENTS, "accept", "nothing"]), _by(chance))


def _bring(chance: Random, world: World, order: Order) -> None:
    name = chance.choice(["early", "arrived", "lost", "tell", "shout", "whose"])
    world.bring(order, name, "wms")


def _notice(chance: Random, world: World, order: Order) -> None:
    """What a watch tells its orders."""
    hit = {"watch": "cards", "def": "cards@1", "rule": "r", "key": "C-1", "events": ["1.2"]}
    body = {"name": "suspected", "source": "cards", "data": {}, "hit": hit}
    message = c.Message(900, order.state.seen.get("900", 0) + 1, "hit", body)
    world.command(order, c.Deliver((message,)), c.Actor("w:cards", kind="system"))


def _edit(chance: Random, world: World, order: Order) -> None:
    field_, value = chance.choice(
        [
            ("n", chance.randint(0, 7)),
            ("s", chance.choice("xyz")),
            ("lines", lines(chance)),
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
    by = _asked(chance, world, task)
    if task["kind"] == "attention":
        _settle(chance, world, order, n)
    elif task["kind"] == "ticket" and chance.random() < 0.5:
        world.command(order, c.WaiveTicket(n, "known"), "carol")
    elif chance.random() < 0.2:
        world.command(order, c.ClaimTask(n, release=chance.random() < 0.3), by)
    elif task["kind"] != "approval":
        data = {"answer": "so"} if task["kind"] == "answer" else {}
        world.command(order, c.CompleteTask(n, data=data), by)


def _settle(chance: Random, world: World, order: Order, n: int) -> None:
    way = chance.choice(["retry", "correct", "skip", "move"])
    stage = chance.choice(list(order.release.process.stages))
    data = {"n": chance.randint(0, 7)} if way == "correct" else {}
    world.command(order, c.SettleAttention(n, way, "so", stage, data), "admin")


VERDICTS = ("approve", "approve", "approve", "reject", "return", "abstain", "ask", "withdraw")


def _hand_over(chance: Random, world: World, order: Order) -> None:
    if not order.state.tasks:
        return
    key = chance.choice(list(order.state.tasks))
    kind = chance.choice([c.Reassign, c.Delegate, c.Delegate, c.AddApprover])
    by = _asked(chance, world, order.state.tasks[key])
    world.command(order, kind(int(key), _by(chance), "so"), by)


def _take_back(chance: Random, world: World, order: Order) -> None:
    given = [event.facts for event in order.events if event.type == "approval.verdict"]
    if given:
        world.command(order, c.CastVerdict(given[-1]["task"], "undo"), given[-1]["by"])


def _vote(chance: Random, world: World, order: Order) -> None:
    steps = [int(n) for n, task in order.state.tasks.items() if task["kind"] == "approval"]
    if not steps:
        return
    n = chance.choice(steps)
    verdict = chance.choice(VERDICTS)
    by = "alice" if verdict == "withdraw" else _asked(chance, world, order.state.tasks[str(n)])
    changes = {"n": chance.randint(0, 7)} if chance.random() < 0.2 else None
    world.command(order, c.CastVerdict(n, verdict, "because", changes), by)


def _begin(chance: Random, world: World, order: Order) -> None:
    waiting = [int(n) for n in order.state.activities]
    if waiting:
        world.command(order, c.StartActivity(chance.choice(waiting)), "alice")
