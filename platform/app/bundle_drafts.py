"""The draft of a bundle itself: its `bundle.yaml` and scenarios, until they are published.

It lies among the drafts under a kind of its own, so that what a bundle says of itself is published
by a second person like everything else, and a bundle can begin before anything of it is published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from orderloom.platform.codec import dumps, loads
from orderloom.platform.store.definition_rows import DefinitionTables, Draft

KIND: Final = "bundle"
Scenarios = Sequence[tuple[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class BundleDraft:
    """`meta`: `bundle.yaml`. `scenarios`: file and document."""

    meta: Mapping[str, Any]
    scenarios: Scenarios
    saved_by: str
    saved_at: datetime


def bundle_draft(tables: DefinitionTables, organisation: int, bundle: str) -> BundleDraft | None:
    """What somebody saved of a bundle and nobody has published."""
    draft = tables.draft(organisation, KIND, bundle)
    if draft is None:
        return None
    body = loads(draft.body)
    scenarios = [(str(file), value) for file, value in body["scenarios"]]
    return BundleDraft(body["meta"], scenarios, draft.saved_by, draft.saved_at)


def keep_bundle_draft(
    tables: DefinitionTables, organisation: int, bundle: str, draft: BundleDraft
) -> None:
    """Saves it in the place of an earlier one."""
    body = {"meta": draft.meta, "scenarios": [list(each) for each in draft.scenarios]}
    tables.save_draft(
        Draft(
            organisation=organisation,
            kind=KIND,
            id=bundle,
            body=dumps(body),
            bundle=bundle,
            saved_by=draft.saved_by,
            saved_at=draft.saved_at,
        )
    )


def meta_of(tables: DefinitionTables, organisation: int, bundle: str) -> Mapping[str, Any]:
    """The `bundle.yaml` as it would be published."""
    draft = bundle_draft(tables, organisation, bundle)
    if draft is not None:
        return draft.meta
    return tables.bundle(organisation, bundle) or {"bundle": bundle}


def scenarios_of(tables: DefinitionTables, organisation: int, bundle: str) -> Scenarios:
    """The scenarios as they would be published."""
    draft = bundle_draft(tables, organisation, bundle)
    return draft.scenarios if draft is not None else tables.scenarios(organisation, bundle)


def exists(tables: DefinitionTables, organisation: int, bundle: str) -> bool:
    """Whether there is such a bundle, published or begun."""
    begun = tables.draft(organisation, KIND, bundle) is not None
    return begun or bundle in tables.bundles(organisation)
