"""Ids are kebab-case and unique; references may fix a version (language 1)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.plain import body, listed, members, text
from orderloom.platform.definitions.checks.process_view import ProcessView
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding

_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MARKS: Final = ("milestone", "tag", "untag", "next")


@checks
def kebab_case(context: Context) -> Iterator[Finding]:
    """Ids of definitions and scenarios, and of all that is inside them."""
    for document in (*context.documents, *context.scenarios):
        key = "scenario" if document.kind == "scenario" else "id"
        yield from _kebab(document, (key,), document.id, f"The id of the {document.kind}")
        for path, id_, what in _inside(document):
            yield from _kebab(document, path, id_, what)
    for view in context.processes:
        for path, id_, what in _of_process(view):
            yield from _kebab(view.document, path, id_, what)


def _kebab(document: Document, path: Path, id_: str, what: str) -> Iterator[Finding]:
    if all(_ID.fullmatch(part) for part in id_.split(".")) and (
        "." not in id_ or what.startswith("The event")
    ):
        return
    message = f"{what}, '{id_}', is not in small letters, digits and hyphens."
    yield document.finding(path, "id.format", message, hint=_like(id_))


def _like(id_: str) -> str:
    made = re.sub(r"[^a-z0-9]+", "-", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", id_).lower())
    return f"Write '{made.strip('-')}'." if made.strip("-") else "Write letters and digits."


def _inside(document: Document) -> Iterator[tuple[Path, str, str]]:
    value = document.value
    if document.kind == "connector":
        for key in ("operations", "inbound"):
            for path, id_, _ in members(value.get(key), (key,)):
                yield path, id_, f"The id in {key}"
    if document.kind == "approval":
        for path, id_ in approval_steps(document):
            yield (*path, "id"), id_, "The id of the step"
    if document.kind == "decision":
        for path, rule in listed(value.get("rules"), ("rules",)):
            if text(body(rule).get("id")):
                yield (*path, "id"), body(rule)["id"], "The id of the row"


def _of_process(view: ProcessView) -> Iterator[tuple[Path, str, str]]:
    value = view.document.value
    for stage in view.stages.values():
        if stage.own:
            yield stage.path, stage.id, "The id of the stage"
    for activity in view.activities:
        if activity.own and text(activity.body.get("id")):
            yield (*activity.path, "id"), activity.id, "The id of the activity"
    for path, id_, _ in members(value.get("events"), ("events",)):
        yield path, id_, "The event's name"
    for path, id_, _ in members(value.get("holds"), ("holds",)):
        yield path, id_, "The id of the hold"
    for action in view.actions:
        if action.own and action.kind in _MARKS and text(action.body[action.kind]):
            id_ = action.body[action.kind]
            yield (*action.path, action.kind), id_, f"The id of {action.kind}"


def approval_steps(document: Document) -> Iterator[tuple[Path, str]]:
    """The steps of an approval that have an id, with their places."""
    for path, entry in listed(document.value.get("steps"), ("steps",)):
        parallel = body(entry).get("parallel")
        inner = listed(parallel, (*path, "parallel")) if parallel is not None else [(path, entry)]
        for place, step in inner:
            id_ = text(body(step).get("id"))
            if id_ is not None:
                yield place, id_


@checks
def unique_ids(context: Context) -> Iterator[Finding]:
    """No two definitions of a kind, scenarios, stages, steps or rows have one id."""
    yield from _twice(context.documents)
    yield from _twice(context.scenarios)
    for view in context.processes:
        for stage in view.twice:
            if stage.own:
                first = view.document.line_of(view.stages[stage.id].path)
                message = f"The stage '{stage.id}' is there twice, also in line {first}."
                hint = "Give one of them another id."
                yield view.document.finding(stage.path, "id.duplicate", message, hint=hint)
    for document in context.of_kind("approval"):
        yield from _repeated(document, list(approval_steps(document)), "step")
    for document in context.of_kind("decision"):
        rows = listed(document.value.get("rules"), ("rules",))
        named = [(path, text(body(row).get("id")) or "") for path, row in rows]
        yield from _repeated(document, [(path, id_) for path, id_ in named if id_], "row")


def _twice(documents: tuple[Document, ...]) -> Iterator[Finding]:
    seen: dict[tuple[str, str], Document] = {}
    for document in documents:
        first = seen.setdefault((document.kind, document.id), document)
        if first is not document:
            message = (
                f"The {document.kind} '{document.id}' is there twice, "
                f"also in {first.file}, line {first.line}."
            )
            path = ("scenario",) if document.kind == "scenario" else ("id",)
            hint = "Remove one, or give it another id."
            yield document.finding(path, "id.duplicate", message, hint=hint)


def _repeated(document: Document, found: list[tuple[Path, str]], what: str) -> Iterator[Finding]:
    places: dict[str, list[Path]] = defaultdict(list)
    for path, id_ in found:
        places[id_].append(path)
    for id_, paths in places.items():
        for path in paths[1:]:
            first = document.line_of(paths[0])
            message = f"The {what} '{id_}' is there twice, also in line {first}."
            hint = "Give one of them another id."
            yield document.finding((*path, "id"), "id.duplicate", message, hint=hint)
