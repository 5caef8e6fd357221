"""Clocks of stages (language 3.4): `after`, `at`, `every`.

`at` follows the data: past fires at once, null never, a moment once. `every`: the k-th moment is
`from` + k periods, without drift; missed ones fire in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any, cast

from dateutil.rrule import rrulestr

from orderloom.platform.definitions.model import Code, Stage, Timer
from orderloom.platform.engine.step import Step, instant, iso

Clock = dict[str, Any]
Set = Mapping[str, Any]


def stage_timers(step: Step, stage: Stage) -> list[Clock]:
    """The clocks of a stage that was just entered."""
    clocks: list[Clock] = []
    for i, timer in enumerate(stage.timers):
        clock = _clock(step, stage, i, timer)
        if clock is not None:
            clocks.append(clock)
    return clocks


def _clock(step: Step, stage: Stage, i: int, timer: Timer) -> Clock | None:
    entered = instant(step.state.stages[stage.id])
    base: Clock = {"stage": stage.id, "i": i}
    if timer.after is not None:
        return {**base, "kind": "after", "due": iso(step.later(entered, timer.after))}
    if timer.at is not None:
        due = _at(step, stage, timer.at)
        return {**base, "kind": "at", "due": due} if due else None
    start = _start(step, stage, timer)
    if start is None:
        return None
    first = moment_of(step, timer, start, 1)
    if first is None:
        return None
    return {**base, "kind": "every", "due": iso(first), "k": 1, "from": iso(start)}


def _at(step: Step, stage: Stage, at: Code) -> str | None:
    value = step.value(at, step.scope(None, stage.id))
    return None if value is None else iso(step.moment(value))


def _start(step: Step, stage: Stage, timer: Timer) -> datetime | None:
    if timer.start is None:
        return instant(step.state.stages[stage.id])
    value = step.value(timer.start, step.scope(None, stage.id))
    return None if value is None else step.moment(value)


def moment_of(step: Step, timer: Timer, start: datetime, k: int) -> datetime | None:
    """The k-th moment of a recurring timer (None: there is none)."""
    if timer.every is not None:
        return step.later(start, timer.every, k)
    zone = step.release.zone
    local = start.astimezone(zone).replace(tzinfo=None)
    coming = (m for m in rrulestr(str(timer.rrule), dtstart=local) if m > local)
    found = next(islice(coming, k - 1, k), None)
    return found.replace(tzinfo=zone).astimezone(UTC) if found else None


def fire(step: Step, n: str) -> Mapping[str, Any]:
    """Records that a clock struck; the timer as it was."""
    timer = step.state.timers[n]
    following = None
    if timer["kind"] == "every":
        definition = step.release.process.stages[timer["stage"]].timers[timer["i"]]
        following = moment_of(step, definition, instant(timer["from"]), timer["k"] + 1)
    step.emit(
        "timer.fired",
        n=int(n),
        stage=timer.get("stage"),
        kind=timer["kind"],
        due=timer["due"],
        next=iso(following) if following else None,
        k=timer["k"] + 1 if following else None,
    )
    return timer


def follow_data(step: Step) -> bool:
    """Moves the clocks of `at`, and of recurrences with a `from`, whose data changed. Whether one
    moved."""
    changed: dict[str, Clock] = {}
    number = step.number()
    known = {
        (timer["stage"], timer["i"]): (n, timer)
        for n, timer in step.state.timers.items()
        if timer["kind"] in ("at", "every")
    }
    for stage, i, timer in _bound(step):
        n, old = known.get((stage.id, i), (str(number), None))
        follow = _follow_at if timer.at is not None else _follow_start
        moved = follow(step, stage, i, timer, old)
        if moved is not None:
            changed[n] = moved
            number += old is None
    if not changed:
        return False
    step.emit("timers.changed", set=changed)
    return True


def _bound(step: Step) -> Iterator[tuple[Stage, int, Timer]]:
    """The clocks that are bound to data, in stages whose work has begun."""
    for id_ in step.state.stages:
        stage = step.release.process.stages[id_]
        if stage.timers and id_ not in step.state.pending:
            for i, timer in enumerate(stage.timers):
                if timer.at is not None or timer.start is not None:
                    yield stage, i, timer


def _follow_at(step: Step, stage: Stage, i: int, timer: Timer, old: Set | None) -> Clock | None:
    if old is None:
        return _clock(step, stage, i, timer)
    due = _at(step, stage, cast(Code, timer.at))
    if due is None:
        return {**old, "due": None} if old["due"] is not None else None
    return {**old, "due": due} if due not in (old["due"], old.get("fired")) else None


def _follow_start(step: Step, stage: Stage, i: int, timer: Timer, old: Set | None) -> Clock | None:
    """A recurrence begins when its `from` is known, and anew when that moves: with the first
    moment that is still to come."""
    if old is None:
        return _clock(step, stage, i, timer)
    start = _start(step, stage, timer)
    if start is None:
        return {**old, "due": None, "from": None} if old["due"] is not None else None
    if iso(start) == old["from"]:
        return None
    k = 1
    while (moment := moment_of(step, timer, start, k)) is not None and moment <= step.now:
        k += 1
    return {**old, "due": iso(moment) if moment is not None else None, "k": k, "from": iso(start)}
