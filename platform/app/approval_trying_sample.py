"""What a draft of an approval is tried on: an order, the first order of a scenario, or data.

The release is compiled of the drafts of the bundle, with the value that is tried in its place.
Nothing is written, no number is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

from orderloom.platform.app import view_order
from orderloom.platform.app.drafting import Drafting
from orderloom.platform.app.reading import Desk, Seen
from orderloom.platform.app.scenario import name_of
from orderloom.platform.app.unreviewed import Rows, guarded
from orderloom.platform.app.view_approvers import begun
from orderloom.platform.app.working_bundle import file_of
from orderloom.platform.definitions import Bundle, Document, Finding, check, errors, shape_findings
from orderloom.platform.definitions.compile import compile_documents
from orderloom.platform.definitions.model import Release
from orderloom.platform.definitions.references import closure, references
from orderloom.platform.engine import Actor, OrderState
from orderloom.platform.problem import Rejection
from orderloom.platform.store.read_rows import StoredOrder
from orderloom.platform.words import Words

# Errors in these are told; those of other kinds may not matter here.
JUDGING: Final = ("approval", "decision")
# What a definition with errors that nobody has mended yet may come to.
WRONG: Final = (LookupError, TypeError, ValueError)
# Stages with these have no activities of their own, or end the order.
COMPOUND: Final = frozenset({"stages", "type", "use"})
# How many findings a refusal tells.
MOST_TOLD: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One of: `order`, a number; `scenario`, an id of the bundle; `data` of an order of `process`
    (empty: the first that asks the approval), made by `by` (a login; empty: the viewer)."""

    order: str = ""
    scenario: str = ""
    data: Mapping[str, Any] | None = None
    process: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a draft can be tried on. Pairs of id and title; of scenarios also the process. `asked`:
    whether a process asks it already; else each is taken as if it did."""

    asked: bool
    processes: tuple[tuple[str, Any], ...]
    scenarios: tuple[tuple[str, Any, str], ...]


def choices(drafting: Drafting, actor: Actor, id_: str) -> Choices | Rejection:
    """The processes that ask an approval, and their scenarios."""
    bundle = _bundle_of(drafting, actor, id_)
    if isinstance(bundle, Rejection):
        return bundle
    asked = bool(_asking(bundle, id_))
    asking = _asking(asked_somewhere(bundle, id_), id_)
    titles = {
        each.id: each.value.get("title", each.id)
        for each in bundle.documents
        if each.kind == "process"
    }
    return Choices(
        asked=asked,
        processes=tuple((process, titles.get(process, process)) for process in asking),
        scenarios=tuple(
            (name_of(each.value), each.value.get("title", name_of(each.value)), process)
            for each in bundle.scenarios
            if (process := str(each.value.get("process"))) in asking and _first(each)
        ),
    )


def sampled(
    desk: Desk, drafting: Drafting, actor: Actor, value: Mapping[str, Any], sample: Sample
) -> Seen | Rejection:
    """The sample before the viewer's eyes, judged by the draft. An order that the viewer may not
    see is not there (`order.not_found`)."""
    id_ = str(value.get("id"))
    bundle = _bundle_of(drafting, actor, id_)
    if isinstance(bundle, Rejection):
        return bundle
    drafted = _with(bundle, value, Words(actor.language))
    if isinstance(drafted, Rejection):
        return drafted
    careful = guarded(desk, actor)
    if sample.order:
        return _of_order(careful, actor, drafted, id_, sample.order)
    if sample.scenario:
        return _of_scenario(desk, actor, drafted, id_, sample.scenario)
    process = _chosen(drafted, id_, sample.process)
    if isinstance(process, Rejection):
        return process
    return _begun(careful, actor, drafted, process, sample.data or {}, sample.by)


def _of_order(desk: Desk, actor: Actor, bundle: Bundle, id_: str, number: str) -> Seen | Rejection:
    seen = view_order.find(desk, actor, number)
    if isinstance(seen, Rejection):
        return seen
    process = _chosen(bundle, id_, seen.state.process)
    release = (
        process
        if isinstance(process, Rejection)
        else _release(bundle, process, Words(actor.language))
    )
    if isinstance(release, Rejection):
        return release
    # A draft's form may show what the order's own keeps from whoever wrote it.
    state = seen.state.but(data=seen.data)
    if state.status == "draft":
        state, _ = begun(desk, actor, release, state.data)
    return replace(seen, desk=desk, release=release, stored=_stored(actor, state))


def _of_scenario(
    desk: Desk, actor: Actor, bundle: Bundle, id_: str, scenario: str
) -> Seen | Rejection:
    found = next((each for each in bundle.scenarios if name_of(each.value) == scenario), None)
    if found is None:
        message = f"There is no scenario {scenario}."
        return Rejection("trying.no_scenario", message, {"scenario": scenario}, path="scenario")
    process = _chosen(bundle, id_, str(found.value.get("process")))
    if isinstance(process, Rejection):
        return process
    careful = guarded(desk, actor, _rows(bundle, found))
    first = _first(found)
    by = str(first.get("by") or "")
    # Whoever orders in a scenario need not be anybody here.
    known = desk.accounts.by_login(by, actor.organisation) if by else None
    return _begun(careful, actor, bundle, process, first.get("data") or {}, by if known else "")


def _begun(
    desk: Desk, actor: Actor, bundle: Bundle, process: str, data: Mapping[str, Any], by: str
) -> Seen | Rejection:
    requester = desk.accounts.by_login(by, actor.organisation) if by else actor
    if requester is None:
        return Rejection("trying.nobody", f"There is nobody {by}.", {"login": by}, path="by")
    release = _release(bundle, process, Words(actor.language))
    if isinstance(release, Rejection):
        return release
    state, _ = begun(desk, requester, release, data)
    return Seen(desk, actor, _stored(actor, state), release, desk.now())


def _stored(actor: Actor, state: OrderState) -> StoredOrder:
    return StoredOrder(id=0, organisation=actor.organisation, release=0, revision=0, state=state)


# ── the draft's release ──────────────────────────────────────────────────────────────────────


def _bundle_of(drafting: Drafting, actor: Actor, id_: str) -> Bundle | Rejection:
    view = drafting.one(actor, "approval", id_)
    return view if isinstance(view, Rejection) else drafting.bundle(actor, view.bundle)


def _with(bundle: Bundle, value: Mapping[str, Any], words: Words) -> Bundle | Rejection:
    """The bundle with the value instead of the approval's draft."""
    id_ = str(value.get("id"))
    tried = Document(kind="approval", id=id_, file=file_of("approval", id_), line=1, value=value)
    wrong = errors(tuple(shape_findings(tried)))
    if wrong:
        return _broken(wrong, words)
    others = tuple(each for each in bundle.documents if not _is(each, "approval", id_))
    whole = replace(
        bundle,
        documents=(*others, replace(tried, judged=value)),
        findings=tuple(each for each in bundle.findings if each.file != tried.file),
        failed=tuple(each for each in bundle.failed if not _is(each, "approval", id_)),
        unread=bundle.unread - {("approval", id_)},
    )
    return asked_somewhere(whole, id_)


def _is(document: Document, kind: str, id_: str) -> bool:
    return (document.kind, document.id) == (kind, id_)


def _release(bundle: Bundle, process: str, words: Words) -> Release | Rejection:
    """What orders of a process would run by if the drafts were published."""
    values = {(each.kind, each.id): each.value for each in bundle.documents}
    needed = closure(process, lambda kind, ref: values.get((kind, ref.partition("@")[0])))
    judging = [key for key in needed if key[0] in JUDGING]
    files = {file_of(kind, ref.partition("@")[0]) for kind, ref in judging}
    wrong = [each for each in errors(check(bundle)) if each.file in files]
    if wrong:
        return _broken(wrong, words)
    try:
        return compile_documents(list(values.values()), process=process, meta=bundle.meta)
    except WRONG as error:
        return not_runnable(error)


def not_runnable(error: Exception) -> Rejection:
    """What is wrong elsewhere in the bundle (a form, the process) and lets nothing be tried."""
    message = f"The draft cannot be tried: {error}."
    return Rejection("trying.not_runnable", message, {"why": str(error)[:200]})


def _broken(findings: Iterable[Finding], words: Words) -> Rejection:
    said = [each.in_words(words) for each in islice(findings, MOST_TOLD)]
    return Rejection(
        "trying.broken",
        "The draft has errors, so nobody can be found by it.",
        details=tuple(
            Rejection("trying.finding", each.message, {"message": each.message}, path=each.path)
            for each in said
        ),
    )


def _asking(bundle: Bundle, id_: str) -> tuple[str, ...]:
    """The processes that ask an approval."""
    return tuple(
        each.id
        for each in bundle.documents
        if each.kind == "process"
        and ("approval", id_)
        in {(kind, ref.partition("@")[0]) for kind, ref in references(each.value)}
    )


def asked_somewhere(bundle: Bundle, id_: str) -> Bundle:
    """The bundle; where no process asks the approval yet, each of them does, so that it can be
    tried before it has its place."""
    if _asking(bundle, id_):
        return bundle
    documents = tuple(
        _with_activity(each, id_) if each.kind == "process" else each for each in bundle.documents
    )
    return replace(bundle, documents=documents)


def _with_activity(document: Document, id_: str) -> Document:
    value = document.value
    stages = value.get("stages")
    named = isinstance(stages, Mapping)
    pairs = [*stages.items()] if isinstance(stages, Mapping) else [*enumerate(stages or ())]
    plain = [(key, body or {}) for key, body in pairs if not COMPOUND & (body or {}).keys()]
    if value.get("fragment") is True or not plain:
        return document
    key, body = plain[-1]
    asking = {**body, "do": [*(body.get("do") or ()), {"approval": id_}]}
    changed = [(name, asking if name == key else there) for name, there in pairs]
    made = {**value, "stages": dict(changed) if named else [there for _, there in changed]}
    return replace(document, value=made, judged=made)


def _chosen(bundle: Bundle, id_: str, process: str) -> str | Rejection:
    asking = _asking(bundle, id_)
    if not asking:
        message = f"No process asks the approval {id_} yet."
        return Rejection("trying.not_asked", message, {"approval": id_})
    if process and process not in asking:
        message = f"Orders of {process} do not come to the approval {id_}."
        params = {"approval": id_, "process": process}
        return Rejection("trying.other_process", message, params, path="process")
    return process or asking[0]


def _first(scenario: Document) -> Mapping[str, Any]:
    """The order with which a scenario begins."""
    given = scenario.value.get("given")
    found = given.get("order") if isinstance(given, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _rows(bundle: Bundle, scenario: Document) -> Rows:
    """What a scenario puts into collections."""
    keys = {
        each.id: str(each.value.get("key", "id"))
        for each in bundle.documents
        if each.kind == "collection"
    }
    given = (scenario.value.get("given") or {}).get("collections") or {}
    return {
        name: {str(row.get(keys.get(name, "id"))): row for row in rows}
        for name, rows in given.items()
    }
