"""Of each definition the version that was published last."""

from __future__ import annotations

from collections.abc import Iterable

from orderloom.platform.store.definition_rows import DefinitionVersion

Key = tuple[str, str]


def newest(versions: Iterable[DefinitionVersion]) -> dict[Key, DefinitionVersion]:
    """By kind and id, in the order in which they come."""
    found: dict[Key, DefinitionVersion] = {}
    for version in versions:
        key = (version.kind, version.id)
        if key not in found or found[key].number < version.number:
            found[key] = version
    return found
