"""The beginning of an order: created whole, or as a draft that is started later (language 3.1)."""

from __future__ import annotations

from typing import cast

from orderloom.platform.definitions.model import Release
from orderloom.platform.engine.commands import Body, Create, DiscardDraft, Fail, StartDraft
from orderloom.platform.engine.defaulting import with_defaults
from orderloom.platform.engine.editing import not_of_the_form, problems_of, rejection_of
from orderloom.platform.engine.failing import note_failure
from orderloom.platform.engine.numbering import draw
from orderloom.platform.engine.orders import tell_parent
from orderloom.platform.engine.outcome import Context, Event
from orderloom.platform.engine.people import may
from orderloom.platform.engine.settle import enter_order
from orderloom.platform.engine.state import OrderState
from orderloom.platform.engine.step import Step
from orderloom.platform.problem import Rejection

Made = tuple[Rejection | None, Step]


def create(release: Release, body: Body, context: Context) -> Made:
    """A new order, or the note that it could not be made (`Fail(Create)`)."""
    failed = body if isinstance(body, Fail) else None
    made = cast(Create, failed.body if failed is not None else body)
    blank = OrderState.first(
        order=made.order,
        process=release.process.id,
        status="draft" if made.draft else "open",
        requester=context.actor.id,
        channel=context.channel,
        data=with_defaults(
            release.form, made.data, release=release, now=context.now, actor=context.actor
        ),
    )
    step = Step(release, blank, context)
    step.sender = made.parent.order if made.parent is not None else made.sender
    refused = None if failed else _may_start(step, made) or _fits(step)
    if refused is not None:
        return refused, step
    _begin(step, made)
    if failed is not None:
        note_failure(step, failed.body, failed.error)
    elif not made.draft:
        _tell_number(step)
        enter_order(step)
    return None, step


def _may_start(step: Step, body: Create) -> Rejection | None:
    process, actor = step.release.process, step.context.actor
    if body.draft and not process.start_draft:
        return Rejection("order.no_drafts", f"{process.id} has no drafts")
    if step.trusted:
        return None
    if body.parent is not None:
        allowed = body.parent.process in process.start_from
    elif body.source is not None:
        allowed = body.source in process.start_from
    else:
        allowed = may(step, process.start_by, actor)
    if allowed:
        return None
    who = body.source or (body.parent.process if body.parent else actor.id)
    params = {"process": process.id}
    return Rejection("order.may_not_start", f"{who} may not start {process.id}", params)


def _fits(step: Step) -> Rejection | None:
    unknown = not_of_the_form(step, {}, step.state.data)
    if unknown is not None:
        return unknown
    problems = problems_of(step, step.state.data)
    return rejection_of(problems) if problems else None


def _begin(step: Step, body: Create) -> None:
    parent = None
    if body.parent is not None:
        parent = {
            "order": body.parent.order,
            "number": body.parent.number,
            "process": body.parent.process,
            "activity": body.parent.activity,
            "item": body.parent.item,
        }
    if parent is not None:
        step.state = step.state.but(parent=parent)
    number = None if body.draft else draw(step, step.release.process.number)
    data = step.computed(step.state.data, "create")
    facts = {
        "order": step.state.order,
        "process": step.state.process,
        "release": None if body.draft else step.release.digest,
        "requester": step.context.actor.id,
        "channel": step.context.channel,
        "draft": body.draft or None,
        "number": number,
        "parent": parent,
        "source": body.source,
        "data": data,
        "at": step.at,
    }
    event = Event("order.created", {k: v for k, v in facts.items() if v is not None})
    step.begin(event)


def _tell_number(step: Step) -> None:
    tell_parent(step, "child.numbered", number=step.state.number)


def start_draft(step: Step, body: StartDraft) -> Rejection | None:
    """A complete draft gets its number and enters the first stage."""
    refused = _own_draft(step)
    if refused is not None:
        return refused
    problems = step.release.form.validate(step.computed(step.state.data, "start"))
    if problems:
        return rejection_of(problems)
    number = draw(step, step.release.process.number)
    step.emit("order.started", number=number, release=step.release.digest)
    enter_order(step)
    return None


def discard(step: Step, body: DiscardDraft) -> Rejection | None:
    """Ends a draft that nobody needs."""
    refused = _own_draft(step)
    if refused is None:
        step.emit("order.discarded")
    return refused


def _own_draft(step: Step) -> Rejection | None:
    actor = step.context.actor
    if step.trusted or actor.id == step.state.requester:
        return None
    if may(step, step.release.process.start_by, actor):
        return None
    return Rejection("order.may_not_start", f"{actor.id} may not start this draft")
