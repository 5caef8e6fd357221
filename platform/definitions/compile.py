"""From checked documents to a `Release` that the interpreter runs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from orderloom.approvals import Policy, compile_policy
from orderloom.forms import Form, compile_form
from orderloom.platform.codec import canonical, dumps, loads
from orderloom.platform.codec import digest as digest_of
from orderloom.platform.codec.kept import Kept
from orderloom.platform.definitions.calendar import compile_calendar
from orderloom.platform.definitions.compile_messages import receivers
from orderloom.platform.definitions.compile_process import compile_process
from orderloom.platform.definitions.fragments import expand
from orderloom.platform.definitions.model import Calendar, Process, Release, Version
from orderloom.platform.definitions.references import Reference, child_processes, closure, sources
from orderloom.rules import Decision, compile_decision
from orderloom.rules.ruleset import WATCH, Ruleset
from orderloom.rules.ruleset_reading import compile_ruleset

Document = Mapping[str, Any]
# Forms take most of the time, and each scenario has a registry of its own.
KEPT: Final = 500_000
_forms_kept: Final[Kept[Form]] = Kept(KEPT)


def compile_release(
    process: str,
    documents: Mapping[Reference, Document],
    versions: Mapping[Reference, Version],
    meta: Document,
) -> Release:
    """The release of `process`.

    `documents`: kind and reference as written → document: at least the closure of the process;
    child processes, where given, lend their titles. `versions`: what each reference stood for.
    `meta`: `bundle.yaml`. Raises `CompileError` for documents with findings.
    """
    of_kind = _Documents(documents)
    zone = ZoneInfo(meta.get("zone", "UTC"))
    head = expand(of_kind("process")[process], lambda id_: of_kind("process")[id_])
    pinned = dict(versions)
    rulesets = _rulesets(of_kind("ruleset"), pinned)
    return Release(
        digest=release_digest(pinned),
        process=_watched(compile_process(head), head, rulesets),
        zone=zone,
        languages=tuple(meta.get("languages") or ("en",)),
        decisions=_decisions(of_kind("decision")),
        approvals=_approvals(of_kind("approval")),
        forms=_forms(of_kind("form")),
        messages=of_kind("message"),
        connectors=of_kind("connector"),
        collections=of_kind("collection"),
        processes={
            id_: of_kind("process")[id_].get("title", id_)
            for id_ in (process, *child_processes(head))
            if id_ in of_kind("process")
        },
        versions=pinned,
        calendar=_calendar(meta, of_kind("calendar"), zone),
        roles=meta.get("roles") or {},
        receivers={id_: receivers(document) for id_, document in of_kind("message").items()},
        rulesets=rulesets,
        labels={id_: document.get("labels") or {} for id_, document in of_kind("decision").items()},
        decision_titles={
            id_: document.get("title", id_) for id_, document in of_kind("decision").items()
        },
    )


def compile_documents(
    documents: Sequence[Document], *, process: str | None = None, meta: Document | None = None
) -> Release:
    """A release straight from documents, each counted as version 1: for tests and simulation.

    `process`: which one, when there are several.
    """
    by_reference = {(doc["kind"], doc["id"]): doc for doc in documents}
    wanted = process or next(doc["id"] for doc in documents if doc["kind"] == "process")

    def find(kind: str, reference: str) -> Document | None:
        return by_reference.get((kind, reference.partition("@")[0]))

    found = closure(wanted, find)
    children = child_processes(found["process", wanted])
    found.update(
        {("process", id_): doc for id_ in children if (doc := find("process", id_)) is not None}
    )
    found.update({key: doc for key, doc in by_reference.items() if key[0] == "calendar"})
    versions = {
        (kind, reference): Version(kind, doc["id"], 1, definition_digest(doc))
        for (kind, reference), doc in found.items()
    }
    return compile_release(wanted, found, versions, meta or {})


def definition_digest(document: Document) -> str:
    """SHA-256 of the definition's canonical JSON, `stages` as a list: their order has meaning."""
    return digest_of(_staged(document))


def release_digest(versions: Mapping[Reference, Version]) -> str:
    """SHA-256 of the sorted versions, each with the reference it stands for."""
    rows = sorted([kind, ref, v.number, v.digest] for (kind, ref), v in versions.items())
    return hashlib.sha256(canonical(rows)).hexdigest()


def _staged(value: Any) -> Any:
    if isinstance(value, Mapping):
        made = {key: _staged(item) for key, item in value.items()}
        if isinstance(made.get("stages"), Mapping):
            made["stages"] = [{"id": id_, **(body or {})} for id_, body in made["stages"].items()]
        return made
    if isinstance(value, list | tuple):
        return [_staged(item) for item in value]
    return value


class _Documents:
    """Documents by kind."""

    def __init__(self, documents: Mapping[Reference, Document]) -> None:
        self._kinds: dict[str, dict[str, Document]] = {}
        for (kind, reference), document in documents.items():
            self._kinds.setdefault(kind, {})[reference] = document

    def __call__(self, kind: str) -> dict[str, Document]:
        return self._kinds.get(kind, {})


def _decisions(documents: Mapping[str, Document]) -> dict[str, Decision]:
    @cache
    def compiled(reference: str) -> Decision:
        document = documents[reference]
        required = (document.get("requires") or {}).values()
        return compile_decision(document, decisions={id_: compiled(id_) for id_ in required})

    return {reference: compiled(reference) for reference in documents}


def _rulesets(
    documents: Mapping[str, Document], versions: Mapping[Reference, Version]
) -> dict[str, Ruleset]:
    """By reference; what infers is told apart by the digest of its version."""
    found = {}
    for reference, document in documents.items():
        version = versions.get(("ruleset", reference))
        digest = version.digest if version is not None else None
        found[reference] = compile_ruleset(document, digest=digest)
    return found


def _watched(process: Process, head: Document, rulesets: Mapping[str, Ruleset]) -> Process:
    """The process with the keys of the watches whose events it takes."""
    known = {id_: rulesets[id_] for id_ in sources(head) if id_ in rulesets}
    keys = {id_: one.key for id_, one in known.items() if one.mode == WATCH and one.key is not None}
    return replace(process, watches=keys) if keys else process


def _approvals(documents: Mapping[str, Document]) -> dict[str, Policy]:
    return {reference: compile_policy(document) for reference, document in documents.items()}


def _forms(documents: Mapping[str, Document]) -> dict[str, Form]:
    return {
        reference: _forms_kept.of(dumps(document).decode(), lambda text: compile_form(loads(text)))
        for reference, document in documents.items()
    }


def _calendar(meta: Document, calendars: Mapping[str, Document], zone: ZoneInfo) -> Calendar | None:
    document = calendars.get(meta.get("calendar") or "")
    return compile_calendar(document, zone) if document is not None else None
