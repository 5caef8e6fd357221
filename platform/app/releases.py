"""By which releases the new orders of a batch begin: found before its transaction opens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from orderloom.platform.app.registry import Registry
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine.commands import Command, Create, StartDraft
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.store.read_rows import ReadTables


@dataclass(frozen=True, slots=True)
class Begin:
    """A release and the number of its row."""

    release: Release
    number: int


# (organisation, process) -> what an order begins by, or why it cannot.
Releases = Mapping[tuple[int, str], Begin | Rejection]


def releases_for(
    commands: Iterable[Command], registry: Registry, reads: ReadTables, now: datetime
) -> Releases:
    """The releases in force at `now` that these commands may need."""
    found: dict[tuple[int, str], Begin | Rejection] = {}
    for command in commands:
        key = _wanted(command, reads)
        if key is not None and key not in found:
            found[key] = _begin(registry, key, now)
    return found


def _wanted(command: Command, reads: ReadTables) -> tuple[int, str] | None:
    organisation, body = command.actor.organisation, command.body
    if isinstance(body, Create):
        return organisation, body.process
    if isinstance(body, StartDraft):
        stored = reads.orders_by_id(organisation, [command.order]).get(command.order)
        return None if stored is None else (organisation, stored.state.process)
    return None


def _begin(registry: Registry, key: tuple[int, str], now: datetime) -> Begin | Rejection:
    organisation, process = key
    try:
        release = registry.current(process, organisation, now)
    except Refused as refused:
        return refused.rejection
    return Begin(release, registry.number_of(release, organisation))
