"""The drafts of a bundle itself: its `bundle.yaml` and each of its scenarios, until published.

They lie among the drafts under kinds of their own, so that what a bundle says of itself is changed,
compared and published by a second person like everything else, and a bundle can begin before
anything of it is published. The draft of a scenario is called `<bundle>.<scenario>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from orderloom.platform.app.draft_texts import tag_of, value_of_text
from orderloom.platform.app.scenario import name_of
from orderloom.platform.codec import Located, dump_yaml, dumps, loads
from orderloom.platform.definitions import KINDS
from orderloom.platform.definitions.document import SCENARIOS, as_document
from orderloom.platform.definitions.writing import text_of
from orderloom.platform.store.definition_rows import DefinitionTables, Draft, KeptScenario

KIND: Final = "bundle"
SCENARIO: Final = "scenario"
# Kinds of which there are drafts, but no versions.
OF_BUNDLES: Final = (KIND, SCENARIO)
DRAFTED: Final = (*KINDS, *OF_BUNDLES)
_MARK: Final = "."


@dataclass(frozen=True, slots=True)
class Saving:
    """By whom and when something is saved."""

    organisation: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleScenario:
    """A scenario as it would be published. `value`: empty where the text cannot be read. `file`:
    where it stands in the bundle. `saved`: whether it is being changed."""

    name: str
    file: str
    value: Mapping[str, Any]
    text: str
    saved: bool


def scenario_key(bundle: str, name: str) -> str:
    """What the draft of a scenario is called."""
    return f"{bundle}{_MARK}{name}"


def home_of(kind: str, id_: str) -> str:
    """The bundle of a draft of one of `OF_BUNDLES`."""
    return id_ if kind == KIND else id_.partition(_MARK)[0]


def scenario_name(id_: str) -> str:
    """The scenario of a draft."""
    return id_.partition(_MARK)[2]


def is_gone(draft: Draft) -> bool:
    """Whether a draft says that a scenario is to be removed."""
    return draft.kind == SCENARIO and not draft.text.strip()


def meta_text(tables: DefinitionTables, organisation: int, bundle: str) -> str:
    """The `bundle.yaml` as it would be published, as it was written."""
    draft = tables.draft(organisation, KIND, bundle)
    return draft.text if draft is not None else kept_meta_text(tables, organisation, bundle)


def kept_meta_text(tables: DefinitionTables, organisation: int, bundle: str) -> str:
    """The `bundle.yaml` last published."""
    meta = tables.bundle(organisation, bundle) or {"bundle": bundle}
    return text_of(as_document(meta, Located(None), tables.bundle_text(organisation, bundle)))


def meta_of(tables: DefinitionTables, organisation: int, bundle: str) -> Mapping[str, Any]:
    """What `meta_text` says; where it cannot be read, what was published."""
    draft = tables.draft(organisation, KIND, bundle)
    value = value_of_text(draft.text) if draft is not None else None
    return value or tables.bundle(organisation, bundle) or {"bundle": bundle}


def scenarios_of(tables: DefinitionTables, organisation: int, bundle: str) -> list[BundleScenario]:
    """The scenarios as they would be published, those that are new last."""
    drafts = scenario_drafts(tables, organisation, bundle)
    found = []
    for kept in tables.scenarios(organisation, bundle):
        draft = drafts.pop(name_of(kept.value), None)
        if draft is None:
            found.append(_kept(kept))
        elif not is_gone(draft):
            found.append(_of_draft(draft))
    new = [each for each in drafts.values() if not is_gone(each)]
    return [*found, *(_of_draft(each) for each in sorted(new, key=_place))]


def scenario_drafts(tables: DefinitionTables, organisation: int, bundle: str) -> dict[str, Draft]:
    """The scenarios that are being changed or removed, by their ids."""
    found = tables.drafts(organisation)
    mine = [each for each in found if each.kind == SCENARIO and each.bundle == bundle]
    return {scenario_name(each.id): each for each in mine}


def meta_draft(saving: Saving, bundle: str, text: str) -> Draft:
    """The draft of a `bundle.yaml`."""
    return _draft(saving, KIND, bundle, bundle, text, value_of_text(text))


def scenario_draft(
    saving: Saving, bundle: str, name: str, text: str, *, file: str = "", place: int = 0
) -> Draft:
    """The draft of a scenario; an empty text removes it. `file`, `place`: where it stands among
    the others."""
    body = {"file": file or f"{SCENARIOS}/{name}.yaml", "place": place}
    return _draft(saving, SCENARIO, scenario_key(bundle, name), bundle, text, body)


def of_bundle(tables: DefinitionTables, saving: Saving, kind: str, id_: str, text: str) -> Draft:
    """The draft of a text of one of `OF_BUNDLES`; a scenario stays where it stood."""
    bundle, name = home_of(kind, id_), scenario_name(id_)
    if kind == KIND:
        return meta_draft(saving, bundle, text)
    there = tables.draft(saving.organisation, kind, id_)
    if there is not None:
        return scenario_draft(saving, bundle, name, text, **loads(there.body))
    kept = tables.scenarios(saving.organisation, bundle)
    file = next((each.file for each in kept if name_of(each.value) == name), "")
    return scenario_draft(saving, bundle, name, text, file=file)


def gone_tag(tables: DefinitionTables, organisation: int, kind: str, id_: str) -> str | None:
    """The tag of a draft that says that a scenario is to be removed."""
    draft = tables.draft(organisation, kind, id_)
    return draft.tag if draft is not None and is_gone(draft) else None


def exists(tables: DefinitionTables, organisation: int, bundle: str) -> bool:
    """Whether there is such a bundle, published or begun."""
    begun = tables.draft(organisation, KIND, bundle) is not None
    return begun or bundle in tables.bundles(organisation)


def drop_bundle_drafts(tables: DefinitionTables, organisation: int, bundle: str) -> None:
    """Gives up what is being changed of a bundle itself and of its scenarios."""
    for each in tables.drafts(organisation):
        if each.kind in OF_BUNDLES and each.bundle == bundle:
            tables.drop_draft(organisation, each.kind, each.id)


def _draft(saving: Saving, kind: str, id_: str, bundle: str, text: str, body: Any) -> Draft:
    return Draft(
        organisation=saving.organisation,
        kind=kind,
        id=id_,
        body=dumps(body),
        bundle=bundle,
        saved_by=saving.by,
        saved_at=saving.at,
        text=text,
        tag=tag_of(text),
    )


def _of_draft(draft: Draft) -> BundleScenario:
    return BundleScenario(
        name=scenario_name(draft.id),
        file=str(loads(draft.body)["file"]),
        value=value_of_text(draft.text) or {},
        text=draft.text,
        saved=True,
    )


def _kept(kept: KeptScenario) -> BundleScenario:
    return BundleScenario(
        name=name_of(kept.value),
        file=kept.file,
        value=kept.value,
        text=kept.text or dump_yaml(kept.value),
        saved=False,
    )


def _place(draft: Draft) -> tuple[int, str]:
    return int(loads(draft.body)["place"]), draft.id
