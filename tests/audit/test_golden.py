"""What every earlier version wrote is folded and executed again as it was (engine 12)."""

from __future__ import annotations

import pytest
from parts.examples import opened
from parts.golden import FOLDER, golden, kept

from orderloom.audit.verify import verify_file
from orderloom.platform.app.replay_actors import Actors
from orderloom.platform.app.replay_order import Replayer
from orderloom.platform.app.replay_releases import PinnedReleases
from orderloom.platform.engine import fold


@pytest.mark.parametrize("name", kept())
def test_a_kept_log_still_says_the_same(name: str) -> None:
    assert verify_file(FOLDER / name / "export.jsonl").ok
    with opened() as app, golden(name, app) as log:
        releases = PinnedReleases(app.store.definitions, app.registry)
        replayer = Replayer(releases, Actors(app.store.accounts), runtimes={})
        for order in log.orders:
            assert fold(one.event for one in order.entries) == order.order.state
            found = replayer.order(order)
            # Sort keys and words of lists are of today: they are made anew where they differ.
            assert [one for one in found.different if one.problem != "table"] == []
            assert {one.status for one in found.decisions()} <= {"same", "known"}


def test_the_first_versions_are_kept() -> None:
    assert {"0.1.0-small", "0.1.0-small-2", "0.1.0-purchase-order-1"} <= set(kept())
