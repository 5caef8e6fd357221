"""Processes that each do their share of the reference work on one database.

`python -m orderloom.platform.bench.worker_process URL GROUP` says `ready`, then for every number
of orders on its input does them and says `done`; the end of the input ends it.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final

from orderloom.platform.bench.child import Child, child
from orderloom.platform.bench.contestant import Work
from orderloom.platform.bench.engine import Load, application

MODULE: Final = "orderloom.platform.bench.worker_process"


@contextmanager
def workers(url: str, *, count: int, group: int) -> Iterator[Work]:
    """`count` processes on an empty database; the work is shared among them."""
    with application(url):
        pass
    with ExitStack() as stack:
        started = [stack.enter_context(child(MODULE, url, str(group))) for _ in range(count)]
        for each in started:
            each.heard()
        yield lambda orders: _share(started, orders)


def _share(started: Sequence[Child], orders: int) -> None:
    for number, each in enumerate(started):
        each.tell(orders // len(started) + (number < orders % len(started)))
    for each in started:
        each.heard()


def _main(url: str, group: int) -> None:
    with application(url, published=True) as app:
        load = Load(app, group)
        print("ready", flush=True)
        for line in sys.stdin:
            load.orders(int(line))
            print("done", flush=True)


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]))
