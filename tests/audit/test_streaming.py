"""The whole log is verified in the memory of a part of it."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from parts.application import small_application

from orderloom.platform.app.application import Application
from orderloom.platform.app.auditing import export_lines, verify_store
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Command
from orderloom.platform.store import audit, verify_reading

DATA = {"title": "Desk", "total": 250, "note": "x" * 2_000}


def test_a_log_four_times_as_long_needs_no_more_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Parts so small that both logs have many.
    monkeypatch.setattr(audit, "_AT_ONCE", 50)
    monkeypatch.setattr(verify_reading, "AT_ONCE", 50)
    with small_application(tmp_path) as app:
        _more(app, 192)
        short = _peak(app)
        _more(app, 576)
        long = _peak(app)
    # What grows is a head for each stream: some hundred bytes, of entries of some thousand.
    assert long < short + 576 * 600


def _more(app: Application, count: int) -> None:
    alice = app.accounts.by_login("alice")
    assert alice is not None
    create = Command(body=c.Create("request", DATA), actor=alice)
    app.handle_many([create] * count)


def _peak(app: Application) -> int:
    tracemalloc.start()
    report = verify_store(app)
    for _ in export_lines(app):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert report["ok"]
    return peak
