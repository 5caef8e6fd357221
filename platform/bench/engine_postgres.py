"""PostgreSQL: the raw limit, the same rows by the bare driver, and the engine with one worker and
with four processes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from orderloom.platform.bench import engine
from orderloom.platform.bench.contestant import Against, Contestant, Work
from orderloom.platform.bench.postgres_databases import own_database
from orderloom.platform.bench.raw_postgres import PLAIN, raw_postgres
from orderloom.platform.bench.recording import Recording, record
from orderloom.platform.bench.same_rows import replayed_on_postgres
from orderloom.platform.bench.worker_process import workers

GROUP = 50
WORKERS = 4
ONE = "engine postgres, 1 worker"
# name -> (orders in a batch, goal against the plain raw limit)
WAYS = {ONE: (1, "≥ 1.10"), "engine postgres, 1 worker, groups": (GROUP, "≥ 2.00")}


def postgres_contestants(server: str, raw: str, counts: Sequence[int]) -> list[Contestant]:
    """All contestants; `raw`: the database of the raw limit; `counts`: orders of each call that
    will be made."""
    found = raw_postgres(raw)
    for name, (group, goal) in WAYS.items():
        same = name.replace("engine", "same rows").replace("worker", "client")
        replayed = partial(replayed_on_postgres, recording=_recorded(server, group, counts))
        found.append(Contestant(same, _own(server, replayed), (Against(PLAIN),)))
        opened = _own(server, partial(engine.opened, group=group))
        found.append(Contestant(name, opened, (Against(PLAIN, goal), Against(same))))
    several = _own(server, partial(workers, count=WORKERS, group=1))
    name = f"engine postgres, {WORKERS} workers"
    found.append(Contestant(name, several, (Against(ONE, "≥ 2.00"), Against(PLAIN))))
    return found


def _recorded(server: str, group: int, counts: Sequence[int]) -> Recording:
    with own_database(server) as url:
        return record(url, group=group, counts=counts)


def _own(
    server: str, opened: Callable[[str], AbstractContextManager[Work]]
) -> Callable[[], AbstractContextManager[Work]]:
    """Opened on a database of its own."""

    @contextmanager
    def entered() -> Iterator[Work]:
        with own_database(server) as url, opened(url) as work:
            yield work

    return entered
