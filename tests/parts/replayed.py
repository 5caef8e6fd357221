"""The audit of an application executed again, in this process."""

from __future__ import annotations

from orderloom.platform.app.application import Application
from orderloom.platform.app.replay_report import OrderReplay, Report
from orderloom.platform.app.replaying import Replaying, parts
from orderloom.platform.store.replay_rows import Chosen

ALL = Chosen()


def replayed(app: Application, chosen: Chosen = ALL) -> Report:
    """What a replay of the chosen orders finds."""
    replaying, report = Replaying(app), Report()
    for after, upto in parts(app, chosen):
        report.add(replaying.part(after, upto, chosen))
    return report


def replayed_order(app: Application, order: int) -> OrderReplay:
    """What becomes of every entry of one order."""
    (log,) = app.store.replays.part(order - 1, order, ALL)
    return Replaying(app).replayer.order(log)
