"""Layouts of pictures of definitions, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

# Where each stage lies: x and y in pixels.
Positions = Mapping[str, tuple[int, int]]


class LayoutTables(Protocol):
    """The SQL of layouts (`store.layouts`)."""

    def of(self, organisation: int, kind: str, id: str) -> Positions:
        """Empty where nobody placed anything."""

    def keep(self, organisation: int, kind: str, id: str, positions: Positions) -> None:
        """In the place of what was there; nothing is kept of an empty one."""
