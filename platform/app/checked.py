"""What checks say of an order as it stands: ready, needs completion, how many problems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from orderloom.platform.engine import OrderState

READY: Final = "ready"
COMPLETION: Final = "completion"
CHECKS: Final = (COMPLETION, READY)


def checked(state: OrderState) -> str | None:
    """`completion`: a problem has to be mended or set aside. `ready`: it was checked, and nothing
    is left. None: it is not open, in attention, or no check has looked at it yet."""
    if state.status != "open":
        return None
    if any(True for _ in stopping(state)):
        return COMPLETION
    if state.in_attention or not any("ended" in kept for kept in state.checks.values()):
        return None
    return READY


def stopping(state: OrderState) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The open tickets of checks that the order waits for: number and record."""
    for n, task in state.tasks.items():
        if task["kind"] == "ticket" and task.get("severity") != "warning":
            yield n, task


def warnings(state: OrderState) -> Iterator[Mapping[str, Any]]:
    """What checks warn of, whether they still look or have ended: records with title,
    instruction, opened."""
    for task in state.tasks.values():
        if task["kind"] == "ticket" and task.get("severity") == "warning":
            yield task
    for kept in state.checks.values():
        yield from (kept.get("warnings") or {}).values()


def set_aside(state: OrderState) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What was set aside: key of the row and record with title, by, reason, at, values."""
    for kept in state.checks.values():
        yield from (kept.get("waived") or {}).items()
