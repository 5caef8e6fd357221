"""A room without doors: inside it no file is opened, no connection made, no program started.

For the pure parts: `with sealed(): advance(…)`. The clock needs no guard at run time: that no
pure file reads it is checked on the source (`tests/house/test_source.py`).
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import local

DOORS = ("open", "socket.", "subprocess.", "os.", "sqlite3.", "tempfile.", "urllib.")

_room = local()
_hooked: list[bool] = []


class DoorOpened(RuntimeError):
    """Something that should be pure reached for the outside."""


@contextmanager
def sealed() -> Iterator[None]:
    """Raise `DoorOpened` when this thread reaches for the outside within the block."""
    if not _hooked:
        # Hooks cannot be removed, so there is one, and it looks at the thread's flag.
        sys.addaudithook(_guard)
        _hooked.append(True)
    before = getattr(_room, "closed", False)
    _room.closed = True
    try:
        yield
    finally:
        _room.closed = before


def _guard(event: str, arguments: tuple[object, ...]) -> None:
    if getattr(_room, "closed", False) and event.startswith(DOORS):
        raise DoorOpened(f"{event} {arguments!r}")
