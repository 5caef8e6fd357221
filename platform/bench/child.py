"""Programs of the bench's own that are told what to do line by line, and end with their input."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

PATIENCE = 30


@dataclass(frozen=True)
class Child:
    """A running program: it answers each line with a line."""

    process: subprocess.Popen[str]

    def tell(self, line: object) -> None:
        """Sends a line, without waiting for its answer."""
        print(line, file=_pipe(self.process.stdin), flush=True)

    def heard(self) -> str:
        """The next answer. Raises `RuntimeError` where the program has ended."""
        line = _pipe(self.process.stdout).readline()
        if not line:
            raise RuntimeError(f"a program of the bench ended: {self.process.args!r}")
        return line.strip()

    def ask(self, line: object) -> str:
        """Sends a line; its answer."""
        self.tell(line)
        return self.heard()


@contextmanager
def child(module: str, *arguments: str) -> Iterator[Child]:
    """`python -m module arguments`, ended when the context is left."""
    with subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Child(process)
        finally:
            _pipe(process.stdin).close()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def _pipe(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise RuntimeError("a program of the bench has no pipe")
    return stream
