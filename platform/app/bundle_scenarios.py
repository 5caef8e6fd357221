"""The scenarios of a bundle as they are being changed: listed, added, removed, played."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from orderloom.platform.app.bundle_drafts import (
    SCENARIO,
    BundleScenario,
    Saving,
    exists,
    is_gone,
    of_bundle,
    scenario_drafts,
    scenario_key,
    scenario_name,
    scenarios_of,
)
from orderloom.platform.app.draft_refusals import unknown
from orderloom.platform.app.drafting import READ, WRITE, Drafting, DraftView
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.scenario import ScenarioResult, name_of
from orderloom.platform.app.scenario_results import ScenarioResults
from orderloom.platform.app.simulate import Simulate
from orderloom.platform.app.start_refusals import taken, wrong_name, wrong_title
from orderloom.platform.app.working_bundle import file_of, working_bundle
from orderloom.platform.codec.yaml_rewrite import rewritten
from orderloom.platform.definitions import Finding, check, errors
from orderloom.platform.definitions.checks.plain import body, items, listed
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.definition_rows import DefinitionTables
from orderloom.platform.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioLine:
    """`id`: what its draft is called. `changed`: whether it is not as it was published."""

    name: str
    id: str
    title: str
    process: str
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a scenario stands. `findings`: what is wrong with its text. `broken`: a definition of
    the bundle has errors, so nothing can be played. `played`: whether it was; `problem`: what was
    otherwise than it expects, with the `step`."""

    findings: tuple[Finding, ...] = ()
    broken: bool = False
    played: bool = False
    problem: str = ""
    step: int | None = None

    @property
    def waits(self) -> bool:
        """Whether it can be played and was not yet."""
        return not (self.findings or self.broken or self.played)

    @property
    def holds(self) -> bool:
        """Whether it was played to its end as it expects."""
        return self.played and not self.problem


class BundleScenarios:
    """Reads and changes the scenarios of bundles."""

    def __init__(
        self,
        tables: DefinitionTables,
        drafting: Drafting,
        simulate: Simulate,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._tables = tables
        self._drafting = drafting
        self._results = ScenarioResults(simulate)
        self._now = now

    def all(self, actor: Actor, bundle: str) -> tuple[ScenarioLine, ...] | Rejection:
        """Those that would be published."""
        refused = needs(actor, READ) or self._missing(actor, bundle)
        if refused is not None:
            return refused
        words = Words(actor.language)
        found = scenarios_of(self._tables, actor.organisation, bundle)
        return tuple(_line(bundle, each, words) for each in found)

    def removed(self, actor: Actor, bundle: str) -> tuple[str, ...] | Rejection:
        """Those that are published and will be no more."""
        refused = needs(actor, READ) or self._missing(actor, bundle)
        if refused is not None:
            return refused
        drafts = scenario_drafts(self._tables, actor.organisation, bundle)
        return tuple(name for name, draft in drafts.items() if is_gone(draft))

    def standing(
        self, actor: Actor, bundle: str, *, most: int | None = None
    ) -> Mapping[str, Standing] | Rejection:
        """How each stands, by its id: all are checked, and those are played whose definitions have
        no errors, at most so many (`most`) that were not played before."""
        refused = needs(actor, READ) or self._missing(actor, bundle)
        if refused is not None:
            return refused
        organisation = actor.organisation
        texts = {
            (SCENARIO, scenario_key(bundle, each.name)): each.text
            for each in scenarios_of(self._tables, organisation, bundle)
        }
        whole = working_bundle(self._tables, organisation, bundle, instead=texts)
        wrong: dict[str, tuple[Finding, ...]] = {}
        for finding in errors(check(whole)):
            wrong[finding.file] = (*wrong.get(finding.file, ()), finding)
        own = {id_: wrong.pop(file_of(SCENARIO, id_), ()) for _, id_ in texts}
        sound = [each for each in whole.scenarios if not own[scenario_key(bundle, each.id)]]
        played: Mapping[str, ScenarioResult] = {}
        if not wrong:
            alone = replace(whole, findings=(), scenarios=(), failed=())
            played = self._results.of(alone, sound, most=most)
        return {
            id_: _standing(findings, played.get(scenario_name(id_)), broken=bool(wrong))
            for id_, findings in own.items()
        }

    def add(
        self, actor: Actor, bundle: str, *, name: str, title: str, process: str
    ) -> DraftView | Rejection:
        """A new scenario of a process: an order is created, and nothing is expected yet."""
        refused = needs(actor, WRITE) or wrong_name(name, "id") or wrong_title(title)
        refused = refused or self._missing(actor, bundle)
        if refused is not None:
            return refused
        there = scenarios_of(self._tables, actor.organisation, bundle)
        if any(each.name == name for each in there):
            return taken(SCENARIO, name)
        whole = self._drafting.bundle(actor, bundle)
        if isinstance(whole, Rejection):
            return whole
        played = (each for each in whole.documents if (each.kind, each.id) == ("process", process))
        document = next(played, None)
        if document is None:
            return unknown("process", process)
        by = _starter(document.value, whole.meta) or actor.id
        value = {
            "scenario": name,
            "title": title.strip(),
            "process": process,
            "given": {"order": {"by": by, "data": {}}},
            "steps": [],
        }
        key = scenario_key(bundle, name)
        return self._drafting.save(actor, SCENARIO, key, rewritten("", value), tag=None)

    def remove(self, actor: Actor, bundle: str, name: str) -> Rejection | None:
        """It is no more: at once where it was never published, else from the next publishing."""
        refused = needs(actor, WRITE) or self._missing(actor, bundle)
        if refused is not None:
            return refused
        organisation, key = actor.organisation, scenario_key(bundle, name)
        known = {each.name for each in scenarios_of(self._tables, organisation, bundle)}
        if name not in known:
            return unknown(SCENARIO, name)
        if not self._is_published(organisation, bundle, name):
            self._tables.drop_draft(organisation, SCENARIO, key)
            return None
        saving = Saving(organisation, actor.id, self._now())
        self._tables.save_draft(of_bundle(self._tables, saving, SCENARIO, key, ""))
        return None

    def bring_back(self, actor: Actor, bundle: str, name: str) -> Rejection | None:
        """It stays as it was published."""
        refused = needs(actor, WRITE) or self._missing(actor, bundle)
        if refused is not None:
            return refused
        draft = scenario_drafts(self._tables, actor.organisation, bundle).get(name)
        if draft is None or not is_gone(draft):
            return unknown(SCENARIO, name)
        self._tables.drop_draft(actor.organisation, SCENARIO, draft.id)
        return None

    def _is_published(self, organisation: int, bundle: str, name: str) -> bool:
        return any(name_of(x.value) == name for x in self._tables.scenarios(organisation, bundle))

    def _missing(self, actor: Actor, bundle: str) -> Rejection | None:
        if exists(self._tables, actor.organisation, bundle):
            return None
        message = f"There is no bundle {bundle}."
        return Rejection("bundle.not_found", message, {"bundle": bundle})


def _line(bundle: str, scenario: BundleScenario, words: Words) -> ScenarioLine:
    title, process = scenario.value.get("title"), scenario.value.get("process")
    return ScenarioLine(
        name=scenario.name,
        id=scenario_key(bundle, scenario.name),
        title=words.choose(said(title)) or scenario.name,
        process=process if isinstance(process, str) else "",
        changed=scenario.saved,
    )


def _starter(process: Mapping[str, Any], meta: Mapping[str, Any]) -> str | None:
    """Somebody of the cast who may begin an order, else anybody of it."""
    cast = body(meta.get("cast"))
    allowed = {role for _, role in listed(body(process.get("start")).get("by"), ())}
    able = (login for login, one in cast.items() if allowed & set(items(body(one).get("roles"))))
    return next(able, next(iter(cast), None))


def _standing(
    findings: tuple[Finding, ...], result: ScenarioResult | None, *, broken: bool
) -> Standing:
    return Standing(
        findings=findings,
        broken=broken,
        played=result is not None,
        problem=result.problem if result is not None else "",
        step=result.step if result is not None else None,
    )


def said(title: Any) -> Any:
    """A text, or a map of texts; nothing where it is neither."""
    if isinstance(title, Mapping):
        return {key: each for key, each in title.items() if isinstance(each, str)} or None
    return title if isinstance(title, str) else None
