"""Where the time of a command goes: one instrumented run, and the profile of another.

Watches cost time themselves; the figures say what to look at, the rounds say how fast it is.
"""

from __future__ import annotations

import cProfile
import gc
import io
import pstats
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, Final

from orderloom.platform.app import handle
from orderloom.platform.app.recorder import Recorder
from orderloom.platform.app.unit_of_work import UnitOfWork
from orderloom.platform.bench.engine import COMMANDS, Load, application
from orderloom.platform.bench.report import Sheet
from orderloom.platform.bootstrap_memory import settle_memory
from orderloom.platform.store.commands import Transaction

# part -> where it begins: what it calls that is a part itself is not counted twice.
WATCHED: Final[dict[str, tuple[Any, str]]] = {
    "interpret": (handle, "advance"),
    "record": (Recorder, "begin"),
    "seal": (Recorder, "seal"),
    "load": (UnitOfWork, "load"),
    "state and lists": (UnitOfWork, "flush"),
    "rows": (Transaction, "flush"),
}
DRIVER: Final = ("SQL", "commit")
COLLECTOR: Final = "garbage collector"
REST: Final = "rest"
WAYS: Final = {"one by one": 1, "group-50": 50}
LINES: Final = 25


@dataclass
class Clock:
    """Seconds by part; a part that is entered within another stops the outer one."""

    seconds: dict[str, float] = field(default_factory=dict)
    _inside: list[str] = field(default_factory=lambda: [REST])
    _since: float = field(default_factory=time.perf_counter)

    def enter(self, part: str) -> None:
        self._book()
        self._inside.append(part)

    def leave(self) -> None:
        self._book()
        self._inside.pop()

    def watched(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, its time booked on `part`."""

        @wraps(function)
        def timed(*args: Any, **named: Any) -> Any:
            self.enter(part)
            try:
                return function(*args, **named)
            finally:
                self.leave()

        return timed

    def _book(self) -> None:
        now = time.perf_counter()
        part = self._inside[-1]
        self.seconds[part] = self.seconds.get(part, 0.0) + now - self._since
        self._since = now


def parts(folder: Path, *, orders: int) -> list[Sheet]:
    """Microseconds a command by part, and the profile, on SQLite without waiting for the disk."""
    names = (*WATCHED, *DRIVER, COLLECTOR, REST)
    measured = {
        way: _measured(f"sqlite:///{folder / f'parts-{group}.db'}", group, orders)
        for way, group in WAYS.items()
    }
    rows = [(name, *(f"{each.get(name, 0.0):.0f}" for each in measured.values())) for name in names]
    rows.append(("together", *(f"{sum(each.values()):.0f}" for each in measured.values())))
    profile = _profiled(f"sqlite:///{folder / 'profile.db'}", orders)
    return [
        Sheet("A command by part, SQLite NORMAL", ("µs a command", *WAYS), tuple(rows)),
        Sheet("Profile, one by one: the functions that take longest", (), (), profile),
    ]


def _measured(url: str, group: int, orders: int) -> dict[str, float]:
    with application(url, sync="normal") as app:
        load = Load(app, group)
        load.orders(max(orders // 10, 4))
        settle_memory()
        clock = Clock()
        with _watching(clock):
            app.store.commands.watch(lambda connection: _Connection(connection, clock))
            clock.enter(REST)
            load.orders(orders)
            clock.leave()
    commands = orders * COMMANDS
    return {part: seconds / commands * 1_000_000 for part, seconds in clock.seconds.items()}


def _profiled(url: str, orders: int) -> str:
    with application(url, sync="normal") as app:
        load = Load(app, 1)
        load.orders(max(orders // 10, 4))
        profile = cProfile.Profile()
        profile.runcall(load.orders, orders)
    text = io.StringIO()
    pstats.Stats(profile, stream=text).sort_stats("tottime").print_stats(LINES)
    _, _, table = text.getvalue().partition("   ncalls")
    return _without_folders(f"   ncalls{table}").rstrip()


def _without_folders(text: str) -> str:
    """Functions by the product's own paths, wherever it is installed."""
    root = f"{Path(handle.__file__).parents[2]}/"
    lines = []
    for line in text.replace(root, "").splitlines():
        figures, slash, place = line.partition(" /")
        lines.append(f"{figures} {place.rpartition('/')[2]}" if slash else line)
    return "\n".join(lines)


@contextmanager
def _watching(clock: Clock) -> Iterator[None]:
    with ExitStack() as stack:
        for part, (home, name) in WATCHED.items():
            plain = getattr(home, name)
            setattr(home, name, clock.watched(part, plain))
            stack.callback(setattr, home, name, plain)

        def collecting(phase: str, info: dict[str, int]) -> None:
            clock.enter(COLLECTOR) if phase == "start" else clock.leave()

        gc.callbacks.append(collecting)
        stack.callback(gc.callbacks.remove, collecting)
        yield


class _Connection:
    """A driver's connection whose statements and commits are timed."""

    def __init__(self, connection: Any, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self.commit = clock.watched("commit", connection.commit)

    def cursor(self) -> Any:
        return _Cursor(self._connection.cursor(), self._clock)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


class _Cursor:
    def __init__(self, cursor: Any, clock: Clock) -> None:
        self._cursor = cursor
        self.execute = clock.watched("SQL", cursor.execute)
        self.fetchall = clock.watched("SQL", cursor.fetchall)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)
