"""A program that is killed at a chosen point: in a flush, in a commit, in a seal, anywhere.

Started once, it forks a child for each line `<url> <home> <told file> <point> <number> <seed>` that
it reads, so that a round costs no imports. It prints the child's process id, and `end` with the
signal that ended it. `told` gets a line `order seq hash` for each command that was acknowledged.

Points and what their number means:

- `before`, `after`: the statement of a flush, before or after which the program ends;
- `commit`: so many microseconds after a commit has begun; `committed`: right after the commit of
  that number, before anybody is told;
- `moving`: so many microseconds after SQLite's log began to be moved into its file;
- `seal`, `sealed`: the statement of a seal, before or after which it ends; `signing`: so many
  microseconds after the seal's commit has begun;
- `any`: so many microseconds after the work has begun.

The end is SIGKILL, or where a time is to pass inside the database's own code SIGALRM, whose default
is as final and needs no thread to be run.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from sqlalchemy import event

from orderloom.platform.app.application import Application
from orderloom.platform.bootstrap import build
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Actor, Command
from orderloom.platform.problem import Rejection
from orderloom.platform.settings import Settings
from orderloom.platform.store import checkpoints
from parts.application import small_application

FLUSH = ("before", "after", "commit", "committed", "any")
SEAL = ("seal", "sealed", "signing")
THREADS = 2


def main() -> None:
    _warm_up()
    for line in sys.stdin:
        url, home, told, point, number, seed = line.split()
        child = os.fork()
        if child == 0:
            run(url, Path(home), Path(told), Point(point, int(number)), int(seed))
            os._exit(0)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(f"end {os.WTERMSIG(status)}", flush=True)


def _warm_up() -> None:
    """What is imported and compiled once is there before the first child is made."""
    with TemporaryDirectory() as folder, small_application(Path(folder), database="memory:") as app:
        alice = app.accounts.by_login("alice")
        assert alice is not None
        app.handle(Command(body=c.Create("request", {"title": "Desk", "total": 250}), actor=alice))


@dataclass
class Point:
    """Where the program ends. `seen`: statements or commits so far."""

    name: str
    number: int
    seen: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def at(self, *names: str) -> None:
        """Something of this name is reached."""
        if self.name not in names:
            return
        with self.lock:
            self.seen += 1
            if self.seen == self.number:
                os.kill(os.getpid(), signal.SIGKILL)

    def soon(self, *names: str) -> None:
        """Something of this name begins: the end comes while it lasts."""
        if self.name in names and not self.seen:
            self.seen = 1
            signal.setitimer(signal.ITIMER_REAL, max(self.number, 1) / 1_000_000)


def run(url: str, home: Path, told: Path, point: Point, seed: int) -> None:
    """Works until the point is reached."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    app = build(Settings(home=home, database_url=url))
    if point.name == "moving":
        patch.object(checkpoints, "WORTH", 8192).start()
        _watch_moves(point)
    app.store.commands.watch(lambda connection: _Connection(connection, point))
    _watch_seals(app, point)
    acknowledged = os.open(told, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    point.soon("any")
    threads = [
        threading.Thread(target=_work, args=(app, acknowledged, random.Random(seed + each)))
        for each in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    if point.name in SEAL:
        while True:
            app.sealing.seal()
    for thread in threads:
        thread.join()


def _work(app: Application, told: int, chance: random.Random) -> None:
    people = [app.accounts.by_login(login) for login in ("alice", "bob", "carol")]
    alice, bob, carol = (each for each in people if each is not None)

    def one(actor: Actor, body: c.Body, order: int = 0) -> int:
        reply = app.handle(Command(body=body, actor=actor, order=order))
        if isinstance(reply, Rejection):
            return order
        if reply.receipt is not None:
            stream, seq, head = reply.receipt
            os.write(told, f"{stream} {seq} {head.hex()}\n".encode())
        return reply.order

    last = app.store.reads.orders_by_id(1, [1])
    while True:
        if last:
            one(alice, c.Comment("still here"), chance.choice([*last]))
        total = chance.choice([50, 250])
        order = one(alice, c.Create("request", {"title": "Desk", "total": total}))
        if total > 100:
            one(alice, c.EditData({"note": "two"}), order)
            one(bob, c.CastVerdict(3, "approve", comment="ok"), order)
        else:
            one(carol, c.CompleteTask(2, data={"invoice": "I-7"}), order)


# ── where it ends ────────────────────────────────────────────────────────────────────────────


class _Connection:
    """The driver's connection that flushes are written on."""

    def __init__(self, connection: Any, point: Point) -> None:
        self._connection = connection
        self._point = point

    def cursor(self) -> _Cursor:
        return _Cursor(self._connection.cursor(), self._point)

    def commit(self) -> None:
        self._point.soon("commit")
        self._connection.commit()
        self._point.at("committed")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


class _Cursor:
    def __init__(self, cursor: Any, point: Point) -> None:
        self._cursor = cursor
        self._point = point

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Any:
        if sql == "COMMIT":
            self._point.soon("commit")
            self._cursor.execute(sql, values)
            self._point.at("committed")
            return None
        return self._around(lambda: self._cursor.execute(sql, values))

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]], **options: Any) -> Any:
        return self._around(lambda: self._cursor.executemany(sql, rows, **options))

    def _around(self, act: Callable[[], Any]) -> Any:
        self._point.at("before")
        found = act()
        self._point.at("after")
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


def _watch_moves(point: Point) -> None:
    move = checkpoints.Checkpoints._move

    def moved(self: Any) -> None:
        point.soon("moving")
        move(self)

    patch.object(checkpoints.Checkpoints, "_move", moved).start()


def _watch_seals(app: Application, point: Point) -> None:
    """Of the tables of the seal: statements, and the commit of a transaction that wrote any."""
    engine = app.store.database.engine

    @event.listens_for(engine, "before_cursor_execute")
    def before(connection: Any, cursor: Any, sql: str, *_: Any) -> None:
        if _of_seal(sql):
            connection.info["seals"] = True
            point.at("seal")

    @event.listens_for(engine, "after_cursor_execute")
    def after(connection: Any, cursor: Any, sql: str, *_: Any) -> None:
        if _of_seal(sql):
            point.at("sealed")

    @event.listens_for(engine, "commit")
    def commits(connection: Any) -> None:
        if connection.info.pop("seals", False):
            point.soon("signing")


def _of_seal(sql: str) -> bool:
    return sql.startswith(("INSERT INTO audit_tile", "INSERT INTO audit_c", "INSERT INTO audit_k"))


if __name__ == "__main__":
    main()
