"""Scenarios (language 9): process, cast, events, steps, tasks, stages that are there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.events import declared
from orderloom.platform.definitions.checks.ids import approval_steps
from orderloom.platform.definitions.checks.plain import (
    Body,
    body,
    items,
    listed,
    members,
    text,
    texts,
)
from orderloom.platform.definitions.checks.process_view import ProcessView
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.checks.roles import cell_of, quoted_text
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.saying import meant, one_of

VERDICTS: Final = ("approve", "reject", "return", "ask", "abstain", "withdraw", "undo")
ABOUT_A_STEP: Final = (*VERDICTS, "delegate", "add")
# Steps that approvers add have names of their own.
ADDED: Final = "added-"


@checks
def scenarios(context: Context) -> Iterator[Finding]:
    """Every scenario, against the process it plays."""
    for document in context.scenarios:
        name = text(document.value.get("process"))
        if name is None:
            yield document.finding((), "process.unknown", "unsaid")
            continue
        if not context.knows("process", name):
            hint = context.like("process", name)
            yield document.finding(("process",), "process.unknown", name=name, hint=hint)
            continue
        yield from _given(context, document)
        for path, step in listed(document.value.get("steps"), ("steps",)):
            view = _played(context, name, body(step).get("of"))
            yield from _step(context, document, path, body(step), view)


def _given(context: Context, document: Document) -> Iterator[Finding]:
    given = body(document.value.get("given"))
    order = body(given.get("order"))
    yield from _person(context, document, ("given", "order", "by"), order.get("by"))
    for path, one in listed(given.get("substitutions"), ("given", "substitutions")):
        for key in ("person", "substitute"):
            yield from _person(context, document, (*path, key), body(one).get(key))
    for path, id_, _ in members(given.get("collections"), ("given", "collections")):
        if not context.knows("collection", id_):
            hint = context.like("collection", id_)
            yield document.finding(path, "collection.unknown", name=id_, hint=hint)
    for path, call, _ in members(given.get("calls"), ("given", "calls")):
        yield from _call(context, document, path, call)


def _call(context: Context, document: Document, path: Path, call: str) -> Iterator[Finding]:
    name, _, operation = call.partition(".")
    found = context.find("connector", name)
    if found is None and context.knows("connector", name):
        return
    operations = body(found.value.get("operations")) if found is not None else {}
    if operation not in operations:
        known = [
            f"{one.id}.{id_}"
            for one in context.of_kind("connector")
            for id_ in body(one.value.get("operations"))
        ]
        yield document.finding(path, "operation.unknown", name=call, hint=meant(call, known))


def _played(context: Context, name: str, of: Any) -> ProcessView | None:
    """The process of the order that a step is about: `of: parcels/1` is a child."""
    view = context.process(name)
    for part in str(of).split(".") if isinstance(of, str) else ():
        if view is None:
            return None
        activity = part.partition("/")[0]
        child = next((one for one in view.activities if one.id == activity), None)
        view = context.process(str(child.body.get("order"))) if child is not None else None
    return view


def _step(
    context: Context, document: Document, path: Path, step: Body, view: ProcessView | None
) -> Iterator[Finding]:
    for key in ("as", "for", "to", "whose"):
        yield from _person(context, document, (*path, key), step.get(key))
    if view is None:
        return
    refused = "refused" in step
    for verdict in ABOUT_A_STEP:
        yield from _verdict(context, document, (*path, verdict), step.get(verdict), view)
    yield from _expect(context, document, (*path, "expect"), body(step.get("expect")), view)
    if refused:
        # What is refused may well name what is not there.
        return
    yield from _do(document, (*path, "do"), step.get("do"), view)
    yield from _task(context, document, (*path, "task"), step.get("task"), view)
    yield from _fields(context, document, (*path, "edit"), step.get("edit"), view)


def _person(context: Context, document: Document, path: Path, name: Any) -> Iterator[Finding]:
    known = body(context.meta.get("cast"))
    if context.loose or text(name) is None or name in known or name == "link":
        return
    yield document.finding(path, "cast.unknown", name=name, hint=meant(name, known))


def _do(document: Document, path: Path, name: Any, view: ProcessView) -> Iterator[Finding]:
    known = [*declared(view), "start", "discard"]
    if isinstance(name, str) and name not in known:
        hint = meant(name, known) or one_of(declared(view))
        process = view.document.id
        yield document.finding(
            path, "event.unknown", "process", process=process, name=name, hint=hint
        )


def _verdict(
    context: Context, document: Document, path: Path, name: Any, view: ProcessView
) -> Iterator[Finding]:
    known = _steps(context, view)
    if not isinstance(name, str) or name.startswith(ADDED):
        return
    if known is not None and name not in known:
        hint = meant(name, known) or one_of(sorted(known))
        process = view.document.id
        yield document.finding(path, "step.unknown", process=process, name=name, hint=hint)


def _steps(context: Context, view: ProcessView) -> set[str] | None:
    """The steps of every approval of a process; None where a matrix calculates them."""
    found: set[str] = set()
    for activity in view.activities:
        if activity.kind != "approval":
            continue
        approval = context.find("approval", str(activity.body.get("approval")))
        if approval is None:
            return None
        found |= {id_ for _, id_ in approval_steps(approval)}
        matrix = text(approval.value.get("matrix"))
        if matrix is not None:
            steps = _of_matrix(context.find("decision", matrix))
            if steps is None:
                return None
            found |= steps
    return found


def _of_matrix(decision: Document | None) -> set[str] | None:
    if decision is None or "rules" not in decision.value:
        return None
    outputs = [str(body(one).get("name")) for one in items(decision.value.get("outputs"))]
    column = "step" if "step" in outputs else "role"
    found: set[str] = set()
    for row in items(decision.value.get("rules")):
        step = quoted_text(cell_of(decision, body(row).get("then"), column)[1])
        if step is None:
            return None
        found.add(step)
    return found


def _task(
    context: Context, document: Document, path: Path, name: Any, view: ProcessView
) -> Iterator[Finding]:
    """A task of the process, an answer to a question, or the row of a verification."""
    if not isinstance(name, str) or name.startswith("answer-"):
        return
    known = {one.id for one in view.activities if one.kind == "task"}
    for one in view.activities:
        if one.kind != "verify":
            continue
        decision = context.find("decision", str(one.body.get("verify")))
        if decision is None or "rules" not in decision.value:
            return
        known |= {str(body(row).get("id")) for row in items(decision.value["rules"])} | {one.id}
    if name not in known:
        hint = meant(name, known) or one_of(sorted(known))
        process = view.document.id
        yield document.finding(path, "task.unknown", process=process, name=name, hint=hint)


def _fields(
    context: Context, document: Document, path: Path, data: Any, view: ProcessView
) -> Iterator[Finding]:
    form = context.fields(view.document.value.get("form"))
    if form is None or form.open:
        return
    for place, name, _ in members(data, path):
        if name not in form.properties:
            hint = meant(name, form.properties)
            yield document.finding(place, "field.unknown", name=name, hint=hint)


def _expect(
    context: Context, document: Document, path: Path, expect: Body, view: ProcessView
) -> Iterator[Finding]:
    for place, stage in texts(expect.get("stages"), (*path, "stages")):
        if stage not in view.stages:
            hint = meant(stage, view.stages)
            yield document.finding(place, "stage.unknown", name=stage, hint=hint)
    yield from _fields(context, document, (*path, "data"), expect.get("data"), view)
    known = {one.id for one in view.activities if one.kind == "order"}
    for place, name, _ in members(expect.get("children"), (*path, "children")):
        if name not in known:
            hint = meant(name, known)
            yield document.finding(place, "activity.unknown", "children", name=name, hint=hint)
    for place, message in listed(expect.get("messages"), (*path, "messages")):
        id_ = text(body(message).get("message"))
        if id_ is not None and not context.knows("message", id_):
            at, hint = (*place, "message"), context.like("message", id_)
            yield document.finding(at, "message.unknown", name=id_, hint=hint)
