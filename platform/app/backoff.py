"""What failed is left alone for a while, longer each time: it neither loops nor keeps others
waiting."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from time import monotonic_ns
from typing import Final

FIRST: Final = 1_000
MOST: Final = 300_000
MOST_KEYS: Final = 10_000


def milliseconds() -> int:
    """A clock for pauses; it never jumps, whatever the application's clock does."""
    return monotonic_ns() // 1_000_000


class Backoff:
    """Orders that rest, each for twice as long as the time before (1 s up to 5 minutes).

    Safe to use from many threads. What a process that ends knew is forgotten: the next one tries.
    """

    def __init__(self, *, ticking: Callable[[], int] = milliseconds) -> None:
        self._ticking = ticking
        self._lock = Lock()
        # order → (until when, how long the last rest was)
        self._resting: OrderedDict[int, tuple[int, int]] = OrderedDict()

    def rests(self, order: int) -> bool:
        """Whether it is to be left alone now."""
        with self._lock:
            return self._resting.get(order, (0, 0))[0] > self._ticking()

    def resting(self) -> int:
        """How many were sent to rest and have not gone well since."""
        with self._lock:
            return len(self._resting)

    def failed(self, order: int) -> int:
        """Lets it rest; for how many milliseconds."""
        with self._lock:
            _, last = self._resting.pop(order, (0, 0))
            span = min(last * 2, MOST) or FIRST
            self._resting[order] = (self._ticking() + span, span)
            if len(self._resting) > MOST_KEYS:
                self._resting.popitem(last=False)
            return span

    def went_well(self, order: int) -> None:
        """The next failure is the first one again."""
        with self._lock:
            self._resting.pop(order, None)
