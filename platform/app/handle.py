"""One command on one order: loaded, judged, interpreted, recorded; nothing is written before the
flush (engine 1).

Every way to change an order comes through here. An expected "no" is a `Rejection`; it is recorded
too.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from orderloom.platform.app.answering import changed_since, moves, remembered
from orderloom.platform.app.effects import add_effects
from orderloom.platform.app.foreseen import Answers, foreseen
from orderloom.platform.app.inferring import AskedOutside
from orderloom.platform.app.key_taken import key_taken
from orderloom.platform.app.permissions import may_see
from orderloom.platform.app.personal_values import persons_of
from orderloom.platform.app.questions import Questions
from orderloom.platform.app.reading import not_found
from orderloom.platform.app.recorder import Recorder, recorded
from orderloom.platform.app.refusals import (
    ONLY_COUNTED,
    Announced,
    Noted,
    Throttle,
    refusal_event,
)
from orderloom.platform.app.reply import Reply
from orderloom.platform.app.security import security_entry
from orderloom.platform.app.statuses import passes
from orderloom.platform.app.unit_of_work import UnitOfWork
from orderloom.platform.app.working import WorkingOrder, unbegun
from orderloom.platform.codec import digest as digest_of
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import Asks, Context, Failure, OrderState, Outcome, advance, evolve
from orderloom.platform.engine.commands import Body, Command, Create, Fail, StartDraft
from orderloom.platform.engine.standing_in import in_whose_name
from orderloom.platform.engine.step import iso
from orderloom.platform.problem import Rejection
from orderloom.platform.record import changed, record
from orderloom.platform.store import StoreError
from orderloom.platform.store.order_rows import Answered, Conflict

MOST_QUESTIONS: Final = 16
log = logging.getLogger(__name__)


@record
class Place:
    """Where a command works: the release it runs by, the order (None before it exists), its id."""

    id: int
    organisation: int
    release: Release
    release_no: int
    order: WorkingOrder | None

    @property
    def state(self) -> OrderState | None:
        return self.order.state if self.order is not None else None


class Handler:
    """Handles commands one by one in a unit of work. `now` is the clock's."""

    def __init__(
        self,
        questions: Questions,
        recorder: Recorder,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._questions = questions
        self._recorder = recorder
        self._now = now
        self._throttle = Throttle()

    def handle(self, command: Command, unit: UnitOfWork) -> Reply | Rejection:
        """The command's answer; what follows from it is in the unit. Raises `AskedOutside`."""
        if command.key is not None:
            before = unit.answered((str(command.key_scope), command.key))
            if before is not None:
                return self._again(command, before, unit)
        now = self._now()
        place = self._place(command, unit, now)
        if isinstance(place, Rejection):
            return self._no_order(command, place, unit, now)
        if isinstance(place, Reply):
            return place
        if place.order is not None and command.expected_revision not in (
            None,
            place.order.revision,
        ):
            return changed_since(place.order, int(command.expected_revision or 0), unit)
        return self._interpreted(command, place, unit, now)

    def note(self, noted: Noted | Announced, unit: UnitOfWork) -> None:
        """Notes a refusal that never reached an order (401, 403, malformed), or what somebody did
        that belongs to none."""
        subject = None
        if isinstance(noted, Announced):
            event, subject = noted.event, noted.subject
        else:
            event = refusal_event(noted.rejection, None, self._now(), noted.more)
        security_entry(event, noted, unit, self._recorder, subject=subject)

    # ── before the interpreter ───────────────────────────────────────────────────────────────

    def _place(
        self, command: Command, unit: UnitOfWork, now: datetime
    ) -> Place | Rejection | Reply:
        body = command.body
        if isinstance(body, Create):
            return self._new_place(command, body, unit)
        order = unit.order(command.order)
        if order is None or not self._may_see(command, order, unit, now):
            return not_found(str(command.order))
        release, release_no = order.release, order.release_no
        if order.state.status == "draft" and isinstance(body, StartDraft):
            # A draft pins nothing: it starts by what is in force now (language 3.1).
            current = unit.releases[order.organisation, order.state.process]
            if isinstance(current, Rejection):
                return current
            release, release_no = current.release, current.number
        return Place(order.id, order.organisation, release, release_no, order)

    def _new_place(
        self, command: Command, body: Create, unit: UnitOfWork
    ) -> Place | Rejection | Reply:
        organisation = command.actor.organisation
        if body.order:
            there = unit.order(body.order)
            if there is not None:
                return _reply(there, replayed=True)
        current = unit.releases[organisation, body.process]
        if isinstance(current, Rejection):
            return current
        id_ = body.order or unit.new_ids(1)[0]
        return Place(id_, organisation, current.release, current.number, None)

    def _may_see(
        self, command: Command, order: WorkingOrder, unit: UnitOfWork, now: datetime
    ) -> bool:
        """What one may not see does not exist. The worker, connectors and holders of the order's
        link come by ways of their own."""
        actor = command.actor
        if actor.kind == "system":
            return True
        if order.organisation != actor.organisation:
            return False
        return actor.kind != "person" or may_see(
            actor,
            order.release,
            order.state,
            now=now,
            answer=lambda question: self._questions.answer(
                question, order.organisation, lambda: unit
            ),
        )

    # ── the interpreter ──────────────────────────────────────────────────────────────────────

    def _interpreted(
        self, command: Command, place: Place, unit: UnitOfWork, now: datetime
    ) -> Reply | Rejection:
        body = command.body
        if command.on_behalf_of is None and command.actor.in_place_of:
            other = in_whose_name(body, place.state, command.actor)
            command = changed(command, on_behalf_of=other)
        if isinstance(body, Create):
            body = changed(body, order=place.id)
        try:
            answer, answers = self._advance(command, body, place, unit, now)
        except (AskedOutside, Conflict, StoreError):
            # Not the command's fault: the batch is undone and comes again.
            raise
        except Exception as error:
            log.exception("bug", extra={"command": type(body).__name__})
            if command.actor.kind != "system":
                return Rejection("internal", "Something is broken on our side.")
            # Nobody waits for an answer: the order says that it needs help.
            answer = Failure(body, {"kind": "internal", "message": type(error).__name__})
            answers = None
        if isinstance(answer, Failure):
            failed = Fail(answer.body, answer.error)
            answer, answers = self._advance(command, failed, place, unit, now)
        if isinstance(answer, Rejection):
            return self._refused(command, answer, place, unit, now)
        if not isinstance(answer, Outcome):
            raise RuntimeError(f"advance left {type(answer).__name__}")
        taken = key_taken(
            place.release.process,
            unit,
            organisation=place.organisation,
            before=place.state,
            after=answer.state,
        )
        if taken is not None:
            return self._refused(command, taken, place, unit, now)
        return self._accepted(command, place, answer, answers, unit)

    def _advance(
        self, command: Command, body: Body, place: Place, unit: UnitOfWork, now: datetime
    ) -> tuple[Outcome | Rejection | Failure, Any]:
        """Asks and answers until there is nothing left to ask (engine 2)."""
        answers = Answers(
            lambda question: self._questions.answer(question, place.organisation, lambda: unit),
            foreseen(place.release, body, now),
        )
        unit.balances.begin()
        context = Context(now, command.actor, command.channel, command.on_behalf_of, answers)
        for _ in range(MOST_QUESTIONS + 1):
            answer = advance(place.release, place.state, body, context)
            if not isinstance(answer, Asks):
                return answer, recorded(answers, answers.kinds)
            outside = answers.give_all((answer, *answer.more), command.known)
            if outside:
                rulesets = place.release.rulesets
                raise AskedOutside([(rulesets[one.ruleset], one) for one in outside])
        error = {"kind": "questions", "message": f"more than {MOST_QUESTIONS} questions"}
        return Failure(body, error), None

    # ── what follows ─────────────────────────────────────────────────────────────────────────

    def _accepted(
        self, command: Command, place: Place, outcome: Outcome, answers: Any, unit: UnitOfWork
    ) -> Reply:
        before = _or_new(place, outcome.state, unit)
        if not outcome.events:
            return _reply(before)
        begun = self._recorder.begin(
            outcome.events,
            command,
            stream=before.id,
            organisation=before.organisation,
            number=before.commands + 1,
            seq=before.seq,
            head=before.head,
            personal=place.release.form.personal,
            answers=answers,
            persons=persons_of(place.release, outcome.state, command.actor.id, answers),
        )
        last = begun.entries[-1]
        after = before.but(
            release=place.release,
            release_no=place.release_no,
            revision=before.revision + moves(outcome.events),
            seq=last.seq,
            commands=before.commands + 1,
            head=begun.tip,
            state=outcome.state,
        )
        unit.accept(after, begun, outcome, by=command.actor.id)
        add_effects(outcome.effects, after, unit.changes, at=last.at)
        self._remember(command, unit, stream=after.id, seq=after.seq, revision=after.revision)
        return _reply(after, events=outcome.events)

    def _refused(
        self,
        command: Command,
        rejection: Rejection,
        place: Place,
        unit: UnitOfWork,
        now: datetime,
    ) -> Rejection:
        """A refusal by the engine is an entry of the order's stream; it moves no revision."""
        before = place.order
        if before is None:
            return self._no_order(command, rejection, unit, now)
        more = self._throttled(command, rejection, now, before.id)
        if more is None:
            return rejection
        moment = max(iso(now), before.state.last_at)
        event = refusal_event(rejection, command.body, datetime.fromisoformat(moment), more)
        begun = self._recorder.begin(
            [event],
            command,
            stream=before.id,
            organisation=before.organisation,
            number=before.commands + 1,
            seq=before.seq,
            head=before.head,
            personal=before.release.form.personal,
            persons=persons_of(before.release, before.state, command.actor.id),
        )
        seq = begun.entries[-1].seq
        state = evolve(before.state, event)
        unit.orders[before.id] = before.but(
            seq=seq, commands=before.commands + 1, head=begun.tip, state=state
        )
        unit.record(begun)
        self._remember_refusal(
            command, rejection, unit, stream=before.id, seq=seq, revision=before.revision
        )
        return rejection

    def _no_order(
        self, command: Command, rejection: Rejection, unit: UnitOfWork, now: datetime
    ) -> Rejection:
        """What has no order, or none that the actor may know of, is for the security stream."""
        more = self._throttled(command, rejection, now, command.order)
        if more is None:
            return rejection
        event = refusal_event(rejection, command.body, now, more)
        subject = command.order or None
        head = security_entry(event, command, unit, self._recorder, subject=subject)
        self._remember_refusal(
            command, rejection, unit, stream=head.stream, seq=head.seq, revision=0
        )
        return rejection

    def _throttled(
        self, command: Command, rejection: Rejection, now: datetime, order: int
    ) -> int | None:
        if rejection.code in ONLY_COUNTED:
            return None
        return self._throttle.pass_(command.actor.id, order, rejection.code, now)

    # ── requests that come again ─────────────────────────────────────────────────────────────

    def _again(self, command: Command, before: Answered, unit: UnitOfWork) -> Reply | Rejection:
        if before.digest != _digest(command):
            message = "this Idempotency-Key was used for another request"
            return Rejection("key.reused", message, {"key": str(command.key)})
        return remembered(before, unit)

    def _remember_refusal(
        self,
        command: Command,
        rejection: Rejection,
        unit: UnitOfWork,
        *,
        stream: int,
        seq: int,
        revision: int,
    ) -> None:
        if command.remembers_refusal and not passes(rejection.code):
            self._remember(command, unit, stream=stream, seq=seq, revision=revision, refused=True)

    def _remember(
        self,
        command: Command,
        unit: UnitOfWork,
        *,
        stream: int,
        seq: int,
        revision: int,
        refused: bool = False,
    ) -> None:
        if command.key is None:
            return
        unit.remember(
            Answered(
                scope=str(command.key_scope),
                key=command.key,
                organisation=command.actor.organisation,
                digest=_digest(command),
                stream=stream,
                seq=seq,
                revision=revision,
                at=iso(self._now()),
                refused=refused,
            )
        )


def _digest(command: Command) -> str:
    if command.request_digest is not None:
        return command.request_digest.hex()
    return digest_of([type(command.body).__name__, command.order])


def _or_new(place: Place, state: OrderState, unit: UnitOfWork) -> WorkingOrder:
    """The order before the command; a new one has an empty stream."""
    if place.order is not None:
        return place.order
    begun = (place.id, place.organisation, place.release, place.release_no)
    return unbegun(*begun, head=unit.start_of(place.id), state=state)


def _reply(order: WorkingOrder, *, events: Any = (), replayed: bool = False) -> Reply:
    return Reply(
        order=order.id,
        number=order.state.number,
        revision=order.revision,
        state=order.state,
        release=order.release,
        events=tuple(events),
        replayed=replayed,
        seq=order.seq,
        head=order.head,
    )
