"""The answer to an accepted command."""

from __future__ import annotations

from typing import Final

from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import Event, OrderState
from orderloom.platform.problem import Rejection
from orderloom.platform.record import named_record


@named_record
class Reply:
    """The order after the command, durable when it is given.

    `number`: empty for a draft. `events`: what the command did; none when it had nothing to do, or
    was done before (`replayed`). `receipt`: stream, number and hash of the last entry: evidence of
    what the audit held then.
    """

    order: int
    number: str
    revision: int
    state: OrderState
    release: Release
    events: tuple[Event, ...] = ()
    replayed: bool = False
    receipt: tuple[int, int, bytes] = (0, 0, b"")


UNKNOWN: Final = Rejection(
    "outcome.unknown",
    "The database went away in the middle: look whether the change was done before you send again.",
)
# Stands in the place of an answer where there is nothing to answer.
NOTED: Final = Rejection("noted", "It stands in the security stream.")
