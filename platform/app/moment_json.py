"""Moments of an order as JSON, as the API answers with."""

from __future__ import annotations

from typing import Any

from orderloom.platform.app.moment_models import ComparedView, Difference, MomentView, TaskThen
from orderloom.platform.app.order_json import approver_json, entry_json, head_json, instant
from orderloom.platform.app.order_json import person_json as person

Json = dict[str, Any]


def moment_json(view: MomentView) -> Json:
    """An order as it stood after an entry: head, what the caller may see of its data, tasks and
    approvals."""
    return {
        "entry": entry_json(view.entry),
        "last": view.last,
        "from": instant(view.from_),
        "until": instant(view.until),
        **head_json(view.head),
        "fields": [
            {"path": one.path, "label": one.label, "text": one.text, "value": one.value}
            for one in view.fields
        ],
        "tasks": [_task(one) for one in view.tasks],
        "approvals": [approver_json(one) for one in view.approvals],
        "holds": [one.id for one in view.holds],
        "tags": list(view.tags),
        "files": list(view.files),
        "milestones": {id_: instant(at) for id_, at in view.milestones},
    }


def compared_json(view: ComparedView) -> Json:
    """Two moments, and what is not at one as at the other."""
    return {
        "first": _point(view.first),
        "second": _point(view.second),
        "differences": [_difference(one) for one in view.differences],
    }


def _point(view: MomentView) -> Json:
    return {"entry": view.seq, "at": instant(view.from_), "text": view.entry.text}


def _difference(one: Difference) -> Json:
    return {
        "kind": one.kind,
        "key": one.key,
        "label": one.label,
        "before": one.before,
        "after": one.after,
        "entry": one.seq,
        "at": instant(one.at),
        "by": one.by,
        "computed": one.computed,
    }


def _task(task: TaskThen) -> Json:
    return {
        "n": task.n,
        "kind": task.kind,
        "title": task.title,
        "people": [person(one) for one in task.people],
        "assignee": person(task.assignee) if task.assignee else None,
        "due_at": instant(task.due),
        "reason": task.reason,
    }
