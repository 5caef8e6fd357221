"""Drafts: definitions as they are being changed, by one person after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from orderloom.platform.app.bundle_drafts import (
    BundleDraft,
    exists,
    keep_bundle_draft,
    meta_of,
    scenarios_of,
)
from orderloom.platform.app.bundle_versions import MARK
from orderloom.platform.app.draft_refusals import another, unknown, unreadable, wrong
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.publish import (
    NotPublished,
    Publish,
    Published,
    PublishOptions,
    tag_of,
)
from orderloom.platform.app.scenario import name_of
from orderloom.platform.app.working_bundle import (
    file_of,
    newest_of,
    text_of_draft,
    text_of_version,
    working_bundle,
)
from orderloom.platform.codec import CodecError, dumps, load_yaml
from orderloom.platform.codec.yaml_rewrite import rewritten
from orderloom.platform.definitions import KINDS, Bundle, Document, Finding, check, errors
from orderloom.platform.definitions.diff import Difference, differences
from orderloom.platform.definitions.document import SCENARIOS
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.definition_rows import DefinitionTables, DefinitionVersion, Draft
from orderloom.platform.words import Words

READ: Final = "definition.read"
WRITE: Final = "definition.write"
# What a refusal for a text that changed meanwhile tells at most.
MOST_TOLD: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A definition as it is being edited. `tag`: of this text, another one after every save.
    `saved`: whether there is a draft; else the text is that of the newest version. `version`: the
    newest that is published (0: none). `value`: None where the text cannot be read."""

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


class Drafting:
    """Reads, changes, compares, checks and publishes drafts of one installation."""

    def __init__(
        self, tables: DefinitionTables, publish: Publish, *, now: Callable[[], datetime]
    ) -> None:
        self._tables = tables
        self._publish = publish
        self._now = now

    def all(self, actor: Actor) -> tuple[DraftView, ...] | Rejection:
        """Every saved draft, by kind and id."""
        refused = needs(actor, READ)
        if refused is not None:
            return refused
        drafts = self._tables.drafts(actor.organisation)
        return tuple(self._of_draft(each) for each in drafts if each.kind in KINDS)

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
        value = _value(text)
        refused = another(kind, id_, value)
        if refused is not None:
            return refused
        home = there.bundle if there is not None else bundle
        if there is None and not exists(self._tables, actor.organisation, home):
            return Rejection("bundle.not_found", f"There is no bundle {home}.", {"bundle": home})
        draft = Draft(
            organisation=actor.organisation,
            kind=kind,
            id=id_,
            body=dumps(value),
            bundle=home,
            saved_by=actor.id,
            saved_at=self._now(),
            text=text,
            tag=tag_of(text),
        )
        known = there.tag if there is not None and there.saved else None
        if not self._tables.replace_draft(draft, instead_of=known):
            now = self._found(actor.organisation, kind, id_)
            return _meanwhile(now, kind, id_, text, actor.language)
        return self._of_draft(draft)

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
        refused = needs(actor, WRITE)
        if refused is not None:
            return refused
        organisation, id_ = actor.organisation, name_of(value)
        if not exists(self._tables, organisation, bundle):
            return Rejection(
                "bundle.not_found", f"There is no bundle {bundle}.", {"bundle": bundle}
            )
        there = scenarios_of(self._tables, organisation, bundle)
        known = any(name_of(each) == id_ for _, each in there)
        kept = [(file, value if name_of(each) == id_ else each) for file, each in there]
        added = [] if known else [(f"{SCENARIOS}/{id_}.yaml", value)]
        meta = dict(meta_of(self._tables, organisation, bundle))
        draft = BundleDraft(meta, [*kept, *added], actor.id, self._now())
        keep_bundle_draft(self._tables, organisation, bundle, draft)
        return None

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
        self._tables.drop_draft(actor.organisation, kind, id_)
        return None

    def findings(
        self, actor: Actor, kind: str, id_: str, text: str | None = None
    ) -> tuple[Finding, ...] | Rejection:
        """What is wrong with a draft among the definitions of its bundle, or with a `text` that
        nobody has saved in its place."""
        view = self.one(actor, kind, id_)
        if isinstance(view, Rejection):
            return view
        instead = {} if text is None else {(kind, id_): text}
        bundle = working_bundle(self._tables, actor.organisation, view.bundle, instead=instead)
        return tuple(each for each in check(bundle) if each.file == file_of(kind, id_))

    def differences(
        self, actor: Actor, kind: str, id_: str, version: int | None = None
    ) -> tuple[Difference, ...] | Rejection:
        """What a draft changes of a version, by default of the newest."""
        view = self.one(actor, kind, id_)
        if isinstance(view, Rejection):
            return view
        old = (
            self._tables.newest(actor.organisation, kind, id_)
            if version is None
            else self._tables.version(actor.organisation, kind, id_, version)
        )
        if old is None and version is not None:
            return unknown(kind, f"{id_}{MARK}{version}")
        if view.value is None:
            return unreadable(_error(view.text))
        before = [] if old is None else [_document(kind, id_, _value(text_of_version(old)))]
        return differences(before, [_document(kind, id_, view.value)])

    def text_of(self, actor: Actor, kind: str, id_: str, version: int | None = None) -> str:
        """The text of a version, by default of the newest; empty where there is none."""
        if needs(actor, READ) is not None:
            return ""
        found = (
            self._tables.newest(actor.organisation, kind, id_)
            if version is None
            else self._tables.version(actor.organisation, kind, id_, version)
        )
        return "" if found is None else text_of_version(found)

    def earlier(self, actor: Actor, kind: str, id_: str, version: int) -> str | Rejection:
        """The text of one version."""
        refused = needs(actor, READ)
        if refused is not None:
            return refused
        found = self._tables.version(actor.organisation, kind, id_, version)
        return unknown(kind, f"{id_}{MARK}{version}") if found is None else text_of_version(found)

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
        old = [
            _document(kind, id_, _value(text_of_version(version)))
            for (kind, id_), version in newest_of(self._tables, actor.organisation, bundle).items()
        ]
        return differences(old, new.documents)

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

    def _found(self, organisation: int, kind: str, id_: str) -> DraftView | None:
        draft = self._tables.draft(organisation, kind, id_)
        newest = self._tables.newest(organisation, kind, id_)
        if draft is not None:
            return self._of_draft(draft, newest)
        return None if newest is None else _of_version(newest)

    def _of_draft(self, draft: Draft, newest: DefinitionVersion | None = None) -> DraftView:
        known = newest or self._tables.newest(draft.organisation, draft.kind, draft.id)
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
            version=known.number if known is not None else 0,
            value=_value(text),
        )


def _of_version(version: DefinitionVersion) -> DraftView:
    text = text_of_version(version)
    return DraftView(
        kind=version.kind,
        id=version.id,
        bundle=version.bundle,
        text=text,
        tag=f"v{version.number}-{tag_of(text)}",
        saved=False,
        saved_by=None,
        saved_at=None,
        version=version.number,
        value=_value(text),
    )


def _document(kind: str, id_: str, value: Any) -> Document:
    known = value if isinstance(value, Mapping) else {}
    return Document(kind=kind, id=id_, file=file_of(kind, id_), line=1, value=known)


def _value(text: str) -> Any:
    """The definition that a text says; None where it says none."""
    try:
        value = load_yaml(text).value
    except (CodecError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _error(text: str) -> CodecError:
    try:
        load_yaml(text)
    except CodecError as error:
        return error
    except RecursionError:
        return CodecError("yaml.too_deep", "nested too deep", 1, 1)
    return CodecError("yaml.malformed", "a map is expected here", 1, 1)


# ── refusals ─────────────────────────────────────────────────────────────────────────────────


def _meanwhile(there: DraftView | None, kind: str, id_: str, text: str, language: str) -> Rejection:
    """Another text stands there now: what differs between it and the one that was to be saved."""
    if there is None:
        return unknown(kind, id_)
    mine = _value(text)
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
