"""Entries of the security stream: what was refused and has no order to stand in (engine 7), and
what somebody does above single orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from orderloom.platform.app.recorder import Recorder, Sent, Tip
from orderloom.platform.app.unit_of_work import UnitOfWork
from orderloom.platform.engine import Event
from orderloom.platform.store.order_rows import StreamHead


def security_entry(
    event: Event, sent: Sent, unit: UnitOfWork, recorder: Recorder, *, subject: int | None = None
) -> StreamHead:
    """Adds the event to this process's security stream; the stream's head after it. `subject`:
    the order that it is about, where there is one."""
    return security_entries([event], sent, unit, recorder, subject=subject)


def security_entries(
    events: Sequence[Event],
    sent: Sent,
    unit: UnitOfWork,
    recorder: Recorder,
    *,
    subject: int | None = None,
) -> StreamHead:
    """The same for the events of one act, as one command of the stream."""
    head = unit.security_stream(sent.actor.organisation)
    begun = recorder.begin(
        events,
        sent,
        stream=head.stream,
        organisation=sent.actor.organisation,
        number=head.commands + 1,
        seq=head.seq,
        head=Tip(head.head),
        subject=subject,
    )
    # The head is kept as bytes: it is sealed at once.
    recorder.seal([begun])
    last = begun.entries[-1]
    moved = replace(head, seq=last.seq, commands=head.commands + 1, head=last.hash)
    unit.move_security(moved)
    unit.changes.entries += begun.entries
    return moved
