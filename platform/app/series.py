"""Numbers of orders and ids: drawn inside the transaction where one writer is all there is, from
blocks of this process elsewhere (engine 2)."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Final

from orderloom.platform.store.commands import SqlCommands, Transaction

ORDERS: Final = "#orders"
BLOCK: Final = 32


class Blocks:
    """Numbers that this process has taken and not yet given out. Safe to use from many threads."""

    def __init__(self, commands: SqlCommands) -> None:
        self._commands = commands
        self._lock = Lock()
        self._left: dict[tuple[int, str], tuple[int, int]] = {}

    def next(self, organisation: int, name: str) -> int:
        """A number that nobody else gets; those of a process that ends are lost."""
        with self._lock:
            first, after = self._left.get((organisation, name), (0, 0))
            if first == after:
                first = self._commands.block(organisation, name, BLOCK)
                after = first + BLOCK
            self._left[organisation, name] = (first + 1, after)
            return first


class Series:
    """The numbers that one transaction draws. `drawn` is written with it."""

    def __init__(self, blocks: Blocks, transaction: Transaction, *, one_writer: bool) -> None:
        self._blocks = blocks
        self._transaction = transaction
        self._one_writer = one_writer
        self.many_writers = not one_writer
        self._last: dict[tuple[int, str], int] = {}

    def next(self, organisation: int, name: str, *, gapless: bool = False) -> int:
        """The next number of a series; `gapless`: its row stays locked until the end."""
        if not (self._one_writer or gapless):
            return self._blocks.next(organisation, name)
        key = (organisation, name)
        if key not in self._last:
            self._last[key] = self._transaction.last_number(organisation, name)
        self._last[key] += 1
        return self._last[key]

    def ids(self, count: int) -> list[int]:
        """Ids for new orders and streams, rising, one series for the whole installation."""
        return [self.next(0, ORDERS) for _ in range(count)]

    def mark(self) -> dict[tuple[int, str], int]:
        """What is drawn so far, to come `back` to."""
        return dict(self._last)

    def back(self, mark: dict[tuple[int, str], int]) -> None:
        """Numbers drawn since then are drawn again: whoever drew them was undone."""
        self._last = {key: mark.get(key, 0) for key in self._last if key in mark}

    def drawn(self) -> Sequence[tuple[int, str, int]]:
        """(organisation, name, last number) of the series used."""
        return [(*key, value) for key, value in self._last.items()]
