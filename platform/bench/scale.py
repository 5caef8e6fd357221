"""What very many orders cost: searches of the audit and pages among them, and a transition beside
the same among few (performance goal 8)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any, Final

import psycopg

from orderloom.platform.app.application import Application
from orderloom.platform.app.audit_query import AuditQuery, EntryTest, ValueTest
from orderloom.platform.app.auditing import verify_store
from orderloom.platform.bench.engine import COMMANDS, Load, application
from orderloom.platform.bench.latency import percentiles
from orderloom.platform.bench.scale_rows import PEOPLE
from orderloom.platform.bench.scale_writing import fill
from orderloom.platform.engine.commands import Actor
from orderloom.platform.problem import Rejection

HEAD: Final = ("what", "p50 ms", "p99 ms", "rows", "goal")
GOAL: Final = "p99 < 50"
FEW: Final = 10_000
TIMES: Final = 60
# Orders of the reference work in a round, and rounds, in turns on the large and the small one.
WORK: Final = 20
ROUNDS: Final = 5
# So many are verified whole, to be sure of the rows; more would take longer than the rest.
VERIFIED: Final = 20_000
ERIN: Final = Actor(
    "u_erin", name="Erin", permissions=frozenset({"audit.read"}), zone="Europe/Warsaw"
)
BOB: Final = Actor("bob", name="Bob", roles=frozenset({"manager", "finance"}))
Timed = tuple[str, ...]


@dataclass(frozen=True)
class Base:
    """A database: how it is called, its URL, and that of a second one for few orders. `filled`: a
    file that tells what the first was filled with, where it is kept for another run."""

    name: str
    url: str
    few: str
    filled: Path | None = None


def scale(base: Base, orders: int, progress: Callable[[str], None]) -> list[Timed]:
    """Rows of the sheet."""
    few = min(FEW, max(orders // 10, 10))
    with ExitStack() as stack:
        kept = _kept(base, orders)
        large = stack.enter_context(application(base.url, published=kept is not None))
        filled = kept or _filled(large, base, orders, progress)
        rows: list[tuple[str, ...]] = [(filled, "", "", "", "")]
        small = stack.enter_context(application(base.few))
        fill(small, base.few, few)
        if few <= VERIFIED and not verify_store(small)["ok"]:
            raise RuntimeError("the log that was made does not verify")
        progress(f"{base.name}: a transition")
        rows.append(_transitions(base.name, large, small, orders, few))
        for name, calls in _calls(large, orders):
            progress(f"{base.name}: {name}")
            rows.append(_timed(f"{base.name}, {name}", calls))
    return rows


def _kept(base: Base, orders: int) -> str | None:
    """What an earlier run said of the database that it filled with so many orders."""
    if base.filled is None or not base.filled.is_file():
        return None
    said = base.filled.read_text(encoding="utf-8")
    if not said.startswith(f"{base.name}: {orders:,} orders"):
        raise RuntimeError(f"{base.filled} is of another size: {said}")
    return said


def _filled(app: Application, base: Base, orders: int, progress: Callable[[str], None]) -> str:
    start = time.perf_counter()

    def told(parts: int) -> None:
        if parts % 100 == 0:
            progress(f"{base.name}: {parts * 200:,} orders written")

    fill(app, base.url, orders, told)
    took = time.perf_counter() - start
    entries = app.store.audit.count()
    made = f"{orders:,} orders, {entries:,} entries, written in {took:,.0f} s"
    said = f"{base.name}: {made}; {_bytes(base.url) / 1e9:.2f} GB"
    if base.filled is not None:
        base.filled.write_text(said, encoding="utf-8")
    return said


def _transitions(name: str, large: Application, small: Application, orders: int, few: int) -> Timed:
    """The reference work in turns, and the ratio of the medians of a command's time."""
    loads = (Load(large, 1), Load(small, 1))
    seconds: tuple[list[float], list[float]] = ([], [])
    for each in loads:
        # Behind those of earlier runs on a kept database.
        each.made = 10_000_000 + each.app.store.audit.count()
        each.orders(2)
    for _ in range(ROUNDS):
        for load, found in zip(loads, seconds, strict=True):
            start = time.perf_counter()
            load.orders(WORK)
            found.append((time.perf_counter() - start) / WORK / COMMANDS)
    many, little = (median(found) for found in seconds)
    said = f"{name}, a transition: {many * 1000:.2f} ms among {orders:,}, {little * 1000:.2f} ms"
    return (f"{said} among {few:,}", "", "", f"{many / little:.2f}", "≤ 1.3 of few")


def _timed(name: str, calls: Iterator[Callable[[], int]]) -> Timed:
    seconds, found = [], 0
    for call in calls:
        start = time.perf_counter()
        found += call()
        seconds.append(time.perf_counter() - start)
    return (name, *percentiles(seconds), str(round(found / len(seconds))), GOAL)


def _calls(app: Application, orders: int) -> Iterator[tuple[str, Iterator[Callable[[], int]]]]:
    for name, query in _questions():
        yield f"audit: {name}", _searches(app, query)
    yield "audit: the next page", _next_pages(app)
    chance = random.Random(5)
    numbers = [_number(app, chance, orders) for _ in range(TIMES)]
    yield "an order's audit page", (_of(app.views.audit, ERIN, each, None, 50) for each in numbers)
    yield "an order's page", (_of(app.views.order, ERIN, each) for each in numbers)
    yield "the list of tasks", (_of(app.views.tasks, BOB) for _ in range(TIMES))
    yield "the list of orders", (_of(app.views.orders, ERIN) for _ in range(TIMES))


def _questions() -> Iterator[tuple[str, Callable[[random.Random], AuditQuery]]]:
    """Each time another person, month, row or amount: no answer is there already."""

    def asked(**test: Any) -> AuditQuery:
        return AuditQuery(entry=EntryTest(**test))

    def amount(chance: random.Random, low: int, high: int) -> ValueTest:
        return ValueTest("in", "total", "gt", (str(chance.randrange(low, high)),))

    def who(chance: random.Random) -> tuple[str, ...]:
        return (f"u_{chance.randrange(PEOPLE):03}",)

    yield "all, newest first", lambda _: AuditQuery()
    yield "a person", lambda chance: asked(who=who(chance))
    yield (
        "verdicts of a person in a month",
        lambda chance: _in_month(chance, asked(who=who(chance), what=("verdict",))),
    )
    yield (
        "a row of a version",
        lambda chance: asked(row=f"r{chance.randrange(1, 50)}", definition="route@1"),
    )
    yield (
        "input over x in a month",
        lambda chance: _in_month(chance, asked(values=(amount(chance, 150_000, 190_000),))),
    )
    yield (
        "input over x, few of them",
        lambda chance: asked(values=(amount(chance, 199_900, 199_999),)),
    )
    yield "a version", lambda _: asked(definition="tier@1")
    yield "an outcome", lambda _: asked(what=("approved",))
    yield "an outcome that nothing has", lambda _: asked(what=("rejected",))
    yield "approved in a month, and decided by a row with input over x", _joined


def _joined(chance: random.Random) -> AuditQuery:
    value = ValueTest("in", "total", "gt", (str(chance.randrange(100_000, 150_000)),))
    also = EntryTest(row=f"r{chance.randrange(1, 50)}", values=(value,))
    return _in_month(chance, AuditQuery(entry=EntryTest(what=("approved",)), also=also))


def _in_month(chance: random.Random, query: AuditQuery) -> AuditQuery:
    month = chance.randrange(1, 11)
    return replace(query, since=f"2026-{month:02}-01", until=f"2026-{month:02}-28")


def _searches(
    app: Application, query: Callable[[random.Random], AuditQuery]
) -> Iterator[Callable[[], int]]:
    chance = random.Random(3)
    for _ in range(TIMES):
        yield _search(app, query(chance), None)


def _search(app: Application, query: AuditQuery, cursor: str | None) -> Callable[[], int]:
    def call() -> int:
        page = app.audit_desk.search(ERIN, query, cursor, channel="bench")
        if isinstance(page, Rejection):
            raise RuntimeError(f"refused: {page}")
        return len(page.lines)

    return call


def _next_pages(app: Application) -> Iterator[Callable[[], int]]:
    chance, cursor = random.Random(3), None
    query = AuditQuery(entry=EntryTest(what=("verdict",)))
    for _ in range(TIMES):
        page = app.audit_desk.search(ERIN, query, cursor, chance.choice((20, 50)), channel="bench")
        if isinstance(page, Rejection):
            raise RuntimeError(f"refused: {page}")
        cursor = page.next
        yield _search(app, query, cursor)


def _of(view: Callable[..., Any], *args: Any) -> Callable[[], int]:
    def call() -> int:
        found = view(*args)
        if isinstance(found, Rejection):
            raise RuntimeError(f"refused: {found}")
        return len(getattr(found, "items", (found,)))

    return call


def _number(app: Application, chance: random.Random, orders: int) -> str:
    page = app.audit_desk.search(
        ERIN,
        AuditQuery(entry=EntryTest(who=(f"u_{chance.randrange(PEOPLE):03}",))),
        channel="bench",
    )
    if isinstance(page, Rejection) or not page.lines:
        raise RuntimeError(f"nothing among {orders}")
    return chance.choice(page.lines).order


def _bytes(url: str) -> int:
    if not url.startswith("sqlite"):
        with psycopg.connect(url) as server:
            row = server.execute("SELECT pg_database_size(current_database())").fetchone()
            return int(row[0]) if row else 0
    file = Path(url.removeprefix("sqlite:///"))
    return sum(each.stat().st_size for each in file.parent.glob(f"{file.name}*"))
