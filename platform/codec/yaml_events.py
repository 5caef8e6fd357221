"""What the parser says of a YAML text, event by event.

Parsing is what takes long: a text that is read for its values and for its places is parsed once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, Final

from ruamel.yaml import YAML

from orderloom.platform.codec.yaml_quick import quick_events

# Longer texts are parsed each time, a little at once: their events would take much memory.
LONGEST_HELD: Final = 400_000


class _Held(threading.local):
    """The text that this thread is at work on, and its events once somebody asked for them."""

    def __init__(self) -> None:
        self.text: str | None = None
        self.events: list[Any] | None = None


_held = _Held()


def events(text: str) -> Iterator[Any]:
    """The events of a text, one after the other. Raises what the parser raises, where it does."""
    if _held.text is None or _held.text != text:
        return _parsed(text)
    if _held.events is None:
        _held.events = list(_parsed(text))
    return iter(_held.events)


def _parsed(text: str) -> Iterator[Any]:
    told = quick_events(text) if len(text) <= LONGEST_HELD else None
    return iter(YAML(typ="rt", pure=True).parse(text)) if told is None else iter(told)


class Held:
    """While it is open, this text is parsed once on this thread, when it is first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __enter__(self) -> None:
        if len(self._text) <= LONGEST_HELD:
            _held.text, _held.events = self._text, None

    def __exit__(self, *_: object) -> None:
        _held.text, _held.events = None, None
