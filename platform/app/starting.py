"""New bundles, from a template or empty, and new definitions in a bundle: all of them drafts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orderloom.platform.app.bundle_drafts import (
    Saving,
    drop_bundle_drafts,
    exists,
    meta_draft,
    meta_of,
    scenario_draft,
)
from orderloom.platform.app.drafting import WRITE, Drafting, DraftView
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.scenario import name_of
from orderloom.platform.app.start_names import (
    free_id,
    new_names,
    new_number,
    prefix_of,
)
from orderloom.platform.app.start_refusals import no_template, taken, wrong_name, wrong_title
from orderloom.platform.app.start_templates import Template, main_process, template, templates
from orderloom.platform.app.start_values import Fresh, fresh_process, fresh_scenario, fresh_value
from orderloom.platform.codec import loads
from orderloom.platform.codec.yaml_rewrite import rewritten
from orderloom.platform.definitions import KINDS, Bundle
from orderloom.platform.definitions.renaming import renamed, renamed_meta, renamed_scenario
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.definition_rows import DefinitionTables, DefinitionVersion, Draft
from orderloom.platform.words import LANGUAGES

Text = tuple[str, str, str]  # kind, id, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What somebody wants. `template`: empty for none. `starts`, `approves`: roles, of an empty
    one."""

    bundle: str
    title: str
    template: str = ""
    starts: str = ""
    approves: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """A bundle of drafts, and the process to look at first."""

    bundle: str
    process: str


@dataclass(frozen=True, slots=True)
class _Made:
    """The text of `bundle.yaml`, file, id and text of the scenarios, texts of the definitions, the
    id of the main process."""

    meta: str
    scenarios: list[Text]
    texts: list[Text]
    process: str


class Starting:
    """Begins bundles and definitions. `roles`: of an organisation, with their titles."""

    def __init__(
        self,
        tables: DefinitionTables,
        drafting: Drafting,
        *,
        roles: Callable[[int], Mapping[str, str]],
        now: Callable[[], datetime],
    ) -> None:
        self._tables = tables
        self._drafting = drafting
        self._roles = roles
        self._now = now

    def templates(self, actor: Actor) -> tuple[Template, ...] | Rejection:
        """What a new bundle can be made of."""
        return needs(actor, WRITE) or templates()

    def roles(self, actor: Actor) -> dict[str, str] | Rejection:
        """Whom a new process can name: roles with their titles, by title."""
        refused = needs(actor, WRITE)
        if refused is not None:
            return refused
        found = self._roles(actor.organisation)
        return dict(sorted(found.items(), key=lambda each: each[1].casefold()))

    def begin(self, actor: Actor, wanted: Beginning) -> Begun | Rejection:
        """A new bundle of drafts; `start.taken` where there is one of that id."""
        refused = needs(actor, WRITE) or wrong_name(wanted.bundle, "bundle")
        refused = refused or wrong_title(wanted.title) or self._wrong_choice(actor, wanted)
        if refused is not None:
            return refused
        if exists(self._tables, actor.organisation, wanted.bundle):
            return taken("bundle", wanted.bundle)
        bundle = template(wanted.template)
        made = self._empty(actor, wanted) if bundle is None else self._copied(actor, wanted, bundle)
        saving = Saving(actor.organisation, actor.id, self._now())
        self._tables.save_draft(meta_draft(saving, wanted.bundle, made.meta))
        for place, (file, name, text) in enumerate(made.scenarios):
            draft = scenario_draft(saving, wanted.bundle, name, text, file=file, place=place)
            self._tables.save_draft(draft)
        refused = self._kept(actor, wanted.bundle, made.texts)
        return refused or Begun(wanted.bundle, made.process)

    def add(
        self, actor: Actor, bundle: str, kind: str, *, id_: str, title: str
    ) -> DraftView | Rejection:
        """A new definition of a bundle, the smallest that is valid."""
        refused = needs(actor, WRITE) or wrong_name(id_, "id") or wrong_title(title)
        if refused is not None:
            return refused
        if kind not in KINDS:
            return Rejection("schema.not_found", f"There is no kind {kind}.", {"kind": kind})
        if not exists(self._tables, actor.organisation, bundle):
            message = f"There is no bundle {bundle}."
            return Rejection("bundle.not_found", message, {"bundle": bundle})
        if (kind, id_) in self._taken(actor.organisation):
            return taken(kind, id_)
        role = next(iter(meta_of(self._tables, actor.organisation, bundle).get("roles") or ()), "")
        form = self._form_of(actor, bundle) if kind == "process" else ""
        fresh = Fresh(kind=kind, id=id_, title=title.strip(), role=role, form=form)
        text = rewritten("", fresh_value(fresh))
        return self._drafting.save(actor, kind, id_, text, tag=None, bundle=bundle)

    def give_up(self, actor: Actor, bundle: str) -> Rejection | None:
        """Drops the drafts of a bundle of which nothing was ever published; `start.published`."""
        refused = needs(actor, WRITE)
        if refused is not None:
            return refused
        organisation = actor.organisation
        if not exists(self._tables, organisation, bundle):
            message = f"There is no bundle {bundle}."
            return Rejection("bundle.not_found", message, {"bundle": bundle})
        if bundle in self._tables.bundles(organisation):
            message = f"Something of {bundle} is published."
            return Rejection("start.published", message, {"bundle": bundle})
        for draft in self._tables.drafts(organisation):
            if draft.bundle == bundle:
                self._tables.drop_draft(organisation, draft.kind, draft.id)
        return None

    def _copied(self, actor: Actor, wanted: Beginning, bundle: Bundle) -> _Made:
        taken, main = self._taken(actor.organisation), main_process(bundle)
        names = new_names(bundle, into=wanted.bundle, main=main, taken=taken)
        numbers, prefix = self._numbers(actor.organisation), prefix_of(wanted.bundle)
        texts = []
        for document in bundle.documents:
            key = (document.kind, document.id)
            if key not in names:
                continue
            value = renamed(document.value, names)
            if key == ("process", main):
                value["title"] = wanted.title.strip()
            if document.kind == "process" and "number" in value:
                value["number"] = new_number(value["number"], prefix, numbers)
                numbers |= _patterns([value])
            texts.append((document.kind, names[key], rewritten(document.text, value)))
        meta = {**renamed_meta(bundle.meta, names), "bundle": wanted.bundle}
        meta["title"] = wanted.title.strip()
        scenarios = [
            (each.file, each.id, rewritten(each.text, renamed_scenario(each.value, names)))
            for each in bundle.scenarios
        ]
        return _Made(rewritten(bundle.meta_text, meta), scenarios, texts, names["process", main])

    def _empty(self, actor: Actor, wanted: Beginning) -> _Made:
        taken, organisation = self._taken(actor.organisation), actor.organisation
        ids = {
            kind: free_id(kind, [wanted.bundle], taken) for kind in ("process", "form", "approval")
        }
        title, titles = wanted.title.strip(), self._roles(organisation)
        starts, approves = wanted.starts, wanted.approves
        pattern = f"{prefix_of(wanted.bundle)}-{{yyyy}}-{{seq:6}}"
        values = [
            fresh_process(
                Fresh(kind="process", id=ids["process"], title=title, role=starts),
                form=ids["form"],
                approval=ids["approval"],
                number=new_number(pattern, prefix_of(wanted.bundle), self._numbers(organisation)),
                starts=starts,
            ),
            *(
                fresh_value(Fresh(kind=kind, id=ids[kind], title=title, role=approves))
                for kind in ("form", "approval")
            ),
        ]
        # Everybody whom the process may name later, and for each role somebody who plays it.
        cast = {role: role for role in titles} | {
            "author": starts,
            "approver": approves,
            "worker": starts,
        }
        meta = {
            "bundle": wanted.bundle,
            "title": title,
            "languages": [actor.language, *(each for each in LANGUAGES if each != actor.language)],
            "zone": actor.zone,
            "roles": {**{role: titles[role] for role in (starts, approves)}, **titles},
            "cast": {login: {"roles": [role]} for login, role in cast.items()},
        }
        texts = [(each["kind"], each["id"], rewritten("", each)) for each in values]
        played = fresh_scenario(ids["process"])
        scenarios = [("scenarios/first-order.yaml", name_of(played), rewritten("", played))]
        return _Made(rewritten("", meta), scenarios, texts, ids["process"])

    def _kept(self, actor: Actor, bundle: str, texts: Iterable[Text]) -> Rejection | None:
        """All of the texts as drafts, or none of them."""
        kept: list[tuple[str, str]] = []
        for kind, id_, text in texts:
            saved = self._drafting.save(actor, kind, id_, text, tag=None, bundle=bundle)
            if not isinstance(saved, Rejection):
                kept.append((kind, id_))
                continue
            for each in kept:
                self._tables.drop_draft(actor.organisation, *each)
            drop_bundle_drafts(self._tables, actor.organisation, bundle)
            return saved
        return None

    def _form_of(self, actor: Actor, bundle: str) -> str:
        found = self._drafting.bundle(actor, bundle)
        documents = () if isinstance(found, Rejection) else found.documents
        return next((each.id for each in documents if each.kind == "form"), bundle)

    def _wrong_choice(self, actor: Actor, wanted: Beginning) -> Rejection | None:
        if wanted.template:
            known = {each.id for each in templates()}
            return None if wanted.template in known else no_template(wanted.template)
        roles = self._roles(actor.organisation)
        missing = [each for each in (wanted.starts, wanted.approves) if each not in roles]
        if not missing:
            return None
        message = f"There is no role {missing[0]}."
        return Rejection("start.role", message, {"role": missing[0]}, path="role")

    def _taken(self, organisation: int) -> frozenset[tuple[str, str]]:
        return frozenset((each.kind, each.id) for each in self._rows(organisation))

    def _numbers(self, organisation: int) -> frozenset[str]:
        rows = self._rows(organisation)
        return _patterns(loads(each.body) for each in rows if each.kind == "process")

    def _rows(self, organisation: int) -> list[DefinitionVersion | Draft]:
        tables = self._tables
        return [*tables.versions(organisation), *tables.drafts(organisation)]


def _patterns(processes: Iterable[Any]) -> frozenset[str]:
    numbers = [each.get("number") for each in processes if isinstance(each, Mapping)]
    found = [each.get("pattern") if isinstance(each, Mapping) else each for each in numbers]
    return frozenset(each for each in found if isinstance(each, str))
