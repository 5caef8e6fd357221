"""What is measured: something that can be opened and then asked to do so many orders."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

Work = Callable[[int], None]


@dataclass(frozen=True)
class Contestant:
    """`opened()` prepares an empty database and gives the work: do that many new orders.

    `against` names the contestant that this one's ratio is taken of, in the same run.
    """

    name: str
    opened: Callable[[], AbstractContextManager[Work]]
    against: str | None = None
    goal: str | None = None
