"""Keys by which messages find orders: each belongs to one open order (language 3.1)."""

from __future__ import annotations

from orderloom.platform.app.projection import references_of
from orderloom.platform.app.unit_of_work import UnitOfWork
from orderloom.platform.definitions.model import Process
from orderloom.platform.engine import OrderState
from orderloom.platform.problem import Rejection


def key_taken(
    process: Process,
    unit: UnitOfWork,
    *,
    organisation: int,
    before: OrderState | None,
    after: OrderState,
) -> Rejection | None:
    """A refusal where the order would take a key that another open order has."""
    if not process.keys or after.status != "open":
        return None
    held = _references(before, process) if before is not None else {}
    for name, value in _references(after, process).items():
        if held.get(name) == value:
            continue
        owner = unit.owner(organisation, (process.id, name, value))
        if owner is not None and owner != after.order:
            params = {"key": name, "value": value}
            message = f"another open order has {name} {value}"
            return Rejection("order.key_taken", message, params, path=process.keys[name])
    return None


def _references(state: OrderState, process: Process) -> dict[str, str]:
    found = references_of(state, process)
    return {key: value for of, key, value in found if of}
