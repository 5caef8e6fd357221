"""`kill -9` of workers in the midst of calls: each call has one effect and one answer."""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from parts.calling import Site, calling_site
from parts.loopback import Outside, outside
from parts.patience import wait_for
from parts.programs import program

from orderloom.platform.app.auditing import verify_store
from orderloom.platform.app.differences import differences

ROUNDS = 5
ORDERS = 30


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_killed_worker_s_calls_are_carried_on_by_the_next(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = str(request.getfixturevalue("postgres_url")) if kind == "postgres" else ""
    chance = random.Random(13)
    with calling_site(tmp_path, url) as site, outside() as server:
        orders = [site.start() for _ in range(ORDERS)]
        for last in (*[False] * ROUNDS, True):
            # What the killed one had claimed is free again after its lease.
            site.clock.set(site.clock.now() + timedelta(minutes=2))
            settings = {
                "home": str(site.app.settings.home),
                "database_url": site.app.settings.database,
                "clock": site.clock.now().isoformat(),
                "allow_private": "1",
                "secret_erp": "s3cret",
                "address_erp": server.url,
            }
            seen = len(server.requests)
            with program("worker", **settings) as worker:
                wait_for(partial(_begun, site, server, seen))
                if last:
                    wait_for(lambda: site.left()["outbox"] == 0, seconds=60)
                else:
                    time.sleep(chance.uniform(0, 0.05))
                    worker.kill()
        sent = Counter(server.keys())
        assert len(sent) == ORDERS
        assert set(server.effects.values()) == {1}
        assert {site.stage(order) for order in orders} == {"invoiced"}
        assert {len(site.told(order, "call.result")) for order in orders} == {1}
        assert verify_store(site.app)["ok"]
        assert list(differences(site.app.store, site.app.registry)) == []


def _begun(site: Site, server: Outside, seen: int) -> bool:
    """The worker has sent something, or there is nothing left to send."""
    return len(server.requests) > seen or site.left()["outbox"] == 0
