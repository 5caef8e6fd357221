"""Watches: what they notice reaches the open orders of the key, once, whatever happens between."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from parts.watched_shop import CARDS, Shop

from orderloom.platform.app.doctor import examine
from orderloom.platform.app.plain_watch import PlainSession
from orderloom.rules import RulesetFailed


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    shop.work()
    yield shop
    shop.close()


def held(shop: Shop, order: int) -> bool:
    return "fraud" in shop.state(order).holds


def test_a_hit_holds_every_open_order_of_the_customer(shop: Shop) -> None:
    orders = [shop.create(), shop.create(), shop.create("C-2")]
    ended = shop.create()
    shop.send(ended, "close")
    shop.decline(orders[0], 2)
    shop.decline(orders[1], 1, amount=7)
    shop.work()
    assert [held(shop, order) for order in orders] == [True, True, False]
    assert shop.state(orders[0]).data["suspected"] == 7
    assert shop.state(ended).status == "ended"
    assert not shop.events(ended, "watch.hit")


def test_what_a_watch_did_is_audited_in_its_name(shop: Shop) -> None:
    order = shop.create()
    shop.decline(order, 3)
    shop.work()
    (hit,) = shop.events(order, "watch.hit")
    (came,) = [e for e in shop.events(order, "event.received") if e.facts["name"] != "declined"]
    assert (hit.actor, came.actor, came.facts["source"]) == ("w:cards", "w:cards", "cards")
    assert hit.facts["def"] == "cards@1"
    assert (hit.facts["rule"], hit.facts["key"]) == ("thrice", "C-1")
    told = [entry.seq for entry in shop.events(order, "event.received")][:3]
    assert hit.facts["events"] == [f"{order}.{seq}.declined" for seq in told]


def test_time_between_counts(shop: Shop) -> None:
    order = shop.create()
    shop.decline(order, 2)
    shop.clock.set(shop.clock.now() + timedelta(minutes=10))
    shop.decline(order, 1)
    shop.work()
    assert not held(shop, order)
    shop.decline(order, 2)
    shop.work()
    assert held(shop, order)


def test_what_does_not_come_is_told_when_its_time_is_over(shop: Shop) -> None:
    late, paid = shop.create(), shop.create("C-2")
    shop.send(paid, "paid")
    shop.clock.set(shop.clock.now() + timedelta(days=2, hours=23))
    shop.work()
    assert not shop.state(late).tags
    shop.clock.set(shop.clock.now() + timedelta(hours=1, minutes=1))
    shop.work()
    assert [list(shop.state(order).tags) for order in (late, paid)] == [["unpaid"], []]
    (hit,) = shop.events(late, "watch.hit")
    assert hit.facts["awaited"] is True
    shop.work()
    assert len(shop.events(late, "watch.hit")) == 1


def test_a_restart_forgets_nothing_and_tells_nothing_twice(shop: Shop) -> None:
    order = shop.create()
    shop.decline(order, 2)
    shop.work()
    shop.restart()
    shop.decline(order, 1)
    shop.work()
    assert len(shop.events(order, "watch.hit")) == 1
    shop.restart()
    shop.work()
    shop.decline(order, 2)
    shop.work()
    assert len(shop.events(order, "watch.hit")) == 1
    shop.decline(order, 1)
    shop.work()
    assert len(shop.events(order, "watch.hit")) == 2


def test_restarts_at_random_moments_change_nothing(tmp_path: Path) -> None:
    """The hits with restarts, and with the child killed, are those without."""
    chance = random.Random(7)
    story = [(chance.randrange(3), chance.randrange(40)) for _ in range(60)]
    told = []
    for disturbed in (False, True):
        shop = Shop(tmp_path / str(disturbed))
        shop.work()
        orders = [shop.create(f"C-{n}") for n in range(3)]
        for number, (which, pause) in enumerate(story):
            shop.send(orders[which], "declined", amount=number)
            shop.clock.set(shop.clock.now() + timedelta(seconds=pause))
            if number % 4 == 0:
                shop.work()
            if disturbed and number % 9 == 5:
                if number % 2:
                    shop.app.watching._end()
                else:
                    shop.clock.set(shop.clock.now() - timedelta(seconds=61))
                    shop.restart()
        shop.work()
        told.append(
            [
                [entry.facts["events"] for entry in shop.events(order, "watch.hit")]
                for order in orders
            ]
        )
        shop.close()
    assert told[0] == told[1]
    assert sum(len(each) for each in told[0]) > 5


def test_a_new_version_is_built_up_from_the_log(shop: Shop) -> None:
    order = shop.create()
    shop.decline(order, 2)
    shop.work()
    shop.publish(cards=CARDS.replace("count: 3", "count: 2").replace("d[3]", "d[2]"))
    shop.app.watching._watched._asked = float("-inf")
    shop.work()
    (hit,) = shop.events(order, "watch.hit")
    assert hit.facts["def"] == "cards@2"


def test_one_worker_holds_a_watch(shop: Shop) -> None:
    order = shop.create()
    other = shop._opened()
    shop.decline(order, 3)
    while other.watching.run_once():
        raise AssertionError("the other worker must not read it")
    shop.work()
    shop.app.watching.close()
    shop.decline(order, 3)
    shop.clock.set(shop.clock.now() + timedelta(seconds=3))
    assert other.watching.run_once() == 1
    other.watching.close()
    other.store.close()


def test_a_ruleset_that_fails_stops_itself_alone(shop: Shop) -> None:
    order = shop.create()
    shop.decline(order, 2)
    followed = shop.app.watching._followed[1, "reminders"]
    followed.session = _Failing(followed.watch.ruleset)
    shop.decline(order, 1)
    for _ in range(4):
        shop.work()
        followed.resting = 0
    assert held(shop, order)
    standing = {one.ruleset: one for one in shop.app.store.watches.standing(1)}
    assert standing["cards"].stopped is None
    assert "ruleset reminders: timeout" in str(standing["reminders"].stopped)


class _Failing(PlainSession):
    """A watch whose ruleset takes too long each time."""

    def feed(self, events: Any = (), *, now: Any = None) -> Any:
        ruleset = self._ruleset
        return RulesetFailed(ruleset.id, ruleset.digest, "timeout", "it took too long")


def test_orders_are_found_by_a_key_that_the_doctor_can_compare(shop: Shop) -> None:
    order = shop.create("C-7")
    with shop.app.store.commands.transaction() as transaction:
        keys = transaction.projection(order).keys
    slots = {slot for slot, _ in keys if slot.startswith("watch:")}
    assert slots == {"watch:cards:customer.id", "watch:reminders:order.number"}
    shop.send(order, "close")
    with shop.app.store.commands.transaction() as transaction:
        assert not any(s.startswith("watch:") for s, _ in transaction.projection(order).keys)
    assert [check.check for check in examine(shop.app) if check.problems] == []


def test_the_place_of_a_watch_is_kept(shop: Shop) -> None:
    order = shop.create()
    shop.decline(order, 1)
    shop.work()
    standing = {one.ruleset: one for one in shop.app.store.watches.standing(1)}
    read_at = standing["cards"].read_at
    assert read_at is not None
    assert shop.clock.now() - timedelta(seconds=20) < read_at < shop.clock.now()
    assert shop.app.watching.lag()["cards"] == 0
