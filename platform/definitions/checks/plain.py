"""Parts of a document whose shape is perhaps wrong: what is not as expected counts as absent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orderloom.platform.definitions.document import Path

Body = Mapping[str, Any]
_NOTHING: Body = {}


def body(value: Any) -> Body:
    """A map, or an empty one."""
    return value if isinstance(value, Mapping) else _NOTHING


def items(value: Any) -> tuple[Any, ...]:
    """The elements of a list; one value that is neither list nor null is a list of one."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def listed(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """The elements with their paths; one value stands at `path` itself."""
    if isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield (*path, index), item
    elif value is not None:
        yield path, value


def members(value: Any, path: Path) -> Iterator[tuple[Path, str, Any]]:
    """The members of a map with their paths."""
    for key, item in body(value).items():
        yield (*path, key), key, item


def text(value: Any) -> str | None:
    """A text that is not empty, or None."""
    return value if isinstance(value, str) and value else None


def texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """One text or a list of them, with their paths."""
    for place, item in listed(value, path):
        if isinstance(item, str) and item:
            yield place, item


def everything(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every part of a value, the outermost first."""
    yield path, value
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from everything(item, (*path, key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from everything(item, (*path, index))
