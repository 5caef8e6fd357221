"""Locks taken in their order: orders before balances, both ascending (engine 3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from orderloom.platform.app.administering import Administer
from orderloom.platform.app.appointing import Appoint, Dismiss
from orderloom.platform.app.balance_book import OutOfTurn, Place
from orderloom.platform.app.erasing import Erase
from orderloom.platform.app.record_keeping import ChangeRecords
from orderloom.platform.engine.commands import Command, Create
from orderloom.platform.store.order_rows import Conflict

Places = frozenset[Place]
NOWHERE: Final[Places] = frozenset()
# These lock what comes before balances: each is a batch of its own.
LOCKS_MORE: Final = (Administer, Appoint, Dismiss, ChangeRecords, Erase)
TRIES: Final = 8


def in_turn(
    carry_out: Callable[..., list[Any]], works: Sequence[Any], *, lists: bool = False
) -> list[Any]:
    """What `carry_out(works, places, lists=lists)` gives, begun again with the locks (`places`)
    that its first command turned out to need, so that nobody takes them backwards. Raises
    `Conflict` where it needs others each time."""
    places = NOWHERE
    for _ in range(TRIES):
        try:
            return carry_out(works, places, lists=lists)
        except OutOfTurn as turn:
            places |= turn.places
    raise Conflict("a command needs other balances each time")


def order_of(command: Command) -> int:
    """The order whose row the command locks, before any balance; 0 for none."""
    body = command.body
    return command.order or (body.order if isinstance(body, Create) else 0)
