"""Waiting for what threads and programs do."""

import time
from collections.abc import Callable


def wait_for(condition: Callable[[], object], *, seconds: int = 30) -> None:
    """Returns as soon as it is true. Raises `AssertionError` after so many seconds."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "this took too long"
        time.sleep(0.01)
