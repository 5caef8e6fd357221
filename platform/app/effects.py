"""Effects become rows that others carry out after the commit (engine 9, 11)."""

from __future__ import annotations

from collections.abc import Sequence

from orderloom.platform.app.working import WorkingOrder
from orderloom.platform.codec import dumps
from orderloom.platform.engine.outcome import (
    CallEffect,
    CancelCall,
    Effect,
    InboxEffect,
    KeepFile,
    MessageEffect,
)
from orderloom.platform.store.order_rows import Changes, JobWrite, LetterWrite


def add_effects(
    effects: Sequence[Effect], order: WorkingOrder, changes: Changes, *, at: str
) -> None:
    """Adds what must happen outside. `at`: the instant of the command."""
    for effect in effects:
        match effect:
            case InboxEffect():
                changes.letters.append(_letter(effect, order, at))
            case CancelCall(n):
                _cancel(order.id, n, changes)
            case KeepFile(digest):
                changes.files.append((order.organisation, digest, order.id))
            case CallEffect():
                body = {
                    "connector": effect.connector,
                    "operation": effect.operation,
                    "args": effect.args,
                }
                changes.jobs.append(_job(order, effect.n, "call", body, at, effect.lane))
            case MessageEffect():
                body = {
                    "message": effect.message,
                    "names": effect.names,
                    "to": list(effect.to),
                }
                changes.jobs.append(_job(order, effect.n, "message", body, at))


def _letter(effect: InboxEffect, order: WorkingOrder, at: str) -> LetterWrite:
    return LetterWrite(
        organisation=order.organisation,
        to_order=effect.to_order,
        from_stream=order.id,
        from_n=effect.n,
        kind=effect.kind,
        body=dumps(effect.body),
        at=effect.body.get("not_before") or at,
    )


def _job(
    order: WorkingOrder, n: int, kind: str, body: object, at: str, lane: str | None = None
) -> JobWrite:
    return JobWrite(
        organisation=order.organisation,
        order=order.id,
        n=n,
        kind=kind,
        body=dumps(body),
        due=at,
        lane=lane,
    )


def _cancel(order: int, n: int, changes: Changes) -> None:
    """A call that this batch asked for and has not written yet is simply dropped."""
    waiting = [job for job in changes.jobs if (job.order, job.n) != (order, n)]
    if len(waiting) == len(changes.jobs):
        changes.cancelled.append((order, n))
    changes.jobs = waiting
