"""What was made of the texts that were asked for last, bounded by how long they are together."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Safe to use from several threads. `most`: characters of all texts that are kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._length = 0
        self._made: OrderedDict[str, T] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, text: str, make: Callable[[str], T]) -> T:
        """What `make` makes of the text, made now or before; of two that make it at the same time
        both may. What it raises is raised, and not kept. Nobody may change what is answered."""
        with self._lock:
            if text in self._made:
                self._made.move_to_end(text)
                return self._made[text]
        made = make(text)
        if len(text) <= self._most:
            with self._lock:
                self._keep(text, made)
        return made

    def _keep(self, text: str, made: T) -> None:
        if text not in self._made:
            self._length += len(text)
        self._made[text] = made
        while self._length > self._most:
            oldest, _ = self._made.popitem(last=False)
            self._length -= len(oldest)
