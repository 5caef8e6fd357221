"""The example bundles: read, played once for all tests, and an application in memory for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from orderloom.platform.app.application import Application
from orderloom.platform.app.assembling import assemble
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.clock import FixedClock
from orderloom.platform.app.coverage import Used, watched
from orderloom.platform.app.replay_report import Report
from orderloom.platform.app.scenario import ScenarioResult
from orderloom.platform.app.simulate import Simulate
from orderloom.platform.app.simulation import Simulation, open_world
from orderloom.platform.definitions import Bundle
from orderloom.platform.settings import Settings
from orderloom.platform.store import open_store
from parts.replayed import replayed
from parts.shared_data import REPOSITORY

EXAMPLES = (
    *("b2b-order", "purchase-order", "service-project"),
    *("quote-to-order", "subscription", "requisition"),
)
# The process that an example is about, where it has not the example's name.
MAIN = {"quote-to-order": "quote"}
NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)


def folder(name: str) -> Path:
    """The folder of an example."""
    return REPOSITORY / "examples" / name


@dataclass(frozen=True)
class Played:
    """A bundle with what became of its scenarios and decision tests, what they used, and what came
    out when the audit of all their orders was executed again."""

    bundle: Bundle
    results: list[ScenarioResult]
    used: Used
    replayed: Report


@pytest.fixture(scope="session")
def played() -> Callable[[str], Played]:
    """Plays a bundle when it is first asked for."""
    known: dict[str, Played] = {}

    def of(name: str) -> Played:
        if name not in known:
            bundle, report = open_bundle(folder(name)), Report()
            world = partial(open_world, simulation=_replaying(report))
            with watched() as used:
                results = Simulate(world).run(bundle)
            known[name] = Played(bundle, results, used, report)
        return known[name]

    return of


def _replaying(report: Report) -> type[Simulation]:
    """A world whose orders are executed again before it ends."""

    class Replayed(Simulation):
        def close(self) -> None:
            report.add(replayed(self._app))
            super().close()

    return Replayed


@contextmanager
def opened() -> Iterator[Application]:
    """A whole application on a store in memory, its clock standing still."""
    store = open_store("memory:")
    store.migrate()
    made = assemble(
        store,
        settings=Settings(database_url="memory:", second_person=False),
        clock=FixedClock(NOW),
        simulate=Simulate(open_world),
    )
    yield made
    made.close()


@pytest.fixture
def app() -> Iterator[Application]:
    """An application of the test's own."""
    with opened() as made:
        yield made
