"""Watches on the command line."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from parts.command_line import CommandLine
from parts.migrated import build
from parts.watched_shop import write_shop

from orderloom.platform.settings import read_settings

NOW = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)


def stop_one() -> None:
    """A watch that a worker has followed, and stopped."""
    app = build(read_settings(os.environ))
    app.watching.run_once()
    app.watching.close()
    held = app.store.watches.hold(
        1, "cards", version=1, holder="x", now=NOW, until=NOW + timedelta(minutes=1)
    )
    assert held is not None
    app.store.watches.stop(held, reason="ruleset cards: timeout", now=NOW)
    app.close()


def test_watches_are_listed_and_started_again(orderloom: CommandLine, tmp_path: Path) -> None:
    assert orderloom.run("watches", "list").out == "No watch has been followed yet.\n"
    assert orderloom.run("publish", write_shop(tmp_path / "shop")).code == 0
    stop_one()
    assert "cards@1  stopped: ruleset cards: timeout" in orderloom.run("watches", "list").out
    cards, reminders = orderloom.json("watches", "list").json["items"]
    assert (cards["watch"], cards["stopped"]) == ("cards", "ruleset cards: timeout")
    assert (reminders["watch"], reminders["stopped"]) == ("reminders", None)
    assert orderloom.json("watches", "start", "cards").json["stopped"] is None
    missing = orderloom.json("watches", "start", "nothing")
    assert (missing.code, missing.json["code"]) == (1, "watch.not_found")
