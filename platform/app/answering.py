"""Answers that need the past: a request that comes again, and what changed since a revision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from orderloom.platform.app.refusals import refusal_of
from orderloom.platform.app.reply import Reply
from orderloom.platform.app.unit_of_work import UnitOfWork
from orderloom.platform.app.working import WorkingOrder
from orderloom.platform.engine import Event, fold
from orderloom.platform.engine.events import BESIDE
from orderloom.platform.problem import Rejection
from orderloom.platform.store.order_rows import Answered

# So many changes are told one by one; whoever is further behind looks at the order anew.
MOST_CHANGES: Final = 20
# Entries that are looked through for them, from the newest backwards.
REACH: Final = 400


def remembered(before: Answered, unit: UnitOfWork) -> Reply | Rejection:
    """The same answer as the first time, rebuilt from the entries; nothing happens again."""
    if before.refused:
        (_, event) = unit.events(before.stream, after=before.seq - 1, upto=before.seq)[-1]
        return refusal_of(event.facts)
    order = unit.order(before.stream)
    if order is None:
        raise LookupError(f"order {before.stream} is gone")
    state = order.state
    if order.seq != before.seq:
        events = unit.events(before.stream, upto=before.seq)
        state = fold(event for _, event in events) or state
    return Reply(
        order=order.id,
        number=state.number,
        revision=before.revision,
        state=state,
        release=order.release,
        replayed=True,
        seq=before.seq,
        head=unit.tip(order.id, before.seq),
    )


def changed_since(order: WorkingOrder, revision: int, unit: UnitOfWork) -> Rejection:
    """409: the order is not as the client saw it; its details say what happened since."""
    after = max(0, order.seq - REACH)
    commands: list[list[tuple[int, Event]]] = []
    for seq, event in unit.events(order.id, after=after, upto=order.seq):
        if event.type == "refused" or event.type in BESIDE:
            continue
        if commands and commands[-1][0][1].facts["at"] == event.facts["at"]:
            commands[-1].append((seq, event))
        else:
            commands.append([(seq, event)])
    behind = max(order.revision - revision, 0)
    late = [pair for command in commands[-behind:] for pair in command] if behind else []
    details = tuple(
        Rejection(
            "order.changed",
            f"{event.type} at {event.facts['at']}",
            {"type": event.type, "at": event.facts["at"], "entry": seq, "fields": _fields(event)},
        )
        for seq, event in late[-MOST_CHANGES:]
    )
    message = f"the order is at revision {order.revision}, not at {revision}"
    return Rejection(
        "order.stale",
        message,
        {"revision": order.revision, "expected": revision},
        details=details,
    )


def moves(events: Iterable[Event]) -> int:
    """By how much a command raises the revision: nothing where something was only said."""
    return int(any(event.type not in BESIDE for event in events))


def _fields(event: Event) -> list[str]:
    """The data that an event changed, by dotted path."""
    if event.type != "data.changed":
        return []
    return [each["path"].strip("/").replace("/", ".") for each in event.facts["patch"]]
