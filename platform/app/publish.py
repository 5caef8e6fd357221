"""From documents to versions in force: check, run the scenarios, ask a second person, publish."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orderloom.platform.app.administering import TAKEN, Keep
from orderloom.platform.app.bundle_drafts import (
    KIND,
    SCENARIO,
    Saving,
    meta_draft,
    meta_of,
    scenario_draft,
    scenario_drafts,
    scenarios_of,
)
from orderloom.platform.app.draft_texts import tag_of, value_of_text
from orderloom.platform.app.newest import newest
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.publishing_work import publishing_work
from orderloom.platform.app.registry import Registry
from orderloom.platform.app.scenario import ScenarioResult, name_of
from orderloom.platform.app.simulate import Simulate
from orderloom.platform.codec import dumps, loads
from orderloom.platform.definitions import Bundle, Document, Finding, check, errors, schema
from orderloom.platform.definitions.compile import definition_digest
from orderloom.platform.definitions.model import Version
from orderloom.platform.definitions.writing import text_of, text_of_meta
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.definition_rows import (
    DefinitionTables,
    DefinitionVersion,
    Draft,
)

KINDS = (
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


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did. `unchanged`: definitions that are as their newest version is."""

    versions: tuple[Version, ...] = ()
    unchanged: tuple[Version, ...] = ()


@dataclass(frozen=True, slots=True)
class NotPublished:
    """Why nothing was published: everything wrong at once."""

    findings: tuple[Finding, ...] = ()
    failures: tuple[ScenarioResult, ...] = ()
    refused: Rejection | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishOptions:
    """`tests`: run the scenarios first. `effective_from`: when the versions come into force.
    `checked`: the caller has checked this bundle and found nothing. `channel`: from where."""

    comment: str = ""
    effective_from: datetime | None = None
    tests: bool = True
    second_person: bool = True
    checked: bool = False
    channel: str = "web"


class Publish:
    """Drafts, versions and bundles of one installation.

    `make_roles` is told the roles that a bundle names, with their titles; `keep` writes versions
    together with the entries that tell of them.
    """

    def __init__(
        self,
        tables: DefinitionTables,
        registry: Registry,
        simulate: Simulate,
        *,
        now: Callable[[], datetime],
        make_roles: Callable[[Mapping[str, Any], Actor], None],
        keep: Keep,
    ) -> None:
        self._tables = tables
        self._registry = registry
        self._simulate = simulate
        self._now = now
        self._make_roles = make_roles
        self._keep = keep

    def schema(self, kind: str) -> dict[str, Any] | Rejection:
        """The JSON Schema of a kind of definition."""
        if kind not in KINDS:
            return Rejection("schema.not_found", f"There is no kind {kind}.", {"kind": kind})
        return dict(schema(kind))

    def save_drafts(self, bundle: Bundle, actor: Actor) -> int | Rejection:
        """Keeps every document of a bundle that differs from its newest version, as a draft; so
        with its `bundle.yaml` and its scenarios."""
        refused = needs(actor, "definition.write")
        if refused is not None:
            return refused
        count = 0
        for document in bundle.documents:
            if self._newest_like(document, actor) is not None:
                continue
            self._tables.save_draft(
                Draft(
                    organisation=actor.organisation,
                    kind=document.kind,
                    id=document.id,
                    body=dumps(document.value),
                    bundle=bundle_id(bundle),
                    saved_by=actor.id,
                    saved_at=self._now(),
                    text=text_of(document),
                    tag=tag_of(text_of(document)),
                )
            )
            count += 1
        if bundle_id(bundle):
            self._save_bundle(bundle, actor)
        return count

    def drafts(self, actor: Actor) -> tuple[Draft, ...] | Rejection:
        """Every saved draft of the organisation."""
        refused = needs(actor, "definition.read")
        drafts = self._tables.drafts(actor.organisation)
        return refused or tuple(each for each in drafts if each.kind in KINDS)

    def publish(
        self, bundle: Bundle, actor: Actor, options: PublishOptions | None = None
    ) -> Published | NotPublished:
        """Publishes what changed in a bundle, all of it or nothing.

        The second-person rule: who saved a draft, or brings a document that nobody has saved, may
        not publish it alone. The operator at the machine and the demo are exempt.
        """
        options = options or PublishOptions()
        refused = needs(actor, "definition.publish")
        if refused is not None:
            return NotPublished(refused=refused)
        wrong = () if options.checked else check(bundle)
        findings = errors(wrong)
        if findings:
            return NotPublished(findings=findings)
        changed = [each for each in bundle.documents if self._newest_like(each, actor) is None]
        refused = self._of_another(changed, bundle, actor)
        if refused is not None:
            return NotPublished(refused=refused)
        if options.second_person:
            refused = self._second_person(changed, bundle, actor)
            if refused is not None:
                return NotPublished(refused=refused)
        if options.tests and (changed or self._other_bundle(bundle, actor)):
            results = self._simulate.run(bundle)
            failures = tuple(each for each in results if not each.passed)
            if failures:
                return NotPublished(failures=failures)
        at = self._now()
        versions = [self._version(each, bundle, actor, options, at) for each in changed]
        work = publishing_work(
            self._tables,
            bundle,
            versions,
            actor=actor,
            comment=options.comment,
            channel=options.channel,
            at=at,
        )
        refused = self._keep(work)
        if refused is TAKEN:
            message = "somebody published the same definitions at the same moment"
            refused = Rejection("publish.overtaken", message)
        if refused is not None:
            return NotPublished(refused=refused)
        self._make_roles(bundle.meta.get("roles") or {}, actor)
        self._registry.forget()
        return Published(
            tuple(Version(each.kind, each.id, each.number, each.digest) for each in versions),
            tuple(
                Version(found.kind, found.id, found.number, found.digest)
                for each in bundle.documents
                if each not in changed and (found := self._newest_like(each, actor)) is not None
            ),
        )

    def export(self, actor: Actor, bundle: str | None = None) -> Bundle | Rejection:
        """The newest versions of a bundle (None: of the only one) as a bundle again, with the
        scenarios that it was last published with."""
        refused = needs(actor, "definition.read")
        if refused is not None:
            return refused
        known = list(self._tables.bundles(actor.organisation))
        name = bundle or (known[0] if len(known) == 1 else None)
        if name is None or name not in known:
            return Rejection(
                "bundle.not_found",
                f"Expected one of {', '.join(known) or 'none'}.",
                {"bundle": name or ""},
            )
        documents = [_document(each) for each in self._newest_of(name, actor.organisation)]
        return Bundle(
            meta=dict(self._tables.bundle(actor.organisation, name) or {}),
            documents=tuple(documents),
            scenarios=tuple(
                Document(
                    kind=SCENARIO,
                    id=name_of(each.value),
                    file=each.file,
                    line=1,
                    value=each.value,
                    text=each.text,
                )
                for each in self._tables.scenarios(actor.organisation, name)
            ),
            meta_text=self._tables.bundle_text(actor.organisation, name),
        )

    def as_of(self, actor: Actor, bundle: str, number: int) -> Bundle | Rejection:
        """A bundle's definitions after its `number`-th publishing (from 1). What `export` gives is
        the last."""
        refused = needs(actor, "definition.read")
        if refused is not None:
            return refused
        rows = [each for each in self._tables.versions(actor.organisation) if each.bundle == bundle]
        moments = sorted({each.published_at for each in rows})
        if not 1 <= number <= len(moments):
            message = f"Bundle {bundle} was published {len(moments)} times."
            return Rejection(
                "bundle.no_version",
                message,
                {"last": len(moments), "number": number},
            )
        then = [each for each in rows if each.published_at <= moments[number - 1]]
        documents = tuple(_document(each) for each in newest(then).values())
        return Bundle(meta={"bundle": bundle}, documents=documents)

    def is_published(self, bundle: Bundle, organisation: int = 1) -> bool:
        """Whether every process of the bundle has a version."""
        return all(
            self._tables.newest(organisation, each.kind, each.id) is not None
            for each in bundle.documents
            if each.kind == "process"
        )

    def _save_bundle(self, bundle: Bundle, actor: Actor) -> None:
        organisation, id_ = actor.organisation, bundle_id(bundle)
        saving = Saving(organisation, actor.id, self._now())
        there = {each.name: each for each in scenarios_of(self._tables, organisation, id_)}
        known = id_ in self._tables.bundles(organisation)
        if not known or meta_of(self._tables, organisation, id_) != bundle.meta:
            self._tables.save_draft(meta_draft(saving, id_, text_of_meta(bundle)))
        for place, each in enumerate(bundle.scenarios):
            old = there.pop(each.id, None)
            if old is None or old.value != each.value or old.file != each.file:
                text, file = text_of(each), each.file
                draft = scenario_draft(saving, id_, each.id, text, file=file, place=place)
                self._tables.save_draft(draft)
        for name in there:
            self._tables.save_draft(scenario_draft(saving, id_, name, ""))

    def _newest_of(self, bundle: str, organisation: int) -> list[DefinitionVersion]:
        rows = self._tables.versions(organisation)
        return list(newest(each for each in rows if each.bundle == bundle).values())

    def _newest_like(self, document: Document, actor: Actor) -> DefinitionVersion | None:
        newest = self._tables.newest(actor.organisation, document.kind, document.id)
        if newest is None or newest.digest != definition_digest(document.value):
            return None
        return newest

    def _other_bundle(self, bundle: Bundle, actor: Actor) -> bool:
        """Whether `bundle.yaml` or a scenario is another than the one last published, or new."""
        if self._tables.bundle(actor.organisation, bundle_id(bundle)) != bundle.meta:
            return True
        kept = {
            name_of(each.value): each.value
            for each in self._tables.scenarios(actor.organisation, bundle_id(bundle))
        }
        return any(kept.get(name_of(each.value)) != each.value for each in bundle.scenarios)

    def _of_another(
        self, changed: Sequence[Document], bundle: Bundle, actor: Actor
    ) -> Rejection | None:
        """Two bundles with one id would change each other's orders unseen."""
        own = bundle_id(bundle)
        for document in changed:
            newest = self._tables.newest(actor.organisation, document.kind, document.id)
            if own and newest is not None and newest.bundle not in ("", own):
                return Rejection(
                    "publish.of_another",
                    f"{document.kind} {document.id} belongs to the bundle {newest.bundle}.",
                    {"kind": document.kind, "id": document.id, "bundle": newest.bundle},
                )
        return None

    def _second_person(
        self, changed: Sequence[Document], bundle: Bundle, actor: Actor
    ) -> Rejection | None:
        refused = self._second_person_of_bundle(bundle, actor)
        if refused is not None:
            return refused
        for document in changed:
            draft = self._tables.draft(actor.organisation, document.kind, document.id)
            same = draft is not None and definition_digest(loads(draft.body)) == definition_digest(
                document.value
            )
            if draft is None or not same or draft.saved_by == actor.id:
                return _needs_another(document.kind, document.id)
        return None

    def _second_person_of_bundle(self, bundle: Bundle, actor: Actor) -> Rejection | None:
        """The same of what the bundle says of itself, and of its scenarios."""
        organisation, id_ = actor.organisation, bundle_id(bundle)
        begun = self._tables.draft(organisation, KIND, id_)
        same = begun is not None and value_of_text(begun.text) == bundle.meta
        if begun is not None and same and begun.saved_by == actor.id:
            return _needs_another(KIND, id_)
        values = {each.id: each.value for each in bundle.scenarios}
        for name, draft in scenario_drafts(self._tables, organisation, id_).items():
            if draft.saved_by == actor.id and value_of_text(draft.text) == values.get(name):
                return _needs_another(SCENARIO, name)
        return None

    def _version(
        self,
        document: Document,
        bundle: Bundle,
        actor: Actor,
        options: PublishOptions,
        at: datetime,
    ) -> DefinitionVersion:
        newest = self._tables.newest(actor.organisation, document.kind, document.id)
        return DefinitionVersion(
            organisation=actor.organisation,
            kind=document.kind,
            id=document.id,
            number=newest.number + 1 if newest else 1,
            digest=definition_digest(document.value),
            body=dumps(document.value),
            bundle=bundle_id(bundle),
            published_by=actor.id,
            published_at=at,
            effective_from=options.effective_from,
            comment=options.comment,
            text=text_of(document),
        )


def _needs_another(kind: str, id_: str) -> Rejection:
    return Rejection(
        "publish.second_person",
        f"Expected another person to have saved {kind} {id_}.",
        {"kind": kind, "id": id_},
    )


def bundle_id(bundle: Bundle) -> str:
    """The bundle's id, by which its `bundle.yaml` is kept."""
    return str(bundle.meta.get("bundle") or "")


def _document(version: DefinitionVersion) -> Document:
    return Document(
        kind=version.kind,
        id=version.id,
        file=f"{version.kind}-{version.id}.yaml",
        line=1,
        value=loads(version.body),
        text=version.text,
    )
