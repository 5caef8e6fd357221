"""What a reader of YAML tells, under the names that the library gives its events: who follows them
need not know which of the two read."""

from __future__ import annotations

from typing import Final


class Mark:
    """A place of a text: offset, line and column, all from 0."""

    __slots__ = ("column", "index", "line")

    def __init__(self, index: int, line: int, column: int) -> None:
        self.index = index
        self.line = line
        self.column = column


class Event:
    """What an event of this reader has besides what its kind adds; as the library calls it."""

    __slots__ = ("end_mark", "start_mark")
    anchor: Final = None
    tag: Final = None

    def __init__(self, start: Mark | None, end: Mark | None) -> None:
        self.start_mark = start
        self.end_mark = end


class DocumentStartEvent(Event):
    """The one document begins."""

    __slots__ = ()
    version: Final = None
    tags: Final = None


class ScalarEvent(Event):
    """A text or a key."""

    __slots__ = ("style", "value")

    def __init__(self, start: Mark, end: Mark, value: str, style: str | None) -> None:
        super().__init__(start, end)
        self.value = value
        self.style = style


class _Begin(Event):
    __slots__ = ("flow_style",)

    def __init__(self, start: Mark, *, flow: bool) -> None:
        super().__init__(start, None)
        self.flow_style = flow


class SequenceStartEvent(_Begin):
    """A list begins."""

    __slots__ = ()


class MappingStartEvent(_Begin):
    """A map begins."""

    __slots__ = ()


class SequenceEndEvent(Event):
    """A list ends: with its bracket, or without a place."""

    __slots__ = ()


class MappingEndEvent(Event):
    """A map ends: with its brace, or without a place."""

    __slots__ = ()
