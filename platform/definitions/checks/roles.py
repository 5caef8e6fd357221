"""Roles (language 1, 3.6): every one that is named is among the bundle's or special."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.plain import body, items, listed, members, text
from orderloom.platform.definitions.checks.process_view import ProcessView
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.saying import meant

Who = Iterator[tuple[Document, Path, Any]]


@checks
def known_roles(context: Context) -> Iterator[Finding]:
    """Wherever people are written."""
    if context.loose:
        return
    for document, path, people in people_of(context):
        for place, one in listed(people, path):
            role = text(one) or text(body(one).get("role"))
            at = place if isinstance(one, str) else (*place, "role")
            if role is not None and role not in context.roles:
                yield _unknown(context, document, at, role)


@checks
def roles_of_decisions(context: Context) -> Iterator[Finding]:
    """The roles that a matrix or a verification writes in its rows, and the cast's."""
    if context.loose:
        return
    for document, path, role in written_roles(context):
        if role not in context.roles:
            yield _unknown(context, document, path, role)


@checks
def cast(context: Context) -> Iterator[Finding]:
    """The cast has known roles, and managers who are in it."""
    people = body(context.meta.get("cast"))
    for path, _, one in members(people, ("cast",)):
        for place, role in listed(body(one).get("roles"), (*path, "roles")):
            if isinstance(role, str) and role not in context.roles:
                yield _unknown(context, context.meta_document, place, role)
        manager = text(body(one).get("manager"))
        if manager is not None and manager not in people:
            place, hint = (*path, "manager"), meant(manager, people)
            yield context.meta_document.finding(place, "cast.unknown", name=manager, hint=hint)


def _unknown(context: Context, document: Document, path: Path, role: str) -> Finding:
    return document.finding(path, "role.unknown", name=role, hint=meant(role, context.roles))


def written_roles(context: Context) -> Iterator[tuple[Document, Path, str]]:
    """Every cell that names a role, of the decisions that say who is asked."""
    for document in context.of_kind("decision"):
        if document.id in _asking(context):
            for path, role in _written(document):
                yield document, path, role


def people_of(context: Context) -> Who:
    """Every place where people are written, with what stands there."""
    for view in context.processes:
        yield from _of_process(view)
    for document in context.of_kind("approval"):
        yield from _of_approval(document)
    for document in context.of_kind("form"):
        for path, rule in listed(document.value.get("edit"), ("edit",)):
            yield document, (*path, "by"), body(rule).get("by")


def _of_process(view: ProcessView) -> Who:
    document, value = view.document, view.document.value
    yield document, ("start", "by"), body(value.get("start")).get("by")
    yield document, ("access",), value.get("access")
    for key in ("events", "holds"):
        for path, _, one in members(value.get(key), (key,)):
            yield document, (*path, "by"), body(one).get("by")
    for activity in view.activities:
        if activity.own:
            yield document, (*activity.path, "by"), activity.body.get("by")
            escalate = body(activity.body.get("escalate"))
            yield document, (*activity.path, "escalate", "to"), escalate.get("to")


def _of_approval(document: Document) -> Who:
    value = document.value
    yield document, ("escalate", "to"), body(value.get("escalate")).get("to")
    for path, step in steps_of(document):
        yield document, (*path, "approvers"), step.get("approvers")
        yield document, (*path, "escalate", "to"), body(step.get("escalate")).get("to")


def steps_of(document: Document) -> Iterator[tuple[Path, Any]]:
    """The steps of an approval, those side by side one by one."""
    for path, entry in listed(document.value.get("steps"), ("steps",)):
        if "parallel" not in body(entry):
            yield path, body(entry)
            continue
        for place, step in listed(body(entry)["parallel"], (*path, "parallel")):
            yield place, body(step)


def _asking(context: Context) -> set[str]:
    """Decisions whose rows say who is asked."""
    matrices = [one.value.get("matrix") for one in context.of_kind("approval")]
    verified = [one.body.get("verify") for view in context.processes for one in view.activities]
    return {str(name).partition("@")[0] for name in (*matrices, *verified) if text(name)}


def _written(document: Document) -> Iterator[tuple[Path, str]]:
    """Text in quotes in the columns `role` and `waive`."""
    for path, rule in listed(document.value.get("rules"), ("rules",)):
        for column in ("role", "waive"):
            key, cell = cell_of(document, body(rule).get("then"), column)
            quoted = quoted_text(cell)
            if quoted is not None:
                yield (*path, "then", key), quoted


def cell_of(document: Document, then: Any, column: str) -> tuple[str | int, Any]:
    """A row's output by the column's name, however the row is written, with its key."""
    if not isinstance(then, list | tuple):
        return column, body(then).get(column)
    outputs = [body(one).get("name") for one in items(document.value.get("outputs"))]
    place = outputs.index(column) if column in outputs else len(then)
    return place, then[place] if place < len(then) else None


def quoted_text(cell: Any) -> str | None:
    """The text of a cell that is one text in quotes."""
    if not isinstance(cell, str) or len(cell) < 3 or cell[0] != '"' or cell[-1] != '"':
        return None
    return cell[1:-1] if '"' not in cell[1:-1] else None
