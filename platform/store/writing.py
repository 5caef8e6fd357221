"""One flush: all that a batch of commands changed, a statement or few per table (engine 5, 10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from orderloom.platform.store.cursor import Cursor
from orderloom.platform.store.encoding import to_base64
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
)
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


def write(cursor: Cursor, changes: Changes) -> None:
    """Writes the changes. Raises `Conflict` where an order is no longer as it was read."""
    _orders(cursor, changes.orders)
    _projections(cursor, changes.projections)
    cursor.insert("audit_entry", _ENTRY, [_entry(each) for each in changes.entries])
    personal = [row for each in changes.entries for row in _personal(each)]
    cursor.insert(
        "audit_personal", "stream, seq, slot, organisation_id, path, salt, value", personal
    )
    cursor.insert(
        "inbox",
        "to_order, from_stream, from_n, organisation_id, kind, body, at",
        [_letter(each) for each in changes.letters],
    )
    cursor.delete("outbox", ("order_id", "n"), changes.cancelled)
    cursor.insert(
        "outbox",
        "organisation_id, order_id, n, lane, kind, body, due_at, attempts",
        [_job(each) for each in changes.jobs],
    )
    cursor.insert(
        "idempotency",
        "scope, key, organisation_id, request_digest, stream, seq, revision, refused, at",
        [_answered(each) for each in changes.answered],
    )
    for stream in changes.streams:
        _stream(cursor, stream)
    cursor.insert(
        "substitution",
        COLUMNS,
        [row_of(each) for each in changes.substitutions],
        " ON CONFLICT (id) DO UPDATE SET ended = excluded.ended, ended_by = excluded.ended_by",
    )
    cursor.insert(
        "sequence",
        "organisation_id, name, value",
        sorted(changes.sequences),
        " ON CONFLICT (organisation_id, name) DO UPDATE SET value = excluded.value",
    )


def _orders(cursor: Cursor, orders: Sequence[OrderWrite]) -> None:
    for order in sorted(orders, key=lambda each: each.id):
        if order.before is not None:
            _update(cursor, order, order.before)
    cursor.insert("order_row", _ORDER, [_order(each) for each in orders if each.before is None])


def _update(cursor: Cursor, order: OrderWrite, before: tuple[int, int]) -> None:
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
    touched = (
        cursor.change(_UPDATE, (*start, *end))
        if order.data is None
        else cursor.change(_UPDATE_DATA, (*start, order.data, *end))
    )
    if touched != 1:
        raise Conflict(f"order {order.id} has changed meanwhile")


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


def _projections(cursor: Cursor, projections: Sequence[ProjectionWrite]) -> None:
    """Only what differs is touched."""
    keys: list[tuple[Any, ...]] = []
    references: list[tuple[Any, ...]] = []
    tasks: list[tuple[Any, ...]] = []
    candidates: list[tuple[Any, ...]] = []
    for each in projections:
        before, after = each.before, each.after
        organisation, order = each.organisation, each.order
        cursor.delete(
            "order_key",
            ("organisation_id", "slot", "sort_key", "order_id"),
            ((organisation, *key, order) for key in sorted(before.keys - after.keys)),
        )
        cursor.delete(
            "order_reference",
            ("organisation_id", "process", "key", "value"),
            ((organisation, *row) for row in sorted(before.references - after.references)),
        )
        gone = sorted(task.n for task in before.tasks - after.tasks)
        for table in ("task", "task_candidate"):
            cursor.delete(table, ("order_id", "n"), ((order, n) for n in gone))
        keys += ((organisation, *key, order) for key in after.keys - before.keys)
        references += ((organisation, *row, order) for row in after.references - before.references)
        for task in after.tasks - before.tasks:
            tasks.append(
                (order, task.n, organisation, task.kind, task.definition, task.due, task.assignee)
            )
            candidates += (
                (organisation, principal, task.due or NO_DUE, order, task.n)
                for principal in task.principals
            )
    cursor.insert("order_key", "organisation_id, slot, sort_key, order_id", sorted(keys))
    cursor.insert(
        "order_reference", "organisation_id, process, key, value, order_id", sorted(references)
    )
    cursor.insert("task", "order_id, n, organisation_id, kind, definition, due_at, assignee", tasks)
    cursor.insert(
        "task_candidate", "organisation_id, principal, due_at, order_id, n", sorted(candidates)
    )


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
    cursor.change(
        "UPDATE audit_stream SET chain_seq = ?, commands = ?, chain_head = ? WHERE stream = ?",
        (stream.seq, stream.commands, head, stream.stream),
    )
