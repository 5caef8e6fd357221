"""One publishing as one transaction: versions, what their bundle says of itself, drafts that are
done with, and the entries that tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from orderloom.platform.app.administering import Administer
from orderloom.platform.app.bundle_drafts import OF_BUNDLES
from orderloom.platform.app.publishing_events import bundle_published, published
from orderloom.platform.definitions import Bundle
from orderloom.platform.definitions.writing import text_of, text_of_meta
from orderloom.platform.engine import Actor, Event
from orderloom.platform.store.administration_rows import DroppedDraft, Publishing
from orderloom.platform.store.definition_rows import (
    DefinitionTables,
    DefinitionVersion,
    KeptScenario,
)


def publishing_work(
    tables: DefinitionTables,
    bundle: Bundle,
    versions: Sequence[DefinitionVersion],
    *,
    actor: Actor,
    comment: str,
    channel: str,
    at: datetime,
) -> Administer:
    """Each version has its entry; where only scenarios changed, or what the bundle says of itself,
    one tells of that."""
    organisation, name = actor.organisation, str(bundle.meta.get("bundle") or "")
    scenarios = [KeptScenario(each.file, each.value, text_of(each)) for each in bundle.scenarios]
    events = [_published(tables, each, at) for each in versions]
    if not versions and _differs(tables, organisation, bundle, scenarios):
        events.append(bundle_published(name, comment, at))
    drafts = [
        DroppedDraft(organisation, each.kind, each.id)
        for each in tables.drafts(organisation)
        if each.kind in OF_BUNDLES and each.bundle == name
    ]
    kept = Publishing(
        organisation=organisation,
        versions=tuple(versions),
        bundle=name,
        meta=dict(bundle.meta),
        text=text_of_meta(bundle),
        scenarios=tuple(scenarios),
    )
    return Administer(actor=actor, channel=channel, events=tuple(events), kept=(kept, *drafts))


def _published(tables: DefinitionTables, version: DefinitionVersion, at: datetime) -> Event:
    draft = tables.draft(version.organisation, version.kind, version.id)
    author = draft.saved_by if draft is not None else None
    return published(version, author, at, version.number - 1 or None)


def _differs(
    tables: DefinitionTables, organisation: int, bundle: Bundle, scenarios: list[KeptScenario]
) -> bool:
    name = str(bundle.meta.get("bundle") or "")
    values = [(each.file, each.value) for each in scenarios]
    there = [(each.file, each.value) for each in tables.scenarios(organisation, name)]
    return (tables.bundle(organisation, name), there) != (dict(bundle.meta), values)
