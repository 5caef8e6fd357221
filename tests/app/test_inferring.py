"""`infer` is answered outside of the transaction, and recorded whole or not at all."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from parts.watched_shop import FLAGS, PROCESS, SHOP, Shop

from orderloom.platform.app.ruleset_worker import RulesetWorker
from orderloom.platform.engine import Command
from orderloom.platform.engine import commands as c
from orderloom.platform.words import Words
from orderloom.rules import RulesetFailed

LINES = [{"sku": "A"}, {"sku": "B", "hazard": True, "note": "Petra's"}]
LOOPING = FLAGS.replace(
    "rules:\n",
    "rules:\n  - {id: more, all: [{f: flag}],"
    " then: [{assert: flag, with: {code: 'f.code + \"!\"'}}]}\n",
).partition("tests:")[0]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.close()


def inferred(shop: Shop, order: int) -> Any:
    (entry,) = shop.events(order, "inferred")
    return entry


def test_what_follows_decides_where_the_order_goes(shop: Shop) -> None:
    risky, plain = shop.create(lines=LINES), shop.create(lines=[{"sku": "A"}])
    assert list(shop.state(risky).stages) == ["review"]
    assert list(shop.state(plain).stages) == ["open"]
    flags = shop.state(risky).results["flags"]
    assert flags == {"flag": [{"code": "HAZMAT"}, {"code": "HOLD"}]}
    assert shop.state(plain).results["flags"] == {"flag": []}


def test_it_is_recorded_with_the_chain_the_version_and_what_found_it(shop: Shop) -> None:
    order = shop.create(lines=LINES)
    facts = inferred(shop, order).facts
    assert facts["def"] == "flags@1"
    assert facts["chain"] == [
        {
            "rule": "hazmat",
            "fact": "flag",
            "values": {"code": "HAZMAT"},
            "because": [["line", 1]],
        },
        {
            "rule": "hold",
            "fact": "flag",
            "values": {"code": "HOLD"},
            "because": [["flag", 0, True]],
        },
    ]
    assert facts["library"].startswith("durable_rules 2")
    (created,) = shop.events(order, "order.created")
    answers = [each for each in created_answers(created) if each[1] == "Infer"]
    assert [answer[3]["facts"] for answer in answers] == [shop.state(order).results["flags"]]


def created_answers(entry: Any) -> list[Any]:
    from orderloom.audit.entry import decode

    return list(decode(entry.body).answers)


def test_personal_values_among_the_facts_are_sealed(shop: Shop) -> None:
    entry = inferred(shop, shop.create(lines=LINES))
    assert b"Petra" not in entry.body
    assert entry.facts["in"]["lines"][1]["note"] == "Petra's"


def test_many_facts_stand_there_by_their_digest(shop: Shop) -> None:
    order = shop.create(lines=[{"sku": f"SKU-{n:06}", "hazard": n == 70} for n in range(90)])
    facts = inferred(shop, order).facts
    assert "in" not in facts
    assert len(facts["facts"]) == 64
    assert facts["chain"][0]["because"] == [["line", 70]]


@pytest.mark.parametrize("language", ["en", "pl", "sk"])
def test_the_timeline_says_why(shop: Shop, language: str) -> None:
    from dataclasses import replace

    from orderloom.platform.app.operator import OPERATOR

    order = shop.create(lines=LINES)
    reader = replace(OPERATOR, language=language)
    view: Any = shop.app.views.audit(reader, f"~{order}", None, 100)
    said = next(each.text for each in view.entries.items if each.type == "inferred")
    words = Words(language)
    step = words.text(
        "audit.derived.step",
        fact="HAZMAT",
        why=words.text("audit.derived.given", fact="line", number=2),
        rule="hazardous goods",
    )
    assert said.startswith(f"Order flags: {step}; HOLD")


def test_a_command_that_asks_leaves_its_batch_to_the_others(shop: Shop) -> None:
    asked: list[int] = []
    worker = shop.app.runner._infer

    def infer(ruleset: Any, facts: Any) -> Any:
        asked.append(shop.app.store.database.commits)
        return worker(ruleset, facts)

    shop.app.runner._infer = infer
    commands = [
        Command(
            body=c.Create("sale", {"customer": {"id": "C"}, "lines": LINES[:n]}, source="shop"),
            actor=SHOP,
        )
        for n in (0, 1, 2)
    ]
    replies: list[Any] = shop.app.handle_many(commands)
    # Numbers that were drawn before it was asked are drawn again: none is missing.
    assert [reply.number for reply in replies] == ["S-0001", "S-0002", "S-0003"]
    assert len(asked) == 3


def test_a_failed_ruleset_is_a_ticket_with_its_name(tmp_path: Path) -> None:
    shop = Shop(tmp_path, flags=LOOPING)
    order = shop.create(lines=LINES)
    state = shop.state(order)
    assert not state.stages or "review" not in state.stages
    (ticket,) = [task for task in state.tasks.values() if task["kind"] == "attention"]
    assert "ruleset flags, rule more: loop" in str(ticket["why"])
    assert list(shop.state(shop.create(lines=[])).stages) == ["open"]
    shop.close()


def test_an_error_may_be_taken_by_the_process(tmp_path: Path) -> None:
    process = PROCESS.replace("  declined: {}\n", "  declined: {}\n  error.ruleset: review\n")
    shop = Shop(tmp_path, flags=LOOPING, process=process)
    order = shop.create(lines=LINES)
    assert list(shop.state(order).stages) == ["review"]
    assert not shop.state(order).tasks
    shop.close()


def test_until_it_answers_the_order_waits_and_others_go_on(shop: Shop) -> None:
    answered, asked = Event(), Event()
    worker = shop.app.runner._infer

    def slowly(ruleset: Any, facts: Any) -> Any:
        asked.set()
        assert answered.wait(20)
        return worker(ruleset, facts)

    first = shop.create()
    shop.app.runner._infer = slowly
    made: list[int] = []
    waiting = Thread(target=lambda: made.append(shop.create(lines=LINES)))
    waiting.start()
    assert asked.wait(20)
    assert shop.send(first, "paid").revision > 1
    assert made == []
    answered.set()
    waiting.join()
    assert list(shop.state(made[0]).stages) == ["review"]


def test_the_child_killed_at_random_loses_nothing(shop: Shop) -> None:
    """Twenty times; each order has what it would have had."""
    chance = random.Random(3)
    over = Event()

    def kill() -> None:
        while not over.wait(chance.random() / 50):
            pid = shop.app.rulesets.pid
            if pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    killer = Thread(target=kill)
    killer.start()
    orders = [shop.create(lines=LINES[n % 2 :]) for n in range(20)]
    over.set()
    killer.join()
    for order in orders:
        state = shop.state(order)
        tickets = [task for task in state.tasks.values() if task["kind"] == "attention"]
        if tickets:
            # Killed while it answered, twice in a row: nothing is lost, somebody tries it again.
            assert "ruleset flags: " in str(tickets[0]["why"])
        else:
            assert state.results["flags"] == {"flag": [{"code": "HAZMAT"}, {"code": "HOLD"}]}


def test_a_worker_that_says_no_leaves_the_order_whole(shop: Shop) -> None:
    shop.app.runner._infer = lambda ruleset, facts: RulesetFailed(
        ruleset.id, ruleset.digest, "crashed", "it ended"
    )
    order = shop.create(lines=LINES)
    (ticket,) = shop.state(order).tasks.values()
    assert "ruleset flags: crashed: it ended" in str(ticket["why"])
    shop.app.runner._infer = shop.app.rulesets.infer
    assert isinstance(shop.app.rulesets, RulesetWorker)
    admin = shop.app.accounts.add_user("ada", name="Ada", roles=["administrator"])
    settler = shop.app.accounts.actor(admin.id)  # type: ignore[union-attr]
    assert settler is not None
    (number,) = shop.state(order).tasks
    body = c.SettleAttention(int(number), "retry")
    shop.app.handle(Command(body=body, actor=settler, order=order))
    assert list(shop.state(order).stages) == ["review"]
