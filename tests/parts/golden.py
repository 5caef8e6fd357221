"""Logs of earlier versions, kept in `tests/data/golden/<version>-<name>/` and replayed for ever.

Written by `python -m parts.golden <folder>` (in `tests/`) from the small bundle and from scenarios
of an example; once written, a folder is never changed. Three files: `export.jsonl` (audit format
1), `definitions.jsonl` (published versions, then releases, then what their bundle says of itself)
and `orders.jsonl` (id, release, state and data of each order as that version stored them).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from orderloom.audit.entry import decode
from orderloom.audit.personal import disclose
from orderloom.platform.app.application import Application
from orderloom.platform.app.auditing import export_lines
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.runtime import versions
from orderloom.platform.app.simulate import Simulate
from orderloom.platform.app.simulation import Simulation, open_world
from orderloom.platform.codec import dumps, loads
from orderloom.platform.definitions import Bundle
from orderloom.platform.engine import Event, OrderState
from orderloom.platform.store.definition_rows import DefinitionVersion
from orderloom.platform.store.order_rows import NOTHING, LoadedOrder
from orderloom.platform.store.replay_rows import LoggedEntry, OrderLog
from parts.application import small_application
from parts.examples import NOW
from parts.shared_data import REPOSITORY

FOLDER = REPOSITORY / "tests" / "data" / "golden"
INSTANTS = ("published_at", "effective_from")
# The example and how many of its scenarios are kept.
EXAMPLE, SCENARIOS = "purchase-order", 1


@dataclass(frozen=True)
class Golden:
    """A kept log. `app`: an application in memory that has its definitions, and no order."""

    app: Application
    orders: tuple[OrderLog, ...]


# ── reading ──────────────────────────────────────────────────────────────────────────────────


def kept() -> list[str]:
    """The names of the kept logs."""
    return sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


@contextmanager
def golden(name: str, app: Application) -> Iterator[Golden]:
    """A kept log; its definitions are published in `app`, which must be empty."""
    folder = FOLDER / name
    for line in _lines(folder / "definitions.jsonl"):
        if "body" in line:
            line["body"] = line["body"].encode()
            made = {key: _instant(key, value) for key, value in line.items()}
            version = DefinitionVersion(**made)
            app.store.definitions.publish([version], bundle=version.bundle, meta={})
        elif "meta" in line:
            app.store.definitions.keep_bundle(1, line["bundle"], meta=line["meta"], scenarios=[])
        else:
            pins = [tuple(pin) for pin in line["versions"]]
            row = app.store.definitions.make_release(
                1,
                process=line["process"],
                digest=line["digest"],
                bundle=line["bundle"],
                versions=pins,
            )
            assert row.no == line["no"]
    app.registry.forget()
    entries = _entries(folder / "export.jsonl")
    orders = (_order(line, entries[line["id"]]) for line in _lines(folder / "orders.jsonl"))
    yield Golden(app, tuple(orders))


def _entries(file: Path) -> dict[int, tuple[LoggedEntry, ...]]:
    lines = [line for line in _lines(file) if "b" in line]
    return {
        stream: tuple(one for line in group for one in _told(line))
        for stream, group in groupby(lines, key=lambda line: int(line["s"]))
    }


def _told(line: dict[str, Any]) -> Iterator[LoggedEntry]:
    entry = decode(line["b"])
    values = {each["slot"]: each["value"].encode() for each in line.get("p", ())}
    for type_, facts in entry.told():
        event = Event(type_, disclose(facts, values))
        answers = disclose(entry.answers, values)
        yield LoggedEntry(line["n"], entry, event, answers, erased=False)


def _order(line: dict[str, Any], entries: tuple[LoggedEntry, ...]) -> OrderLog:
    state = OrderState.from_json(line["state"], line["data"])
    order = LoadedOrder(
        id=line["id"],
        organisation=1,
        release=line["release"],
        revision=line["revision"],
        seq=entries[-1].seq,
        commands=entries[-1].entry.place[0],
        head=b"",
        state=state,
    )
    return OrderLog(
        order=order,
        process=state.process,
        status=state.status,
        wake_at=state.wake_at,
        projection=NOTHING,
        entries=entries,
    )


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    for line in file.read_bytes().splitlines():
        yield loads(line)


def _instant(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name in INSTANTS and value else value


# ── writing ──────────────────────────────────────────────────────────────────────────────────


def main(folder: Path) -> None:
    """Keeps the logs of today's version."""
    from audit.test_replay import Worked

    version = versions()["orderloom"]
    with (
        TemporaryDirectory() as home,
        small_application(Path(home), database="memory:", clock=NOW) as app,
    ):
        Worked(app, 0, "").work()
        write(app, folder / f"{version}-small")
    count = iter(range(1, 100))

    class Kept(Simulation):
        def close(self) -> None:
            write(self._app, folder / f"{version}-{EXAMPLE}-{next(count)}")
            super().close()

    bundle = open_bundle(REPOSITORY / "examples" / EXAMPLE)
    few = Bundle(**{**_fields(bundle), "scenarios": bundle.scenarios[:SCENARIOS]})
    Simulate(partial(open_world, simulation=Kept)).run(few)


def _fields(bundle: Bundle) -> dict[str, Any]:
    return {name: getattr(bundle, name) for name in bundle.__dataclass_fields__}


def write(app: Application, folder: Path) -> None:
    """Writes the log of an application. Raises `FileExistsError`: what is kept stays."""
    folder.mkdir(parents=True)
    tables = app.store.definitions
    published: list[Any] = [
        {key: _plain(value) for key, value in asdict(each).items()}
        for each in reversed(tables.versions(1))
    ]
    bundles = [{"bundle": name, "meta": tables.bundle(1, name)} for name in tables.bundles(1)]
    released = [asdict(each) for each in tables.every_release()]
    _write(folder / "definitions.jsonl", [*published, *bundles, *released])
    rows = app.store.reads.orders_by_id(1, list(range(1, 1000)))
    orders = [
        {
            "id": id_,
            "release": row.release,
            "revision": row.revision,
            "state": row.state.to_json(),
            "data": row.state.data,
        }
        for id_, row in sorted(rows.items())
    ]
    _write(folder / "orders.jsonl", orders)
    (folder / "export.jsonl").write_bytes(b"".join(export_lines(app)))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.decode() if isinstance(value, bytes) else value


def _write(file: Path, values: Iterable[Any]) -> None:
    file.write_bytes(b"".join(dumps(value) + b"\n" for value in values))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
