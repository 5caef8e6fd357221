"""The stage tree (language 3.2): beginnings, ends, history, and what nobody reaches or leaves."""

from __future__ import annotations

from collections.abc import Iterator

from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.plain import texts
from orderloom.platform.definitions.checks.process_view import ProcessView, StageView
from orderloom.platform.definitions.checks.reaching import leaves, reached, spread
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.saying import meant


@checks
def initial_stages(context: Context) -> Iterator[Finding]:
    """`initial` names a stage inside."""
    for view in context.processes:
        for id_, path, value in (
            ("", ("initial",), view.document.value.get("initial")),
            *((s.id, (*s.path, "initial"), s.body.get("initial")) for s in _own(view)),
        ):
            inside = set(view.below(id_)) - {id_} if id_ else set(view.stages)
            for place, target in texts(value, path):
                if target in inside:
                    continue
                hint = meant(target, inside)
                if target in view.stages:
                    yield view.document.finding(
                        place, "stage.initial", name=target, id=id_, hint=hint
                    )
                    continue
                yield view.document.finding(
                    place, "transition.unknown_target", "initial", name=target, hint=hint
                )


@checks
def history_stages(context: Context) -> Iterator[Finding]:
    """A history stage is inside another one, and its default is beside it."""
    for view in context.processes:
        for stage in _own(view):
            if stage.kind != "history":
                continue
            if stage.parent is None:
                yield view.document.finding(stage.path, "stage.history", "top", id=stage.id)
                continue
            inside = set(view.below(stage.parent)) - {stage.parent, stage.id}
            for place, target in texts(stage.body.get("to"), (*stage.path, "to")):
                if target in view.stages and target not in inside:
                    yield view.document.finding(
                        place, "stage.history", "default", name=target, id=stage.parent
                    )


@checks
def ends(context: Context) -> Iterator[Finding]:
    """`done` can come."""
    for view in context.processes:
        for stage in _own(view):
            if "done" in stage.body and not can_finish(view, stage):
                path = (*stage.path, "done")
                yield view.document.finding(path, "stage.never_done", id=stage.id)


def can_finish(view: ProcessView, stage: StageView) -> bool:
    """Whether all in the stage can be finished: a final child, in every region."""
    if stage.kind == "final" or not stage.children:
        return True
    children = [view.stages[child] for child in _real(view, stage.children)]
    if stage.kind == "parallel":
        return all(can_finish(view, child) for child in children)
    return any(child.kind == "final" for child in children)


@checks
def unreachable(context: Context) -> Iterator[Finding]:
    """Every stage can be reached; of several the first is told, from which the others are.

    Where a transition goes to a stage that does not exist, it may have been meant for this one.
    """
    for view in context.processes:
        if _leads_nowhere(view):
            continue
        found = reached(view)
        told: dict[str, set[str]] = {}
        for stage in _own(view):
            covered = any(stage.id in others for others in told.values())
            if stage.id in found or stage.kind == "history" or covered:
                continue
            follows = {*spread(view, [stage.id]), *view.below(stage.id)}
            told = {id_: others for id_, others in told.items() if id_ not in follows}
            told[stage.id] = follows
        for id_ in told:
            path = view.stages[id_].path
            yield view.document.finding(path, "stage.unreachable", id=id_)


@checks
def dead_ends(context: Context) -> Iterator[Finding]:
    """A stage that is not final can be left."""
    for view in context.processes:
        found = reached(view)
        for stage in _own(view):
            inner = stage.kind == "plain" and not stage.children and stage.id in found
            if inner and not leaves(view, stage):
                yield view.document.finding(stage.path, "stage.dead_end", id=stage.id)


def _leads_nowhere(view: ProcessView) -> bool:
    return any(
        target not in view.stages
        for transition in view.transitions
        for _, target in transition.targets
    )


@checks
def circles(context: Context) -> Iterator[Finding]:
    """`always` without a condition does not go round for ever."""
    for view in context.processes:
        onwards = {
            one.stage: one
            for one in reversed(view.transitions)
            if one.trigger == "always" and one.stage is not None and one.own
        }
        for stage in _own(view):
            passed = [stage.id]
            while (one := onwards.get(passed[-1])) and "if" not in one.body and one.targets:
                passed.append(one.targets[0][1])
                if passed[-1] in passed[:-1]:
                    break
            if len(passed) > 1 and passed[-1] == stage.id:
                path = (*stage.path, "always")
                yield view.document.finding(path, "stage.circle", id=stage.id)


def _own(view: ProcessView) -> list[StageView]:
    return [stage for stage in view.stages.values() if stage.own]


def _real(view: ProcessView, children: tuple[str, ...]) -> list[str]:
    return [child for child in children if view.stages[child].kind != "history"]
