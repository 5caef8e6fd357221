"""Views as JSON, as the API and the command line answer with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from orderloom.platform.app.definition_models import DefinitionLine
from orderloom.platform.app.view_done import DoneLine
from orderloom.platform.app.view_inbound import InboundLine, InboundView
from orderloom.platform.app.view_models import (
    ApproverView,
    OrderHead,
    OrderLine,
    OrderView,
    PersonView,
    Sentence,
    TaskLine,
    WaiverView,
)
from orderloom.platform.store.inbound_rows import KeptMessage
from orderloom.platform.store.substitution_rows import Substitution
from orderloom.platform.words.erased import without_markers

Json = dict[str, Any]


def order_json(view: OrderView) -> Json:
    """The whole order: head, data, open tasks, and what the caller may send."""
    return {
        **head_json(view.head),
        "data": without_markers(view.data),
        "hidden": list(view.hidden),
        "tasks": [task_json(task) for task in view.tasks],
        "events": [
            {"name": button.name, "title": button.title, "reason": button.reason}
            for button in view.buttons
        ],
        "holds": [hold.id for hold in view.holds if hold.on],
        "children": [child.number for child in view.children if child.visible],
        "parent": view.parent,
        "tags": list(view.tags),
        "waivers": [waiver_json(each) for each in view.waivers],
        "warnings": [
            {"problem": each.problem, "instruction": each.instruction, "at": instant(each.at)}
            for each in view.warnings
        ],
    }


def waiver_json(view: WaiverView) -> Json:
    """A problem that somebody set aside, for these values."""
    return {
        "row": view.row,
        "problem": view.problem,
        "by": person_json(view.by),
        "reason": view.reason,
        "at": instant(view.at),
        "values": dict(view.values),
    }


def head_json(head: OrderHead) -> Json:
    """What stands above every order."""
    return {
        "number": head.number,
        "process": head.process,
        "revision": head.revision,
        "state": head.status,
        "stages": [stage.id for stage in head.stages],
        "attention": head.attention,
        "outcome": head.outcome,
        "failed": head.failed,
        "created": instant(head.created),
        "ended": instant(head.ended),
        "requester": person_json(head.requester),
        "channel": head.channel,
        "release": head.release,
    }


def taken_json(kept: KeptMessage) -> Json:
    """What the sender of a message learns of it."""
    return {
        "id": kept.id,
        "message": kept.arrival.message,
        "state": str(kept.state),
        "order": kept.number if kept.order is not None else None,
        "code": (kept.problem or {}).get("code"),
    }


def inbound_line_json(line: InboundLine) -> Json:
    """A message of another system in a list."""
    return {
        "id": line.id,
        "connector": line.connector,
        "message": line.message,
        "state": line.state,
        "received": instant(line.received),
        "number": line.number,
        "code": line.problem.code if line.problem is not None else None,
        "detail": line.problem.message if line.problem is not None else None,
        "again": instant(line.again),
    }


def inbound_json(view: InboundView) -> Json:
    """A whole message of another system."""
    return {
        **inbound_line_json(view.line),
        "body": view.body,
        "headers": dict(view.headers),
        "attempts": view.attempts,
        "sender": person_json(view.sender) if view.sender is not None else None,
        "settled_by": person_json(view.settled_by) if view.settled_by is not None else None,
        "settled": instant(view.settled),
    }


def line_json(line: OrderLine) -> Json:
    """An order in a list."""
    return {
        "number": line.number,
        "process": line.process,
        "revision": line.revision,
        "state": line.status,
        "stage_titles": list(line.stages),
        "attention": line.attention,
        "created": instant(line.created),
        "requester": person_json(line.requester),
        "columns": dict(line.columns),
        "problems": line.problems,
        "warnings": line.warnings,
    }


def task_json(task: TaskLine) -> Json:
    """A task in a list."""
    return {
        "id": task.id,
        "kind": task.kind,
        "title": task.title,
        "order": task.order,
        "process": task.process,
        "stages": list(task.stages),
        "subject": task.subject,
        "reason": task.reason,
        "due_at": instant(task.due),
        "late": task.late,
        "paused": task.paused,
        "assignee": person_json(task.assignee) if task.assignee else None,
        "for": person_json(task.in_place_of) if task.in_place_of else None,
    }


def done_json(line: DoneLine) -> Json:
    """What the caller has answered."""
    return {
        "id": line.id,
        "title": line.title,
        "order": line.order,
        "process": line.process,
        "subject": line.subject,
        "verdict": line.verdict,
        "text": line.text,
        "at": instant(line.at),
        "seq": line.seq,
        "visible": line.visible,
        "for": person_json(line.in_place_of) if line.in_place_of else None,
    }


def approver_json(view: ApproverView) -> Json:
    """A step of an approval: who, by which rule, with which values."""
    return {
        "approval": view.approval,
        "title": view.title,
        "state": view.state,
        "key": view.key,
        "step": view.step,
        "level": view.level,
        "mode": view.mode,
        "number": view.number,
        "status": view.status,
        "people": [person_json(person) for person in view.people],
        "rule": view.why.get("rule"),
        "decision": view.why.get("decision"),
        "values": view.why.get("values") or {},
        "limits": view.why.get("limits") or {},
        "why": view.unknown or view.reason.text,
        "within": view.within or None,
        "due_at": instant(view.due),
        "escalation": {
            "after": view.escalation.after or None,
            "at": instant(view.escalation.at),
            "people": [person_json(person) for person in view.escalation.people],
        }
        if view.escalation is not None
        else None,
        "verdicts": [
            {"by": person_json(person), "verdict": verdict, "comment": comment, "at": instant(at)}
            for person, verdict, comment, at in view.verdicts
        ],
    }


def substitution_json(one: Substitution, people: Sequence[PersonView]) -> Json:
    """Who stands in for whom; `people` are the two, and whoever set it."""
    person, substitute, by = people
    return {
        "id": one.id,
        "person": person_json(person),
        "substitute": person_json(substitute),
        "from": instant(one.starts),
        "until": instant(one.ends),
        "set_by": person_json(by),
        "set_at": instant(one.set_at),
        "ended": instant(one.ended),
    }


def entry_json(entry: Sentence) -> Json:
    """An audit entry: its place in the stream, its sentence, its hash."""
    return {
        "seq": entry.seq,
        "at": instant(entry.at),
        "type": entry.type,
        "types": list(entry.types),
        "text": entry.text,
        "actor": person_json(entry.actor) if entry.actor else None,
        "channel": entry.channel,
        "definition": entry.definition,
        "hash": entry.hash,
    }


def definition_json(line: DefinitionLine) -> Json:
    """A definition's newest version."""
    return {
        "kind": line.kind,
        "id": line.id,
        "title": line.title,
        "version": line.number,
        "digest": line.digest,
        "published": instant(line.published),
    }


def person_json(person: PersonView) -> Json:
    """Somebody by id and name."""
    return {"id": person.id, "name": person.name, "kind": person.kind}


def instant(moment: datetime | None) -> str | None:
    """An aware instant as RFC 3339, in UTC."""
    return moment.isoformat().replace("+00:00", "Z") if moment else None
