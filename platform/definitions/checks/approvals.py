"""Approvals (language 6): steps, modes, elements, and what becomes of a late material change."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.events import matches
from orderloom.platform.definitions.checks.plain import body, items, listed, text, texts
from orderloom.platform.definitions.checks.process_view import ActivityView, ProcessView
from orderloom.platform.definitions.checks.reaching import spread
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.checks.roles import steps_of
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding
from orderloom.rules import FeelError, parse_expression


@checks
def steps(context: Context) -> Iterator[Finding]:
    """Steps or a matrix; each step has approvers and a mode that can be met."""
    for document in context.of_kind("approval"):
        value = document.value
        if ("steps" in value) == ("matrix" in value):
            both = "steps" in value
            message = "It has both steps and a matrix." if both else "It has no steps."
            path: Path = ("matrix",) if both else ()
            hint = "Write steps, or the decision that gives them as matrix."
            yield document.finding(path, "approval.steps", message, hint=hint)
        for path, step in steps_of(document):
            if "approvers" not in step:
                message = "Nobody is asked in this step."
                hint = "Write approvers: with a role."
                yield document.finding(path, "approval.nobody", message, hint=hint)
            yield from _mode(document, (*path, "mode"), body(step.get("mode")))
        if "for_each" in value and "key" not in value:
            message = "The elements have no key to be told apart by."
            hint = "Write key: with a field of the elements such as line_no."
            yield document.finding(("for_each",), "approval.no_key", message, hint=hint)


def _mode(document: Document, path: Path, mode: Any) -> Iterator[Finding]:
    for kind, most in (("quorum", None), ("weight", None), ("percent", 100)):
        number = mode.get(kind)
        if not isinstance(number, int | Decimal) or isinstance(number, bool):
            continue
        if number < 1 or (most is not None and number > most):
            wanted = "at least 1" if most is None else f"from 1 to {most}"
            message = f"The {kind} {number} can never be what is meant."
            yield document.finding(
                (*path, kind), "approval.mode", message, hint=f"Write a number {wanted}."
            )


@checks
def late_changes(context: Context) -> Iterator[Finding]:
    """Where `edit` allows material changes after an approval, the process takes the news."""
    for view in context.processes:
        form = text(view.document.value.get("form"))
        document = context.find("form", form) if form else None
        if document is None or view.fragment:
            continue
        for activity in view.activities:
            if activity.kind == "approval" and activity.own and not _told(view, activity):
                yield from _late(context, view, activity, document)


def _told(view: ProcessView, activity: ActivityView) -> bool:
    name = f"approval.voided.{activity.id}"
    return any(one.event is not None and matches(one.event, name) for one in view.transitions)


def _late(
    context: Context, view: ProcessView, activity: ActivityView, form: Document
) -> Iterator[Finding]:
    approval = context.find("approval", str(activity.body.get("approval")))
    if approval is None:
        return
    material = [name for _, name in texts(approval.value.get("material"), ())]
    later = _after(view, activity)
    for path, rule in listed(form.value.get("edit"), ("edit",)):
        places = {stage for _, stage in texts(body(rule).get("in"), ())}
        if "any" not in places and not places & later:
            continue
        fields = [name for _, name in texts(body(rule).get("fields"), ())]
        if _touches(_with_computed(fields, form), material):
            message = (
                f"May change what '{approval.id}' approved, and the process "
                f"'{view.document.id}' does not take approval.voided.{activity.id}."
            )
            hint = f"Write on: {{approval.voided.{activity.id}: …}}, or edit it less."
            yield form.finding(path, "approval.voided_unhandled", message, hint=hint)


def _after(view: ProcessView, activity: ActivityView) -> set[str]:
    """The stages in which the order may be once it was approved, the approval's own left out.

    With those around them: `in` names a stage with all inside it.
    """
    good = f"approval.approved.{activity.id}"
    around = set(view.above(activity.stage))
    first = [
        target
        for one in view.transitions
        if (one.event is not None and one.stage in around and matches(one.event, good))
        or (one.trigger == "done" and one.stage in around)
        for _, target in one.targets
    ]
    found = spread(view, first, stop=frozenset({activity.stage})) if first else set()
    return found - around - set(view.below(activity.stage))


def _with_computed(fields: list[str], form: Document) -> list[str]:
    """The fields and those that are computed from them."""
    found = list(fields)
    computed = body(form.value.get("compute"))
    for _ in computed:
        for name, source in computed.items():
            if name not in found and _touches(_read_by(source), found):
                found.append(name)
    return found


def _read_by(source: Any) -> list[str]:
    try:
        paths = parse_expression(source).paths if isinstance(source, str) else frozenset()
    except FeelError:
        return []
    return [".".join(path) for path in paths]


def _touches(fields: list[str], others: list[str]) -> bool:
    """Whether one is in the other, either way; no material at all is everything."""
    return (not others and bool(fields)) or any(
        one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")
        for one in fields
        for other in others
    )


@checks
def keys_of_elements(context: Context) -> Iterator[Finding]:
    """The key of `for_each` is one name, the elements' own."""
    for document in context.of_kind("approval"):
        key = document.value.get("key")
        if "for_each" in document.value and len(items(key)) == 1 and text(key) is None:
            hint = "Write a field of the elements such as line_no."
            yield document.finding(("key",), "approval.no_key", "This is no field.", hint=hint)
