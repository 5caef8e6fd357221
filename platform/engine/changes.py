"""Which fields a change of data touches, as paths without indices (`("lines", "qty")`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from orderloom.forms import Form
from orderloom.forms.defaulting import without_nulls
from orderloom.platform.codec import diff_patch

Path = tuple[str, ...]
_SCALARS: Final = frozenset((str, int, bool, Decimal))


def changed_paths(before: Any, after: Any) -> list[Path]:
    """Fields that differ, each once; what is new or gone as a whole is one. Null is absent."""
    changes = _changes(without_nulls(before), without_nulls(after))
    return list(dict.fromkeys(path for path, *_ in changes if path))


def sent_paths(form: Form, before: Any, after: Any) -> list[Path]:
    """The same, of what somebody sends: computed fields are the engine's, so that those which are
    left out change nothing."""
    changes = _changes(without_nulls(before), without_nulls(after))
    kept = (path for path, op, _ in changes if op != "remove" or not form.is_computed(path))
    return list(dict.fromkeys(path for path in kept if path))


def written_paths(before: Any, after: Any) -> list[Path]:
    """The same, but of what is new every field in it."""
    found = (leaf for path, _, value in _changes(before, after) for leaf in _leaves(path, value))
    return list(dict.fromkeys(path for path in found if path))


def _changes(before: Any, after: Any) -> Iterator[tuple[Path, str, Any]]:
    for op in diff_patch(before, after):
        parts = [part.replace("~1", "/").replace("~0", "~") for part in op["path"].split("/")[1:]]
        yield _named(before, parts), op["op"], op.get("value")


def _named(value: Any, parts: list[str]) -> Path:
    """The path without the indices of lists; a field may well be called `7`."""
    path: list[str] = []
    for part in parts:
        if isinstance(value, list):
            index = int(part) if part.isdigit() else len(value)
            value = value[index] if index < len(value) else None
            continue
        path.append(part)
        value = value.get(part) if isinstance(value, Mapping) else None
    return tuple(path)


def _leaves(path: Path, value: Any) -> Iterator[Path]:
    if type(value) in _SCALARS:
        yield path  # nearly all there is
    elif (type(value) is dict or isinstance(value, Mapping)) and value:
        for name, inner in value.items():
            yield from _leaves((*path, name), inner)
    elif isinstance(value, list) and value:
        for item in value:
            yield from _leaves(path, item)
    else:
        yield path
