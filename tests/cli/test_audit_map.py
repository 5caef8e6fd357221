"""`orderloom audit map`: figures of a process, for people and for programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from parts.application import add_cast
from parts.command_line import CommandLine
from parts.jobs import BEGAN, publish_jobs, wander
from parts.migrated import build

from orderloom.platform.settings import Settings


def test_figures_of_a_process(
    orderloom: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERLOOM_HOME", str(tmp_path / "home"))
    nothing = orderloom.json("audit", "map", "job")
    assert (nothing.code, nothing.json["orders"]) == (0, 0)
    app = build(Settings(home=tmp_path / "home", clock=BEGAN))
    add_cast(app)
    publish_jobs(app, tmp_path / "jobs")
    wander(app, 5)
    app.close()
    found = orderloom.json("audit", "map", "job").json
    assert found["orders"] == sum(each["orders"] for each in found["variants"]) == 5
    assert {way["around"] for way in found["ways"]} >= {"", "review"}
    assert orderloom.json("audit", "map", "job", "--rebuild").json == found
    assert orderloom.json("audit", "map", "job", "--outcome", "open").json["ended"] == 0
    assert orderloom.json("audit", "map", "job", "--until", "2020-01-01").json["orders"] == 0
    told = orderloom.run("audit", "map", "job")
    assert "Intake → Review: median" in told.out
    assert orderloom.run("audit", "map", "other").code == 1
