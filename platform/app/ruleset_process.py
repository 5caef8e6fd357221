"""One killable child process: a request in, an answer out, or the news of its death."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import IO, Any, Final

from orderloom.platform.app.frames import HEAD, packed, unpacked

CHILD: Final = ("-P", "-m", "orderloom.platform.app.ruleset_child")
# Reading its modules takes a child a moment, on a busy machine a long one.
START: Final = 60.0
_CHUNK: Final = 65_536


class Died(Exception):
    """The child ended before it answered. `timeout`: it was ended, for it took too long."""

    def __init__(self, detail: str, *, timeout: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.timeout = timeout


class RulesetProcess:
    """A running child, which has said that it is ready. Not for several threads at once.

    Raises `Died` where it does not start.
    """

    def __init__(self, seconds: float, command: Sequence[str] = CHILD) -> None:
        self.seconds = seconds
        # The kernel's alarm in the child is the second one, should this process not come to it.
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, *command, str(seconds + 1)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._to, self._from = _file(self._process.stdin), _file(self._process.stdout)
        self._answer(START)

    @property
    def pid(self) -> int:
        return self._process.pid

    def call(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer. Raises `Died`: the process is over then, and its pipes are closed."""
        try:
            self._send(packed(request))
            return self._answer(self.seconds)
        except Died:
            self.end()
            raise
        except OSError as error:
            raise Died(f"ended ({self.end()})") from error

    def end(self) -> str:
        """Kills it, if it still runs, and says how it ended."""
        self._process.kill()
        code = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None and not pipe.closed:
                _closed(pipe)
        return f"signal {-code}" if code < 0 else f"exit {code}"

    def _answer(self, seconds: float) -> dict[str, Any]:
        try:
            size = HEAD.unpack(self._receive(HEAD.size, seconds))[0]
            return unpacked(self._receive(size, seconds))
        except Died:
            self.end()
            raise

    def _send(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            if not _ready(self._to, select.POLLOUT, self.seconds):
                raise Died("does not read", timeout=True)
            view = view[os.write(self._to, view) :]

    def _receive(self, size: int, seconds: float) -> bytes:
        found = bytearray()
        while len(found) < size:
            if not _ready(self._from, select.POLLIN, seconds):
                raise Died(f"no answer in {seconds} s", timeout=True)
            some = os.read(self._from, min(_CHUNK, size - len(found)))
            if not some:
                raise Died(f"ended ({self.end()})")
            found += some
        return bytes(found)


def _file(pipe: IO[bytes] | None) -> int:
    if pipe is None:
        raise OSError("the child has no pipe")
    os.set_blocking(pipe.fileno(), False)
    return pipe.fileno()


def _ready(file: int, what: int, seconds: float) -> bool:
    waiting = select.poll()
    waiting.register(file, what)
    return bool(waiting.poll(seconds * 1000))


def _closed(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:
        # A pipe to a dead process is closed for all that matters.
        return
