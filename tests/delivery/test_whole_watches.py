"""A whole worker follows the watches, beside its other work."""

from __future__ import annotations

from pathlib import Path

from parts.patience import wait_for
from parts.watched_shop import Shop

from orderloom.platform.delivery.wiring import make_worker


def test_a_worker_hears_and_tells(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    worker = make_worker(shop.app, environment={})
    order = shop.create()
    worker.start()
    try:
        shop.decline(order, 3)
        wait_for(lambda: "fraud" in shop.state(order).holds)
    finally:
        worker.stop()
    (standing,) = [one for one in shop.app.store.watches.standing() if one.ruleset == "cards"]
    assert standing.sent == 1
    assert b'orderloom_watch_behind_seconds{ruleset="cards"}' in shop.app.metrics.page()
    assert b"orderloom_watch_letters_total 1.0" in shop.app.metrics.page()
    shop.close()
