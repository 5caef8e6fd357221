"""What auditing costs the engine: the same work with a sealer beside it, and without entries."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from orderloom.platform.app.application import Application
from orderloom.platform.bench.contestant import Against, Contestant
from orderloom.platform.bench.engine import Load, application
from orderloom.platform.engine.outcome import Event
from orderloom.platform.store.order_rows import EntryWrite

# Auditing costs at most 15 % of the throughput.
GOAL: Final = "≥ 0.85"
PAUSE: Final = 1
GROUP: Final = 50


def audit_contestants(folder: Path) -> list[Contestant]:
    """The engine without a sealer, with one, and with no entries at all."""
    found: list[Contestant] = []
    for name, group in (("one by one", 1), (f"group-{GROUP}", GROUP)):
        plain, bare = f"entries, no sealer, {name}", f"no entries, {name}"
        for title, way, against in (
            (bare, _bare, ()),
            (plain, _plain, (Against(bare),)),
            (f"entries and sealer, {name}", _sealed, (Against(plain, GOAL), Against(bare, GOAL))),
        ):
            file = f"audit-{len(found)}.db"
            opened = partial(_opened, f"sqlite:///{folder / file}", group, way)
            found.append(Contestant(title, opened, against))
    return found


@contextmanager
def _opened(
    url: str, group: int, way: Callable[[Application, Load], Callable[[int], None]]
) -> Iterator[Callable[[int], None]]:
    with application(url) as app:
        yield way(app, Load(app, group))


def _plain(app: Application, load: Load) -> Callable[[int], None]:
    return load.orders


def _sealed(app: Application, load: Load) -> Callable[[int], None]:
    """A sealer that works each second, ten times as often as the worker's, and to the last entry
    before the round ends."""
    keys = app.sealing.keys
    keys.path = None

    def orders(count: int) -> None:
        done = threading.Event()

        def seal() -> None:
            while not done.wait(PAUSE):
                app.sealing.run_once()

        sealer = threading.Thread(target=seal)
        sealer.start()
        load.orders(count)
        done.set()
        sealer.join()
        app.sealing.run_once()

    return orders


def _bare(app: Application, load: Load) -> Callable[[int], None]:
    """Nothing is encoded, hashed or stored of what happened. No such engine can be asked what it
    did; it is only here to be compared with."""
    runner, commands = _inside(app.runner), _inside(app.store.commands)
    runner._handler._recorder.entries = _nothing
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
    return load.orders


def _inside(thing: object) -> Any:
    """What only the bench may reach into."""
    return thing


def _nothing(events: Sequence[Event], command: Any, **more: Any) -> list[EntryWrite]:
    seq, head, at = more["seq"], more["head"], str(events[0].facts["at"])
    return [
        EntryWrite(
            organisation=more["organisation"],
            stream=more["stream"],
            seq=seq + place,
            type=event.type,
            at=at,
            actor=command.actor.id,
            body=b"",
            hash=head,
        )
        for place, event in enumerate(events, 1)
    ]
