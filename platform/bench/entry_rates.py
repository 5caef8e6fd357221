"""How many entries a second something takes, and what one of them costs the processors."""

from __future__ import annotations

import os
import time
from collections.abc import Callable


def entry_rate(
    what: str, count: int, work: Callable[[], object], goal: str = ""
) -> tuple[str, str, str, str]:
    """A row of a sheet: what, entries a second by the clock, µs of the processors an entry (ended
    child processes too; a busy machine changes it less), the goal."""
    began, used = time.perf_counter(), _used()
    work()
    seconds, used = time.perf_counter() - began, _used() - used
    return what, str(round(count / seconds)), f"{used / count * 1_000_000:.1f}", goal


def _used() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
