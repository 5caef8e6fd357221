"""Every order executed again, part by part: what `orderloom audit replay` and its children do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from orderloom.platform.app.application import Application
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.replay_actors import Actors
from orderloom.platform.app.replay_order import Replayer
from orderloom.platform.app.replay_releases import PinnedReleases
from orderloom.platform.app.replay_report import Report
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.store.replay_rows import Chosen

# Orders that are read and executed together.
PART: Final = 200


class Replaying:
    """Executes orders of an application's store again; changes nothing."""

    def __init__(self, app: Application) -> None:
        self._tables = app.store.replays
        self.replayer = Replayer(
            PinnedReleases(app.store.definitions, app.registry),
            Actors(app.store.accounts),
            runtimes=self._tables.runtimes(),
        )

    def part(self, after: int, upto: int, chosen: Chosen) -> Report:
        """The chosen orders with ids in (after, upto]."""
        report = Report()
        for log in self._tables.part(after, upto, chosen):
            report.take(self.replayer.order(log))
        return report


def chosen(
    app: Application, *, order: str | None, process: str | None, since: str | None
) -> Chosen:
    """Which orders are meant. Raises `Refused` for an order that is not there."""
    id_ = None
    if order is not None:
        head = app.views.head(OPERATOR, order)
        if isinstance(head, Rejection):
            raise Refused(head)
        id_ = head.id
    return Chosen(id_, process, since)


def parts(app: Application, chosen: Chosen, size: int = PART) -> Iterator[tuple[int, int]]:
    """The ids that bound each part: (after, upto]."""
    after = 0
    while (upto := app.store.replays.part_end(after, chosen, size)) is not None:
        yield after, upto
        after = upto


def total(app: Application, chosen: Chosen) -> int:
    """How many orders are chosen."""
    return app.store.replays.count(chosen)
