"""Which transitions an event takes (language 3.3, SCXML 3.13 "choice").

Innermost stage first; in a stage the more specific name; in a list from the top; if none holds, the
stage around. Of regions' choices that exclude each other the inner wins, else the first region's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from orderloom.platform.definitions.model import Process, Stage, Transition
from orderloom.platform.engine.configuration import exits, lineage, outwards
from orderloom.platform.engine.step import Internal, Step
from orderloom.platform.record import record


@record
class Choice:
    """A transition and the stage it stands in (None: the process itself)."""

    source: str | None
    transition: Transition


@lru_cache(maxsize=4096)
def matches(pattern: str, name: str) -> bool:
    """`carrier` and `carrier.*` match `carrier` and `carrier.delivered`; `*` all."""
    if pattern == "*":
        return True
    stem = pattern.removesuffix(".*")
    return name == stem or name.startswith(stem + ".")


def by_name(process: Process, stage: Stage, name: str) -> tuple[Transition, ...]:
    """The stage's transitions for an event, the most specific pattern first."""
    return _by_name(process, stage.id, name) if stage.on else ()


@lru_cache(maxsize=8192)
def _by_name(process: Process, id_: str, name: str) -> tuple[Transition, ...]:
    stage = process.stages[id_] if id_ else process.root
    found = [(pattern, listed) for pattern, listed in stage.on if matches(pattern, name)]
    found.sort(key=lambda pair: _vagueness(pair[0], name))
    return tuple(transition for _, listed in found for transition in listed)


def _vagueness(pattern: str, name: str) -> int:
    if pattern == name:
        return -1_000_000
    return 0 if pattern == "*" else -len(pattern.removesuffix(".*"))


def choose(step: Step, event: Internal, *, unheld: bool = False) -> list[Choice]:
    """The transitions that take the event now. A guard that fails raises `BlockError`.

    `unheld`: as if no hold stopped any stage.
    """
    process = step.release.process
    stopped = frozenset() if unheld else step.state.stopped
    if event.timer is not None:
        stage = process.stages[event.stage or ""]
        return _of_stage(step, event, stage, _timer(step, event), stopped)
    if event.stage is not None:
        stage = process.stages[event.stage]
        return _of_stage(step, event, stage, stage.done or (), stopped)

    def candidates(stage: Stage) -> Sequence[Transition]:
        return by_name(process, stage, event.name)

    return _enabled(step, event, candidates, stopped)


def may_move_always(step: Step) -> bool:
    """Whether any stage that is active has transitions that need no event."""
    return _has_always(step.release.process, tuple(step.state.stages))


@lru_cache(maxsize=4096)
def _has_always(process: Process, active: tuple[str, ...]) -> bool:
    return bool(process.root.always) or any(process.stages[id_].always for id_ in active)


def choose_always(step: Step, event: Internal) -> list[Choice]:
    """The transitions that need no event; `event` is what their conditions read."""
    return _enabled(step, event, lambda stage: stage.always, step.state.stopped)


def _timer(step: Step, event: Internal) -> Sequence[Transition]:
    timer = event.timer or {}
    stage = step.release.process.stages[str(timer["stage"])]
    return stage.timers[int(timer["i"])].transitions


def _of_stage(
    step: Step,
    event: Internal,
    stage: Stage,
    transitions: Sequence[Transition],
    stopped: frozenset[str],
) -> list[Choice]:
    if stage.id not in step.state.stages or stage.id in stopped:
        return []
    taken = _first(step, event, stage, transitions)
    return [taken] if taken else []


def _first(
    step: Step, event: Internal, stage: Stage, transitions: Iterable[Transition]
) -> Choice | None:
    scope = None
    for transition in transitions:
        if transition.condition is not None:
            scope = scope or step.scope(event.record, stage.id)
            if not step.holds_true(transition.condition, scope):
                continue
        return Choice(stage.id or None, transition)
    return None


def _enabled(
    step: Step,
    event: Internal,
    candidates: Callable[[Stage], Sequence[Transition]],
    stopped: frozenset[str],
) -> list[Choice]:
    process = step.release.process
    chosen: list[Choice] = []
    cache: dict[str, Choice | None] = {}
    for line in outwards(process, tuple(step.state.stages)):
        for stage in line:
            if stage.id in stopped:
                continue
            if stage.id not in cache:
                cache[stage.id] = _first(step, event, stage, candidates(stage))
            choice = cache[stage.id]
            if choice is not None:
                if choice not in chosen:
                    chosen.append(choice)
                break
    return _without_conflicts(step, chosen)


def _without_conflicts(step: Step, chosen: list[Choice]) -> list[Choice]:
    if len(chosen) < 2:
        return chosen
    process, active = step.release.process, step.state.stages
    above = lineage(process)
    kept: list[Choice] = []
    for choice in chosen:
        left = exits(process, active, choice.source, choice.transition)
        beaten: list[Choice] = []
        for other in kept:
            if not left & exits(process, active, other.source, other.transition):
                continue
            inner = choice.source is not None and (
                other.source is None or other.source in above[choice.source]
            )
            if not inner:
                break
            beaten.append(other)
        else:
            kept = [other for other in kept if other not in beaten]
            kept.append(choice)
    return kept
