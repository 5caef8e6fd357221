"""Ids are unique: of definitions by kind, of stages, steps, rows inside (language 1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.plain import body, listed, text
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.saying import Said


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
                yield view.document.finding(
                    stage.path, "id.duplicate", "stage", id=stage.id, line=first
                )
    for document in context.of_kind("approval"):
        yield from _repeated(document, list(approval_steps(document)), "step")
    for document in (*context.of_kind("decision"), *context.of_kind("ruleset")):
        rows = listed(document.value.get("rules"), ("rules",))
        named = [(path, text(body(row).get("id")) or "") for path, row in rows]
        what = "row" if document.kind == "decision" else "rule"
        yield from _repeated(document, [(path, id_) for path, id_ in named if id_], what)


def _twice(documents: tuple[Document, ...]) -> Iterator[Finding]:
    seen: dict[tuple[str, str], Document] = {}
    for document in documents:
        first = seen.setdefault((document.kind, document.id), document)
        if first is not document:
            yield document.finding(
                ("scenario",) if document.kind == "scenario" else ("id",),
                "id.duplicate",
                "files",
                kind=Said(f"kinds.{document.kind}"),
                id=document.id,
                file=first.file,
                line=first.line,
            )


def _repeated(document: Document, found: list[tuple[Path, str]], what: str) -> Iterator[Finding]:
    places: dict[str, list[Path]] = defaultdict(list)
    for path, id_ in found:
        places[id_].append(path)
    for id_, paths in places.items():
        for path in paths[1:]:
            first = document.line_of(paths[0])
            yield document.finding((*path, "id"), "id.duplicate", what, id=id_, line=first)
