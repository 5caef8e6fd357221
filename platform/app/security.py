"""Entries of the security stream: what was refused and has no order to stand in (engine 7)."""

from __future__ import annotations

from dataclasses import replace

from orderloom.platform.app.recorder import Recorder, Sent
from orderloom.platform.app.unit_of_work import UnitOfWork
from orderloom.platform.engine import Event
from orderloom.platform.store.order_rows import StreamHead


def security_entry(
    event: Event, sent: Sent, unit: UnitOfWork, recorder: Recorder, *, subject: int | None = None
) -> StreamHead:
    """Adds the event to this process's security stream; the stream's head after it. `subject`:
    the order that it is about, where there is one."""
    head = unit.security_stream(sent.actor.organisation)
    (entry,) = recorder.entries(
        [event],
        sent,
        stream=head.stream,
        organisation=sent.actor.organisation,
        number=head.commands + 1,
        seq=head.seq,
        head=head.head,
        subject=subject,
    )
    moved = replace(head, seq=entry.seq, commands=head.commands + 1, head=entry.hash)
    unit.move_security(moved)
    unit.changes.entries.append(entry)
    return moved
