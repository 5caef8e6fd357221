"""How long one waits: a click while the server has other work, a lone command, a crowd."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, Final
from urllib.parse import urlencode

from orderloom.platform.app.application import Application
from orderloom.platform.bench.child import Child, child
from orderloom.platform.bench.engine import application, create
from orderloom.platform.bench.http_client import Client, client
from orderloom.platform.bench.http_speed import MOVES, bearer, engine_server, transitions
from orderloom.platform.bench.report import Sheet
from orderloom.platform.bench.worker_process import MODULE
from orderloom.platform.codec import loads

CROWD: Final = 64
GROUP: Final = 50
# Seconds between two commands that are measured.
BETWEEN: Final = 0.05
COOKIE: Final = "orderloom_session"
HEAD: Final = ("what", "p50 ms", "p99 ms", "goal")


def clicks(url: str, database: str, number: int) -> list[tuple[str, ...]]:
    """Rows of the sheet: a click on a quiet server, and on a busy one. A click: the task's page is
    read and its form sent."""
    with engine_server(url) as (served, about):
        tasks = loads(served.ask(f"waiting {2 * number}"))
        headers = {"Cookie": f"{COOKIE}={about['session']}"}
        with client(about["address"], headers) as person:
            body = urlencode({"verdict": "approve", "csrf": about["csrf"]}).encode()
            quiet = [_click(person, task, body) for task in tasks[:number]]
            served.ask("busy")
            busy = [_click(person, task, body) for task in tasks[number:]]
            made = served.ask("quiet")
    beside = f"beside two computing threads and a bulk load ({made} orders)"
    return [
        (f"click, {database}, quiet server", *percentiles(quiet), ""),
        (f"click, {database}, {beside}", *percentiles(busy), "p99 < 50"),
    ]


def _click(person: Client, task: str, body: bytes) -> float:
    start = time.perf_counter()
    person.get(f"/tasks/{task}")
    person.post(f"/tasks/{task}/verdict", body, "application/x-www-form-urlencoded")
    return time.perf_counter() - start


def lone_commands(url: str, number: int) -> list[tuple[str, ...]]:
    """A command that nobody else waits beside: all of it, and until its transaction begins."""
    whole, waited = [], []
    with application(url) as app:
        began = _watched(app)
        for n in range(number):
            start = time.perf_counter()
            app.handle(create(n))
            whole.append(time.perf_counter() - start)
            waited.append(began[-1] - start)
    return [
        ("a lone command in the process", *percentiles(whole), ""),
        ("of it, until its transaction begins", *percentiles(waited), "p99 < 2"),
    ]


def beside_another(url: str, number: int) -> list[tuple[str, ...]]:
    """A command of one program beside another that commits one batch after another."""
    waited = []
    with (
        application(url),
        child(MODULE, url, str(GROUP)) as busy,
        application(url, published=True) as app,
    ):
        busy.heard()
        done = threading.Event()
        other = threading.Thread(target=_keep_busy, args=(busy, done))
        other.start()
        for n in range(number):
            time.sleep(BETWEEN)
            start = time.perf_counter()
            app.handle(create(n))
            waited.append(time.perf_counter() - start)
        done.set()
        other.join()
    title = f"a lone command beside another process that commits {GROUP} together all the time"
    return [(title, *percentiles(waited), "")]


def _keep_busy(busy: Child, done: threading.Event) -> None:
    while not done.is_set():
        busy.ask(GROUP)


def _watched(app: Application) -> list[float]:
    """A list that gets the moment of every transaction's first step on its connection."""
    began: list[float] = []

    class Watched:
        def __init__(self, connection: Any) -> None:
            self._connection = connection

        def cursor(self) -> Any:
            began.append(time.perf_counter())
            return self._connection.cursor()

        def __getattr__(self, name: str) -> Any:
            return getattr(self._connection, name)

    app.store.commands.watch(Watched)
    return began


def crowd(url: str) -> Sheet:
    """Requests that come at the same moment, each on a connection of its own."""
    with engine_server(url) as (served, about), ExitStack() as stack:
        todo = transitions(served, CROWD * len(MOVES))[:CROWD]
        headers = bearer(about, "alice")
        open_ones = [stack.enter_context(client(about["address"], headers)) for _ in todo]
        before = _commits(served)
        together(list(zip(open_ones, todo, strict=True)))
        commits = _commits(served) - before
    rows = ((f"{CROWD} requests at the same moment", str(commits), "< 16"),)
    return Sheet("Group commit over HTTP, SQLite FULL", ("what", "commits", "goal"), rows)


def together(pairs: Sequence[tuple[Client, Callable[[Client], object]]]) -> None:
    """Sends each request on its own connection, all at one moment. Raises what a request raised."""
    barrier, failed = threading.Barrier(len(pairs)), []

    def send(each: Client, request: Callable[[Client], object]) -> None:
        barrier.wait()
        try:
            request(each)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=send, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def _commits(served: Child) -> int:
    return int(served.ask("commits"))


def percentiles(seconds: Sequence[float]) -> tuple[str, str]:
    ordered = sorted(seconds)
    last = len(ordered) - 1
    median, slow = ordered[round(last * 0.5)], ordered[round(last * 0.99)]
    return f"{median * 1000:.1f}", f"{slow * 1000:.1f}"
