"""What auditing costs the engine: the same work with a sealer in the same process or in one of its
own, with a plain journal instead, and with nothing written of what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final

from orderloom.audit.chain import HASH
from orderloom.platform.app.application import Application
from orderloom.platform.app.recorder import Begun
from orderloom.platform.bench.child import child
from orderloom.platform.bench.contestant import Against, Contestant, Work
from orderloom.platform.bench.engine import Load, application
from orderloom.platform.bench.sealer import Sealer
from orderloom.platform.codec import dumps

# Auditing costs at most 15 % of the throughput of an engine that keeps a plain journal
# (`docs/decisions/0048-what-auditing-costs.md`).
GOAL: Final = "≥ 0.85"
# How many commands share a commit, and how many times the orders of a round are worked off so. A
# round is sealed to its end: it lasts some seconds, or the sealer would only begin behind it.
WAYS: Final = {1: 2, 50: 10}
NO_HASH: Final = bytes(HASH)
_BESIDE: Final = "orderloom.platform.bench.sealer_process"


Database = Callable[[], AbstractContextManager[str]]


def in_files(folder: Path) -> Database:
    """SQLite files of this folder, by their URLs."""
    numbers = count()

    @contextmanager
    def opened() -> Iterator[str]:
        yield f"sqlite:///{folder / f'audit-{next(numbers)}.db'}"

    return opened


def audit_contestants(database: Database, group: int) -> list[Contestant]:
    """The engine that is audited, without a sealer and with one; the same with a plain journal, and
    with nothing written of what happened. Each on a `database` of its own, `group` commands in a
    commit."""
    name = "one by one" if group == 1 else f"group-{group}"
    journal, bare = f"plain journal, {name}", f"nothing written, {name}"
    audited = f"entries, no sealer, {name}"
    both = (Against(journal, GOAL), Against(audited), Against(bare))
    return [
        Contestant(title, partial(_opened, database, group, way), against)
        for title, way, against in (
            (bare, _bare, ()),
            (journal, _journal, (Against(bare),)),
            (audited, _plain, (Against(journal, GOAL), Against(bare))),
            (f"entries and sealer, {name}", _sealed, both),
            (f"entries, sealer in another process, {name}", _sealed_beside, both),
        )
    ]


Way = Callable[[Application, Load, str], AbstractContextManager[Work]]


@contextmanager
def _opened(database: Database, group: int, way: Way) -> Iterator[Work]:
    with (
        database() as url,
        application(url) as app,
        way(app, Load(app, group), url) as work,
    ):
        yield work


@contextmanager
def _plain(app: Application, load: Load, url: str) -> Iterator[Work]:
    yield load.orders


@contextmanager
def _sealed(app: Application, load: Load, url: str) -> Iterator[Work]:
    """A sealer in a thread, and to the last entry before the round ends."""
    sealer = Sealer(app)

    def orders(count: int) -> None:
        sealer.start()
        load.orders(count)
        sealer.stop()

    yield orders


@contextmanager
def _sealed_beside(app: Application, load: Load, url: str) -> Iterator[Work]:
    """The same in another process: what it takes of this one is the database's."""
    with child(_BESIDE, url) as sealer:
        sealer.heard()

        def orders(count: int) -> None:
            sealer.tell("start")
            load.orders(count)
            sealer.ask("stop")

        yield orders


@contextmanager
def _journal(app: Application, load: Load, url: str) -> Iterator[Work]:
    """What happened is kept, for timelines and lists, and nothing stands for it: no chain, no
    trace, no commitments, nobody seals."""
    _inside(app.runner)._recorder.seal = _plainly
    yield load.orders


@contextmanager
def _bare(app: Application, load: Load, url: str) -> Iterator[Work]:
    """Nothing is encoded, hashed or stored of what happened. No such engine can be asked what it
    did; it is only here to be compared with."""
    runner, commands = _inside(app.runner), _inside(app.store.commands)
    runner._recorder.seal = _nothing
    begun = commands.transaction

    @contextmanager
    def transaction() -> Iterator[Any]:
        with begun() as opened:
            flush = opened.flush

            def without(changes: Any) -> None:
                changes.entries.clear()
                flush(changes)

            opened.flush = without
            yield opened

    commands.transaction = transaction
    yield load.orders


def _inside(thing: object) -> Any:
    """What only the bench may reach into."""
    return thing


def _plainly(many: Sequence[Begun]) -> None:
    for begun in many:
        command = begun.header
        around = {"act": command.actor, "ch": command.channel, "n": command.command}
        for entry, (event, *also) in zip(begun.entries, begun.groups, strict=True):
            more = {"and": [{**each.facts, "t": each.type} for each in also]} if also else {}
            entry.body = dumps({**event.facts, **around, "t": event.type, **more})
            entry.hash = NO_HASH
        begun.tip.hash = NO_HASH


def _nothing(many: Sequence[Begun]) -> None:
    for begun in many:
        begun.tip.hash = NO_HASH
