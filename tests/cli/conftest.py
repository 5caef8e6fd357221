"""The command line on a home folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from parts.command_line import CommandLine


@pytest.fixture
def orderloom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    for variable in ("DATABASE_URL", "CLOCK", "DEMO", "LANGUAGE"):
        monkeypatch.delenv(f"ORDERLOOM_{variable}", raising=False)
    monkeypatch.setenv("ORDERLOOM_HOME", str(tmp_path / "home"))
    return CommandLine()
