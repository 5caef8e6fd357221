"""Where each part of a YAML text stands: from which sign to which, and how it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from orderloom.platform.codec.yaml_events import events

Kind = Literal["scalar", "map", "list", "alias"]


@dataclass(slots=True)
class Node:
    """A value of a text. `start` and `end`: offsets of its first sign and after its last one; the
    comments right above the first member belong to what is inside (but not those of the root).
    `flow`: in brackets or braces, or within some. `column`: of the first sign, from 0."""

    kind: Kind
    start: int
    end: int
    column: int
    flow: bool = False
    members: list[Member] = field(default_factory=list)
    anchored: bool = False


@dataclass(slots=True)
class Member:
    """An entry of a map or list. `start`: of its key or its dash (in brackets: of its value)."""

    start: int
    key: str | None
    key_end: int
    value: Node


@lru_cache(maxsize=8)
def tree(text: str) -> Node | None:
    """The root of the one document of a text that can be read; None where it is empty. It is
    kept for the texts that were asked for last: nobody may change it."""
    told = events(text)
    for event in told:
        if type(event).__name__ == "DocumentStartEvent":
            return _node(next(told), told, text, flow=False, root=True)
    return None


def line_end(text: str, offset: int) -> int:
    """The offset of the end of a line, before its line break."""
    found = text.find("\n", offset)
    return len(text) if found < 0 else found


def _node(event: Any, events: Iterator[Any], text: str, *, flow: bool, root: bool = False) -> Node:
    name = type(event).__name__
    start, column = event.start_mark.index, event.start_mark.column
    anchored = getattr(event, "anchor", None) is not None
    if name == "ScalarEvent":
        return Node("scalar", start, _scalar_end(event, text), column, flow, anchored=anchored)
    if name == "AliasEvent":
        return Node("alias", start, event.end_mark.index, column, flow, anchored=True)
    inside = flow or bool(event.flow_style)
    if name == "SequenceStartEvent":
        node = Node("list", start, start, column, inside, anchored=anchored)
        end = _items(node, events, text)
    else:
        node = Node("map", start, start, column, inside, anchored=anchored)
        end = _entries(node, events, text)
    closed = inside and text[end.start_mark.index : end.end_mark.index] in ("}", "]")
    last = node.members[-1].value.end if node.members else start
    node.end = end.end_mark.index if closed else last
    if not root and not inside and node.members:
        node.start = _with_comments(text, node.members[0].start)
    return node


def _items(node: Node, events: Iterator[Any], text: str) -> Any:
    while type(event := next(events)).__name__ != "SequenceEndEvent":
        value = _node(event, events, text, flow=node.flow)
        start = value.start if node.flow else _dash(text, value.start)
        node.members.append(Member(start, None, start, value))
    return event


def _entries(node: Node, events: Iterator[Any], text: str) -> Any:
    while type(event := next(events)).__name__ != "MappingEndEvent":
        start, end = event.start_mark.index, event.end_mark.index
        value = _node(next(events), events, text, flow=node.flow)
        node.members.append(Member(start, str(event.value), end, value))
    return event


def _with_comments(text: str, offset: int) -> int:
    """The offset of the first of the comments right above a member and as far in."""
    line = text.rfind("\n", 0, offset) + 1
    column = offset - line
    if text[line:offset].strip():
        return offset
    while line:
        above = text.rfind("\n", 0, line - 1) + 1
        remark = text[above : line - 1]
        if not remark.startswith(" " * column + "#"):
            break
        offset, line = above + column, above
    return offset


def _scalar_end(event: Any, text: str) -> int:
    """Block texts end with their last line, not in the next one; an empty value has no signs."""
    start, end = int(event.start_mark.index), int(event.end_mark.index)
    while end > start and text[end - 1] in "\n ":
        end -= 1
    return max(start, end)


def _dash(text: str, offset: int) -> int:
    """The dash before an item, which stands on its line or, with comments, some lines above."""
    return text.rfind("-", 0, offset)
