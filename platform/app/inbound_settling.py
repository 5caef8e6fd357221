"""Ways out for messages that stand still: try again, name the order, throw away (language 8)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from orderloom.platform.app.inbound import Inbound
from orderloom.platform.app.inbound_carrying import CHANNEL, Carrying
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.refusals import Announced
from orderloom.platform.app.runner import Runner
from orderloom.platform.engine.commands import Actor
from orderloom.platform.engine.outcome import Event
from orderloom.platform.engine.step import iso
from orderloom.platform.problem import Rejection
from orderloom.platform.store.inbound_rows import InboundTables, KeptMessage, State
from orderloom.platform.store.read_rows import ReadTables

OPEN = (State.RECEIVED, State.QUARANTINED)
Settled = KeptMessage | Rejection


class Settling:
    """For holders of `inbound.settle`. Each way is an entry of the security stream before it is
    taken; taken twice it has one effect."""

    def __init__(
        self,
        tables: InboundTables,
        reads: ReadTables,
        runner: Runner,
        carrying: Carrying,
        inbound: Inbound,
        now: Callable[[], datetime],
    ) -> None:
        self._tables = tables
        self._reads = reads
        self._runner = runner
        self._carrying = carrying
        self._inbound = inbound
        self._now = now

    def retry(self, actor: Actor, id: int) -> Settled:
        """Carries it out from the beginning, by the connector's definition of today."""
        kept = self._open(actor, id, done=State.DONE)
        if isinstance(kept, Rejection) or kept.state not in OPEN:
            return kept
        return self._again(actor, kept, "retry")

    def assign(self, actor: Actor, id: int, number: str) -> Settled:
        """The message is for the order of that number, whatever its own key says."""
        kept = self._open(actor, id, done=State.DONE)
        if isinstance(kept, Rejection):
            return kept
        if kept.state not in OPEN:
            return kept if kept.number == number else _settled(kept)
        refused = self._unfit(kept, number)
        if refused is not None:
            return refused
        return self._again(actor, kept, "assign", number=number)

    def discard(self, actor: Actor, id: int, reason: str | None) -> Settled:
        """Nobody needs it; its body is kept."""
        kept = self._open(actor, id, done=State.DISCARDED)
        if isinstance(kept, Rejection) or kept.state not in OPEN:
            return kept
        if not (reason or "").strip():
            return Rejection("inbound.reason_required", "Expected a reason.", path="reason")
        refused = self._announced(actor, kept, "discard", reason=reason)
        if refused is not None:
            return refused
        done = self._tables.discard(kept, by=actor.id, at=self._now())
        return done or self._open(actor, id, done=State.DISCARDED)

    def _open(self, actor: Actor, id: int, *, done: State) -> Settled:
        """The message, if there is still something to settle or it was settled just so."""
        refused = needs(actor, "inbound.settle")
        if refused is not None:
            return refused
        kept = self._tables.one(actor.organisation, id)
        if kept is None:
            return Rejection("inbound.no_message", f"There is no message {id}.", {"id": id})
        return kept if kept.state in (*OPEN, done) else _settled(kept)

    def _unfit(self, kept: KeptMessage, number: str) -> Rejection | None:
        """Why the message cannot be for that order."""
        arrival = kept.arrival
        stored = self._reads.order_by_number(arrival.organisation, number)
        if stored is None:
            params = {"number": number}
            return Rejection("order.not_found", f"There is no order {number}.", params)
        known = self._carrying.messages(arrival.organisation, arrival.connector)
        message = next((each for each in known if each.id == arrival.message), None)
        event = message.event if message is not None else None
        if event is None:
            return Rejection("inbound.no_event", "Only an event's message is for an order.")
        if stored.state.process != event.process:
            params = {"number": number, "process": event.process}
            message_ = f"{number} is no order of {event.process}"
            return Rejection("inbound.other_process", message_, params, path="number")
        return None

    def _again(
        self, actor: Actor, kept: KeptMessage, way: str, *, number: str | None = None
    ) -> Settled:
        refused = self._announced(actor, kept, way, number=number)
        if refused is not None:
            return refused
        again = self._tables.again(kept, number=number, by=actor.id, at=self._now())
        if again is None:
            return self._open(actor, kept.id, done=State.DONE)
        return self._inbound.carried(again)

    def _announced(
        self, actor: Actor, kept: KeptMessage, way: str, **more: Any
    ) -> Rejection | None:
        """The entry, durable: what is done without it would be done in secret."""
        facts = {
            "message": kept.id,
            "connector": kept.arrival.connector,
            "kind": kept.arrival.message,
            "digest": hashlib.sha256(kept.arrival.body.encode()).hexdigest(),
            "way": way,
            "at": iso(self._now()),
            **{name: value for name, value in more.items() if value is not None},
        }
        event = Event("inbound.settled", facts)
        if self._runner.announce(Announced(event=event, actor=actor, channel=CHANNEL)):
            return None
        return Rejection("unavailable", "The database could not take the change.")


def _settled(kept: KeptMessage) -> Rejection:
    params = {"id": kept.id, "state": str(kept.state)}
    return Rejection("inbound.settled", f"Message {kept.id} is {kept.state}.", params)
