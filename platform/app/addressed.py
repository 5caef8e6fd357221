"""The order that an address names, whoever asks: the runner judges whether they may know of it.

Only so can a request that is sent again get its first answer when its sender's part in the order
is over.
"""

from __future__ import annotations

from dataclasses import dataclass

from orderloom.platform.app.application import Application
from orderloom.platform.engine import Actor
from orderloom.platform.store.read_rows import StoredOrder


@dataclass(frozen=True, slots=True)
class Addressed:
    """An order's id, and whether it is still a draft."""

    id: int
    draft: bool


def addressed(app: Application, actor: Actor, number: str) -> Addressed | None:
    """The order of a number, or of `~<id>`, in the actor's organisation; not to be shown."""
    stored = _stored(app, actor, number)
    return Addressed(stored.state.order, stored.state.status == "draft") if stored else None


def _stored(app: Application, actor: Actor, number: str) -> StoredOrder | None:
    reads, given = app.store.reads, number.removeprefix("~")
    if given != number and given.isascii() and given.isdigit() and len(given) < 19:
        return reads.orders_by_id(actor.organisation, [int(given)]).get(int(given))
    return reads.order_by_number(actor.organisation, number)
