"""Run to completion: one event, then all that follows from it, until the order rests.

Errors of blocks come before any `always`, `always` before queued events (SCXML macrostep). At rest,
work begins in the stages entered (a stage passed through starts none) and what depends on the data
is looked at again; if that raises events, they are run too. At most 1,000 moves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orderloom.platform.definitions.model import Stage, Transition
from orderloom.platform.engine import rest
from orderloom.platform.engine.actions import run_block
from orderloom.platform.engine.attention import unhandled
from orderloom.platform.engine.configuration import initial
from orderloom.platform.engine.finish import announce_done, finished
from orderloom.platform.engine.keeping import keep_held
from orderloom.platform.engine.leaving import leave_work
from orderloom.platform.engine.moving import has_work, move
from orderloom.platform.engine.selection import Choice, choose, choose_always, may_move_always
from orderloom.platform.engine.step import BlockError, Internal, Step, StepFailure
from orderloom.rules.witness import used


def enter_order(step: Step) -> None:
    """Enters the initial stages and runs until the order rests."""
    process = step.release.process
    entry = initial(process, step.state.history)
    event = Internal("start", {"name": "start", "time": step.now})
    _enter(step, entry.stages, event, cause="start", exited=[], choice=None)
    for default in entry.actions_of:
        run_block(step, default.actions, event.record, default.path, None)
    _end_if_final(step)
    settle(step)


def take(step: Step, event: Internal, choices: Sequence[Choice] | None = None) -> bool:
    """Runs one event to the end. False: no transition could take it (nothing changed).

    `choices`: which ones do, where that is known already.
    """
    if choices:
        _microstep(step, choices, event)
    elif not _one(step, event):
        return False
    settle(step)
    return True


def move_to(step: Step, transition: Transition) -> None:
    """An administrator moves the order to a stage, out of *attention*."""
    event = Internal("moved", {"name": "moved", "time": step.now})
    _microstep(step, [Choice(None, transition)], event)


def settle(step: Step) -> None:
    """Runs what is queued until the order rests."""
    while step.state.status == "open":
        if step.errors:
            _error(step, step.errors.popleft())
        elif _always(step):
            continue
        elif step.queue:
            event = step.queue.popleft()
            if not _one(step, event) and not keep_held(step, event):
                unhandled(step, event)
        elif not rest.look_again(step):
            break
    step.queue.clear()


def _error(step: Step, event: Internal) -> None:
    try:
        choices = choose(step, event)
    except BlockError as error:
        raise StepFailure(error.kind, error.cause) from error
    if not choices:
        raise StepFailure(event.name.removeprefix("error."), event.record["cause"])
    _microstep(step, choices, event)


def _always(step: Step) -> bool:
    if not may_move_always(step):
        return False
    event = Internal("always", {"name": "always", "time": step.now})
    try:
        choices = choose_always(step, event)
    except BlockError as error:
        step.raise_error(error, error.cause["place"])
        return True
    if not choices:
        return False
    _microstep(step, choices, event)
    return True


def _one(step: Step, event: Internal) -> bool:
    if event.stage is not None and event.timer is None and not finished(step, event.stage):
        return True  # what was finished is not any more: there is nothing to announce
    try:
        choices = choose(step, event)
    except BlockError as error:
        step.raise_error(error, error.cause["place"])
        return True
    if choices:
        _microstep(step, choices, event)
    return bool(choices)


def _microstep(step: Step, choices: Sequence[Choice], event: Internal) -> None:
    step.moves += 1
    if step.moves > step.context.most_moves:
        _too_many(step, choices[0].transition.path)
        return
    process, state = step.release.process, step.state
    used("transition", process.id, (choice.transition.path for choice in choices))
    moved = move(
        process, state.stages, state.history, [(one.source, one.transition) for one in choices]
    )
    explanation = _explain(step, choices, event)
    for id_ in moved.leaving:
        _leave(step, process.stages[id_], event)
    if moved.leaving:
        leave_work(step, set(moved.leaving))
    first = next((one for one in choices if one.transition.targets), None)
    if first is not None:
        step.emit(
            "stage.changed",
            explanation,
            exits=list(moved.leaving),
            enters=list(moved.entering),
            pending=list(moved.pending) or None,
            history=moved.history or None,
            cause=event.name,
            source=first.source,
            path=first.transition.path,
        )
    for choice in choices:
        if choice.transition.actions:
            run_block(
                step,
                choice.transition.actions,
                event.record,
                choice.transition.path,
                choice.source,
            )
    for default in moved.defaults:
        run_block(step, default.actions, event.record, default.path, None)
    _run_entries(step, moved.entering, event)
    _end_if_final(step)


def _too_many(step: Step, place: str) -> None:
    """`error.loop`, once: what nobody takes, or loops again, undoes the whole step."""
    error = BlockError("loop", f"more than {step.context.most_moves} moves in one step", place)
    if step.looped:
        raise StepFailure("loop", error.cause)
    step.looped = True
    step.moves = 0
    step.queue.clear()
    step.errors.clear()
    step.raise_error(error, place)


def _explain(step: Step, choices: Sequence[Choice], event: Internal) -> dict[str, Any]:
    for choice in choices:
        condition = choice.transition.condition
        if condition is not None:
            scope = step.scope(event.record, choice.source)
            return {"if": condition.expression.text, "in": step.reads(condition, scope)}
    return {}


def _leave(step: Step, stage: Stage, event: Internal) -> None:
    if stage.exit:
        run_block(step, stage.exit, event.record, f"{stage.path}.exit", stage.id)


def _enter(
    step: Step,
    stages: Sequence[str],
    event: Internal,
    *,
    cause: str,
    exited: Sequence[str],
    choice: Choice | None,
) -> None:
    process = step.release.process
    pending = [id_ for id_ in stages if has_work(process.stages[id_])]
    step.emit(
        "stage.changed",
        exits=list(exited),
        enters=list(stages),
        pending=pending or None,
        cause=cause,
        path=choice.transition.path if choice else None,
    )
    _run_entries(step, stages, event)


def _run_entries(step: Step, stages: Sequence[str], event: Internal) -> None:
    used("stage", step.release.process.id, stages)
    for id_ in stages:
        stage = step.release.process.stages[id_]
        if stage.entry:
            run_block(step, stage.entry, event.record, f"{stage.path}.entry", id_)
        if stage.kind == "final" and stage.parent is not None:
            announce_done(step, stage.parent, _final_record(step, stage, event))


def _final_record(step: Step, stage: Stage, event: Internal) -> Mapping[str, Any]:
    return {
        "name": f"done.{stage.parent}",
        "time": step.now,
        "outcome": stage.outcome,
        "cause": event.name,
    }


def _end_if_final(step: Step) -> None:
    process = step.release.process
    for id_ in list(step.state.stages):
        stage = process.stages[id_]
        if stage.kind == "final" and stage.parent is None:
            rest.end_order(step, stage)
            return
