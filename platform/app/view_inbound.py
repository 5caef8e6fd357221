"""Messages of other systems to be read, by those who may settle them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from orderloom.platform.app.cursors import read_cursor, write_cursor
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.reading import Desk
from orderloom.platform.app.refusals import rejection_of
from orderloom.platform.app.seeing import Seeing
from orderloom.platform.app.view_models import Page, PersonView
from orderloom.platform.codec import pretty
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.inbound_rows import InboundTables, KeptMessage, State
from orderloom.platform.words import Words

PERMISSION: Final = "inbound.settle"
STATES: Final = tuple(str(state) for state in State)
MOST_COUNTED: Final = 100
OPEN: Final = (State.RECEIVED, State.QUARANTINED)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundLine:
    """A message in a list. `message`: its id in the connector's `inbound`. `number`: of the order
    that took it, or that it was assigned to. `problem`: why it stands still or waits. `again`:
    when it is tried next."""

    id: int
    connector: str
    message: str
    state: str
    received: datetime
    number: str | None = None
    problem: Rejection | None = None
    again: datetime | None = None

    @property
    def open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundView:
    """A whole message. `body`: as it came, with line breaks. `headers`: what expressions read."""

    line: InboundLine
    body: str
    headers: tuple[tuple[str, str], ...]
    attempts: int
    sender: PersonView | None = None
    settled_by: PersonView | None = None
    settled: datetime | None = None


class InboundReads:
    """For holders of `inbound.settle`; for everybody else there is nothing."""

    def __init__(self, tables: InboundTables, desk: Desk, seeing: Seeing) -> None:
        self._tables = tables
        self._desk = desk
        self._seeing = seeing

    def listed(
        self, actor: Actor, state: str | None, cursor: str | None, limit: int
    ) -> Page[InboundLine] | Rejection:
        """The newest first."""
        refused = needs(actor, PERMISSION)
        if refused is not None:
            return refused
        if state is not None and state not in STATES:
            return Rejection("query.unknown_status", f"There is no state {state}.", path="state")
        key = read_cursor(cursor, int)
        if isinstance(key, Rejection):
            return key
        rows = self._tables.listed(
            actor.organisation,
            State(state) if state is not None else None,
            before=key[0] if key else None,
            limit=limit + 1,
        )
        more = write_cursor((rows[limit - 1].id,)) if len(rows) > limit else None
        return Page(tuple(line_of(row) for row in rows[:limit]), more)

    def one(self, actor: Actor, id: int) -> InboundView | Rejection:
        """A message with its body."""
        refused = needs(actor, PERMISSION)
        if refused is not None:
            return refused
        kept = self._tables.one(actor.organisation, id)
        if kept is None:
            return Rejection("inbound.no_message", f"There is no message {id}.", {"id": id})
        self._seeing.message(actor, id, kept.arrival.connector)
        return InboundView(
            line=line_of(kept),
            body=pretty(kept.arrival.body),
            headers=tuple(kept.arrival.headers.items()),
            attempts=kept.attempts,
            sender=self._person(kept.arrival.sender, actor),
            settled_by=self._person(kept.settled_by, actor),
            settled=kept.settled,
        )

    def count(self, actor: Actor) -> int:
        """How many stand still, at most a hundred; none for those who may not settle them."""
        if PERMISSION not in actor.permissions:
            return 0
        return self._tables.count(actor.organisation, State.QUARANTINED, limit=MOST_COUNTED)

    def _person(self, id_: str | None, actor: Actor) -> PersonView | None:
        if id_ is None:
            return None
        return self._desk.people([f"u:{id_}"], actor, Words(actor.language))[0]


def line_of(kept: KeptMessage) -> InboundLine:
    """A kept message as lists show it."""
    return InboundLine(
        id=kept.id,
        connector=kept.arrival.connector,
        message=kept.arrival.message,
        state=str(kept.state),
        received=kept.arrival.received,
        number=kept.number,
        problem=rejection_of(kept.problem) if kept.problem else None,
        again=kept.due,
    )
