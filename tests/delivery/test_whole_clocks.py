"""Clocks of real orders strike once, also when nobody looked for three days."""

from __future__ import annotations

from collections import Counter
from threading import Thread

import pytest
from parts.calling import START, Site
from parts.loopback import outside
from parts.patience import wait_for
from parts.programs import program

ORDERS = 12


def test_after_three_days_two_workers_strike_each_clock_once(site: Site) -> None:
    with outside() as server:
        orders = [site.start("waiting") for _ in range(ORDERS)]
        site.worker(server.url).run_once()
        assert not any(site.told(order, "timer.fired") for order in orders)
        site.pass_(days=3)
        workers = [site.worker(server.url) for _ in range(2)]
        threads = [Thread(target=worker.run_once) for worker in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for worker in workers:
            worker.run_once()
    for order in orders:
        assert site.state(order).data["struck"] == ["ten hours", "two days"]
        struck = [row.facts["due"] for row in site.told(order, "timer.fired")]
        assert len(struck) == len(set(struck)) == 2
        assert site.stage(order) == "first"


@pytest.mark.slow
def test_two_programs_strike_each_clock_once(site: Site) -> None:
    orders = [site.start("waiting") for _ in range(ORDERS)]
    site.pass_(days=5)
    settings = {
        "home": str(site.app.settings.home),
        "database_url": site.app.settings.database,
        "clock": site.clock.now().isoformat(),
    }
    with program("worker", **settings) as one, program("worker", **settings) as two:
        wait_for(lambda: all(not site.state(order).timers for order in orders), seconds=60)
        for each in (one, two):
            each.ready("worker")
        assert [one.stop(), two.stop()] == [0, 0]
    struck = Counter(len(site.told(order, "timer.fired")) for order in orders)
    assert struck == {3: ORDERS}
    assert {site.outcome(order) for order in orders} == {"expired"}


def test_parts_begin_end_and_are_told_of(site: Site) -> None:
    """Three children by the inbox; each ends by a clock; the parent hears of each once."""
    with outside() as server:
        worker = site.worker(server.url)
        order = site.start("parent")
        worker.run_once()
        assert site.stage(order) == "parts"
        site.pass_(hours=2)
        worker.run_once()
    assert site.outcome(order) == "completed"
    assert len(site.told(order, "child.ended")) == 3
    assert site.left() == {"outbox": 0, "inbox": 0}
    assert site.clock.now() > START
