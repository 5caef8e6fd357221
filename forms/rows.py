"""Line items on their way through a page: each row remembers which stored row it was."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class Rows(list[Any]):
    """A list whose elements know their place in the stored list; None: the row is new. `pasted`:
    a text that could not be taken as rows, to be shown again."""

    __slots__ = ("origins", "pasted")

    def __init__(
        self, rows: Iterable[Any], origins: Iterable[int | None], *, pasted: str = ""
    ) -> None:
        super().__init__(rows)
        self.origins = tuple(origins)
        self.pasted = pasted


def origins(rows: list[Any]) -> tuple[int | None, ...]:
    """Where each row comes from; a list as stored is its own origin."""
    if isinstance(rows, Rows) and len(rows.origins) == len(rows):
        return rows.origins
    return tuple(range(len(rows)))


def rows_like(before: list[Any], after: list[Any]) -> list[Any]:
    """`after`, whose rows are those of `before` one by one, with their places."""
    if not isinstance(before, Rows):
        return after
    return Rows(after, before.origins, pasted=before.pasted)
