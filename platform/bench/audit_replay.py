"""How fast orders are rebuilt from their entries and their decisions executed again."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from orderloom.platform.app.application import Application
from orderloom.platform.app.replay_children import replay_by
from orderloom.platform.app.replaying import chosen
from orderloom.platform.bench.engine import Load, application
from orderloom.platform.bench.entry_rates import entry_rate
from orderloom.platform.bench.report import Sheet
from orderloom.platform.bootstrap import build_to_stay, settled_memory

ORDERS: Final = 2_000
TOGETHER: Final = 50


def audit_replay(folder: Path, orders: int = ORDERS) -> Sheet:
    """So many orders of the reference work, from an SQLite file. Raises `RuntimeError` where one
    does not come out as it is stored."""
    url = f"sqlite:///{folder / 'replay.db'}"
    with application(url, sync="normal") as app:
        Load(app, TOGETHER).orders(orders)
        entries = app.store.audit.count()
        rows = [
            entry_rate(_named(processes), entries, partial(_replay, app, orders, processes))
            for processes in (1, 2)
        ]
    title = f"{orders:,} orders executed again, {entries:,} entries, SQLite"
    return Sheet(title, ("what", "entries/s", "CPU µs/entry", "goal"), tuple(rows))


def _named(processes: int) -> str:
    return f"executed again, {processes} {'process' if processes == 1 else 'processes'}"


def _replay(app: Application, orders: int, processes: int) -> None:
    with settled_memory():
        report = replay_by(
            processes,
            app,
            chosen(app, order=None, process=None, since=None),
            open_application=build_to_stay,
            progress=lambda done: None,
        )
    if not report.ok or report.orders != orders:
        raise RuntimeError(f"the orders of the bench do not come out again: {report.to_json()}")
