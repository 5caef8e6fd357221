"""Who will have to approve, and why: of an order as it stands, or of one that is not sent yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from orderloom.platform.app.inferring import answer_of, infer_plainly
from orderloom.platform.app.naming import named, voters_of
from orderloom.platform.app.permissions import may_start
from orderloom.platform.app.reading import Desk, Seen, instant
from orderloom.platform.app.reasons import reason
from orderloom.platform.app.result_words import step_label
from orderloom.platform.app.veiled import Veil
from orderloom.platform.app.view_models import ApproverView, Escalated
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import Actor, Asks, Context, OrderState, Outcome, advance
from orderloom.platform.engine.commands import Create
from orderloom.platform.engine.foreseeing import Found, blank, foresee
from orderloom.platform.engine.outcome import Infer, NewOrders, NextNumber, Question
from orderloom.platform.engine.step import Asking
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.store.read_rows import StoredOrder
from orderloom.platform.words.erased import said

Find = Callable[[Release, OrderState, Context], list[Found]]
# An order with many lines asks the directory for each.
MOST_QUESTIONS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Preview:
    """`complete`: an order could be created with these data as they are."""

    steps: tuple[ApproverView, ...]
    complete: bool


def of_order(seen: Seen) -> tuple[ApproverView, ...]:
    """Of an order: the steps that run, those that were decided, those that it may still come to. A
    draft is judged by what is in force now, as its start would be."""
    if seen.state.status != "draft":
        return views_of(seen, seen.release, seen.state)
    try:
        release = seen.desk.registry.current(seen.state.process, seen.actor.organisation, seen.now)
    except Refused:
        release = seen.release
    state, _ = begun(seen.desk, seen.actor, release, seen.state.data)
    return views_of(seen, release, state)


def preview(desk: Desk, actor: Actor, process: str, data: Mapping[str, Any]) -> Preview | Rejection:
    """Of an order that the actor would create now. Nothing is written, no number is drawn."""
    try:
        release = desk.registry.current(process, actor.organisation, desk.now())
    except Refused as refused:
        return refused.rejection
    if not may_start(actor, release, now=desk.now(), answer=desk.answer(actor)):
        message = f"There is no process {process}."
        return Rejection("process.unknown", message, {"process": process}, path="process")
    state, complete = begun(desk, actor, release, data)
    stored = StoredOrder(id=0, organisation=actor.organisation, release=0, revision=0, state=state)
    seen = Seen(desk, actor, stored, release, desk.now())
    return Preview(views_of(seen, release, state), complete)


def begun(
    desk: Desk, actor: Actor, release: Release, data: Mapping[str, Any]
) -> tuple[OrderState, bool]:
    """The order after its first step, played through without writing; where the data do not fit,
    an order that has not begun."""
    context = Context(desk.now(), actor)
    body = Create(release.process.id, data)
    for _ in range(MOST_QUESTIONS):
        answer = advance(release, None, body, context)
        if not isinstance(answer, Asks):
            break
        known = dict(context.answers)
        for asks in (answer, *answer.more):
            try:
                known[asks.ordinal, asks.digest] = _answered(desk, actor, release, asks.question)
            except (TypeError, LookupError):
                return blank(release, data, context), True
        context = Context(context.now, actor, answers=known)
    if isinstance(answer, Outcome):
        return answer.state, True
    return blank(release, data, Context(desk.now(), actor)), False


def _answered(desk: Desk, actor: Actor, release: Release, question: Question) -> Any:
    if isinstance(question, NextNumber):
        return 1
    if isinstance(question, NewOrders):
        return list(range(1, question.count + 1))
    if isinstance(question, Infer):
        return answer_of(infer_plainly(release.rulesets[question.ruleset], question.facts))
    return desk.ask(question, actor.organisation)


def views_of(
    seen: Seen, release: Release, state: OrderState, find: Find = foresee
) -> tuple[ApproverView, ...]:
    """What `find` says of an order, for the viewer; what it asks is answered on the way."""
    context = Context(seen.now, seen.actor)
    for _ in range(MOST_QUESTIONS):
        try:
            return tuple(_view(seen, release, each) for each in find(release, state, context))
        except Asking as asking:
            known = dict(context.answers)
            for asks in (asking.asks, *asking.asks.more):
                question = asks.question
                known[asks.ordinal, asks.digest] = seen.desk.ask(question, seen.actor.organisation)
            context = Context(context.now, context.actor, answers=known)
    return ()


def _view(seen: Seen, release: Release, found: Found) -> ApproverView:
    words = seen.words
    stage = release.process.stages.get(found["stage"])
    people = named(seen, found["for"])
    voters = voters_of(seen, found.get("verdicts", ()))
    key = found.get("key")
    title = words.choose(found["title"]) or found["approval"]
    called = step_label(release, found["approval"], found["step"], words)
    return ApproverView(
        approval=found["approval"],
        title=title,
        stage=(words.choose(stage.title) if stage is not None else "") or found["stage"],
        state=found["state"],
        step=found["step"],
        name=", ".join(person.name for person in people) or called or found["step"],
        called=called,
        level=found.get("level", 0),
        mode=found.get("mode", "any"),
        number=found.get("number", 1),
        status=found.get("status", "ahead"),
        people=people,
        reason=reason(found["why"] or {}, seen),
        why=Veil(seen).record(found["why"] or {}),
        key=None if key is None else str(key),
        verdicts=tuple(
            (
                person,
                str(vote["verdict"]),
                said(vote.get("comment"), seen.words),
                instant(vote["at"]),
            )
            for person, vote in zip(voters, found.get("verdicts", ()), strict=True)
        ),
        unknown=found.get("unknown", ""),
        within=str(found.get("within") or ""),
        due=instant(found.get("due")),
        escalation=_escalation(seen, found.get("escalate")),
    )


def _escalation(seen: Seen, found: Mapping[str, Any] | None) -> Escalated | None:
    at = instant(found["at"]) if found is not None else None
    if found is None or at is None:
        return None
    after = str(found.get("after") or "")
    return Escalated(after=after, at=at, people=named(seen, found["to"]))
