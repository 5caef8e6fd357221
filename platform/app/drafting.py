"""Drafts: definitions as they are being changed, by one person after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from orderloom.platform.app.administering import Administer, Keep
from orderloom.platform.app.bundle_drafts import (
    DRAFTED,
    KIND,
    OF_BUNDLES,
    SCENARIO,
    Saving,
    exists,
    gone_tag,
    home_of,
    is_gone,
    of_bundle,
    scenario_key,
    scenario_name,
)
from orderloom.platform.app.bundle_findings import findings_of_meta
from orderloom.platform.app.bundle_versions import MARK
from orderloom.platform.app.draft_refusals import another, unknown, unreadable, wrong
from orderloom.platform.app.draft_texts import error_of_text, tag_of, value_of_text
from orderloom.platform.app.draft_views import DraftView, draft_view, of_draft, published
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.publish import (
    NotPublished,
    Publish,
    Published,
    PublishOptions,
)
from orderloom.platform.app.publishing_events import draft_discarded
from orderloom.platform.app.scenario import name_of
from orderloom.platform.app.working_bundle import (
    checked,
    file_of,
    of_whole,
    published_bundle,
    text_of_version,
    working_bundle,
)
from orderloom.platform.codec import CodecError, dumps
from orderloom.platform.codec.yaml_rewrite import rewritten
from orderloom.platform.definitions import Bundle, Document, Finding, errors
from orderloom.platform.definitions.diff import Difference, differences
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.administration_rows import DroppedDraft
from orderloom.platform.store.definition_rows import DefinitionTables, Draft
from orderloom.platform.words import Words

__all__ = ["READ", "WRITE", "DraftView", "Drafting"]

READ: Final = "definition.read"
WRITE: Final = "definition.write"
# What a refusal for a text that changed meanwhile tells at most.
MOST_TOLD: Final = 50


class Drafting:
    """Reads, changes, compares, checks and publishes drafts of one installation."""

    def __init__(
        self,
        tables: DefinitionTables,
        publish: Publish,
        *,
        now: Callable[[], datetime],
        keep: Keep,
    ) -> None:
        self._tables = tables
        self._publish = publish
        self._now = now
        self._keep = keep

    def all(self, actor: Actor) -> tuple[DraftView, ...] | Rejection:
        """Every saved draft, by kind and id."""
        refused = needs(actor, READ)
        if refused is not None:
            return refused
        drafts = self._tables.drafts(actor.organisation)
        kept = [each for each in drafts if each.kind in DRAFTED and not is_gone(each)]
        return tuple(of_draft(self._tables, each) for each in kept)

    def one(self, actor: Actor, kind: str, id_: str) -> DraftView | Rejection:
        """The draft of a definition, else its newest version to begin with."""
        refused = needs(actor, READ)
        if refused is not None:
            return refused
        return self._found(actor.organisation, kind, id_) or unknown(kind, id_)

    def save(
        self, actor: Actor, kind: str, id_: str, text: str, *, tag: str | None, bundle: str = ""
    ) -> DraftView | Rejection:
        """Keeps a text. `tag`: of the text that it was made of; None: there was none, and the
        definition becomes one of `bundle`. `draft.changed_meanwhile` where another text stands
        there now: its details are what differs between that and this one."""
        refused = needs(actor, WRITE) or wrong(kind, id_, text)
        if refused is not None:
            return refused
        there = self._found(actor.organisation, kind, id_)
        if (there.tag if there is not None else None) != tag:
            return _meanwhile(there, kind, id_, text, actor.language)
        value = value_of_text(text)
        refused = another(kind, id_, value)
        if refused is not None:
            return refused
        home = there.bundle if there is not None else bundle or home_of(kind, id_)
        if there is None and not exists(self._tables, actor.organisation, home):
            return Rejection("bundle.not_found", f"There is no bundle {home}.", {"bundle": home})
        draft = self._draft(actor, kind, id_, text, home)
        known = there.tag if there is not None and there.saved else None
        if there is None:
            known = gone_tag(self._tables, actor.organisation, kind, id_)
        if not self._tables.replace_draft(draft, instead_of=known):
            now = self._found(actor.organisation, kind, id_)
            return _meanwhile(now, kind, id_, text, actor.language)
        return of_draft(self._tables, draft)

    def change(
        self, actor: Actor, kind: str, id_: str, value: Mapping[str, Any], *, tag: str
    ) -> DraftView | Rejection:
        """The same, of a value: its text is the one that is there, with what differs changed."""
        text = self.written(actor, kind, id_, value)
        if isinstance(text, Rejection):
            return text
        return self.save(actor, kind, id_, text, tag=tag)

    def written(
        self, actor: Actor, kind: str, id_: str, value: Mapping[str, Any]
    ) -> str | Rejection:
        """The text that is there so that it says `value`; nothing is kept."""
        view = self.one(actor, kind, id_)
        if isinstance(view, Rejection):
            return view
        try:
            return rewritten(view.text, value)
        except CodecError as error:
            return unreadable(error)

    def keep_scenario(
        self, actor: Actor, bundle: str, value: Mapping[str, Any]
    ) -> Rejection | None:
        """Keeps a scenario in the draft of a bundle, in the place of one of the same id. It is
        played, and counts from then on, when the bundle is published."""
        key = scenario_key(bundle, name_of(value))
        there = self._found(actor.organisation, SCENARIO, key)
        text = self.laid_out(value)
        if there is not None and there.value is not None:
            text = rewritten(there.text, value)
        tag = there.tag if there is not None else None
        saved = self.save(actor, SCENARIO, key, text, tag=tag, bundle=bundle)
        return saved if isinstance(saved, Rejection) else None

    def laid_out(self, value: Mapping[str, Any]) -> str:
        """The text of a new definition."""
        return rewritten("", value)

    def discard(self, actor: Actor, kind: str, id_: str, *, tag: str) -> Rejection | None:
        """Gives a draft up; the published version stays."""
        refused = needs(actor, WRITE)
        if refused is not None:
            return refused
        there = self._found(actor.organisation, kind, id_)
        if there is None or not there.saved:
            return unknown(kind, id_)
        if there.tag != tag:
            return _meanwhile(there, kind, id_, "", actor.language)
        if kind == KIND and not there.version:
            return Rejection("draft.only_bundle", f"{id_} is not published.", {"bundle": id_})
        dropped = DroppedDraft(actor.organisation, kind, id_)
        told = (draft_discarded(kind, id_, there.bundle, self._now()),)
        return self._keep(Administer(actor=actor, channel="web", events=told, kept=(dropped,)))

    def findings(
        self, actor: Actor, kind: str, id_: str, text: str | None = None
    ) -> tuple[Finding, ...] | Rejection:
        """What is wrong with a draft among the definitions of its bundle, or with a `text` that
        nobody has saved in its place."""
        view = self.one(actor, kind, id_)
        if isinstance(view, Rejection):
            return view
        instead = {(kind, id_): view.text if text is None else text}
        bundle = working_bundle(self._tables, actor.organisation, view.bundle, instead=instead)
        found = checked(bundle)
        if kind == KIND:
            return tuple(findings_of_meta(bundle, found))
        return tuple(each for each in found if each.file == file_of(kind, id_))

    def differences(
        self, actor: Actor, kind: str, id_: str, version: int | None = None
    ) -> tuple[Difference, ...] | Rejection:
        """What a draft changes of a version, by default of the newest."""
        view = self.one(actor, kind, id_)
        if isinstance(view, Rejection):
            return view
        old = self._text(actor, kind, id_, version)
        if not old and version is not None:
            return unknown(kind, f"{id_}{MARK}{version}")
        if view.value is None:
            return unreadable(error_of_text(view.text))
        before = [_document(kind, id_, value_of_text(old))] if old else []
        return differences(before, [_document(kind, id_, view.value)])

    def text_of(self, actor: Actor, kind: str, id_: str, version: int | None = None) -> str:
        """The text of a version, by default of the newest; empty where there is none."""
        if needs(actor, READ) is not None:
            return ""
        return self._text(actor, kind, id_, version)

    def earlier(self, actor: Actor, kind: str, id_: str, version: int) -> str | Rejection:
        """The text of one version."""
        refused = needs(actor, READ)
        if refused is not None:
            return refused
        found = self._text(actor, kind, id_, version)
        return found or unknown(kind, f"{id_}{MARK}{version}")

    def bundle(self, actor: Actor, bundle: str) -> Bundle | Rejection:
        """A bundle with its drafts, as it would be published."""
        refused = needs(actor, READ)
        if refused is not None:
            return refused
        if not exists(self._tables, actor.organisation, bundle):
            message = f"There is no bundle {bundle}."
            return Rejection("bundle.not_found", message, {"bundle": bundle})
        return working_bundle(self._tables, actor.organisation, bundle)

    def changes(self, actor: Actor, bundle: str) -> tuple[Difference, ...] | Rejection:
        """What publishing a bundle's drafts would change."""
        new = self.bundle(actor, bundle)
        if isinstance(new, Rejection):
            return new
        old = published_bundle(self._tables, actor.organisation, bundle)
        return differences(of_whole(old), of_whole(new))

    def publish(
        self, actor: Actor, bundle: str, options: PublishOptions
    ) -> Published | NotPublished:
        """Publishes the drafts of a bundle: checked, tested, by another person than wrote them."""
        found = self.bundle(actor, bundle)
        if isinstance(found, Rejection):
            return NotPublished(refused=found)
        if found.findings:
            stopping = errors(found.findings)
            if stopping:
                return NotPublished(findings=stopping)
        return self._publish.publish(found, actor, options)

    def _text(self, actor: Actor, kind: str, id_: str, number: int | None) -> str:
        if number is None:
            return published(self._tables, actor.organisation, kind, id_)[1]
        found = self._tables.version(actor.organisation, kind, id_, number)
        return "" if found is None else text_of_version(found)

    def _draft(self, actor: Actor, kind: str, id_: str, text: str, bundle: str) -> Draft:
        saving = Saving(actor.organisation, actor.id, self._now())
        if kind in OF_BUNDLES:
            return of_bundle(self._tables, saving, kind, id_, text)
        return Draft(
            organisation=actor.organisation,
            kind=kind,
            id=id_,
            body=dumps(value_of_text(text)),
            bundle=bundle,
            saved_by=actor.id,
            saved_at=saving.at,
            text=text,
            tag=tag_of(text),
        )

    def _found(self, organisation: int, kind: str, id_: str) -> DraftView | None:
        return draft_view(self._tables, organisation, kind, id_)


def _document(kind: str, id_: str, value: Any) -> Document:
    known = value if isinstance(value, Mapping) else {}
    name = scenario_name(id_) if kind == SCENARIO else id_
    return Document(kind=kind, id=name, file=file_of(kind, id_), line=1, value=known)


# ── refusals ─────────────────────────────────────────────────────────────────────────────────


def _meanwhile(there: DraftView | None, kind: str, id_: str, text: str, language: str) -> Rejection:
    """Another text stands there now: what differs between it and the one that was to be saved."""
    if there is None:
        return unknown(kind, id_)
    mine = value_of_text(text)
    found: tuple[Difference, ...] = ()
    if mine is not None and there.value is not None:
        theirs = _document(kind, id_, there.value)
        found = differences([theirs], [_document(kind, id_, mine)])
    words, english = Words(language), Words("en")
    return Rejection(
        "draft.changed_meanwhile",
        f"Somebody saved another text of {kind} {id_}.",
        {"kind": kind, "id": id_, "by": there.saved_by or "", "tag": there.tag},
        details=tuple(
            Rejection(
                "draft.difference",
                each.sentence(english),
                {"sentence": each.sentence(words), **_sides(each, english)},
                path=each.to_json(english)["path"],
            )
            for each in found[:MOST_TOLD]
        ),
    )


def _sides(each: Difference, words: Words) -> dict[str, Any]:
    known = each.to_json(words)
    return {name: known[name] for name in ("kind", "before", "after")}
