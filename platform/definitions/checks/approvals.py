"""Approvals (language 6): steps, modes, elements, and what becomes of a late material change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.events import matches
from orderloom.platform.definitions.checks.plain import body, listed, text, texts
from orderloom.platform.definitions.checks.process_view import ActivityView, ProcessView
from orderloom.platform.definitions.checks.reaching import spread
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.document import Document
from orderloom.platform.definitions.finding import Finding
from orderloom.rules import FeelError, parse_expression


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
            yield form.finding(
                path,
                "approval.voided_unhandled",
                approval=approval.id,
                process=view.document.id,
                activity=activity.id,
            )


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
