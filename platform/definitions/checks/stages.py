"""The stage tree (language 3.2): beginnings, ends, history, and what nobody reaches or leaves."""

from __future__ import annotations

from collections.abc import Iterator

from orderloom.platform.definitions.checks.context import Context, meant
from orderloom.platform.definitions.checks.plain import texts
from orderloom.platform.definitions.checks.process_view import ProcessView, StageView
from orderloom.platform.definitions.checks.reaching import leaves, reached
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.finding import Finding


@checks
def some_stages(context: Context) -> Iterator[Finding]:
    """A process has stages, a parallel stage regions."""
    for view in context.processes:
        document = view.document
        if not view.stages:
            hint = "Write stages, the first is where an order begins."
            yield document.finding(("stages",), "stage.none", "It has no stages.", hint=hint)
        for stage in view.stages.values():
            if stage.own and stage.kind == "parallel" and not _real(view, stage.children):
                message = f"The stage '{stage.id}' is parallel and has no regions."
                hint = "Write stages in it, all of which begin at once."
                yield document.finding(stage.path, "stage.no_regions", message, hint=hint)


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
                known = target in view.stages
                code = "stage.initial" if known else "transition.unknown_target"
                message = f"Begins in '{target}', which does not exist."
                if known:
                    message = f"Begins in '{target}', which is not inside '{id_}'."
                hint = meant(target, inside) or "Name a stage that is inside."
                yield view.document.finding(place, code, message, hint=hint)


@checks
def history_stages(context: Context) -> Iterator[Finding]:
    """A history stage is inside another one, and its default is beside it."""
    for view in context.processes:
        for stage in _own(view):
            if stage.kind != "history":
                continue
            if stage.parent is None:
                message = f"The history '{stage.id}' is not inside a stage."
                hint = "Put it into the stage whose past it remembers."
                yield view.document.finding(stage.path, "stage.history", message, hint=hint)
                continue
            inside = set(view.below(stage.parent)) - {stage.parent, stage.id}
            for place, target in texts(stage.body.get("to"), (*stage.path, "to")):
                if target in view.stages and target not in inside:
                    message = f"The default '{target}' is not inside '{stage.parent}'."
                    hint = "Name a stage that the history can stand for."
                    yield view.document.finding(place, "stage.history", message, hint=hint)


@checks
def ends(context: Context) -> Iterator[Finding]:
    """A final stage does nothing more; `done` can come."""
    for view in context.processes:
        for stage in _own(view):
            yield from _of_final(view, stage)
            if "done" in stage.body and not can_finish(view, stage):
                message = f"The stage '{stage.id}' is never done: it has no final stage inside."
                hint = "Mark the last stage inside with type: final."
                path = (*stage.path, "done")
                yield view.document.finding(path, "stage.never_done", message, hint=hint)


def _of_final(view: ProcessView, stage: StageView) -> Iterator[Finding]:
    if stage.kind != "final":
        return
    for key in ("stages", "do", "on", "done", "always", "after", "initial", "use"):
        if key in stage.body:
            message = f"The stage '{stage.id}' is final: it has no {key}."
            hint = f"Remove {key}, or type: final."
            yield view.document.finding((*stage.path, key), "stage.final", message, hint=hint)


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
    """Every stage can be reached; of nested ones the outermost is told."""
    for view in context.processes:
        found = reached(view)
        for stage in _own(view):
            outer_is = stage.parent is None or stage.parent in found
            if stage.id not in found and outer_is and stage.kind != "history":
                message = f"The stage '{stage.id}' is never reached."
                hint = "Let a transition go there, or remove it."
                yield view.document.finding(stage.path, "stage.unreachable", message, hint=hint)


@checks
def dead_ends(context: Context) -> Iterator[Finding]:
    """A stage that is not final can be left."""
    for view in context.processes:
        found = reached(view)
        for stage in _own(view):
            inner = stage.kind == "plain" and not stage.children and stage.id in found
            if inner and not leaves(view, stage):
                message = f"Nothing leads out of the stage '{stage.id}'."
                hint = "Add a transition, or mark it with type: final."
                yield view.document.finding(stage.path, "stage.dead_end", message, hint=hint)


def _own(view: ProcessView) -> list[StageView]:
    return [stage for stage in view.stages.values() if stage.own]


def _real(view: ProcessView, children: tuple[str, ...]) -> list[str]:
    return [child for child in children if view.stages[child].kind != "history"]
