"""A replay by several processes: this one, and children that each have an application of their own
on the same database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
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
    for one in _shared(processes - 1, Replaying(app), app, chosen, open_application):
        report.add(one)
        progress(report.orders)
    return report


def _shared(
    children: int, mine: Replaying, app: Application, chosen: Chosen, open_application: Open
) -> Iterator[Report]:
    """What each part comes to. This process works too: a child takes seconds to begin."""
    ahead = parts(app, chosen)
    if children == 0:
        for after, upto in ahead:
            yield mine.part(after, upto, chosen)
        return
    with ProcessPoolExecutor(
        children,
        mp_context=get_context("spawn"),
        initializer=_begin,
        initargs=(open_application, app.settings),
    ) as pool:
        waiting: dict[Future[Report], tuple[int, int]] = {}
        while True:
            for part in islice(ahead, WAITING * children - len(waiting)):
                waiting[pool.submit(_part, *part, chosen)] = part
            if (own := next(ahead, None)) is None:
                break
            yield mine.part(*own, chosen)
            for each in [each for each in waiting if each.done()]:
                del waiting[each]
                yield each.result()
        for each, part in reversed(waiting.items()):
            # What no child has begun is done here.
            yield mine.part(*part, chosen) if each.cancel() else each.result()


def _begin(open_application: Open, settings: Settings) -> None:
    _mine.append(Replaying(open_application(settings)))


def _part(after: int, upto: int, chosen: Chosen) -> Report:
    return _mine[0].part(after, upto, chosen)
