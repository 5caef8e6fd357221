"""Definitions to be read: what is published, each version as YAML and as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from orderloom.platform.app.definition_models import DefinitionLine, DefinitionView
from orderloom.platform.app.newest import newest
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.plain_text import shown_value
from orderloom.platform.app.reading import Desk
from orderloom.platform.app.view_models import (
    StageView,
)
from orderloom.platform.app.view_stages import plain_map
from orderloom.platform.app.working_bundle import text_of_version
from orderloom.platform.codec import loads
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.store.definition_rows import DefinitionTables, DefinitionVersion
from orderloom.platform.words import Words

KINDS: Final = (
    "process",
    "decision",
    "ruleset",
    "approval",
    "form",
    "message",
    "connector",
    "calendar",
    "collection",
)


def definitions(tables: DefinitionTables, actor: Actor) -> tuple[DefinitionLine, ...] | Rejection:
    """The newest version of each definition, by kind and id."""
    refused = needs(actor, "definition.read")
    if refused is not None:
        return refused
    words = Words(actor.language)
    lines = [
        _line(version, words) for version in newest(tables.versions(actor.organisation)).values()
    ]
    return tuple(sorted(lines, key=lambda each: (_place(each.kind), each.id)))


def definition(
    tables: DefinitionTables, desk: Desk, actor: Actor, kind: str, id: str, number: int | None
) -> DefinitionView | Rejection:
    """One version (None: the newest), or `definition.not_found`."""
    refused = needs(actor, "definition.read")
    if refused is not None:
        return refused
    version = (
        tables.newest(actor.organisation, kind, id)
        if number is None
        else tables.version(actor.organisation, kind, id, number)
    )
    if version is None:
        shown = f"{id}@{number}" if number is not None else id
        return Rejection(
            "definition.not_found",
            f"There is no {kind} {shown}.",
            {"kind": kind, "reference": shown},
        )
    words, document = Words(actor.language), loads(version.body)
    columns, rows = _table(document, words) if kind == "decision" else ((), ())
    return DefinitionView(
        line=_line(version, words),
        text=text_of_version(version),
        versions=tuple(
            each.number
            for each in tables.versions(actor.organisation)
            if each.kind == kind and each.id == id
        ),
        stages=_stages(desk, actor, version, words),
        columns=columns,
        inputs=len(document.get("inputs") or ()) if columns else 0,
        rows=rows,
    )


def _line(version: DefinitionVersion, words: Words) -> DefinitionLine:
    document = loads(version.body)
    return DefinitionLine(
        kind=version.kind,
        id=version.id,
        title=words.choose(document.get("title")) or version.id,
        number=version.number,
        digest=version.digest,
        published=version.published_at,
    )


def _stages(
    desk: Desk, actor: Actor, version: DefinitionVersion, words: Words
) -> tuple[StageView, ...]:
    """The map of a process, if this version is the one in force."""
    if version.kind != "process":
        return ()
    try:
        release = desk.registry.current(version.id, actor.organisation, desk.now())
    except Refused:
        return ()
    own = release.versions.get(("process", version.id))
    if own is None or own.number != version.number:
        return ()
    return plain_map(release.process, words)


def _table(
    document: Mapping[str, Any], words: Words
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """A decision's rows as they are written (language 4): inputs, outputs, note."""
    rules = document.get("rules")
    if not isinstance(rules, Sequence) or isinstance(rules, str):
        return (), ()
    inputs, outputs = (_names(document.get(part)) for part in ("inputs", "outputs"))
    rows = tuple(
        (
            str(rule.get("id") or number),
            *_cells(rule.get("when"), inputs, words),
            *_cells(rule.get("then"), outputs, words),
            words.choose(rule.get("note")),
        )
        for number, rule in enumerate(rules, start=1)
    )
    head = (
        words.text("web.definitions.row"),
        *inputs,
        *outputs,
        words.text("web.definitions.note"),
    )
    return head, rows


def _names(columns: Any) -> tuple[str, ...]:
    return tuple(str(column["name"]) for column in columns or ())


def _cells(written: Any, names: Sequence[str], words: Words) -> tuple[str, ...]:
    """A row's cells by name or by position; what is absent is `-`."""
    cells = (
        written if isinstance(written, Mapping) else dict(zip(names, written or (), strict=False))
    )
    return tuple(shown_value(cells.get(name, "-"), words) for name in names)


def _place(kind: str) -> int:
    return KINDS.index(kind) if kind in KINDS else len(KINDS)
