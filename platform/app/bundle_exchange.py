"""Bundles between environments: as a zip out of one, looked at, and as drafts into another."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from orderloom.platform.app.bundle_drafts import exists, meta_of, scenarios_of
from orderloom.platform.app.bundles import refused_by
from orderloom.platform.app.drafting import WRITE, Drafting
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.publish import Publish, bundle_id
from orderloom.platform.app.start_names import ID, LONGEST
from orderloom.platform.app.working_bundle import working_bundle
from orderloom.platform.definitions import Bundle, Finding, check, errors
from orderloom.platform.definitions.diff import Difference, differences
from orderloom.platform.definitions.files import NoBundle, zip_files
from orderloom.platform.definitions.reading import bundle_of
from orderloom.platform.definitions.writing import bundle_zip
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.definition_rows import DefinitionTables

NAME: Final = "bundle.zip"
# What a zip may take before it is unpacked; unpacked it is bounded by its files.
ZIP_BYTES: Final = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a zip would do. `new`: there is no such bundle yet. `changes`: beside what stands here
    now, drafts counted in. `itself`: whether `bundle.yaml` or the scenarios differ. `lost`: what
    stands here and is not in the zip; it stays. `digest`: of the zip."""

    bundle: str
    new: bool
    documents: int
    findings: tuple[Finding, ...]
    changes: tuple[Difference, ...]
    itself: bool
    lost: tuple[tuple[str, str], ...]
    digest: str


class BundleExchange:
    """Packs bundles, and takes those of others."""

    def __init__(self, tables: DefinitionTables, drafting: Drafting, publish: Publish) -> None:
        self._tables = tables
        self._drafting = drafting
        self._publish = publish

    def packed(self, actor: Actor, bundle: str, *, drafts: bool) -> bytes | Rejection:
        """A bundle as a zip: as it is published, or with its drafts as it would be."""
        found = (
            self._drafting.bundle(actor, bundle) if drafts else self._publish.export(actor, bundle)
        )
        if isinstance(found, Rejection):
            return found
        wrong = errors(found.findings)
        return refused_by(wrong) if wrong else bundle_zip(found)

    def compare(self, actor: Actor, data: bytes) -> Brought | Rejection:
        """What a zip would change; `bundle.findings` where it cannot be read, `bundle.zip_big`,
        `bundle.no_id`, `publish.of_another`. Nothing is kept."""
        refused = needs(actor, WRITE)
        if refused is not None:
            return refused
        bundle = _read(data)
        if isinstance(bundle, Rejection):
            return bundle
        refused = self._of_another(actor, bundle)
        if refused is not None:
            return refused
        id_, organisation = bundle_id(bundle), actor.organisation
        there = working_bundle(self._tables, organisation, id_)
        ids = {(each.kind, each.id) for each in bundle.documents}
        mine = [each for each in there.documents if (each.kind, each.id) in ids]
        scenarios = {(each.file, each.id): each.value for each in bundle.scenarios}
        mine_too = scenarios_of(self._tables, organisation, id_)
        itself = dict(meta_of(self._tables, organisation, id_)) != dict(bundle.meta) or (
            {(each.file, each.name): each.value for each in mine_too} != scenarios
        )
        return Brought(
            bundle=id_,
            new=not exists(self._tables, organisation, id_),
            documents=len(bundle.documents),
            findings=tuple(check(bundle)),
            changes=differences(mine, bundle.documents),
            itself=itself,
            lost=tuple(
                (each.kind, each.id) for each in there.documents if (each.kind, each.id) not in ids
            ),
            digest=hashlib.sha256(data).hexdigest(),
        )

    def accept(self, actor: Actor, data: bytes, *, expected: str) -> int | Rejection:
        """Keeps what was looked at as drafts: their number. `expected`: its digest."""
        made = self.compare(actor, data)
        if isinstance(made, Rejection):
            return made
        if made.digest != expected:
            return Rejection("import.overtaken", "Another file was looked at.")
        bundle = _read(data)
        return bundle if isinstance(bundle, Rejection) else self._publish.save_drafts(bundle, actor)

    def _of_another(self, actor: Actor, bundle: Bundle) -> Rejection | None:
        own, organisation = bundle_id(bundle), actor.organisation
        versions, drafts = self._tables.versions(organisation), self._tables.drafts(organisation)
        homes = {(each.kind, each.id): each.bundle for each in drafts}
        homes |= {(each.kind, each.id): each.bundle for each in versions}
        for document in bundle.documents:
            home = homes.get((document.kind, document.id), own)
            if home not in ("", own):
                return Rejection(
                    "publish.of_another",
                    f"{document.kind} {document.id} belongs to the bundle {home}.",
                    {"kind": document.kind, "id": document.id, "bundle": home},
                )
        return None


def _read(data: bytes) -> Bundle | Rejection:
    if len(data) > ZIP_BYTES:
        message = f"The file is larger than {ZIP_BYTES} bytes."
        return Rejection("bundle.zip_big", message, {"most": ZIP_BYTES}, path="file")
    try:
        bundle = bundle_of(zip_files(data, NAME))
    except NoBundle as error:
        return refused_by([error.finding])
    if not isinstance(bundle, Bundle):
        return refused_by(bundle)
    wrong = errors(bundle.findings)
    if wrong:
        return refused_by(wrong)
    id_ = bundle_id(bundle)
    if not ID.fullmatch(id_) or len(id_) > LONGEST:
        return Rejection("bundle.no_id", "Expected bundle.yaml to name the bundle.", path="file")
    return bundle
