"""What the parser says of a YAML text, event by event.

Parsing is what takes long: a text that is read for its values and for its places is parsed once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, Final

from ruamel.yaml import YAML

# Longer texts are parsed each time: their events would take much memory.
LONGEST_HELD: Final = 400_000


class _Held(threading.local):
    """The events of the one text that this thread is at work on."""

    def __init__(self) -> None:
        self.text: str | None = None
        self.events: list[Any] = []


_held = _Held()


def events(text: str) -> Iterator[Any]:
    """The events of a text, one after the other. Raises what the parser raises, where it does."""
    if _held.text is not None and _held.text == text:
        return iter(_held.events)
    return iter(YAML(typ="rt", pure=True).parse(text))


class Held:
    """While it is open, this text is parsed once on this thread. Raises what the parser raises."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __enter__(self) -> None:
        if len(self._text) <= LONGEST_HELD:
            _held.events = list(YAML(typ="rt", pure=True).parse(self._text))
            _held.text = self._text

    def __exit__(self, *_: object) -> None:
        _held.text, _held.events = None, []
