"""The answer to an accepted command."""

from __future__ import annotations

from dataclasses import field
from typing import Final

from orderloom.platform.app.recorder import Tip
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import Event, OrderState
from orderloom.platform.problem import Rejection
from orderloom.platform.record import named_record


@named_record
class Reply:
    """The order after the command, durable when it is given.

    `number`: empty for a draft. `events`: what the command did; none when it had nothing to do, or
    was done before (`replayed`). `seq`, `head`: the last entry's.
    """

    order: int
    number: str
    revision: int
    state: OrderState
    release: Release
    events: tuple[Event, ...] = ()
    replayed: bool = False
    seq: int = 0
    head: Tip = field(default_factory=Tip)

    @property
    def receipt(self) -> tuple[int, int, bytes]:
        """Stream, number and hash of the last entry: evidence of what the audit held then."""
        return self.order, self.seq, self.head.hash


UNKNOWN: Final = Rejection(
    "outcome.unknown",
    "The database went away in the middle: look whether the change was done before you send again.",
)
# Stands in the place of an answer where there is nothing to answer.
NOTED: Final = Rejection("noted", "It stands in the security stream.")
