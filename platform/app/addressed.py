"""The order that an address names, whoever asks: the runner judges whether they may know of it.

Only so can a request that is sent again get its first answer when its sender's part in the order
is over.
"""

from __future__ import annotations

from dataclasses import dataclass

from orderloom.platform.app.application import Application
from orderloom.platform.engine import Actor


@dataclass(frozen=True, slots=True)
class Addressed:
    """An order's id, and whether it is still a draft."""

    id: int
    draft: bool


def addressed(app: Application, actor: Actor, number: str) -> Addressed | None:
    """The order of a number, or of `~<id>`, in the actor's organisation; not to be shown."""
    reads, given = app.store.reads, number.removeprefix("~")
    by_id = given != number and given.isascii() and given.isdigit() and len(given) < 19
    found = (
        reads.status_by_id(actor.organisation, int(given))
        if by_id
        else reads.status_by_number(actor.organisation, number)
    )
    return Addressed(found[0], found[1] == "draft") if found else None
