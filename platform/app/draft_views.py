"""A definition as it is being changed: its draft, else what was published last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orderloom.platform.app.bundle_drafts import (
    KIND,
    OF_BUNDLES,
    SCENARIO,
    home_of,
    is_gone,
    kept_meta_text,
    scenario_name,
)
from orderloom.platform.app.draft_texts import tag_of, value_of_text
from orderloom.platform.app.scenario import name_of
from orderloom.platform.app.working_bundle import text_of_draft, text_of_version
from orderloom.platform.codec import dump_yaml
from orderloom.platform.store.definition_rows import DefinitionTables, Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A definition as it is being edited. `tag`: of this text, another one after every save.
    `saved`: whether there is a draft; else the text is that of the newest version. `version`: the
    newest that is published (0: none; of a bundle and its scenarios, which have no versions, 1
    where it is published). `value`: None where the text cannot be read."""

    kind: str
    id: str
    bundle: str
    text: str
    tag: str
    saved: bool
    saved_by: str | None
    saved_at: datetime | None
    version: int
    value: Mapping[str, Any] | None

    @property
    def name(self) -> str:
        """What the draft is called in addresses: kind and id."""
        return f"{self.kind}.{self.id}"

    @property
    def own_id(self) -> str:
        """What it is called in its bundle."""
        return scenario_name(self.id) if self.kind == SCENARIO else self.id

    @property
    def played(self) -> str | None:
        """The process that a scenario plays; None of all else."""
        process = (self.value or {}).get("process") if self.kind == SCENARIO else None
        return process if isinstance(process, str) else None

    @property
    def versioned(self) -> bool:
        """Whether each publishing of it is a version that can be looked at."""
        return self.kind not in OF_BUNDLES


def draft_view(
    tables: DefinitionTables, organisation: int, kind: str, id_: str
) -> DraftView | None:
    """The draft, else the newest version, else nothing: nothing too where it is to be removed."""
    draft = tables.draft(organisation, kind, id_)
    if draft is not None:
        return None if is_gone(draft) else of_draft(tables, draft)
    number, text, bundle = published(tables, organisation, kind, id_)
    if not number:
        return None
    return DraftView(
        kind=kind,
        id=id_,
        bundle=bundle,
        text=text,
        tag=f"v{number}-{tag_of(text)}",
        saved=False,
        saved_by=None,
        saved_at=None,
        version=number,
        value=value_of_text(text),
    )


def of_draft(tables: DefinitionTables, draft: Draft) -> DraftView:
    """The view of a draft."""
    text = text_of_draft(draft)
    return DraftView(
        kind=draft.kind,
        id=draft.id,
        bundle=draft.bundle,
        text=text,
        tag=draft.tag or tag_of(text),
        saved=True,
        saved_by=draft.saved_by,
        saved_at=draft.saved_at,
        version=published(tables, draft.organisation, draft.kind, draft.id)[0],
        value=value_of_text(text),
    )


def published(
    tables: DefinitionTables, organisation: int, kind: str, id_: str
) -> tuple[int, str, str]:
    """Number, text and bundle of what was published last; 0 where nothing was."""
    if kind in OF_BUNDLES:
        return _of_bundle(tables, organisation, kind, id_)
    found = tables.newest(organisation, kind, id_)
    return (0, "", "") if found is None else (found.number, text_of_version(found), found.bundle)


def _of_bundle(
    tables: DefinitionTables, organisation: int, kind: str, id_: str
) -> tuple[int, str, str]:
    bundle = home_of(kind, id_)
    if bundle not in tables.bundles(organisation):
        return 0, "", bundle
    if kind == KIND:
        return 1, kept_meta_text(tables, organisation, bundle), bundle
    for each in tables.scenarios(organisation, bundle):
        if name_of(each.value) == scenario_name(id_):
            return 1, each.text or dump_yaml(each.value), bundle
    return 0, "", bundle
