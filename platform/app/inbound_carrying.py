"""One try of a message of another system: its order found, its command handled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final, Protocol

from orderloom.platform.app.inbound_reading import (
    Came,
    Told,
    data_of,
    digest_of,
    event_of,
    identity,
    wants,
)
from orderloom.platform.app.refusals import Noted, rejection_json
from orderloom.platform.app.registry import Registry
from orderloom.platform.app.reply import Reply
from orderloom.platform.codec import loads
from orderloom.platform.definitions.compile_inbound import compile_inbound
from orderloom.platform.definitions.model import Release
from orderloom.platform.definitions.model_inbound import InboundEvent, InboundMessage
from orderloom.platform.engine.commands import Actor, Body, Command, Create, SendEvent
from orderloom.platform.engine.spans import add_span
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.store.inbound_rows import Became, KeptMessage, State
from orderloom.platform.store.read_rows import ReadTables, StoredOrder

CHANNEL: Final = "connector"
# Nothing was done: the same command may go well later.
NOT_DONE: Final = frozenset({"internal", "unavailable", "outcome.unknown"})
FIRST_PAUSE: Final = timedelta(seconds=1)
LONGEST_PAUSE: Final = timedelta(minutes=1)
# What is broken on our side is tried so often, then somebody has to look at it.
MOST_TRIES: Final = 12


class Submit(Protocol):
    """The runner."""

    def submit(self, command: Command) -> Reply | Rejection: ...

    def note(self, noted: Noted) -> None: ...


@dataclass(frozen=True, slots=True)
class Wait:
    """Why there is nothing to do yet, and until when that may be so."""

    why: Rejection
    until: datetime


class Carrying:
    """Carries out kept messages. Doing it twice has one effect: what makes a message the same is
    the key of its command. `now` is the clock's."""

    def __init__(
        self,
        reads: ReadTables,
        registry: Registry,
        runner: Submit,
        now: Callable[[], datetime],
    ) -> None:
        self._reads = reads
        self._registry = registry
        self._runner = runner
        self._now = now

    def messages(self, organisation: int, connector: str) -> tuple[InboundMessage, ...]:
        """What a connector brings as of today; nothing where there is no such connector."""
        version = self._registry.latest("connector", connector, organisation)
        return () if version is None else compile_inbound(loads(version.body))

    def came(
        self,
        message: InboundMessage,
        body: Any,
        *,
        headers: Mapping[str, str],
        organisation: int,
        received: datetime,
    ) -> Came:
        """What the expressions of a message read, however late it is carried out."""

        def zone() -> tzinfo:
            return self._zone(message.process, organisation)

        return Came(body, headers, received=received, zone=zone)

    def _zone(self, process: str, organisation: int) -> tzinfo:
        """That of the bundle of a process; UTC where there is none as of today."""
        try:
            return self._registry.current(process, organisation, self._now()).zone
        except Refused:
            return UTC

    def carry_out(self, kept: KeptMessage) -> Became:
        """What one try comes to."""
        answer = self._tried(kept)
        if isinstance(answer, Became):
            return answer
        if isinstance(answer, Reply):
            return Became(state=State.DONE, order=answer.order, number=answer.number)
        if isinstance(answer, Wait):
            return self._later(kept, answer.why, answer.until)
        if answer.code in NOT_DONE and kept.attempts < MOST_TRIES:
            return self._later(kept, answer)
        return Became(state=State.QUARANTINED, problem=rejection_json(answer))

    def _tried(self, kept: KeptMessage) -> Reply | Rejection | Wait | Became:
        arrival = kept.arrival
        known = self.messages(arrival.organisation, arrival.connector)
        message = next((each for each in known if each.id == arrival.message), None)
        if message is None:
            name = f"{arrival.connector}.{arrival.message}"
            return self._noted(kept, Rejection("inbound.unknown", f"there is no {name}"))
        scope = self.came(
            message,
            loads(arrival.body),
            headers=arrival.headers,
            organisation=arrival.organisation,
            received=arrival.received,
        )
        wanted, same = wants(message, scope), identity(message, scope)
        for wrong in (wanted, same):
            if isinstance(wrong, Rejection):
                return self._noted(kept, wrong)
        if wanted is False:
            # The definition has changed since it came.
            return Became(state=State.IGNORED)
        if message.event is not None:
            return self._event(kept, message.event, scope)
        return self._order(kept, message, scope)

    # ── an order ─────────────────────────────────────────────────────────────────────────────

    def _order(
        self, kept: KeptMessage, message: InboundMessage, scope: Mapping[str, Any]
    ) -> Reply | Rejection:
        made = message.order
        data = data_of(made.data if made is not None else (), scope)
        if isinstance(data, Rejection):
            return self._noted(kept, data)
        body = Create(process=message.process, data=data, source=kept.arrival.connector)
        return self._runner.submit(self._command(kept, body))

    # ── an event ─────────────────────────────────────────────────────────────────────────────

    def _event(
        self, kept: KeptMessage, event: InboundEvent, scope: Mapping[str, Any]
    ) -> Reply | Rejection | Wait:
        told = event_of(event, scope)
        if isinstance(told, Rejection):
            return self._noted(kept, told)
        found = self._find(kept, event, told)
        if len(found) != 1:
            return self._no_single(kept, event, told, len(found))
        order = found[0]
        body = SendEvent(
            event.name,
            told.data,
            source=kept.arrival.connector,
            time=_zoned(told.time, self._registry.by_no(order.release)),
        )
        return self._runner.submit(self._command(kept, body, order=order.id))

    def _find(self, kept: KeptMessage, event: InboundEvent, told: Told) -> list[StoredOrder]:
        """The orders of the process under the key; the one that somebody assigned, if any."""
        organisation = kept.arrival.organisation
        by_number = kept.number is not None or event.key == "number"
        values = (kept.number,) if kept.number is not None else told.values
        found: dict[int, StoredOrder] = {}
        for value in values:
            order = (
                self._reads.order_by_number(organisation, value)
                if by_number
                else self._reads.order_by_key(organisation, event.process, event.key, value)
            )
            if order is not None and order.state.process == event.process:
                found[order.id] = order
        return list(found.values())

    def _no_single(
        self, kept: KeptMessage, event: InboundEvent, told: Told, count: int
    ) -> Rejection | Wait:
        value = kept.number or ", ".join(told.values)
        params = {"process": event.process, "key": event.key, "value": value}
        if count:
            message = f"{count} orders of {event.process} have {event.key} {value}"
            refused = Rejection("inbound.several_orders", message, {**params, "count": count})
            return self._noted(kept, refused)
        message = f"no order of {event.process} has {event.key} {value}"
        refused = Rejection("inbound.no_order", message, params)
        until = self._kept_until(kept, event)
        if until is not None and self._now() < until:
            return Wait(refused, until)
        return self._noted(kept, refused)

    def _kept_until(self, kept: KeptMessage, event: InboundEvent) -> datetime | None:
        """How long an event may come before its order, by its `keep`; None: not at all."""
        try:
            release = self._registry.current(event.process, kept.arrival.organisation, self._now())
        except Refused:
            return None
        declared = release.process.events.get(event.name)
        if declared is None or declared.keep is None:
            return None
        return add_span(kept.arrival.received, declared.keep, 1, release.zone, release.calendar)

    # ── both ─────────────────────────────────────────────────────────────────────────────────

    def _command(self, kept: KeptMessage, body: Body, *, order: int = 0) -> Command:
        arrival = kept.arrival
        return Command(
            body=body,
            actor=actor_of(kept),
            order=order,
            channel=CHANNEL,
            key=f"{arrival.message}:{arrival.once}",
            key_scope=f"inbound:{arrival.organisation}:{arrival.connector}",
            # The key alone: a message is the same whatever else differs when it comes again.
            request_digest=bytes.fromhex(digest_of([arrival.message, arrival.once])),
            remembers_refusal=False,
        )

    def _noted(self, kept: KeptMessage, refused: Rejection) -> Rejection:
        """What never came to an order is noted in the security stream."""
        self._runner.note(Noted(rejection=refused, actor=actor_of(kept), channel=CHANNEL))
        return refused

    def _later(self, kept: KeptMessage, why: Rejection, until: datetime | None = None) -> Became:
        pause = min(FIRST_PAUSE * 2 ** min(kept.attempts, 10), LONGEST_PAUSE)
        due = self._now() + pause
        return Became(
            state=State.RECEIVED,
            problem=rejection_json(why),
            due=due if until is None else min(due, until),
        )


def actor_of(kept: KeptMessage) -> Actor:
    """The connector, in whose name its messages act."""
    connector = kept.arrival.connector
    return Actor(
        id=f"c:{connector}",
        organisation=kept.arrival.organisation,
        name=connector,
        kind="connector",
    )


def _zoned(time: datetime | None, release: Release) -> datetime | None:
    """A time without a zone is one of the bundle's."""
    return time.replace(tzinfo=release.zone) if time is not None and time.tzinfo is None else time
