"""A replay by several child processes, each with an application of its own on the same database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import islice
from multiprocessing import get_context
from typing import Final

from orderloom.platform.app.application import Application
from orderloom.platform.app.replay_report import Report
from orderloom.platform.app.replaying import Replaying, parts
from orderloom.platform.settings import Settings
from orderloom.platform.store.replay_rows import Chosen

Open = Callable[[Settings], Application]
# Parts that wait for each child, so that none is idle and the list stays short.
WAITING: Final = 2
# What a child keeps between parts.
_mine: list[Replaying] = []


def replay_by(
    processes: int,
    app: Application,
    chosen: Chosen,
    *,
    open_application: Open,
    progress: Callable[[int], None],
) -> Report:
    """Everything that is `chosen`. `open_application`: how a child opens one (a function of a
    module); `progress` is told how many orders are done."""
    report = Report()
    if processes == 1:
        replaying = Replaying(app)
        for after, upto in parts(app, chosen):
            report.add(replaying.part(after, upto, chosen))
            progress(report.orders)
        return report
    for one in _by_children(processes, app, chosen, open_application):
        report.add(one)
        progress(report.orders)
    return report


def _by_children(
    processes: int, app: Application, chosen: Chosen, open_application: Open
) -> Iterator[Report]:
    with ProcessPoolExecutor(
        processes,
        mp_context=get_context("spawn"),
        initializer=_begin,
        initargs=(open_application, app.settings),
    ) as pool:
        ahead = parts(app, chosen)
        waiting: set[Future[Report]] = set()
        while True:
            for after, upto in islice(ahead, WAITING * processes - len(waiting)):
                waiting.add(pool.submit(_part, after, upto, chosen))
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for each in done:
                yield each.result()


def _begin(open_application: Open, settings: Settings) -> None:
    _mine.append(Replaying(open_application(settings)))


def _part(after: int, upto: int, chosen: Chosen) -> Report:
    return _mine[0].part(after, upto, chosen)
