"""Many take of the same amounts at once: never more than there is, and nobody waits for ever."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from parts.balance_bundle import Spender, level, spending
from parts.collection_bundle import holder

from orderloom.platform.app.application import Application
from orderloom.platform.app.balance_differences import balance_differences
from orderloom.platform.app.differences import differences
from orderloom.platform.app.reply import Reply
from orderloom.platform.bootstrap import build
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Command
from orderloom.platform.problem import Rejection
from orderloom.platform.settings import Settings

WRITERS = 64
KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
UNITS = "ABCDEF"


@pytest.fixture(params=KINDS)
def apps(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Application]]:
    """Two programs' worth of writers on one database."""
    postgres = request.param == "postgres"
    url = str(request.getfixturevalue("postgres_url")) if postgres else ""
    url = url or f"sqlite:///{tmp_path / 'spent.db'}"
    amounts = {"IT": 1000, **dict.fromkeys(UNITS, Decimal("99.9"))}
    with ExitStack() as stack:
        first = stack.enter_context(spending(tmp_path, database=url, amounts=amounts))
        second = build(Settings(home=tmp_path / "home", database_url=url))
        stack.callback(second.close)
        yield [first, second]


def together(work: Callable[[int], Any], count: int = WRITERS) -> list[Any]:
    """The work of so many threads that begin at the same moment."""
    start = threading.Barrier(count)

    def begun(index: int) -> Any:
        start.wait(timeout=60)
        return work(index)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begun, range(count)))


def healthy(app: Application) -> None:
    assert list(balance_differences(app.store)) == []
    assert list(differences(app.store, app.registry)) == []


@pytest.fixture
def deadlocks(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What the runner has told of transactions that waited for each other."""
    caplog.set_level(logging.DEBUG, logger="orderloom.platform.app.runner")

    def told() -> list[str]:
        texts = [str(each.exc_info[1]) for each in caplog.records if each.exc_info]
        return [text for text in texts if "deadlock" in text]

    return told


def test_sixty_four_writers_never_take_more_than_there_is(apps: list[Application]) -> None:
    def work(index: int) -> list[int]:
        alice = Spender(apps[index % 2])
        taken = []
        for _ in range(4):
            order = alice.begin()
            if not alice.tell(order, "take", unit="IT", n=7).state.tags:
                taken.append(order)
        return taken

    taken = [order for orders in together(work) for order in orders]
    assert len(taken) == 1000 // 7
    assert level(apps[0], "IT") == (1000, 994)
    healthy(apps[0])


def test_sixty_four_writers_take_out_what_there_is_once(apps: list[Application]) -> None:
    def work(index: int) -> int:
        alice = Spender(apps[index % 2])
        order = alice.begin()
        return sum(not alice.tell(order, "spend", unit="A", n=1).state.tags for _ in range(2))

    assert sum(together(work)) == 99
    assert level(apps[0], "A") == (Decimal("0.9"), 0)
    history = apps[0].store.collections.history(1, "budgets", "A", before=None, limit=200)
    assert [each.version for each in history] == list(range(100, 0, -1))
    healthy(apps[0])


def test_a_short_one_in_a_batch_does_not_spoil_the_others(apps: list[Application]) -> None:
    alice = Spender(apps[0])
    orders = [alice.begin() for _ in range(3)]
    commands = [
        Command(body=c.SendEvent("take", {"unit": "IT", "n": n}), actor=alice.actor, order=order)
        for order, n in zip(orders, (600, 600, 300), strict=True)
    ]
    tags = [
        answer.state.tags for answer in apps[0].handle_many(commands) if isinstance(answer, Reply)
    ]
    assert tags == [(), ("short",), ()]
    assert level(apps[0], "IT") == (1000, 900)
    healthy(apps[0])


def test_random_batches_in_any_order_never_wait_for_each_other(
    apps: list[Application], deadlocks: Callable[[], list[str]]
) -> None:
    """Records are taken in the order of their keys over the whole batch (engine 3)."""
    beginner = Spender(apps[0])
    orders = [beginner.begin() for _ in range(24)]

    def work(index: int) -> list[str]:
        alice, chance = Spender(apps[index % 2]), Random(index)
        codes = []
        for _ in range(12):
            chosen = chance.sample(orders, 5)
            commands = [_random(chance, alice, order) for order in chosen]
            codes += _codes(alice.app.handle_many(commands))
        return codes

    refused = [code for codes in together(work, 8) for code in codes]
    assert refused == []
    assert deadlocks() == []
    healthy(apps[0])


def _random(chance: Random, alice: Spender, order: int) -> Command:
    unit, other = chance.sample(UNITS, 2)
    n = Decimal(chance.randint(0, 90)) / 10
    known: list[tuple[str, dict[str, Any]]] = [
        ("take", {"unit": unit, "n": n}),
        ("swap", {"unit": unit, "other": other, "n": n}),
        ("spend", {"unit": unit, "n": n / 10}),
        ("give-all", {"unit": unit}),
        ("fail", {"unit": unit, "n": n}),
    ]
    event, data = chance.choice(known)
    return Command(body=c.SendEvent(event, data), actor=alice.actor, order=order)


def _codes(answers: Sequence[Reply | Rejection]) -> list[str]:
    return [answer.code for answer in answers if isinstance(answer, Rejection)]


def test_budgets_are_edited_while_orders_take_of_them(
    apps: list[Application], deadlocks: Callable[[], list[str]]
) -> None:

    def work(index: int) -> list[str]:
        app, chance = apps[index % 2], Random(index)
        if index < 2:
            return [_edited(app, chance) for _ in range(40)]
        alice = Spender(app)
        order = alice.begin()
        answers = [app.handle(_random(chance, alice, order)) for _ in range(30)]
        return _codes(answers)

    codes = {code for found in together(work, 8) for code in found}
    assert codes <= {"", "record.reserved", "record.stale"}
    assert deadlocks() == []
    healthy(apps[0])


def _edited(app: Application, chance: Random) -> str:
    keeper, unit = holder(app, "ada", "collections.edit"), chance.choice(UNITS)
    found = app.store.collections.record(1, "budgets", unit)
    assert found is not None
    data = {**found.body, "amount": Decimal(chance.randint(0, 1500)) / 10}
    answer = app.collections.put(
        keeper, "budgets", unit, data, expected=found.version, channel="api"
    )
    return answer.code if isinstance(answer, Rejection) else ""
