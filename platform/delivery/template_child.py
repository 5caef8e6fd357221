"""The child process that fills templates nobody has reviewed yet, and may die of them:
`python -m …template_child SECONDS`. Jinja's sandbox bounds what a template reads, not how long it
takes nor how much memory.

It says that it is ready by an empty answer, then answers one request at a time:
`{template, names}` → `{text}` or `{fault}`.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Mapping
from typing import IO, Any, Final

from orderloom.platform.app.frames import HEAD, packed, unpacked
from orderloom.platform.app.template_fault import TemplateFault
from orderloom.platform.delivery.templates import render

MEMORY: Final = 1_000_000_000


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """The text, or why there is none."""
    try:
        return {"text": render(str(request["template"]), request["names"])}
    except TemplateFault as fault:
        return {"fault": str(fault)}
    except MemoryError:
        return {"fault": "MemoryError"}


def serve(seconds: float, source: IO[bytes], target: IO[bytes]) -> None:
    """Answers until the source ends; the kernel ends what takes longer than `seconds`."""
    _write(target, {})
    while len(head := source.read(HEAD.size)) == HEAD.size:
        request = unpacked(source.read(HEAD.unpack(head)[0]))
        signal.setitimer(signal.ITIMER_REAL, seconds)
        found = answer(request)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _write(target, found)


def main() -> None:
    """Serves on standard input and output, which nothing else may then write to."""
    target = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(float(sys.argv[1]), sys.stdin.buffer, target)


def _write(target: IO[bytes], message: Mapping[str, Any]) -> None:
    target.write(packed(message))
    target.flush()


if __name__ == "__main__":
    main()
