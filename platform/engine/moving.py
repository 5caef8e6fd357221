"""What a move leaves and enters, worked out once: orders of a process make the same moves again and
again (SCXML 3.13, algorithm D)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from orderloom.platform.definitions.model import Process, Stage, Transition
from orderloom.platform.engine.configuration import entries, exits, in_order, remembered

# (active stages, what of the transitions decides): few, but for a process with many regions.
MOST_KNOWN: Final = 4096
Sourced = tuple[str | None, Transition]


@dataclass(frozen=True, slots=True)
class Move:
    """`leaving`: from the last in the document to the first; `entering`: in its order.

    `pending`: those of `entering` whose work begins when the order rests. `defaults`: transitions
    of histories that stand for nothing yet. `history`: what the stages left will be entered by.
    """

    leaving: tuple[str, ...]
    entering: tuple[str, ...]
    pending: tuple[str, ...]
    defaults: tuple[Transition, ...]
    history: Mapping[str, Sequence[str]]


def move(
    process: Process,
    active: Iterable[str],
    history: Mapping[str, Sequence[str]],
    taken: Sequence[Sourced],
) -> Move:
    """The move of an order by the transitions `taken`, each with the stage it stands in."""
    if _has_history(process):
        return _made(process, set(active), history, taken)
    known = _known(process)
    # All of a transition that its move depends on.
    key = (
        tuple(active),
        tuple((source, one.targets, one.internal) for source, one in taken),
    )
    found = known.get(key)
    if found is None:
        if len(known) >= MOST_KNOWN:
            known.clear()
        found = known[key] = _made(process, set(active), history, taken)
    return found


def has_work(stage: Stage) -> bool:
    """Whether something begins in the stage when the order rests."""
    return bool(stage.do or stage.timers or (stage.done is not None and not stage.children))


def _made(
    process: Process,
    active: set[str],
    history: Mapping[str, Sequence[str]],
    taken: Sequence[Sourced],
) -> Move:
    left: set[str] = set()
    for source, transition in taken:
        left |= exits(process, active, source, transition)
    left_now = remembered(process, active, left)
    staying = active - left
    entering: set[str] = set()
    defaults: list[Transition] = []
    for source, transition in taken:
        if transition.targets:
            found = entries(process, staying, source, transition, {**history, **left_now})
            entering |= set(found.stages)
            defaults += found.actions_of
    entered = in_order(process, entering)
    return Move(
        leaving=tuple(reversed(in_order(process, left))),
        entering=tuple(entered),
        pending=tuple(id_ for id_ in entered if has_work(process.stages[id_])),
        defaults=tuple(defaults),
        history=left_now,
    )


@lru_cache(maxsize=512)
def _known(process: Process) -> dict[Any, Move]:
    return {}


@lru_cache(maxsize=512)
def _has_history(process: Process) -> bool:
    return any(stage.kind == "history" for stage in process.stages.values())
