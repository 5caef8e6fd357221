"""Writes another value into a YAML text and leaves what did not change as its author wrote it:
order, comments, quotes, what stands in one line.

The library's own round trip gives neither brackets nor long lines back as they were (decision
0024), so the text is cut along the places that its parser tells, and put together again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, Final

from ruamel.yaml.error import YAMLError

from orderloom.platform.codec.canonical import canonical
from orderloom.platform.codec.json_text import dumps
from orderloom.platform.codec.yaml_events import Held
from orderloom.platform.codec.yaml_layout import after_key, in_line, in_lines, item, key_text
from orderloom.platform.codec.yaml_text import load_yaml
from orderloom.platform.codec.yaml_tree import Member, Node, line_end, tree

NAMES: Final = ("id", "name", "scenario", "field", "section", "tab")
_COMMENT: Final = re.compile(r"[ \t]*(#[^\n]*)?")


def rewritten(text: str, value: Any) -> str:
    """`text` (one YAML document) so that it reads as `value`, the order of keys included. The text
    itself where it does already. Raises `CodecError` where it cannot be read.
    """
    read = load_yaml(text).value
    if text and _same(read, value):
        return text
    root = tree(text)
    if root is None or not isinstance(read, Mapping) or not isinstance(value, Mapping):
        return _anew(value)
    head, tail = text[: root.start], text[root.end :]
    made = f"{head}{_Writer(text).node(root, read, value)}{tail}"
    if _reads_as(made, value):
        return made
    return _anew(value)


def _anew(value: Any) -> str:
    return in_lines(value, 0) + "\n"


def _reads_as(text: str, value: Any) -> bool:
    try:
        with Held(text):
            if not _same(load_yaml(text).value, value):
                return False
            # The next change is made to this text: its places are found now, from the same events.
            tree(text)
            return True
    except (ValueError, YAMLError):
        return False


def _same(one: Any, other: Any) -> bool:
    """The same values, keys in the same order, numbers by their value."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return list(one) == list(other) and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if type(one) is type(other) and one == other:
        return True
    return _digest(one) == _digest(other)


def _digest(value: Any) -> bytes:
    return canonical(value)


@dataclass(frozen=True, slots=True)
class _Part:
    """One member of a container as it will be. `was`: the member that it is made of."""

    was: int | None
    key: str | None
    value: Any


class _Writer:
    def __init__(self, text: str) -> None:
        self.text = text

    def node(self, node: Node, before: Any, after: Any) -> str:
        """The text of `node`, which reads as `before`, so that it reads as `after`."""
        if _same(before, after):
            return self.text[node.start : node.end]
        if node.kind == "map" and isinstance(before, Mapping) and isinstance(after, Mapping):
            return self._container(node, list(before.values()), _of_map(before, after))
        if node.kind == "list" and isinstance(before, list) and isinstance(after, list | tuple):
            return self._container(node, before, _of_list(before, after))
        return in_line(after, inside=node.flow)

    def _container(self, node: Node, before: Sequence[Any], parts: Sequence[_Part]) -> str:
        if not parts:
            return "{}" if node.kind == "map" else "[]"
        if node.flow or not node.members:
            return self._in_brackets(node, before, parts)
        return self._in_lines(node, before, parts)

    # ── in brackets ──

    def _in_brackets(self, node: Node, before: Sequence[Any], parts: Sequence[_Part]) -> str:
        shown = [self._short(node, before, part) for part in parts]
        opened, closed = ("{", "}") if node.kind == "map" else ("[", "]")
        members = node.members
        if [part.was for part in parts] == list(range(len(members))) and members:
            between = [self.text[one.value.end : other.start] for one, other in pairwise(members)]
            head = self.text[node.start : members[0].start]
            tail = self.text[members[-1].value.end : node.end]
            joined = shown[0] + "".join(map(str.__add__, between, shown[1:]))
            return head + joined + tail
        return opened + ", ".join(shown) + closed

    def _short(self, node: Node, before: Sequence[Any], part: _Part) -> str:
        key = "" if part.key is None else f"{key_text(part.key)}: "
        if part.was is None:
            return key + in_line(part.value)
        member = node.members[part.was]
        if part.key is not None and part.key == member.key:
            key = self.text[member.start : member.value.start]
        return key + self.node(member.value, before[part.was], part.value)

    # ── line by line ──

    def _in_lines(self, node: Node, before: Sequence[Any], parts: Sequence[_Part]) -> str:
        indent = self._column(node.members[0].start)
        leads = self._leads(node)
        made: list[str] = []
        for n, part in enumerate(parts):
            lead = leads[part.was] if part.was is not None else ""
            body = self._body(node, before, part, indent)
            if n == 0:
                comments = [each.strip() for each in lead.split("\n") if each.strip()]
                made.append("".join(f"{each}\n{' ' * indent}" for each in comments) + body)
            else:
                made.append(f"\n{lead}{' ' * indent}{body}")
        return "".join(made)

    def _body(self, node: Node, before: Sequence[Any], part: _Part, indent: int) -> str:
        """A member from its key or dash to the end of its last line."""
        if part.was is None:
            if part.key is None:
                return f"- {item(part.value, indent)}"
            return f"{key_text(part.key)}:{after_key(part.value, indent)}"
        member = node.members[part.was]
        last = member is node.members[-1]
        rest = "" if last else self.text[member.value.end : self._end(member)]
        between = self.text[member.key_end : member.value.start]
        head = self.text[member.start : member.key_end]
        if part.key is not None and part.key != member.key:
            head = key_text(part.key)
        if self._stays(member.value, before[part.was], part.value):
            return head + between + self.node(member.value, before[part.was], part.value) + rest
        if part.key is None:
            return f"- {item(part.value, indent)}{self._remark(member, rest)}"
        return f"{head}:{after_key(part.value, indent)}{self._remark(member, rest)}"

    def _stays(self, node: Node, before: Any, after: Any) -> bool:
        """Whether the new value stands where the old one stood: it is no other kind of thing."""
        if _same(before, after):
            return True
        if isinstance(before, Mapping) and isinstance(after, Mapping) and after:
            return bool(before)
        if isinstance(before, list) and isinstance(after, list | tuple) and after:
            return bool(before)
        plain = not isinstance(before, Mapping | list) and not isinstance(after, Mapping | list)
        lines = "\n" in self.text[node.start : node.end]
        return plain and node.end > node.start and not lines and "\n" not in str(after)

    def _remark(self, member: Member, rest: str) -> str:
        """A comment on the member's line, where its value was written on this line."""
        one_line = "\n" not in self.text[member.start : member.value.end]
        return rest if one_line and "#" in rest else ""

    def _leads(self, node: Node) -> list[str]:
        """What stands before each member: comments and empty lines, each with its line break."""
        above = " " * self._column(node.start) + self.text[node.start : node.members[0].start]
        found = [above[: above.rfind("\n") + 1]]
        for one, other in pairwise(node.members):
            end = self._end(one)
            first = self.text.rfind("\n", 0, other.start) + 1
            found.append(self.text[end + 1 : first] if first > end else "")
        return found

    def _end(self, member: Member) -> int:
        """The end of the member's last line."""
        if member.value.end == 0:
            return 0
        return line_end(self.text, member.value.end)

    def _column(self, offset: int) -> int:
        return offset - (self.text.rfind("\n", 0, offset) + 1)


# ── what became of what ──────────────────────────────────────────────────────────────────────


def _of_map(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[_Part]:
    """By key; one that only has another key is the same member."""
    places = {key: n for n, key in enumerate(before)}
    gone = {_digest(value): places[key] for key, value in before.items() if key not in after}
    parts = []
    for key, value in after.items():
        was = places.get(key)
        if was is None and isinstance(value, Mapping | list) and value:
            was = gone.pop(_digest(value), None)
        parts.append(_Part(was, key, value))
    return parts


def _of_list(before: Sequence[Any], after: Sequence[Any]) -> list[_Part]:
    """Equal ones first, wherever they stand; then by their ids; then by place."""
    found: dict[int, int] = dict(_equal(before, after))
    free = [n for n in range(len(before)) if n not in set(found.values())]
    named = {name: n for n in free if (name := _name(before[n])) is not None}
    for n, value in enumerate(after):
        was = named.pop(_name(value) or "", None) if n not in found else None
        if was is not None:
            found[n] = was
            free.remove(was)
    for n, value in enumerate(after):
        if n in found or _name(value) is not None:
            continue
        was = next((each for each in free if _between(each, n, found)), None)
        if was is not None and type(before[was]) is type(value):
            found[n] = was
            free.remove(was)
    return [_Part(found.get(n), None, value) for n, value in enumerate(after)]


def _equal(before: Sequence[Any], after: Sequence[Any]) -> Iterator[tuple[int, int]]:
    olds = [dumps(value) for value in before]
    news = [dumps(value) for value in after]
    used = set()
    for block in SequenceMatcher(None, olds, news, autojunk=False).get_matching_blocks():
        for n in range(block.size):
            used.add(block.a + n)
            yield block.b + n, block.a + n
    elsewhere = {olds[n]: n for n in reversed(range(len(olds))) if n not in used}
    matched = {olds[n] for n in used}
    for n in range(len(news)):
        if news[n] in elsewhere and news[n] not in matched:
            yield n, elsewhere.pop(news[n])


def _between(was: int, n: int, found: Mapping[int, int]) -> bool:
    """Whether a member stands between the neighbours of where it would go."""
    lower = [found[each] for each in found if each < n]
    upper = [found[each] for each in found if each > n]
    return all(each < was for each in lower) and all(each > was for each in upper)


def _name(value: Any) -> str | None:
    if not isinstance(value, Mapping):
        return None
    return next((str(value[key]) for key in NAMES if isinstance(value.get(key), str)), None)
