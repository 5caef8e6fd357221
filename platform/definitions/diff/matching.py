"""Which parts of two versions are the same part."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from orderloom.platform.codec import canonical
from orderloom.platform.definitions.diff.things import identity

# Beyond, elements without ids are compared place by place: finding the best match takes n² steps.
MOST_COMPARED: Final = 2000
# How like two things must be to be one under another name, in percent; of how many it is asked.
LIKE: Final = 80
MOST_LIKE: Final = 20
LONGEST_LIKE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Matched:
    """An element of two lists. `name`: its id, else its place from 0. `moved`: its places from 1,
    where it stands elsewhere among those that stayed."""

    name: str | int
    before: Any
    after: Any
    moved: tuple[int, int] | None = None


def matched(before: Sequence[Any], after: Sequence[Any]) -> Iterator[Matched]:
    """The elements of two lists in the order of the newer; what was removed comes last."""
    olds, news = _named(before), _named(after)
    if olds is None or news is None:
        yield from _by_content(before, after)
        return
    places = {name: (was, is_) for name, was, is_ in moved(list(olds), list(news))}
    for name, value in news.items():
        yield Matched(name, olds.get(name), value, places.get(name))
    for name, value in olds.items():
        if name not in news:
            yield Matched(name, value, None)


def moved(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, int, int]]:
    """The fewest names whose moving makes one order the other: name, place before, place after."""
    was = {name: n for n, name in enumerate(before)}
    common = [name for name in after if name in was]
    stayed = _longest_rising([was[name] for name in common])
    is_ = {name: n for n, name in enumerate(after)}
    return [(name, was[name] + 1, is_[name] + 1) for name in common if was[name] not in stayed]


def renamed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """New name → old name, of things that are the same or nearly so under another name."""
    gone = {name: _content(each) for name, each in before.items() if name not in after}
    come = {name: _content(each) for name, each in after.items() if name not in before}
    if not all(isinstance(each, Mapping) for each in (*before.values(), *after.values())):
        return {}
    found: dict[str, str] = {}
    for name, content in list(come.items())[:MOST_LIKE]:
        others = [(_likeness(each, content), was) for was, each in gone.items()]
        likeness, was = max(others[:MOST_LIKE], default=(0, ""))
        if likeness >= LIKE:
            found[name] = was
            del gone[was]
    return found


def _likeness(before: bytes, after: bytes) -> int:
    """How much of two texts is the same, in percent; long ones are one only if nothing differs."""
    if before == after:
        return 100 if len(before) > len(b"{}") else 0
    length = len(before) + len(after)
    if max(len(before), len(after)) > LONGEST_LIKE:
        return 0
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return 200 * sum(block.size for block in blocks) // length


def _named(values: Sequence[Any]) -> dict[str, Any] | None:
    """The elements by their ids; None: one has none. A second of the same id is told apart by its
    number."""
    found: dict[str, Any] = {}
    count: Counter[str] = Counter()
    for value in values:
        name = identity(value)
        if name is None:
            return None
        count[name] += 1
        found[name if count[name] == 1 else f"{name} ({count[name]})"] = value
    return found


def _by_content(before: Sequence[Any], after: Sequence[Any]) -> Iterator[Matched]:
    olds, news = [_content(each) for each in before], [_content(each) for each in after]
    if max(len(olds), len(news)) > MOST_COMPARED:
        blocks: Any = [("replace", 0, len(olds), 0, len(news))]
    else:
        blocks = SequenceMatcher(None, olds, news, autojunk=False).get_opcodes()
    for kind, a, b, c, d in blocks:
        if kind == "equal":
            continue
        pairs = min(b - a, d - c)
        for n in range(pairs):
            yield Matched(c + n, before[a + n], after[c + n])
        for n in range(c + pairs, d):
            yield Matched(n, None, after[n])
        for n in range(a + pairs, b):
            yield Matched(n, before[n], None)


def _longest_rising(numbers: Sequence[int]) -> frozenset[int]:
    """The longest rising subsequence of different numbers, by patience sorting."""
    tails: list[int] = []
    ends: list[int] = []
    previous: dict[int, int | None] = {}
    for number in numbers:
        n = bisect_left(tails, number)
        previous[number] = ends[n - 1] if n else None
        tails[n : n + 1] = [number]
        ends[n : n + 1] = [number]
    found = set()
    at: int | None = ends[-1] if ends else None
    while at is not None:
        found.add(at)
        at = previous[at]
    return frozenset(found)


def _content(value: Any) -> bytes:
    return canonical(value)
