"""Whose the personal values of an entry are, and which texts of theirs may come again elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Place = tuple[str | int, ...]
# A text that is shorter stands by chance in others: it must be the whole value.
LEAST_INSIDE: Final = 5
LEAST: Final = 3


# Not frozen: one is made for each command.
@dataclass(slots=True)
class Persons:
    """`ways`: personal field → field with its person's id (both dotted). `data`: the order's data
    with these ids. `author`: who acts, whose free text is theirs. `texts`: personal texts of the
    order → field, `whose` → person; `repeated`: the same texts as bytes of JSON without quotes.
    `records`: ordinals of the answers that are the directory's records of people.
    """

    ways: Mapping[str, str] = field(default_factory=dict)
    data: Any = None
    author: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    whose: Mapping[str, str | None] = field(default_factory=dict)
    repeated: tuple[bytes, ...] = ()
    records: frozenset[int] = frozenset()

    def of(self, path: str, place: Place = (), value: Any = None) -> str | None:
        """The person of a field; `place`: where its value stands, with the numbers of rows. Known
        texts are their person's wherever they stand."""
        if isinstance(value, str) and value in self.whose:
            return self.whose[value]
        way = next((self.ways[each] for each in _outwards(path) if each in self.ways), None)
        if way is None:
            return None
        return person_at(self.data, way, place)

    def repeats(self, text: str, *, inside: bool) -> str | None:
        """The field of a personal value that a text is, or (`inside`) has in it."""
        if text in self.texts or not inside:
            return self.texts.get(text)
        for known, path in self.texts.items():
            if len(known) >= LEAST_INSIDE and known in text:
                return path
        return None


def person_at(data: Any, way: str, place: Place) -> str | None:
    """The id of a person that stands in data at `way`, in the same rows as `place`."""
    found = _at(data, way.split("."), place)
    return str(found) if _is_id(found) else None


def _is_id(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _outwards(path: str) -> list[str]:
    """A field, and those around it."""
    parts = path.split(".")
    return [".".join(parts[:end]) for end in range(len(parts), 0, -1)]


def _at(data: Any, steps: list[str], place: Place) -> Any:
    """What lies at the steps; of lists the row that `place` leads through, or the only one."""
    rest = list(place)
    for step in steps:
        if isinstance(data, list | tuple):
            first = rest.pop(0) if rest and isinstance(rest[0], int) else None
            row = first if isinstance(first, int) else 0 if len(data) == 1 else -1
            if not 0 <= row < len(data):
                return None
            data = data[row]
        if not isinstance(data, Mapping):
            return None
        rest = rest[1:] if rest and rest[0] == step else []
        data = data.get(step)
    return data
