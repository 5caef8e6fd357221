"""Workers side by side, in one process and in several: one effect and one answer a call."""

from __future__ import annotations

from collections import Counter
from urllib.request import Request, urlopen

import pytest
from parts.calling import Site
from parts.loopback import Outside, outside
from parts.patience import wait_for
from parts.programs import program

from orderloom.platform.codec import dumps, loads

ORDERS = 24


def test_two_workers_of_one_process(site: Site) -> None:
    with outside() as server:
        workers = [site.worker(server.url) for _ in range(2)]
        for worker in workers:
            worker.start()
        orders = [site.start() for _ in range(ORDERS)]
        _all_invoiced_once(site, server, orders)
        for worker in workers:
            worker.stop()


@pytest.mark.slow
def test_two_programs(site: Site) -> None:
    with outside() as server:
        orders = [site.start() for _ in range(ORDERS)]
        settings = {**_settings(site), "address_erp": server.url}
        with program("worker", **settings) as one, program("worker", **settings) as two:
            _all_invoiced_once(site, server, orders)
            # The one may have done all before the other listens to anybody.
            for each in (one, two):
                each.ready("worker")
            assert [one.stop(), two.stop()] == [0, 0]


def _settings(site: Site) -> dict[str, str]:
    return {
        "home": str(site.app.settings.home),
        "database_url": site.app.settings.database,
        "clock": site.clock.now().isoformat(),
        "allow_private": "1",
        "secret_erp": "s3cret",
    }


def _all_invoiced_once(site: Site, server: Outside, orders: list[int]) -> None:
    wait_for(lambda: all(site.stage(order) == "invoiced" for order in orders), seconds=60)
    wait_for(lambda: site.left()["outbox"] == 0)
    expected = Counter(
        f"{order}.{asked.facts['n']}"
        for order in orders
        for asked in site.told(order, "call.requested")
    )
    assert Counter(server.keys()) == expected
    assert server.effects == expected
    assert all(len(site.told(order, "call.result")) == 1 for order in orders)


@pytest.mark.slow
def test_serve_carries_out_what_it_is_asked_unless_told_not_to(site: Site) -> None:
    token = site.app.accounts.create_token("alice")
    with outside() as server:
        settings = {**_settings(site), "address_erp": server.url}
        options = ("--port", "0", "--format", "json")
        with program("serve", *options, **settings) as serving:
            first = site.id_of(_post(serving.address(), str(token)))
            wait_for(lambda: site.stage(first) == "invoiced")
            assert serving.stop() == 0
        with program("serve", "--no-worker", *options, **settings) as serving:
            second = site.id_of(_post(serving.address(), str(token)))
            assert site.left()["outbox"] == 1
            assert len(server.requests) == 1
            with program("worker", **settings):
                wait_for(lambda: site.stage(second) == "invoiced", seconds=60)


def _post(address: str, token: str) -> str:
    """A new order; its number."""
    request = Request(  # noqa: S310 - a loopback address
        f"{address}/api/v1/orders",
        dumps({"process": "delivery", "data": {"total": 7}}),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urlopen(request, timeout=20) as answer:  # noqa: S310 - the same
        return str(loads(answer.read())["number"])
