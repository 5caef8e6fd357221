"""What an expression gives on a sample: an order, the order of a scenario, or plain data.

Evaluated as the engine would, by an order's names; nothing is written, no number is drawn. Of
loops around the place the first element is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from orderloom.platform.app.expression_help import Asked, Placed
from orderloom.platform.app.expression_help_around import FAULTS, names_around
from orderloom.platform.app.reading import Desk
from orderloom.platform.app.scenario import name_of
from orderloom.platform.app.unreviewed import guarded
from orderloom.platform.app.view_approvers import begun
from orderloom.platform.definitions import Bundle
from orderloom.platform.definitions.borrowed import Borrowed
from orderloom.platform.definitions.compile import compile_documents
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import Actor, Context, OrderState
from orderloom.platform.engine.outcome import Lookup, Person, ReadOrder, Standing
from orderloom.platform.engine.scope import Scope
from orderloom.platform.engine.step import Asking, BlockError, Step
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.words import Words
from orderloom.rules import EvaluationError, Expression, FeelError, to_json

MOST_QUESTIONS: Final = 200
_PLACE: Final = re.compile(r" \(at \d+\)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One of: the number of an `order`, the id of a `scenario` of the bundle, `data`."""

    order: str = ""
    scenario: str = ""
    data: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """`value`: plain, None where it is null or `failed`. `failed`: why it has no value, in English
    as the rules say it; `at`: where. `missing`: names that it reads and that have no value."""

    value: Any = None
    failed: str = ""
    at: int | None = None
    missing: tuple[str, ...] = ()


def tried(
    desk: Desk, actor: Actor, here: Placed, asked: Asked, sample: Sample
) -> Tried | Rejection:
    """An order that the viewer may not see is not there (`order.not_found`)."""
    expression = here.found.expression
    if expression is None:
        return Tried()
    careful = guarded(desk, actor)
    try:
        found = _state(careful, actor, here, asked, sample)
    except Refused as refused:
        return refused.rejection
    if isinstance(found, Rejection):
        return found
    release, state = found
    more = sample.data or {}
    at_once = _Evaluating(careful, actor, release, state, more)
    try:
        return at_once.run(expression, asked, here)
    except Refused as refused:
        return refused.rejection


def failure(message: str, words: Words) -> str:
    """Why an expression has no value, in a language where that knows the sentence."""
    plain = _PLACE.sub("", message)
    return Borrowed(plain).in_words(words) or plain


# ── the order ────────────────────────────────────────────────────────────────────────────────


def _state(
    desk: Desk, actor: Actor, here: Placed, asked: Asked, sample: Sample
) -> tuple[Release, OrderState] | Rejection:
    if sample.order:
        seen = desk.see(actor, sample.order)
        if isinstance(seen, Rejection):
            return seen
        shown = seen.state.but(data=seen.data, results=seen.masked(seen.state.results))
        return seen.release, shown
    data, process = sample.data, _process(here.bundle, asked)
    if sample.scenario:
        found = next(
            (one for one in here.bundle.scenarios if name_of(one.value) == sample.scenario), None
        )
        if found is None:
            message = f"There is no scenario {sample.scenario}."
            params = {"scenario": sample.scenario}
            return Rejection("trying.no_scenario", message, params, path="scenario")
        data, process = _first(found.value), str(found.value.get("process"))
    release = _release(desk, actor, here.bundle, asked, process)
    if isinstance(release, Rejection):
        return release
    state, _ = begun(desk, actor, release, data or {})
    return release, state


def _process(bundle: Bundle, asked: Asked) -> str:
    """The process that orders of plain data are of: the definition itself, one that uses the form,
    else the first."""
    if asked.kind == "process":
        return asked.id
    processes = [one for one in bundle.documents if one.kind == "process" and "form" in one.value]
    using = [one for one in processes if str(one.value["form"]).partition("@")[0] == asked.id]
    chosen = (using if asked.kind == "form" and using else processes)[:1]
    return chosen[0].id if chosen else ""


def _first(scenario: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data of the order with which a scenario begins."""
    given = scenario.get("given")
    order = given.get("order") if isinstance(given, Mapping) else None
    data = order.get("data") if isinstance(order, Mapping) else None
    return data if isinstance(data, Mapping) else {}


def _release(
    desk: Desk, actor: Actor, bundle: Bundle, asked: Asked, process: str
) -> Release | Rejection:
    """What orders would run by if the drafts were published, else what they run by now."""
    values = {(one.kind, one.id): one.value for one in bundle.documents}
    values[asked.kind, asked.id] = asked.value
    try:
        return compile_documents(list(values.values()), process=process, meta=bundle.meta)
    except FAULTS:
        # What is being written need not be whole yet.
        pass
    try:
        return desk.registry.current(process, actor.organisation, desk.now())
    except (Refused, LookupError):
        message = "No process of the bundle can be run yet."
        return Rejection("trying.not_runnable", message, {"why": process})


# ── the value ────────────────────────────────────────────────────────────────────────────────


class _Evaluating:
    """An order before an expression. What it asks is answered on the way."""

    def __init__(
        self,
        desk: Desk,
        actor: Actor,
        release: Release,
        state: OrderState,
        more: Mapping[str, Any],
    ) -> None:
        self._desk = desk
        self._actor = actor
        self._release = release
        self._state = state
        form = release.form
        self._more = {key: value for key, value in more.items() if form.knows((key,)) != "yes"}
        self._context = Context(desk.now(), actor)

    def run(self, expression: Expression, asked: Asked, here: Placed) -> Tried:
        for _ in range(MOST_QUESTIONS):
            try:
                return self._once(expression, asked, here)
            except Asking as asking:
                self._answer(asking)
        return Tried(failed="the expression takes too many steps")

    def _once(self, expression: Expression, asked: Asked, here: Placed) -> Tried:
        scope = self._scope()
        for name, value in names_around(asked, here, expression, scope):
            scope = scope.with_names({name: value})
        try:
            value = expression.evaluate(scope)
        except FeelError as error:
            return Tried(failed=error.message, at=error.position)
        except (EvaluationError, BlockError) as error:
            return Tried(failed=str(error))
        missing = tuple(_missing(expression, scope)) if value is None else ()
        return Tried(value=to_json(value), missing=missing)

    def _scope(self) -> Scope:
        step = Step(self._release, self._state, self._context)
        return Scope(step, local={"user": self._actor.record(), **self._more})

    def _answer(self, asking: Asking) -> None:
        known = dict(self._context.answers)
        for asks in (asking.asks, *asking.asks.more):
            # A person, a rate or another order; nothing that an order would have to ask for first.
            if not isinstance(asks.question, Person | Lookup | ReadOrder | Standing):
                raise Refused(_not_here())
            answer = self._desk.ask(asks.question, self._actor.organisation)
            known[asks.ordinal, asks.digest] = answer
        self._context = Context(self._context.now, self._actor, answers=known)


def _not_here() -> Rejection:
    return Rejection("expression.not_here", "What is asked here only an order can ask.")


def _missing(expression: Expression, scope: Mapping[str, Any]) -> Iterator[str]:
    """What it reads that has no value, as dotted paths."""
    for path in sorted(expression.paths):
        value: Any = scope
        for part in path:
            try:
                value = value[part] if isinstance(value, Mapping) else None
            except KeyError:
                value = None
        if value is None:
            yield ".".join(path)
