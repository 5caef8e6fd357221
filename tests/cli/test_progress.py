"""Progress is for people who watch: on a terminal, on stderr, and never among the results."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
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
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=end, env=environment) as program:
        os.close(end)
        drawn = b"".join(_until_closed(terminal))
        os.close(terminal)
        assert program.stdout is not None
        result = program.stdout.read()
    assert b"Running scenarios" in drawn
    assert (program.returncode, result) == (0, quiet.stdout)


def _until_closed(terminal: int) -> Iterator[bytes]:
    """What is written to the terminal, read as it comes: its buffer is small."""
    with suppress(OSError):
        while part := os.read(terminal, 4096):
            yield part
