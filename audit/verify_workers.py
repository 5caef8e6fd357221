"""The same work over several processes, or in this one where that is sooner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
# What a worker is given beside its item: the file, opened by itself, and what all of them need.
Work = Callable[[BinaryIO, Any, Item], Result]
_own: list[tuple[BinaryIO, Any]] = []


class Workers:
    """`run(work, items)`: the results in the items' order, as they are ready. Other processes begin
    at once, so that the caller may do something else before it looks at them."""

    def __init__(self, file: BinaryIO, shared: Any, pool: ProcessPoolExecutor | None) -> None:
        self._file = file
        self._shared = shared
        self._pool = pool

    def run(self, work: Work[Item, Result], items: Iterable[Item]) -> Iterator[Result]:
        """Raises what the work raises."""
        if self._pool is None:
            return (work(self._file, self._shared, item) for item in items)
        return self._pool.map(_call, ((work, item) for item in items))


@contextmanager
def workers(path: Path, file: BinaryIO, shared: Any, processes: int) -> Iterator[Workers]:
    """`shared` is handed to every process once."""
    if processes <= 1:
        yield Workers(file, shared, None)
        return
    with ProcessPoolExecutor(processes, initializer=_begin, initargs=(path, shared)) as pool:
        yield Workers(file, shared, pool)


def _begin(path: Path, shared: Any) -> None:
    _own.append((path.open("rb"), shared))


def _call(task: tuple[Work[Any, Any], Any]) -> Any:
    work, item = task
    return work(*_own[0], item)
