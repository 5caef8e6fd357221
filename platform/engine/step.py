"""The working memory of one `advance`: the state so far, its events and effects, the questions.

A `Step` lives for one call and never leaves it, so `advance` stays pure. States change only by
`emit`, which is `evolve`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from orderloom.platform.codec import diff_patch
from orderloom.platform.definitions.model import Code, Release, Span
from orderloom.platform.definitions.spans import parse_span
from orderloom.platform.engine.block_error import BlockError as BlockError
from orderloom.platform.engine.evolve import evolve
from orderloom.platform.engine.outcome import (
    Asks,
    Context,
    Effect,
    Event,
    Lookup,
    Move,
    NewOrders,
    NextNumber,
    Person,
    Question,
    question_digest,
)
from orderloom.platform.engine.scope import Scope
from orderloom.platform.engine.spans import add_span
from orderloom.platform.engine.state import OrderState
from orderloom.platform.record import record
from orderloom.rules import EvaluationError, FeelError, evaluate, to_json


class StepFailure(Exception):
    """An error that nobody took: the whole step is undone."""

    def __init__(self, kind: str, cause: Mapping[str, Any]) -> None:
        super().__init__(str(cause.get("message", kind)))
        self.error = {"kind": kind, **cause}


class Asking(Exception):
    """Leaves `advance` with a question that has no answer yet."""

    def __init__(self, asks: Asks) -> None:
        super().__init__(type(asks.question).__name__)
        self.asks = asks


@record
class Internal:
    """An event inside the step. `stage`: only that stage's `done` or timer may take it.

    `record`: what expressions read as `event`.
    """

    name: str
    record: Mapping[str, Any] = field(default_factory=dict)
    stage: str | None = None
    timer: Mapping[str, Any] | None = None


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds and `Z`: sorts as text."""
    plain = moment.astimezone(UTC).replace(tzinfo=None)
    return f"{plain.isoformat(timespec='microseconds')}Z"


def instant(text: str) -> datetime:
    """The inverse of `iso`."""
    return datetime.fromisoformat(text)


class Step:
    """See the module. `trusted`: a retry or a replay, whose permission was judged the first time.
    `sender`: of an order that begins, the id of the one that starts it."""

    def __init__(self, release: Release, state: OrderState, context: Context) -> None:
        self.release = release
        self.state = state
        self.context = context
        self.events: list[Event] = []
        self.effects: list[Effect] = []
        self.queue: deque[Internal] = deque()
        self.errors: deque[Internal] = deque()
        self.moved: list[Move] = []
        self.moves = 0
        self.looped = False
        self.ordinal = 0
        self.trusted = context.judged
        self.sender = 0
        self.checked_data: Mapping[str, Any] | None = state.data
        self.tried_kept: tuple[Any, Any] | None = (state.stages, state.holds)
        self.tried_waits: tuple[Any, ...] | None = None
        self._ready: dict[str, list[Any]] = {}
        self._lifted: tuple[Any, Mapping[str, Any]] | None = None
        self._computed: tuple[Any, OrderState, Mapping[str, Any]] | None = None
        last = instant(state.last_at) if state.last_at else context.now
        self.now = max(context.now.astimezone(UTC), last)
        self.at = iso(self.now)

    # ── facts ────────────────────────────────────────────────────────────────────────────────

    def emit(
        self,
        type_: str,
        more: Mapping[str, Any] | None = None,
        *,
        trace: Mapping[str, Any] | None = None,
        **facts: Any,
    ) -> None:
        """Adds an event (facts that are None are left out) and moves to the next state.

        `more`: facts whose names Python keeps for itself (`as`, `in`, `for`).
        """
        if more is not None:
            facts |= more
        kept = {name: value for name, value in facts.items() if value is not None}
        kept["at"] = self.at
        event = Event(type_, kept, trace)
        self.state = evolve(self.state, event)
        self.events.append(event)

    def decided_by(self, reference: str) -> dict[str, str | None]:
        """What an event says of the decision behind it: its version and that version's digest."""
        version = self.release.versions.get(("decision", reference))
        if version is None:
            return {}
        return {"def": version.reference, "digest": version.digest}

    def begin(self, event: Event) -> None:
        """The first event of an order makes the first state."""
        self.state = evolve(None, event)
        self.events.append(event)

    def number(self) -> int:
        """The next number of the order's own counter (taken once an event carries it)."""
        return self.state.next_n

    def ask(self, question: Question) -> Any:
        """The answer, or `Asking` when there is none yet.

        What is only read is asked once in a step; a number is drawn, an amount moved each time.
        """
        digest = question_digest(question)
        ready = self._ready.get(digest)
        if ready:
            return ready[0] if _is_read(question) else ready.pop(0)
        self.ask_ahead([question])
        return self.ask(question)

    def ask_ahead(self, questions: Sequence[Question]) -> None:
        """Asks together what `ask` will ask one by one."""
        missing: list[Asks] = []
        for question in questions:
            digest = question_digest(question)
            if _is_read(question) and digest in self._ready:
                continue
            known = self._ready.setdefault(digest, [])
            key = (self.ordinal, digest)
            self.ordinal += 1
            if key in self.context.answers:
                known.append(self.context.answers[key])
            else:
                missing.append(Asks(*key, question))
        if missing:
            first, *more = missing
            raise Asking(replace(first, more=tuple(more)))

    @contextmanager
    def block(self, raised_in: str) -> Iterator[None]:
        """Undoes what was done inside when it fails, and queues `error.<kind>` before all else."""
        state, events, effects = self.state, len(self.events), len(self.effects)
        queued, moved = list(self.queue), len(self.moved)
        try:
            yield
        except BlockError as error:
            self.state = state
            del self.events[events:]
            del self.effects[effects:]
            self.queue = deque(queued)
            self.take_back(moved)
            self.raise_error(error, raised_in)

    def take_back(self, moved: int) -> None:
        """What was moved after the first `moved` moves is moved back, the last first: the state
        that told of it is undone."""
        while len(self.moved) > moved:
            self.ask(self.moved.pop())

    def raise_error(self, error: BlockError, raised_in: str) -> None:
        """Offers an error to the process."""
        cause = {**error.cause, "block": raised_in}
        self.emit("error.raised", kind=error.kind, cause=cause)
        record = {"name": f"error.{error.kind}", "time": self.now, "cause": cause}
        self.errors.append(Internal(f"error.{error.kind}", record))

    # ── expressions ──────────────────────────────────────────────────────────────────────────

    def lifted(self) -> Mapping[str, Any]:
        """The order's data as FEEL values (dates as dates)."""
        if self._lifted is None or self._lifted[0] is not self.state.data:
            self._lifted = (self.state.data, self.release.form.lift(self.state.data))
        return self._lifted[1]

    def scope(
        self,
        event: Mapping[str, Any] | None = None,
        stage: str | None = None,
        **local: Any,
    ) -> Scope:
        return Scope(self, local=local, event=event, stage=stage)

    def value(self, code: Code, scope: Scope) -> Any:
        """The FEEL value of an expression; an evaluation that fails is `error.evaluation`."""
        try:
            return code.expression.evaluate(scope)
        except FeelError as error:
            raise BlockError(
                "evaluation", str(error), code.path, expression=code.expression.text
            ) from error
        except EvaluationError as error:
            raise BlockError("evaluation", str(error), code.path) from error

    def json(self, code: Code, scope: Scope) -> Any:
        """The value as JSON (dates and durations as ISO text)."""
        return to_json(self.value(code, scope))

    def holds_true(self, code: Code | None, scope: Scope) -> bool:
        """A condition: absent is true; anything but true or false is an error, never "no"."""
        if code is None:
            return True
        value = self.value(code, scope)
        if value is True or value is False:
            return bool(value)
        text = code.expression.text
        shown = "null" if value is None else repr(value)
        message = f"the condition `{text}` is {shown}, where true or false is needed"
        raise BlockError("evaluation", message, code.path, expression=text)

    def named(self, names: Sequence[tuple[str, Code]], scope: Scope) -> dict[str, Any]:
        """The JSON values of a `with` or `data` mapping."""
        return {name: self.json(code, scope) for name, code in names}

    def reads(self, code: Code, scope: Scope) -> dict[str, Any]:
        """The scalar values that an expression read, by dotted path: part of the explanation."""
        out: dict[str, Any] = {}
        for path in sorted(code.expression.paths):
            try:
                value: Any = scope[path[0]]
            except KeyError:
                continue
            for part in path[1:]:
                value = value.get(part) if isinstance(value, Mapping) else None
            if value is None or isinstance(value, (str, bool, int, Decimal, date, datetime)):
                out[".".join(path)] = to_json(value)
        return out

    # ── data ─────────────────────────────────────────────────────────────────────────────────

    def write_data(self, data: Mapping[str, Any], cause: str, place: str) -> None:
        """Computes, validates and records new data; what does not fit is `error.data`."""
        form = self.release.form
        computed = self.computed(data, place)
        draft = self.state.status == "draft"
        problems = form.check_draft(computed) if draft else form.validate(computed)
        if problems:
            first = problems[0]
            raise BlockError(
                "data", f"{first.path}: {first.message}", place, field=first.path, code=first.code
            )
        patch = diff_patch(self.state.data, computed)
        if patch:
            self.emit("data.changed", patch=patch, cause=cause)

    def computed(self, data: Mapping[str, Any], place: str) -> Mapping[str, Any]:
        """Data with the form's computed fields."""
        before = self._computed
        if before is not None and before[0] is data and before[1] is self.state:
            return before[2]  # looked at before it is written
        form = self.release.form

        def over(current: Mapping[str, Any]) -> Scope:
            return Scope(self, local=form.lift(current), whole=True)

        try:
            found = form.compute(data, over)
        except FeelError as error:
            raise BlockError("evaluation", str(error), place) from error
        self._computed = (data, self.state, found)
        return found

    # ── functions that expressions call ──────────────────────────────────────────────────────

    def children_of(self, activity: str) -> list[dict[str, Any]]:
        """`children("parcels")`: the child orders of an activity, ended or not."""
        key = [
            n
            for n, children in self.state.children.items()
            if children and children[0].get("id") == activity
        ]
        return [
            {
                "number": child.get("number"),
                "process": child["process"],
                "ended": bool(child.get("ended")),
                "outcome": child.get("outcome"),
                "result": child.get("result"),
                "item": child.get("item"),
            }
            for n in key
            for child in self.state.children[n]
        ]

    def working(self, moment: Any, text: str) -> datetime:
        """`working(moment, "4 working hours")`."""
        try:
            span = parse_span(text)
        except (ValueError, AttributeError) as error:
            raise BlockError("evaluation", f"{text!r} is not a span of time", "working") from error
        return self.later(self.moment(moment), span)

    def manager_of(self, user: Any) -> Any:
        """`manager(user)`: the record of the manager, or null."""
        id_ = user.get("id") if isinstance(user, Mapping) else user
        person = self.ask(Person(str(id_))) if id_ else None
        return self.ask(Person(person["manager"])) if person and person.get("manager") else None

    def convert(self, amount: Any, source: str, target: str, on: Any = None) -> Any:
        """`convert(amount, from, to, date)` by the collection `exchange-rates`."""
        if amount is None or source == target:
            return amount
        rows = self.ask(Lookup("exchange-rates", None)) or []
        day = to_json(on) if on is not None else None
        fitting = [
            row
            for row in rows
            if row.get("from") == source
            and row.get("to") == target
            and (day is None or (row.get("date") or "") <= day)
        ]
        if not fitting:
            message = f"no exchange rate from {source} to {target}"
            raise BlockError("evaluation", message, "convert")
        best = max(fitting, key=lambda row: row.get("date") or "")
        names = {"amount": amount, "rate": best["rate"]}
        return evaluate("amount * rate", names, strict=True)

    # ── time ─────────────────────────────────────────────────────────────────────────────────

    def moment(self, value: Any) -> datetime:
        """A date begins at midnight in the bundle's zone; local times are in that zone."""
        zone = self.release.zone
        if isinstance(value, str):
            value = _read_moment(value)
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=zone)
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day, tzinfo=zone)
        raise BlockError("evaluation", f"{value!r} is not a moment", "time")

    def later(self, moment: datetime, span: Span, times: int = 1) -> datetime:
        """`moment` + `times` × `span`, by the bundle's zone and calendar; what is beyond the end
        of time, or of working time, is an error."""
        try:
            return add_span(moment, span, times, self.release.zone, self.release.calendar)
        except (ValueError, OverflowError) as error:
            message = f"{span.text or 'the time'} after {moment}: {error}"
            raise BlockError("evaluation", message, "time") from error


def _is_read(question: Question) -> bool:
    return not isinstance(question, NextNumber | NewOrders | Move)


def _read_moment(text: str) -> datetime | date | str:
    try:
        return datetime.fromisoformat(text) if len(text) > 10 else date.fromisoformat(text)
    except ValueError:
        return text
