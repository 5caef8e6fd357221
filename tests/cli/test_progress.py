"""Progress is for people who watch: on a terminal, on stderr, and never among the results."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

from parts.small_bundle import write_small_bundle

from orderloom.platform.codec import loads

PROGRAM = (sys.executable, "-c", "from orderloom.platform.cli import main; main()")


def test_bars_are_drawn_on_a_terminal_only(tmp_path: Path) -> None:
    command = [*PROGRAM, "test", str(write_small_bundle(tmp_path / "small")), "--format", "json"]
    quiet = subprocess.run(command, capture_output=True, check=True)
    assert (quiet.stderr, loads(quiet.stdout)["passed"]) == (b"", 4)
    terminal, end = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    watched = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=end, check=True, env=environment
    )
    os.close(end)
    drawn = os.read(terminal, 100_000)
    os.close(terminal)
    assert b"Running scenarios" in drawn
    assert watched.stdout == quiet.stdout
