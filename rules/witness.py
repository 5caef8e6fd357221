"""Who is told what is used of definitions: nobody, but around a call by whoever asks to be.

What is told changes no answer; each thread and each task has a listener of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Literal

Kind = Literal["stage", "transition", "row"]
# The kind, the process or decision, and in it the stage, path of a transition, or row.
Listener = Callable[[Kind, str, str], None]

_LISTENER: Final[ContextVar[Listener | None]] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tells `listener` of everything that is used inside."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def used(kind: Kind, owner: str, places: Iterable[str]) -> None:
    """Tells whoever listens."""
    listener = _LISTENER.get()
    if listener is None:
        return
    for place in places:
        listener(kind, owner, place)
