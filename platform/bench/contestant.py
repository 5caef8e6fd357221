"""What is measured: something that can be opened and then asked to do so many orders."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

Work = Callable[[int], None]


@dataclass(frozen=True)
class Against:
    """Another contestant of the run, and how many times its speed is aimed at (`≥ 0.90`)."""

    name: str
    goal: str | None = None


@dataclass(frozen=True)
class Contestant:
    """`opened()` prepares an empty database and gives the work: do that many new orders.

    `against` names those of the same run that its ratios are taken of.
    """

    name: str
    opened: Callable[[], AbstractContextManager[Work]]
    against: tuple[Against, ...] = ()
