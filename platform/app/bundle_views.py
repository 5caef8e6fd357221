"""Bundles to be read: what each consists of, published and being changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from orderloom.platform.app.bundle_drafts import KIND, OF_BUNDLES, exists, meta_of, scenarios_of
from orderloom.platform.app.newest import newest
from orderloom.platform.app.permissions import needs
from orderloom.platform.codec import loads
from orderloom.platform.definitions import KINDS
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.definition_rows import DefinitionTables, DefinitionVersion, Draft
from orderloom.platform.words import Words


@dataclass(frozen=True, slots=True)
class BundleLine:
    """`published`, `drafts`: how many definitions."""

    id: str
    title: str
    published: int
    drafts: int


@dataclass(frozen=True, slots=True)
class Part:
    """A definition of a bundle. `version`: the newest (0: none); `draft`: whether it is being
    changed."""

    kind: str
    id: str
    title: str
    version: int
    draft: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleView:
    """`itself`: whether its `bundle.yaml` or scenarios are being changed."""

    line: BundleLine
    parts: tuple[Part, ...]
    scenarios: int
    itself: bool


class BundleViews:
    """Reads bundles."""

    def __init__(self, tables: DefinitionTables) -> None:
        self._tables = tables

    def all(self, actor: Actor) -> tuple[BundleLine, ...] | Rejection:
        """Every bundle, published or begun, by title."""
        refused = needs(actor, "definition.read")
        if refused is not None:
            return refused
        parts, ids = self._parts(actor), set(self._tables.bundles(actor.organisation))
        ids |= {each.id for each in self._tables.drafts(actor.organisation) if each.kind == KIND}
        lines = [self._line(actor, id_, parts.get(id_, ())) for id_ in ids]
        return tuple(sorted(lines, key=lambda each: (each.title.casefold(), each.id)))

    def one(self, actor: Actor, bundle: str) -> BundleView | Rejection:
        """One bundle; `bundle.not_found`."""
        refused = needs(actor, "definition.read")
        if refused is not None:
            return refused
        if not exists(self._tables, actor.organisation, bundle):
            message = f"There is no bundle {bundle}."
            return Rejection("bundle.not_found", message, {"bundle": bundle})
        parts, drafts = self._parts(actor).get(bundle, ()), self._tables.drafts(actor.organisation)
        return BundleView(
            line=self._line(actor, bundle, parts),
            parts=tuple(sorted(parts, key=lambda each: (KINDS.index(each.kind), each.id))),
            scenarios=len(scenarios_of(self._tables, actor.organisation, bundle)),
            itself=any(each.bundle == bundle and each.kind in OF_BUNDLES for each in drafts),
        )

    def _line(self, actor: Actor, bundle: str, parts: Iterable[Part]) -> BundleLine:
        title = meta_of(self._tables, actor.organisation, bundle).get("title")
        counted = list(parts)
        return BundleLine(
            id=bundle,
            title=Words(actor.language).choose(title) or bundle,
            published=sum(1 for each in counted if each.version),
            drafts=sum(1 for each in counted if each.draft),
        )

    def _parts(self, actor: Actor) -> dict[str, list[Part]]:
        """The definitions of every bundle."""
        words, organisation = Words(actor.language), actor.organisation
        published = newest(self._tables.versions(organisation))
        drafts = {
            (each.kind, each.id): each
            for each in self._tables.drafts(organisation)
            if each.kind in KINDS
        }
        found: dict[str, list[Part]] = {}
        for key in sorted(published.keys() | drafts.keys()):
            version, draft = published.get(key), drafts.get(key)
            row: DefinitionVersion | Draft | None = draft or version
            if row is None or key[0] not in KINDS:
                continue
            part = Part(
                *key,
                title=_title(row.body, words) or key[1],
                version=version.number if version else 0,
                draft=draft is not None,
            )
            found.setdefault(row.bundle, []).append(part)
        return found


def _title(body: bytes, words: Words) -> str:
    value: Any = loads(body)
    title = value.get("title") if isinstance(value, dict) else None
    known = isinstance(title, str) or (
        isinstance(title, dict) and all(isinstance(each, str) for each in title.values())
    )
    return words.choose(title) if known else ""
