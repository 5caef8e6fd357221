"""What became of a definition: versions with who, when and why, what each changed, who uses it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from orderloom.platform.app.bundle_versions import MARK, grouped
from orderloom.platform.app.newest import newest
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.working_bundle import file_of
from orderloom.platform.codec import loads
from orderloom.platform.definitions import Document, child_processes, references
from orderloom.platform.definitions.diff import differences
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.definition_rows import DefinitionTables, DefinitionVersion
from orderloom.platform.words import Words

# Versions whose changes are told; further back one compares by hand.
MOST: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One version. `by`: the id of who published it. `changes`: what it changed of the version
    before it, by place; empty for the first."""

    number: int
    by: str
    at: datetime
    comment: str
    effective_from: datetime | None
    changes: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Use:
    """A definition that names another one."""

    kind: str
    id: str
    title: str


class DefinitionHistory:
    """Reads what is published of definitions."""

    def __init__(self, tables: DefinitionTables) -> None:
        self._tables = tables

    def versions(self, actor: Actor, kind: str, id_: str) -> tuple[Change, ...] | Rejection:
        """The newest versions first."""
        refused = needs(actor, "definition.read")
        if refused is not None:
            return refused
        rows = [
            each
            for each in self._tables.versions(actor.organisation)
            if (each.kind, each.id) == (kind, id_)
        ]
        rows = sorted(rows, key=lambda each: -each.number)[: MOST + 1]
        words = Words(actor.language)
        told = {new.number: _changes(old, new, words) for new, old in pairwise(rows)}
        return tuple(
            Change(
                number=each.number,
                by=each.published_by,
                at=each.published_at,
                comment=each.comment,
                effective_from=each.effective_from,
                changes=told.get(each.number, ()),
            )
            for each in rows[:MOST]
        )

    def used_by(self, actor: Actor, kind: str, id_: str) -> tuple[Use, ...] | Rejection:
        """The newest definitions that name it, in any version of it."""
        refused = needs(actor, "definition.read")
        if refused is not None:
            return refused
        published = newest(self._tables.versions(actor.organisation))
        words, found = Words(actor.language), []
        for (other, name), version in sorted(published.items()):
            body = loads(version.body)
            named = {(each, ref.partition(MARK)[0]) for each, ref in references(body)}
            named |= {("process", child) for child in child_processes(body)}
            if (kind, id_) in named and (other, name) != (kind, id_):
                found.append(Use(other, name, words.choose(body.get("title")) or name))
        return tuple(found)


def _changes(
    old: DefinitionVersion, new: DefinitionVersion, words: Words
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return grouped(differences([_document(old)], [_document(new)]), words)


def _document(version: DefinitionVersion) -> Document:
    file = file_of(version.kind, version.id)
    return Document(version.kind, version.id, file, 1, loads(version.body))
