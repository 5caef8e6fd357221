"""How the garbage collector of a program that stays goes about its work."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# Containers made and not yet gone that a collection waits for; the language's own 700 are there
# after every third command of a batch. Nearly all of what a command makes is gone without a
# collection, as soon as nobody names it.
YOUNG: Final = 10_000
# So many collections of the young, then of the middle aged, before the next older are looked at.
OLDER: Final = 20


def settle_memory() -> None:
    """What is there now stays: no collection walks through modules and compiled definitions while
    a click waits. Later ones come seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, OLDER, OLDER)


@contextmanager
def settled_memory() -> Iterator[None]:
    """The same for one long piece of work; afterwards the collector is as it was."""
    before = gc.get_threshold()
    settle_memory()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
