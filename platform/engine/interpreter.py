"""`advance`: a definition, a state and a command in; events and effects, or a "no", out.

Pure: the same arguments give the same answer. What it must ask it returns as `Asks` (engine 2).
A command applies whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable

from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import (
    attaching,
    attention_handlers,
    call_handlers,
    clock_handlers,
    commenting,
    handing_over,
    handlers,
    task_handlers,
)
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.outcome import Asks, Context, Failure, Outcome
from orderloom.platform.engine.starting import create, discard, start_draft
from orderloom.platform.engine.state import OrderState
from orderloom.platform.engine.step import Asking, BlockError, Step, StepFailure
from orderloom.platform.engine.wellformed import malformed
from orderloom.platform.problem import Rejection

Answer = Outcome | Rejection | Asks | Failure


def advance(release: Release, state: OrderState | None, body: c.Body, context: Context) -> Answer:
    """Interprets one command on one order.

    `state` is None for `Create`. `Failure` means that nothing was done: call again with
    `Fail(body, error)` on the same state, which notes it.
    """
    try:
        return _advance(release, state, body, context)
    except Asking as asking:
        return asking.asks
    except StepFailure as failure:
        return Failure(body, failure.error)
    except BlockError as error:
        return Failure(body, error.error)


def _advance(release: Release, state: OrderState | None, body: c.Body, context: Context) -> Answer:
    wrong = malformed(body)
    if wrong is not None:
        return wrong
    if state is None:
        refused, step = create(release, body, context)
    else:
        refused = _closed(state, body)
        step = Step(release, state, context)
        if refused is None:
            refused = _HANDLERS[type(body)](step, body)
    if refused is not None:
        return refused
    return Outcome(tuple(step.events), tuple(step.effects), step.state)


_DRAFT = (
    *(c.StartDraft, c.DiscardDraft, c.EditData, c.Attach, c.Detach),
    *(c.Fail, c.SettleAttention, c.Deliver, c.Wake),
)
_LATE = (c.CallResult, c.Comment, c.Deliver, c.Wake, c.Fail)


def _closed(state: OrderState, body: c.Body) -> Rejection | None:
    if state.status == "ended" and not isinstance(body, _LATE):
        return Rejection("order.ended", f"order {state.number or state.order} has ended")
    if state.status == "draft" and not isinstance(body, _DRAFT):
        return Rejection("order.draft", "the order is a draft: start it first")
    if state.status != "draft" and isinstance(body, (c.StartDraft, c.DiscardDraft)):
        return Rejection("order.not_draft", "the order has been started already")
    return None


def retry(step: Step, body: c.Body) -> Rejection | None:
    """Runs a failed command again; its permission was judged the first time."""
    step.trusted = True
    return _HANDLERS[type(body)](step, body)


_HANDLERS: dict[type, Callable[..., Rejection | None]] = {
    c.StartDraft: start_draft,
    c.DiscardDraft: discard,
    c.SendEvent: handlers.send_event,
    c.EditData: handlers.edit_data,
    c.CastVerdict: task_handlers.cast_verdict,
    c.CompleteTask: task_handlers.complete_task,
    c.WaiveTicket: task_handlers.waive_ticket,
    c.ClaimTask: task_handlers.claim_task,
    c.Reassign: handing_over.reassign,
    c.Delegate: handing_over.delegate,
    c.AddApprover: handing_over.add_approver,
    c.StartActivity: handlers.start_activity,
    c.SetHold: handlers.set_hold,
    c.SettleAttention: lambda step, body: attention_handlers.settle_attention(step, body, retry),
    c.Attach: attaching.attach,
    c.Detach: attaching.detach,
    c.Comment: commenting.comment,
    c.Wake: clock_handlers.wake,
    c.CallResult: call_handlers.call_result,
    c.Deliver: handlers.deliver_messages,
    c.Fail: handlers.fail,
}
