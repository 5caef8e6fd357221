"""Watches on each kind of database: the feed, the list keys and the letters fit together."""

from __future__ import annotations

from pathlib import Path

from parts.watched_shop import Shop


def test_a_hit_reaches_the_open_orders_of_its_key(empty_url: str, tmp_path: Path) -> None:
    shop = Shop(tmp_path, empty_url)
    orders = [shop.create("C-1"), shop.create("C-1"), shop.create("C-2")]
    shop.decline(orders[0], 2)
    shop.work()
    shop.app.watching.close()
    shop.decline(orders[1], 1)
    shop.work()
    held = ["fraud" in shop.state(order).holds for order in orders]
    assert held == [True, True, False]
    assert [len(shop.events(order, "watch.hit")) for order in orders] == [1, 1, 0]
    shop.close()
