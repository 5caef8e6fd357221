"""Answers kept for a moment: what every page shows and hardly ever changes, such as names."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from time import monotonic
from typing import Any, Final, TypeVar

T = TypeVar("T")

# How long another process's change may stay unseen on a page.
SECONDS: Final = 1.0
MOST: Final = 4096


class Briefly:
    """Only for what is shown: who may do what is asked each time. Safe to use from many threads;
    two that ask at the same moment may both read."""

    def __init__(self, seconds: float = SECONDS, most: int = MOST) -> None:
        self._seconds = seconds
        self._most = most
        self._kept: dict[Hashable, tuple[float, Any]] = {}

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        """The answer of `read`, or what it answered a moment ago."""
        kept, now = self._kept.get(key), monotonic()
        if kept is not None and now < kept[0]:
            answer: T = kept[1]
            return answer
        answer = read()
        self._keep(key, answer, now)
        return answer

    def each(
        self, what: Hashable, names: Iterable[str], read: Callable[[list[str]], Mapping[str, T]]
    ) -> dict[str, T]:
        """Answers by name, those that are not kept read together; of what there is none, nothing.
        `what`: which kind of answers."""
        found, missing, now = dict[str, T | None](), list[str](), monotonic()
        for name in dict.fromkeys(names):
            kept = self._kept.get((what, name))
            if kept is not None and now < kept[0]:
                found[name] = kept[1]
            else:
                missing.append(name)
        answers = read(missing) if missing else {}
        for name in missing:
            found[name] = answers.get(name)
            self._keep((what, name), found[name], now)
        return {name: answer for name, answer in found.items() if answer is not None}

    def _keep(self, key: Hashable, answer: Any, now: float) -> None:
        if len(self._kept) >= self._most:
            self._kept.clear()
        self._kept[key] = (now + self._seconds, answer)
