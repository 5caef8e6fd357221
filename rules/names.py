"""Names of one scope before those of another; the value of a column as `?`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orderloom.rules.environment import known_fields


class Names(Mapping[str, Any]):
    """Some names before all others."""

    __slots__ = ("inner", "outer")

    def __init__(self, inner: Mapping[str, Any], outer: Mapping[str, Any]) -> None:
        self.inner = inner
        self.outer = outer

    def __getitem__(self, name: str) -> Any:
        return self.inner[name] if name in self.inner else self.outer[name]

    def fields_of(self, path: tuple[str, ...]) -> frozenset[str]:
        """What the scope that has the list knows of its elements."""
        return known_fields(self.inner if path[0] in self.inner else self.outer, path)

    def __iter__(self) -> Iterator[str]:
        yield from self.inner
        yield from (name for name in self.outer if name not in self.inner)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def with_input(value: Any, scope: Mapping[str, Any]) -> Mapping[str, Any]:
    """A scope where `?` is the value of the column."""
    # Many cells are run in it: reading from a dictionary is the fastest.
    return {**scope, "?": value} if type(scope) is dict else WithInput(value, scope)


class WithInput(Mapping[str, Any]):
    """A scope where `?` is the value of the column."""

    __slots__ = ("outer", "value")

    def __init__(self, value: Any, outer: Mapping[str, Any]) -> None:
        self.value = value
        self.outer = outer

    def __getitem__(self, name: str) -> Any:
        return self.value if name == "?" else self.outer[name]

    def __iter__(self) -> Iterator[str]:
        yield "?"
        yield from self.outer

    def __len__(self) -> int:
        return len(self.outer) + 1
