"""One function a command: judge it, then do it. Each returns None or a `Rejection`."""

from __future__ import annotations

from orderloom.platform.engine import commands as c
from orderloom.platform.engine.activities import start_manual
from orderloom.platform.engine.editing import edit
from orderloom.platform.engine.failing import note_failure
from orderloom.platform.engine.marks import hold
from orderloom.platform.engine.people import may
from orderloom.platform.engine.receiving import deliver, receive
from orderloom.platform.engine.settle import settle
from orderloom.platform.engine.step import Step
from orderloom.platform.problem import Rejection


def send_event(step: Step, body: c.SendEvent) -> Rejection | None:
    return receive(step, body)


def edit_data(step: Step, body: c.EditData) -> Rejection | None:
    return edit(step, body)


def start_activity(step: Step, body: c.StartActivity) -> Rejection | None:
    record = step.state.activities.get(str(body.activity))
    if record is None or record["status"] != "waiting":
        return Rejection("activity.not_waiting", "there is nothing to start")
    activity = step.release.process.stages[record["stage"]].do[record["i"]]
    if not step.trusted and not may(step, activity.by, step.context.actor, record["stage"]):
        return Rejection("activity.not_allowed", "you may not start this")
    start_manual(step, str(body.activity))
    settle(step)
    return None


def set_hold(step: Step, body: c.SetHold) -> Rejection | None:
    declared = step.release.process.holds.get(body.hold)
    if declared is None:
        return Rejection("hold.unknown", f"there is no hold {body.hold}", {"hold": body.hold})
    if not step.trusted and not may(step, declared.by, step.context.actor):
        return Rejection("hold.not_allowed", f"you may not change the hold {body.hold}")
    hold(step, body.hold, on=body.on, reason=body.reason, by=step.context.actor.id)
    step.tried_kept = None
    settle(step)
    return None


def deliver_messages(step: Step, body: c.Deliver) -> Rejection | None:
    deliver(step, body)
    return None


def fail(step: Step, body: c.Fail) -> Rejection | None:
    note_failure(step, body.body, body.error)
    return None
