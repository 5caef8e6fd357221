"""Processes that each do their share of the reference work on one database.

`python -m orderloom.platform.bench.worker_process URL GROUP` says `ready`, then for every number
of orders on its input does them and says `done`; the end of the input ends it.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import IO

from orderloom.platform.bench.contestant import Work
from orderloom.platform.bench.engine import Load, application

PATIENCE = 30


@contextmanager
def workers(url: str, *, count: int, group: int) -> Iterator[Work]:
    """`count` processes on an empty database; the work is shared among them."""
    with application(url):
        pass
    with ExitStack() as stack:
        processes = [stack.enter_context(_started(url, group)) for _ in range(count)]
        for process in processes:
            _expect(process, "ready")
        yield lambda orders: _share(processes, orders)


def _share(processes: Sequence[subprocess.Popen[str]], orders: int) -> None:
    for number, process in enumerate(processes):
        share = orders // len(processes) + (number < orders % len(processes))
        print(share, file=_pipe(process.stdin), flush=True)
    for process in processes:
        _expect(process, "done")


@contextmanager
def _started(url: str, group: int) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", __name__, url, str(group)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            _pipe(process.stdin).close()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def _expect(process: subprocess.Popen[str], word: str) -> None:
    said = _pipe(process.stdout).readline().strip()
    if said != word:
        raise RuntimeError(f"a worker of the bench said {said!r} instead of {word!r}")


def _pipe(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise RuntimeError("a worker of the bench has no pipe")
    return stream


def _main(url: str, group: int) -> None:
    with application(url, published=True) as app:
        load = Load(app, group)
        print("ready", flush=True)
        for line in sys.stdin:
            load.orders(int(line))
            print("done", flush=True)


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]))
