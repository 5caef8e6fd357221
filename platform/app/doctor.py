"""Looks for trouble: what is stored twice is compared, what must compile is compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from orderloom.platform.app.application import Application
from orderloom.platform.app.auditing import verify_store
from orderloom.platform.app.balance_differences import balance_differences
from orderloom.platform.app.differences import differences
from orderloom.platform.app.seal_told import seal_faults
from orderloom.platform.problem import Refused

Progress = Callable[[int, int], None]
# Problems of one kind that are told one by one.
MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Check:
    """One question, and what speaks against a "yes"."""

    check: str
    problems: tuple[str, ...] = ()


def examine(app: Application, *, progress: Progress = lambda done, total: None) -> list[Check]:
    """Every check, the quick ones first. Changes nothing."""
    return [
        Check("releases", tuple(_first(_releases(app)))),
        Check("orders", tuple(_first(differences(app.store, app.registry, progress=progress)))),
        Check("balances", tuple(_first(balance_differences(app.store)))),
        Check("audit", tuple(_audit(app))),
        Check("seal", tuple(seal_faults(app.store.seal))),
    ]


def _releases(app: Application, organisation: int = 1) -> Iterator[str]:
    for process in app.registry.processes(organisation):
        try:
            app.registry.current(process, organisation, app.clock.now())
        except Refused as refused:
            yield f"{process}: {refused.rejection.message}"


def _audit(app: Application) -> Iterator[str]:
    verdict = verify_store(app)
    first = verdict.get("first")
    if first and first["entry"] is None:
        yield f"{first.get('part') or first['order']}: {first['problem']}"
    elif first:
        yield f"order {first['order']}, entry {first['entry']}: {first['problem']}"


def _first(problems: Iterator[str]) -> Iterator[str]:
    for count, problem in enumerate(problems):
        if count == MOST:
            yield "…"
            return
        yield problem
