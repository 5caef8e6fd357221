"""The seal of the audit as the auditor's desk shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from orderloom.platform.app.permissions import needs
from orderloom.platform.app.sealing import COUNT, DELAY, SEAL
from orderloom.platform.engine.commands import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.columns import moment_or_none
from orderloom.platform.store.seal_rows import SealTables, WatchRow

READ: Final = "audit.read"
_OWN: Final = frozenset({SEAL, DELAY, COUNT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What stands against sealing or an anchor. `name`: `seal delay count file mail webhook`;
    `text`: for whoever runs the program."""

    name: str
    text: str
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorView:
    """An anchor: the newest checkpoint that it took, and when."""

    name: str
    no: int
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SealView:
    """The newest checkpoint (`no` 0: there is none), how many entries wait, and what is wrong."""

    no: int = 0
    size: int = 0
    at: datetime | None = None
    note: str = ""
    key: str = ""
    waiting: int = 0
    faults: tuple[Fault, ...] = ()
    anchors: tuple[AnchorView, ...] = ()


def view_seal(tables: SealTables, actor: Actor) -> SealView | Rejection:
    """For auditors."""
    refused = needs(actor, READ)
    if refused is not None:
        return refused
    last, keys, watches = tables.latest(), tables.signers(), [*tables.watches().values()]
    faults, anchors = _faults(watches), _anchors(watches)
    waiting = tables.waiting(last)
    if last is None:
        return SealView(waiting=waiting, faults=faults, anchors=anchors)
    return SealView(
        no=last.no,
        size=last.size,
        at=moment_or_none(last.at),
        note=last.note,
        key=keys[-1].verifier if keys else "",
        waiting=waiting,
        faults=faults,
        anchors=anchors,
    )


def _faults(watches: Sequence[WatchRow]) -> tuple[Fault, ...]:
    return tuple(
        Fault(name=watch.name, text=watch.fault, since=moment_or_none(watch.since or None))
        for watch in watches
        if watch.fault
    )


def _anchors(watches: Sequence[WatchRow]) -> tuple[AnchorView, ...]:
    return tuple(
        AnchorView(name=watch.name, no=watch.no, at=moment_or_none(watch.at or None))
        for watch in watches
        if watch.name not in _OWN and not watch.fault
    )
