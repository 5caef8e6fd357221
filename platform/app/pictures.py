"""Pictures of processes: of a version or of the draft, in the viewer's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from orderloom.platform.app.permissions import needs
from orderloom.platform.app.picture_graph import Graph, graph_of
from orderloom.platform.app.picture_svg import svg_of
from orderloom.platform.app.working_bundle import (
    file_of,
    newest_of,
    text_of_draft,
    text_of_version,
)
from orderloom.platform.codec import CodecError, load_yaml
from orderloom.platform.definitions import Document
from orderloom.platform.definitions.shape import too_deep
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.definition_rows import DefinitionTables
from orderloom.platform.words import Words

KEPT: Final = 64


class Pictures:
    """Draws processes."""

    def __init__(self, tables: DefinitionTables) -> None:
        self._tables = tables

    def of(
        self,
        actor: Actor,
        id_: str,
        *,
        version: int | None = None,
        draft: bool = False,
        theme: str = "light",
    ) -> str | Rejection:
        """An SVG of one version (None: the newest), or of the draft; `definition.not_found`."""
        refused = needs(actor, "definition.read")
        if refused is not None:
            return refused
        found = self._text(actor.organisation, id_, version=version, draft=draft)
        if found is None:
            shown = f"{id_}@{version}" if version is not None else id_
            params = {"kind": "process", "reference": shown}
            return Rejection("definition.not_found", f"There is no process {shown}.", params)
        text, bundle = found
        return _drawn(id_, text, self._fragments(actor.organisation, bundle), actor.language, theme)

    def graph(self, organisation: int, id_: str, version: int | None, words: Words) -> Graph | None:
        """What `of` draws of a version (None: the newest), for who draws more on it."""
        found = self._text(organisation, id_, version=version, draft=False)
        if found is None:
            return None
        text, bundle = found
        return _graph(id_, text, self._fragments(organisation, bundle), words)

    def _text(
        self, organisation: int, id_: str, *, version: int | None, draft: bool
    ) -> tuple[str, str] | None:
        kept = self._tables.draft(organisation, "process", id_) if draft else None
        if kept is not None:
            return text_of_draft(kept), kept.bundle
        row = (
            self._tables.newest(organisation, "process", id_)
            if version is None
            else self._tables.version(organisation, "process", id_, version)
        )
        return None if row is None else (text_of_version(row), row.bundle)

    def _fragments(self, organisation: int, bundle: str) -> tuple[tuple[str, str], ...]:
        """Texts of the bundle's processes, of which some may be parts of this one."""
        rows = newest_of(self._tables, organisation, bundle).items()
        return tuple((id_, text_of_version(row)) for (kind, id_), row in rows if kind == "process")


@lru_cache(maxsize=KEPT)
def _drawn(
    id_: str, text: str, fragments: tuple[tuple[str, str], ...], language: str, theme: str
) -> str:
    words = Words(language)
    return svg_of(_graph(id_, text, fragments, words), words, theme=theme)


def _graph(id_: str, text: str, fragments: tuple[tuple[str, str], ...], words: Words) -> Graph:
    parts = {name: _value(each) for name, each in fragments if f"use: {name}" in text}
    document = Document("process", id_, file_of("process", id_), 1, _value(text))
    return graph_of(document, parts, words)


def _value(text: str) -> Mapping[str, Any]:
    """What a text says; nothing where that cannot be read."""
    try:
        value = load_yaml(text).value
    except (CodecError, RecursionError):
        return {}
    return value if isinstance(value, dict) and too_deep(value) is None else {}
