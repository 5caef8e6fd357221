"""Places in data that `set` and `append` write: `a.b`, `lines[sku = event.sku].shipped`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from orderloom.rules import syntax as s
from orderloom.rules.builtins import SPACED
from orderloom.rules.compiling import Run, compile_node
from orderloom.rules.environment import Budget, Environment, Item, known_fields
from orderloom.rules.error import FeelError
from orderloom.rules.parser import Parser
from orderloom.rules.values import is_number

Place = tuple[str | int, ...]


class Target:
    """A compiled target. `root`: the field of the data it begins in. `names`: its plain path."""

    __slots__ = ("_steps", "names", "root", "text")

    def __init__(self, text: str, steps: list[str | Run]) -> None:
        self.text = text
        self._steps = tuple(steps)
        self.names = tuple(step for step in steps if isinstance(step, str))
        self.root = self.names[0]

    def __str__(self) -> str:
        return self.text

    def locate(self, data: Mapping[str, Any], scope: Mapping[str, Any]) -> list[Place]:
        """Every place that is meant: keys and indices from the data's root.

        Raises `FeelError` when a filter finds no element.
        """
        environment = Environment(scope, None, strict=True, budget=Budget())
        found: list[tuple[Place, Any]] = [((), data)]
        path: tuple[str, ...] = ()
        for step in self._steps:
            if isinstance(step, str):
                path = (*path, step)
                found = [((*place, step), _member(value, step)) for place, value in found]
            else:
                known = known_fields(scope, path)
                found = [
                    ((*place, index), item)
                    for place, value in found
                    for index, item in self._rows(value, step, environment, known)
                ]
                if not found:
                    raise FeelError(f"{self.text} finds no row")
        return [place for place, _ in found]

    def _rows(
        self, value: Any, test: Run, environment: Environment, known: frozenset[str]
    ) -> list[tuple[int, Any]]:
        rows = value if isinstance(value, list) else []
        kept = []
        for index, row in enumerate(rows):
            matched = test(environment.within(Item(row, known)))
            if is_number(matched):
                place = int(matched) - 1 if matched > 0 else len(rows) + int(matched)
                return [(place, rows[place])] if 0 <= place < len(rows) else []
            if not isinstance(matched, bool):
                raise FeelError(f"{self.text}: the filter is neither true nor false")
            if matched:
                kept.append((index, row))
        return kept


@lru_cache(maxsize=4096)
def parse_target(text: str) -> Target:
    """Raises `FeelError` for what is not a place in data."""
    return Target(text, _steps(Parser(text, SPACED).expression(), text))


def _steps(node: s.Node, text: str) -> list[str | Run]:
    if isinstance(node, s.Name):
        return [node.name]
    if isinstance(node, s.Path):
        return [*_steps(node.source, text), node.name]
    if isinstance(node, s.Filter):
        return [*_steps(node.source, text), compile_node(node.condition)]
    raise FeelError(f"{text!r} is not a place in the data", node.at, text)


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None
