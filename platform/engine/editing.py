"""Changes of data by people (language 3.9): who may edit what where, and what does not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orderloom.forms import FieldProblem
from orderloom.platform.codec import merge_patch
from orderloom.platform.engine.attaching import strange_files
from orderloom.platform.engine.changes import changed_paths, sent_paths, written_paths
from orderloom.platform.engine.commands import EditData
from orderloom.platform.engine.settle import settle
from orderloom.platform.engine.step import BlockError, Internal, Step
from orderloom.platform.problem import Rejection


def edit(step: Step, body: EditData) -> Rejection | None:
    """An edit of fields that the form allows here; raises `data.changed` once."""
    refused = check_edit(step, body.patch)
    if refused is not None:
        return refused
    return write(step, body.patch, "edit", reason=body.reason)


def check_edit(step: Step, patch: Mapping[str, Any]) -> Rejection | None:
    """Whether the actor may change these fields in these stages."""
    refused = unknown_fields(step, patch)
    if refused is not None:
        return refused
    form, actor = step.release.form, step.context.actor
    draft = step.state.status == "draft"
    roles = set(actor.roles)
    if actor.id == step.state.requester:
        roles.add("requester")
    if actor.kind == "link":
        roles.add("link")
    stages = set(step.state.stages)
    details = []
    for path in sent_paths(form, step.state.data, merge_patch(step.state.data, patch)):
        shown = ".".join(path)
        if not (step.trusted or form.editable(path, stages=stages, draft=draft, roles=roles)):
            message = f"{shown} cannot be changed here by {actor.id}"
            details.append(Rejection("form.not_editable", message, {"field": shown}, path=shown))
    return several(details)


def write(
    step: Step, patch: Mapping[str, Any], cause: str, *, reason: str | None = None
) -> Rejection | None:
    """Merges, computes, validates, records; tells the process `data.changed`."""
    refused = misfits(step, patch)
    if refused is None:
        merge(step, patch, cause, reason=reason)
        settle(step)
    return refused


def unknown_fields(step: Step, patch: Mapping[str, Any]) -> Rejection | None:
    """Fields that the form does not have."""
    return not_of_the_form(step, step.state.data, merge_patch(step.state.data, patch))


def not_of_the_form(step: Step, before: Any, after: Any) -> Rejection | None:
    """What is written anew and has no field in the form."""
    if not before and step.release.form.names_fit(after):
        return None
    details = []
    for path in written_paths(before, after):
        if step.release.form.knows(path) == "no":
            shown = ".".join(path)
            message = f"the form has no field {shown}"
            details.append(Rejection("form.unknown_field", message, {"field": shown}, path=shown))
    return several(details)


def misfits(step: Step, patch: Mapping[str, Any]) -> Rejection | None:
    """What would not fit the form after the patch."""
    problems = problems_of(step, merged(step, patch))
    return rejection_of(problems) if problems else None


def merge(step: Step, patch: Mapping[str, Any], cause: str, *, reason: str | None = None) -> None:
    """Writes an edit that fits, and queues `data.changed` where it changes something."""
    before = step.state.data
    step.write_data(merged(step, patch), cause, cause)
    changed = [".".join(path) for path in changed_paths(before, step.state.data)]
    if changed and step.state.status == "open":
        record = {
            "name": "data.changed",
            "time": step.now,
            "by": step.context.actor.id,
            "changed": changed,
            "before": before,
            "reason": reason,
        }
        step.queue.append(Internal("data.changed", record))


def merged(step: Step, patch: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data after a patch; rows that it adds begin with the schema's defaults."""
    before = step.state.data
    return step.release.form.with_row_defaults(before, merge_patch(before, patch))


def problems_of(step: Step, data: Mapping[str, Any]) -> Sequence[FieldProblem]:
    """What in the data does not fit the form (computed fields filled in first)."""
    form = step.release.form
    try:
        data = step.computed(data, "edit")
    except BlockError as error:
        raw = form.check_draft(data)
        if raw:
            return raw
        message = str(error)
        return (FieldProblem("", "compute", message, {"message": message}),)
    found = form.check_draft(data) if step.state.status == "draft" else form.validate(data)
    return found or strange_files(step, form, step.state.data if step.state.last_at else {}, data)


def rejection_of(problems: Sequence[FieldProblem]) -> Rejection:
    """One rejection for all problems, each at its field."""
    details = tuple(
        Rejection(f"form.{one.code}", one.message, dict(one.params), path=one.path)
        for one in problems
    )
    message = f"{details[0].path}: {details[0].message}"
    return Rejection("form.invalid", message, {"count": len(details)}, details[0].path, details)


def several(details: list[Rejection]) -> Rejection | None:
    """One rejection for all, by the first of them; None for none."""
    if not details:
        return None
    first = details[0]
    return Rejection(first.code, first.message, first.params, first.path, tuple(details))
