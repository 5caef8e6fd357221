"""`orderloom audit person`: a file with all that is kept of somebody, and an entry of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from parts.command_line import CommandLine
from parts.personal_bundle import CANARY, PERSON, claim, open_people

from orderloom.platform.codec import loads


@pytest.fixture
def orderloom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    with open_people(tmp_path) as app:
        claim(app)
    monkeypatch.setenv("ORDERLOOM_HOME", str(tmp_path / "home"))
    return CommandLine()


def test_the_ending_says_the_form(orderloom: CommandLine, tmp_path: Path) -> None:
    told = orderloom.run(
        "audit", "person", PERSON, "--out", tmp_path / "p.json", "--format", "json"
    )
    assert told.code == 0, told
    assert loads(told.out)["orders"] == 1
    assert loads((tmp_path / "p.json").read_bytes())["orders"][0]["order"] == "CL-0001"
    assert orderloom.run("audit", "person", PERSON, "--out", tmp_path / "p.csv").code == 0
    assert CANARY in (tmp_path / "p.csv").read_text(encoding="utf-8")
    with open_people(tmp_path) as app:
        app.audit_desk.index.catch_up()
        streams = app.store.audit.streams()
        found = [e.body for each in streams for e in each.entries if b"personal.exported" in e.body]
    assert len(found) == 2


def test_whoever_may_not_gets_no_file(orderloom: CommandLine, tmp_path: Path) -> None:
    told = orderloom.run("audit", "person", PERSON, "--out", tmp_path / "p.json", "--as", "erin")
    assert told.code == 1
    assert not (tmp_path / "p.json").exists()
