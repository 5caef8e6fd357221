"""Fields (language 3.1, 3.5, 3.6, 7): what is named in a form is in its schema."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from orderloom.forms.nodes import Node, find, knows, walk
from orderloom.forms.schema import schema_problems
from orderloom.platform.codec import dumps, loads
from orderloom.platform.definitions.borrowed import Why
from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.plain import body, listed, members, text, texts
from orderloom.platform.definitions.checks.process_view import ProcessView
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.checks.roles import steps_of
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.saying import meant

# Schemas of which it is kept what is wrong with them.
KEPT: Final = 256


@checks
def schemas(context: Context) -> Iterator[Finding]:
    """The schema of a form or a collection is a JSON Schema."""
    for document in (*context.of_kind("form"), *context.of_kind("collection")):
        if "schema" not in document.value:
            continue
        for dotted, message in _problems_of(dumps(document.value["schema"])):
            path = tuple(int(part) if part.isdigit() else part for part in dotted.split("."))
            yield document.finding(path, "form.schema", why=Why(message))


@lru_cache(maxsize=KEPT)
def _problems_of(schema: bytes) -> tuple[tuple[str, str], ...]:
    """Of the schemas that were looked at last: most of a bundle stands as it stood."""
    return schema_problems(loads(schema))


@checks
def of_processes(context: Context) -> Iterator[Finding]:
    """`columns`, `keys`, fields of events and tasks."""
    for view in context.processes:
        form = context.fields(view.document.value.get("form"))
        if form is None:
            continue
        for path, name in _named_in(view):
            yield from unknown_field(view.document, path, name, form)


def _named_in(view: ProcessView) -> Iterator[tuple[Path, str]]:
    value = view.document.value
    yield from texts(value.get("columns"), ("columns",))
    for path, _, field in members(value.get("keys"), ("keys",)):
        yield from texts(field, path)
    for path, _, event in members(value.get("events"), ("events",)):
        if "form" not in body(event):
            yield from texts(body(event).get("fields"), (*path, "fields"))
    for activity in view.activities:
        if activity.own and activity.kind == "task" and "form" not in activity.body:
            yield from texts(activity.body.get("fields"), (*activity.path, "fields"))


@checks
def of_forms(context: Context) -> Iterator[Finding]:
    """`compute`, `edit`, `labels`, `personal`, `layout`."""
    for document in context.of_kind("form"):
        form = context.fields_of(document)
        if form is None:
            continue
        for path, name in _named_by(document):
            yield from unknown_field(document, path, name, form)
        yield from _labels(document, form)
        yield from _stages_of_edit(context, document)
        yield from _columns(document, ("layout",), document.value.get("layout"), form)


def _named_by(document: Document) -> Iterator[tuple[Path, str]]:
    value = document.value
    for path, name, _ in members(value.get("compute"), ("compute",)):
        yield path, name
    for path, rule in listed(value.get("edit"), ("edit",)):
        yield from texts(body(rule).get("fields"), (*path, "fields"))
    for path, each in listed(value.get("personal"), ("personal",)):
        if isinstance(each, str) and each:
            yield path, each
        for key in ("path", "person"):
            named = text(body(each).get(key))
            if named is not None:
                yield (*path, key), named
    yield from _placed(("layout",), value.get("layout"))


def _placed(path: Path, value: Any) -> Iterator[tuple[Path, str]]:
    """The fields of a layout, in sections and tabs of any depth."""
    for place, part in listed(value, path):
        if isinstance(part, str):
            yield place, part
            continue
        name = text(body(part).get("field"))
        if name is not None:
            yield (*place, "field"), name
        for key in ("fields", "tabs"):
            yield from _placed((*place, key), body(part).get(key))


def _columns(document: Document, path: Path, value: Any, form: Node) -> Iterator[Finding]:
    """The columns of line items are fields of a row."""
    for place, part in listed(value, path):
        rows = find(form, tuple(str(body(part).get("field")).split(".")))
        if rows is not None and rows.item is not None:
            for at, name in texts(body(part).get("columns"), (*place, "columns")):
                yield from unknown_field(document, at, name, rows.item)
        for key in ("fields", "tabs"):
            yield from _columns(document, (*place, key), body(part).get(key), form)


def _labels(document: Document, form: Node) -> Iterator[Finding]:
    """A label is a field's by path or last name, or one of its choices': `currency=PLN`."""
    known = {path[-1] for path, _ in walk(form)}
    for path, label, _ in members(document.value.get("labels"), ("labels",)):
        name = label.partition("=")[0]
        if name not in known and knows(form, tuple(name.split("."))) == "no":
            yield _finding(document, path, name, form)


def _stages_of_edit(context: Context, document: Document) -> Iterator[Finding]:
    """`in` names stages of the processes that use the form, `draft` or `any`."""
    users = [
        view
        for view in context.processes
        if not view.fragment
        and str(view.document.value.get("form")).partition("@")[0] == document.id
    ]
    known = {stage for view in users for stage in view.stages} | {"draft", "any"}
    if not users or not context.complete("process"):
        return
    for path, rule in listed(document.value.get("edit"), ("edit",)):
        for place, stage in texts(body(rule).get("in"), (*path, "in")):
            if stage not in known:
                hint = meant(stage, known)
                yield document.finding(place, "stage.unknown", "edit", name=stage, hint=hint)


@checks
def labels_of_collections(context: Context) -> Iterator[Finding]:
    """`labels` of a collection name its fields and their choices."""
    for document in context.of_kind("collection"):
        schema = context.fields_of(document)
        if schema is not None:
            yield from _labels(document, schema)


@checks
def labels_of_decisions(context: Context) -> Iterator[Finding]:
    """`labels` of a decision name its inputs and outputs, and their values."""
    for document in context.of_kind("decision"):
        columns = [
            str(body(column).get("name"))
            for key in ("inputs", "outputs")
            for _, column in listed(document.value.get(key), (key,))
        ]
        for path, label, _ in members(document.value.get("labels"), ("labels",)):
            name = label.partition("=")[0]
            if columns and name not in columns:
                hint = meant(name, columns)
                yield document.finding(path, "decision.label", name=name, hint=hint)


@checks
def labels_of_processes(context: Context) -> Iterator[Finding]:
    """`labels` of a process name its tags and milestones."""
    for view in context.processes:
        marks = {
            str(action.body[action.kind])
            for action in view.actions
            if action.kind in ("tag", "milestone")
        }
        for path, name, _ in members(view.document.value.get("labels"), ("labels",)):
            if name not in marks:
                hint = meant(name, marks)
                yield view.document.finding(path, "process.label", name=name, hint=hint)


@checks
def of_approvals(context: Context) -> Iterator[Finding]:
    """`material`, and what approvers may `edit`, in each form that the approval is used on."""
    for document in context.of_kind("approval"):
        for form in _forms_of(context, document):
            for path, name in texts(document.value.get("material"), ("material",)):
                yield from unknown_field(document, path, name, form)
            for place, step in steps_of(document):
                for path, name in texts(step.get("edit"), (*place, "edit")):
                    yield from unknown_field(document, path, name, form)


def _forms_of(context: Context, document: Document) -> list[Node]:
    found = [
        context.fields(view.document.value.get("form"))
        for view in context.processes
        for one in view.activities
        if one.kind == "approval" and str(one.body.get("approval")).partition("@")[0] == document.id
    ]
    return [form for form in found if form is not None]


def unknown_field(document: Document, path: Path, name: str, form: Node) -> Iterator[Finding]:
    """A finding where the form is known not to have the field."""
    if knows(form, tuple(name.split("."))) == "no":
        yield _finding(document, path, name, form)


def _finding(document: Document, path: Path, name: str, form: Node) -> Finding:
    known = [".".join(names) for names, _ in walk(form)]
    return document.finding(path, "field.unknown", name=name, hint=meant(name, known))
