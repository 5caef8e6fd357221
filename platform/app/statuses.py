"""The one table from a rejection's code to an HTTP status; it also tells which refusals pass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Exact codes first, then the longest ending or beginning that fits, else 422.
STATUS: Final[Mapping[str, int]] = {
    "approval.already_voted": 409,
    "approval.closed": 409,
    "approval.delegated": 409,
    "approval.delegated_to_you": 403,
    "approval.no_undo": 409,
    "approval.not_a_candidate": 403,
    "approval.nothing_to_undo": 409,
    "approval.not_the_requester": 403,
    "approval.separation": 403,
    "approval.too_late": 409,
    "approval.withdrawn": 409,
    "attachment.many": 409,
    "attachment.not_yours": 403,
    "attachment.there": 409,
    "activity.not_waiting": 409,
    "attention.not_allowed": 403,
    "csrf.missing": 403,
    "draft.changed_meanwhile": 412,
    "play.busy": 429,
    "erase.changed": 409,
    "event.not_expected": 409,
    "idempotency.reused": 422,
    "import.overtaken": 409,
    "inbound.no_message": 404,
    "inbound.no_secret": 503,
    "inbound.settled": 409,
    "inbound.signature": 401,
    "inbound.unsigned": 401,
    "internal": 500,
    "key.reused": 422,
    "mail.settled": 409,
    "mail_link.done": 409,
    "mail_link.expired": 410,
    "mail_link.not_yours": 403,
    "mail_link.off": 403,
    "mail_link.person": 403,
    "mail_link.used": 410,
    "moment.before": 404,
    "moment.no_decision": 404,
    "moment.no_entry": 404,
    "order.draft": 409,
    "order.ended": 409,
    "order.held": 409,
    "order.may_not_start": 403,
    "order.not_draft": 409,
    "order.stale": 409,
    "outcome.unknown": 503,
    "permission.missing": 403,
    "process.unknown": 404,
    "audit.whole": 403,
    "audit.withheld": 403,
    "evidence.withheld": 403,
    "bundle.zip_big": 413,
    "publish.overtaken": 409,
    "query.withheld": 403,
    "request.if_match_missing": 428,
    "request.malformed": 400,
    "request.method": 405,
    "request.too_large": 413,
    "request.unsupported": 415,
    "record.merged": 409,
    "record.reserved": 409,
    "record.reserved_as": 409,
    "record.reserved_gone": 409,
    "record.not_merged": 409,
    "start.taken": 409,
    "sign_in.needed": 401,
    "sign_in.throttled": 429,
    "sign_in.wrong": 401,
    "substitution.cycle": 409,
    "substitution.ended": 409,
    "substitution.not_yours": 403,
    "task.asked_already": 409,
    "task.closed": 409,
    "task.not_yours": 403,
    "task.taken": 409,
    "ticket.may_not_waive": 403,
    "ticket.other_row": 403,
    "ticket.set_aside": 410,
    "ticket.solved": 410,
    "token.wrong": 401,
    "unavailable": 503,
    "view.name_taken": 409,
}
ENDINGS: Final[Mapping[str, int]] = {
    ".not_found": 404,
    ".not_allowed": 403,
    ".stale": 409,
    ".taken": 409,
    ".throttled": 429,
    ".too_big": 413,
    ".too_large": 413,
}
BEGINNINGS: Final[Mapping[str, int]] = {"json.": 400, "permission.": 403, "token.": 401}
REFUSED: Final = 422


def status_of(code: str) -> int:
    """The HTTP status under which pages and the API say this code."""
    if code in STATUS:
        return STATUS[code]
    for ending, status in ENDINGS.items():
        if code.endswith(ending):
            return status
    for beginning, status in BEGINNINGS.items():
        if code.startswith(beginning):
            return status
    return REFUSED


def passes(code: str) -> bool:
    """Whether the same request may be answered otherwise a moment later: such refusals (409, 429,
    5xx) are not remembered under an `Idempotency-Key` (engine 7)."""
    status = status_of(code)
    return status in (409, 429) or status >= 500
