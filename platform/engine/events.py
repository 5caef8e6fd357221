"""The catalogue of events: one type is one sentence of an order's timeline.

Facts are JSON values and carry results, so that `evolve` needs neither definition nor clock. Every
event has `at` (the instant, ISO 8601 UTC). `n` is a number of the order's own counter; tasks,
activities, timers, calls and messages all draw from it.
"""

from __future__ import annotations

from typing import Final

TYPES: Final[dict[str, str]] = {
    "order.created": "order process release requester channel created draft data number parent",
    "order.started": "number release: a draft has become a running order",
    "order.discarded": "a draft was thrown away",
    "order.ended": "outcome failed result: a final stage at the top was reached",
    "stage.changed": (
        "exits enters pending history cause source path if in: stages left and entered in one "
        "microstep, by which event and transition, and what its condition read"
    ),
    "work.started": (
        "stages activities tasks timers: n → record. Activities began, tasks were offered, clocks "
        "were set; what is listed in `stages` waits no longer"
    ),
    "activity.ended": "n id status outcome as index result undo: ended well, failed or cancelled",
    "activity.started": "n by: a person started an activity that waited for it",
    "task.done": (
        "n id title outcome comment tasks timers: a person ended a task or answered a question, "
        "whose asker's clocks go on"
    ),
    "task.claimed": "n id title assignee by: taken, or given back (assignee null)",
    "task.reassigned": "n id title for principals to by reason: another person has it now",
    "task.delegated": "n id activity title for to by reason: one verdict is another's to give",
    "task.escalated": "n for added: more people were asked",
    "checked": (
        "activity def digest tasks changed closed: tickets opened (n → record), told anew and "
        "closed by a re-check"
    ),
    "ticket.waived": "n id key activity title by reason: a ticket was set aside",
    "approval.opened": "n id approval content steps tasks timers: who is asked, and why",
    "approval.verdict": (
        "n id step task by for verdict comment expired weight progress line to statuses assigned "
        "tasks timers held closed: a vote and what follows from it, one that the clock gave "
        "(`expired`), or a question (`ask`) to somebody"
    ),
    "approval.undone": (
        "n id step task by for verdict reason line status tasks timers: a verdict was taken back; "
        "the step's tasks and clocks are there again"
    ),
    "approval.settled": (
        "n id line assigned tasks timers: verdicts can no longer be taken back; who is asked next"
    ),
    "approval.extended": "n id step to by reason line added tasks timers: one more is asked",
    "approval.closed": (
        "n id approval outcome content standing withdrawn line approved rejected: the approval, or "
        "one of its lines, has its outcome"
    ),
    "approval.voided": (
        "n id approval fields closed: material content changed; `late` after the end"
    ),
    "decided": "decision def digest as index in out rows how: a decision was evaluated",
    "inferred": (
        "ruleset def digest as index in facts out chain further library: a ruleset was asked; "
        "`chain`: rule and fact of each step with the facts behind it"
    ),
    "read": "collection key order as out: a record was copied",
    "numbered": "sequence as out: a number was drawn",
    "stock.moved": (
        "way lines as out cause: amounts of balances were reserved, released or issued; lines: "
        "balance key record amount own wanted free. `own`: out of the order's own reservation"
    ),
    "data.changed": "patch cause: RFC 6902 patch of the order's data, computed fields included",
    "result.set": "as out: the data of an event's or a task's own form",
    "file.attached": "n filename size type sha256 by: a file belongs to the order now",
    "file.detached": "n filename sha256 by reason: a file was hidden",
    "milestone.reached": "id",
    "tagged": "add remove",
    "linked": "number",
    "held": "hold on stops reason by",
    "event.received": "name by source data reason time: what a person or the outside told",
    "event.kept": (
        "n name source data reason time until: came early, waits; or `stage record`: what work "
        "told a stage that a hold stops"
    ),
    "event.dropped": "n name why: an early event was not wanted in its time",
    "event.refused": "name source why: another order's message that nothing could take",
    "event.raised": "name data: an action raised it",
    "commented": "n comment mentions: somebody said something about the order",
    "message.requested": "n message to",
    "sent": "n event to",
    "linked.started": "n process order as: an order was started that is not waited for",
    "child.started": "activity children: ids, processes and elements of child orders",
    "child.numbered": "activity order number: the child has its number",
    "child.ended": "activity order outcome failed result",
    "call.requested": "n activity connector operation undo",
    "call.result": "n connector operation result error late",
    "timer.fired": "n stage kind due next k: a clock struck; `next` is its next moment",
    "timers.changed": "set cancel: moments that follow the data moved",
    "messages.taken": "seen: stream → highest message number",
    "watch.hit": "watch def rule key events awaited: what a watch noticed, and by which entries",
    "undo.noted": "n stage action: how to reverse what was just done",
    "undone": "n stage action skipped: it was reversed, or left out by an administrator",
    "error.raised": "kind cause place: an error inside a block, offered to the process",
    "attention.opened": "n task: something failed and nobody took it; the ways out",
    "attention.settled": "n way reason stage",
    "command.failed": "n task error: a command could not be carried out and was undone whole",
    "personal.read": (
        "number person count subjects: somebody saw personal fields of another's order (`subj`), "
        "of `count` of them in a list (ids), or all that is kept of a person"
    ),
    "personal.exported": (
        "what number person count subjects: personal data were taken out; without an order, a "
        "person or a list, all of them"
    ),
    "personal.erased": (
        "cause person values of reason: salts and values behind `of` (beginnings of commitments) "
        "are gone; of a record in the security stream `collection key`"
    ),
    "evidence.made": (
        "orders count entries personal digest reason: entries of these orders were taken away as a "
        "pack; `digest` of its manifest; in the security stream"
    ),
    "refused": "code command: the order's stream keeps what was refused (changes nothing)",
    "substitution.set": (
        "substitution person substitute from until: who stands in for whom; in a stream without an "
        "order"
    ),
    "substitution.ended": "substitution person substitute until: the same, no more",
    "definition.published": (
        "kind id version digest bundle author before from comment: a version was published, whose "
        "draft `author` had saved; in force from `from`, else at once. This and all below down to "
        "`session.refused` stand in the security stream"
    ),
    "bundle.published": "bundle comment: scenarios or what a bundle says of itself, no definition",
    "draft.discarded": "kind id bundle: a draft that somebody had saved was given up",
    "user.added": "user given units manager: somebody was added, with the roles `given`",
    "user.changed": "user fields given taken: what changed of somebody, roles given and taken",
    "user.closed": "user: somebody left; their sessions and tokens are over",
    "user.erased": "user again reason: a pseudonym stands for somebody's login and name",
    "role.changed": "role new given taken: permissions that a role gives and gives no more",
    "token.made": "user token until comment: an API token; `token` begins its digest",
    "token.ended": "user token: it was taken back",
    "session.opened": "user: signed in",
    "session.ended": "user: signed out",
    "session.refused": "code user more: not let in; `user`: whose login it was, if anybody's",
    "inbound.settled": (
        "message connector kind digest way number reason: somebody found a way out for a message "
        "of another system; in the security stream"
    ),
    "mail.settled": (
        "mail kind problem way reason: somebody found a way out for a mail that could not be "
        "delivered; in the security stream"
    ),
    "record.changed": (
        "collection key version way fields kept digest: a record of a collection; in the security "
        "stream. Its values stand in the record's history, `digest` seals them"
    ),
    "records.imported": (
        "collection way added changed digest: records of a collection came from a file; in the "
        "security stream"
    ),
    "audit.searched": (
        "found more reason: somebody asked the auditor's desk for entries; `reason` is the "
        "question; in the security stream"
    ),
    "audit.exported": "entries reason: somebody took entries away as a file; the same",
    "order.migrated": "release stages activities timers patch: moved to another release",
}

# What leaves the order as it was: it moves no revision, so that nobody's change becomes stale.
BESIDE: Final = frozenset({"commented"})
