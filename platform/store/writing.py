"""One flush: all that a batch of commands changed, a statement or few per table (engine 5, 10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final

from orderloom.platform.store.administration import write_kept
from orderloom.platform.store.balance_writing import write_balances
from orderloom.platform.store.cursor import Cursor
from orderloom.platform.store.encoding import to_base64
from orderloom.platform.store.gathered import Gathered
from orderloom.platform.store.order_rows import (
    Answered,
    Changes,
    Conflict,
    EntryWrite,
    JobWrite,
    LetterWrite,
    OrderWrite,
    ProjectionWrite,
    StreamHead,
    TaskWrite,
)
from orderloom.platform.store.record_writing import write_records
from orderloom.platform.store.substitutions import COLUMNS, row_of

NO_DUE: Final = "~"
_ORDER: Final = (
    "id, organisation_id, process, release_no, revision, status, chain_seq, commands, chain_head,"
    " state, data, wake_at"
)
_UPDATE: Final = (
    "UPDATE order_row SET release_no = ?, revision = ?, status = ?, chain_seq = ?, commands = ?,"
    " chain_head = ?, state = ?, wake_at = ? WHERE id = ? AND revision = ? AND chain_seq = ?"
)
_UPDATE_DATA: Final = _UPDATE.replace("state = ?,", "state = ?, data = ?,")
_ENTRY: Final = "organisation_id, stream, seq, type, at, actor, subject, body, hash, trace"
_PERSONAL: Final = "stream, seq, slot, organisation_id, path, person, salt, value"
_LETTER: Final = "to_order, from_stream, from_n, organisation_id, kind, body, at"
_JOB: Final = "organisation_id, order_id, n, lane, kind, body, due_at, attempts"
_ANSWERED: Final = "scope, key, organisation_id, request_digest, stream, seq, revision, refused, at"
_USE: Final = "organisation_id, digest, order_id"
_SEQUENCE: Final = "organisation_id, name, value"
_SEQUENCE_THERE: Final = " ON CONFLICT (organisation_id, name) DO UPDATE SET value = excluded.value"
_SUBSTITUTION_THERE: Final = (
    " ON CONFLICT (id) DO UPDATE SET ended = excluded.ended, ended_by = excluded.ended_by"
)
_KEY_ROW: Final = ("organisation_id", "slot", "sort_key", "order_id")
_REFERENCE_ROW: Final = ("organisation_id", "process", "key", "value")
_TASK_ROW: Final = ("order_id", "n")
_CANDIDATE: Final = (
    "organisation_id, principal, due_at, order_id, n, process, kind, opened, amount, stopped"
)
# What `_of_orders` writes; all else keeps a change from being one statement.
_OF_ORDERS: Final = frozenset(
    (
        *("orders", "projections", "entries", "letters", "jobs"),
        *("cancelled", "answered", "sequences"),
    )
)
_OTHERS: Final = tuple(one.name for one in fields(Changes) if one.name not in _OF_ORDERS)
_id = attrgetter("id")


def write(cursor: Cursor, changes: Changes) -> None:
    """Writes the changes. Raises `Conflict` where an order is no longer as it was read; on
    PostgreSQL that may be told by the commit."""
    if not cursor.sqlite and _is_one(changes):
        gathered = Gathered()
        _of_orders(gathered, changes)
        gathered.carry_out(cursor)
        return
    _of_orders(cursor, changes)
    for stream in changes.streams:
        _stream(cursor, stream)
    if changes.substitutions:
        rows = [row_of(each) for each in changes.substitutions]
        cursor.insert("substitution", COLUMNS, rows, _SUBSTITUTION_THERE)
    if changes.kept:
        write_kept(cursor, changes.kept)
    if changes.records:
        write_records(cursor, changes.records)
    if changes.files:
        rows = [*dict.fromkeys(changes.files)]
        cursor.insert("attachment_use", _USE, rows, " ON CONFLICT DO NOTHING")
    if changes.levels or changes.moves:
        write_balances(cursor, changes.levels, changes.held, changes.moves)


def _is_one(changes: Changes) -> bool:
    """Whether it is the work of one order alone, and no row is to be deleted and inserted too."""
    if len(changes.orders) != 1 or len(changes.projections) != 1:
        return False
    if any(getattr(changes, name) for name in _OTHERS):
        return False
    (one,) = changes.projections
    before, after = one.before.tasks, one.after.tasks
    return before is after or {task.n for task in before}.isdisjoint(
        task.n for task in after - before
    )


def _of_orders(cursor: Cursor | Gathered, changes: Changes) -> None:
    _orders(cursor, changes.orders)
    _projections(cursor, changes.projections)
    cursor.insert("audit_entry", _ENTRY, [_entry(each) for each in changes.entries])
    personal = [row for each in changes.entries if each.personal for row in _personal(each)]
    cursor.insert("audit_personal", _PERSONAL, personal)
    if changes.letters:
        cursor.insert("inbox", _LETTER, [_letter(each) for each in changes.letters])
    cursor.delete("outbox", ("order_id", "n"), changes.cancelled)
    if changes.jobs:
        cursor.insert("outbox", _JOB, [_job(each) for each in changes.jobs])
    if changes.answered:
        cursor.insert("idempotency", _ANSWERED, [_answered(each) for each in changes.answered])
    if changes.sequences:
        cursor.insert("sequence", _SEQUENCE, sorted(changes.sequences), _SEQUENCE_THERE)


def _orders(cursor: Cursor | Gathered, orders: Sequence[OrderWrite]) -> None:
    if len(orders) > 1:
        orders = sorted(orders, key=_id)
    fresh: list[tuple[Any, ...]] = []
    moved: list[tuple[Any, ...]] = []
    rewritten: list[tuple[Any, ...]] = []
    for order in orders:
        if order.before is None:
            fresh.append(_order(order))
        elif order.data is None:
            moved.append(_changed(order, order.before))
        else:
            rewritten.append(_changed(order, order.before))
    touched = cursor.change_each(_UPDATE, moved) + cursor.change_each(_UPDATE_DATA, rewritten)
    if touched != len(moved) + len(rewritten):
        raise Conflict("an order has changed meanwhile")
    cursor.insert("order_row", _ORDER, fresh)


def _changed(order: OrderWrite, before: tuple[int, int]) -> tuple[Any, ...]:
    start = (
        order.release,
        order.revision,
        order.status,
        order.seq,
        order.commands,
        to_base64(order.head),
        order.state,
    )
    end = (order.wake_at, order.id, *before)
    return (*start, *end) if order.data is None else (*start, order.data, *end)


def _order(order: OrderWrite) -> tuple[Any, ...]:
    return (
        order.id,
        order.organisation,
        order.process,
        order.release,
        order.revision,
        order.status,
        order.seq,
        order.commands,
        to_base64(order.head),
        order.state,
        order.data,
        order.wake_at,
    )


def _projections(cursor: Cursor | Gathered, projections: Sequence[ProjectionWrite]) -> None:
    """Only what differs is touched."""
    gone_keys: list[tuple[Any, ...]] = []
    gone_references: list[tuple[Any, ...]] = []
    gone_tasks: list[tuple[int, int]] = []
    keys: list[tuple[Any, ...]] = []
    references: list[tuple[Any, ...]] = []
    tasks: list[tuple[Any, ...]] = []
    candidates: list[tuple[Any, ...]] = []
    for each in projections:
        before, after = each.before, each.after
        organisation, order = each.organisation, each.order
        # What did not change is most often the same object.
        if before.keys is not after.keys:
            gone_keys += [(organisation, *key, order) for key in before.keys - after.keys]
            keys += [(organisation, *key, order) for key in after.keys - before.keys]
        if before.references is not after.references:
            gone_references += [
                (organisation, *row) for row in before.references - after.references
            ]
            references += [
                (organisation, *row, order) for row in after.references - before.references
            ]
        if before.tasks is not after.tasks:
            gone_tasks += [(order, task.n) for task in before.tasks - after.tasks]
            for task in after.tasks - before.tasks:
                tasks.append(_task(organisation, order, task))
                candidates += _candidates(organisation, order, task)
    cursor.delete("order_key", _KEY_ROW, sorted(gone_keys))
    cursor.delete("order_reference", _REFERENCE_ROW, sorted(gone_references))
    gone_tasks.sort()
    cursor.delete("task", _TASK_ROW, gone_tasks)
    cursor.delete("task_candidate", _TASK_ROW, gone_tasks)
    cursor.insert("order_key", "organisation_id, slot, sort_key, order_id", sorted(keys))
    cursor.insert(
        "order_reference", "organisation_id, process, key, value, order_id", sorted(references)
    )
    cursor.insert("task", "order_id, n, organisation_id, kind, definition, due_at, assignee", tasks)
    cursor.insert("task_candidate", _CANDIDATE, sorted(candidates))


def _task(organisation: int, order: int, task: TaskWrite) -> tuple[Any, ...]:
    return (order, task.n, organisation, task.kind, task.definition, task.due, task.assignee)


def _candidates(organisation: int, order: int, task: TaskWrite) -> Iterable[tuple[Any, ...]]:
    due = task.due or NO_DUE
    more = (due, order, task.n, task.process, task.kind, task.opened, task.amount, task.stopped)
    return [(organisation, principal, *more) for principal in task.principals]


def _entry(entry: EntryWrite) -> tuple[Any, ...]:
    return (
        entry.organisation,
        entry.stream,
        entry.seq,
        entry.type,
        entry.at,
        entry.actor,
        entry.subject,
        entry.body.decode(),
        to_base64(entry.hash),
        None if entry.trace is None else entry.trace.decode(),
    )


def _personal(entry: EntryWrite) -> Iterable[tuple[Any, ...]]:
    for each in entry.personal:
        yield (
            entry.stream,
            entry.seq,
            each.slot,
            entry.organisation,
            each.path,
            each.person,
            to_base64(each.salt),
            each.value.decode(),
        )


def _letter(letter: LetterWrite) -> tuple[Any, ...]:
    return (
        letter.to_order,
        letter.from_stream,
        letter.from_n,
        letter.organisation,
        letter.kind,
        letter.body.decode(),
        letter.at,
    )


def _job(job: JobWrite) -> tuple[Any, ...]:
    return (
        job.organisation,
        job.order,
        job.n,
        job.lane,
        job.kind,
        job.body.decode(),
        job.due,
        0,
    )


def _answered(answered: Answered) -> tuple[Any, ...]:
    return (
        answered.scope,
        answered.key,
        answered.organisation,
        answered.digest,
        answered.stream,
        answered.seq,
        answered.revision,
        answered.refused,
        answered.at,
    )


def _stream(cursor: Cursor, stream: StreamHead) -> None:
    head = to_base64(stream.head)
    if stream.fresh:
        cursor.insert(
            "audit_stream",
            "stream, organisation_id, name, chain_seq, commands, chain_head",
            [
                (
                    stream.stream,
                    stream.organisation,
                    stream.name,
                    stream.seq,
                    stream.commands,
                    head,
                )
            ],
        )
        return
    cursor.run(
        "UPDATE audit_stream SET chain_seq = ?, commands = ?, chain_head = ? WHERE stream = ?",
        (stream.seq, stream.commands, head, stream.stream),
    )
