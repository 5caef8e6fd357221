"""Which stages an order can come to, and whether it can leave them; guards count as open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from orderloom.platform.definitions.checks.plain import texts
from orderloom.platform.definitions.checks.process_view import (
    ProcessView,
    StageView,
    TransitionView,
)


def reached(view: ProcessView) -> frozenset[str]:
    """The stages that an order can be in."""
    first = entered(view, None)
    return frozenset(spread(view, first))


def spread(
    view: ProcessView, first: Iterable[str], *, stop: frozenset[str] = frozenset()
) -> set[str]:
    """All that can follow once `first` are active; from `stop` nothing is followed."""
    found: set[str] = set()
    waiting = list(first)
    head = [one for one in view.transitions if one.stage is None and one.trigger == "on"]
    waiting += [target for one in head for target in _into(view, one)] if waiting else []
    while waiting:
        id_ = waiting.pop()
        if id_ in found or id_ not in view.stages:
            continue
        found.add(id_)
        if id_ in stop:
            continue
        waiting += entered(view, id_)
        stage = view.stages[id_]
        if stage.parent is not None:
            waiting.append(stage.parent)
            # A region entered enters the others.
            if view.stages[stage.parent].kind == "parallel":
                waiting += view.stages[stage.parent].children
        for one in view.transitions:
            if one.stage == id_:
                waiting += _into(view, one)
    return found


def entered(view: ProcessView, id_: str | None) -> list[str]:
    """The children that begin with a stage: `initial`, else the first; of a parallel one all."""
    body = view.stages[id_].body if id_ is not None else view.document.value
    children = _children(view, id_)
    real = [child for child in children if view.stages[child].kind != "history"]
    if id_ is not None and view.stages[id_].kind == "parallel":
        return real
    initial = texts(body.get("initial"), ())
    named = [stage for _, target in initial for stage in _likely(view, target)]
    return named or real[:1]


def _children(view: ProcessView, id_: str | None) -> Iterator[str]:
    for stage in view.stages.values():
        if stage.parent == id_:
            yield stage.id


def _into(view: ProcessView, one: TransitionView) -> list[str]:
    return [stage for _, target in one.targets for stage in _likely(view, target)]


def _likely(view: ProcessView, target: str) -> list[str]:
    """The target; for one that is not there what it may be, lest one mistake be told twice."""
    if target in view.stages:
        return [target]
    return get_close_matches(target, view.stages, n=1) or list(view.stages)


def leaves(view: ProcessView, stage: StageView) -> bool:
    """Whether a transition of the stage, or of one around it, goes elsewhere."""
    around = list(view.above(stage.id))
    for one in view.transitions:
        if one.stage is not None and one.stage not in around:
            continue
        if one.trigger == "done" and one.stage != stage.id and not _region(view, stage, one.stage):
            continue
        if any(target != stage.id and target not in around for _, target in one.targets):
            return True
    return False


def _region(view: ProcessView, stage: StageView, outer: str | None) -> bool:
    """Whether the stage is by itself a region of `outer`: its end counts there."""
    return outer is not None and stage.parent == outer and view.stages[outer].kind == "parallel"
