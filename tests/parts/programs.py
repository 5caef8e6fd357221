"""Starts `orderloom …` as programs of their own, stopped by SIGTERM."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

from orderloom.platform.codec import loads
from parts.patience import wait_for

MAIN = "from orderloom.platform.cli import main; main()"


@dataclass
class Program:
    """A running program; `told` and `said` are the lines of stdout and stderr so far."""

    process: subprocess.Popen[str]
    told: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def address(self) -> str:
        """Of `serve --format json`: where it answers."""
        wait_for(lambda: self.told or self.process.poll() is not None, seconds=60)
        assert self.told, self.said
        return str(loads(self.told[0])["address"]).rstrip("/")

    def ready(self, line: str) -> None:
        """Waits until a line of stderr has these words."""
        wait_for(lambda: any(line in each for each in self.said), seconds=60)

    def stop(self) -> int:
        """Asks it to stop; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.wait(30)


@contextmanager
def program(*arguments: str, **environment: str) -> Iterator[Program]:
    """Runs until the context ends. `environment`: variables without `ORDERLOOM_`."""
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, *arguments],
        env=_environment(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    running = Program(process)
    readers = [
        threading.Thread(target=_keep, args=(stream, lines), daemon=True)
        for stream, lines in ((process.stdout, running.told), (process.stderr, running.said))
    ]
    for reader in readers:
        reader.start()
    try:
        yield running
    finally:
        if process.poll() is None:
            running.stop()
        for reader in readers:
            reader.join(10)
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            stream.close()


def _keep(stream: IO[str] | None, lines: list[str]) -> None:
    for line in stream or ():
        lines.append(line.rstrip("\n"))


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("ORDERLOOM_")}
    return {**inherited, **{f"ORDERLOOM_{name.upper()}": value for name, value in given.items()}}
