"""Where transitions go (language 3.3): the stages exist, one a region."""

from __future__ import annotations

from collections.abc import Iterator

from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.process_view import ProcessView, TransitionView
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.document import Path
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.saying import meant


@checks
def unknown_targets(context: Context) -> Iterator[Finding]:
    """`to`, bare targets and `initial` name stages of the process."""
    for view in context.processes:
        for transition in view.transitions:
            if transition.own:
                for path, target in transition.targets:
                    if target not in view.stages:
                        yield _unknown(view, path, target)


def _unknown(view: ProcessView, path: Path, target: str) -> Finding:
    hint = meant(target, view.stages)
    return view.document.finding(path, "transition.unknown_target", name=target, hint=hint)


@checks
def targets_of_regions(context: Context) -> Iterator[Finding]:
    """A list in `to` names one stage in each of several regions."""
    for view in context.processes:
        for transition in view.transitions:
            if transition.own and len(transition.targets) > 1:
                yield from _clashes(view, transition)


def _clashes(view: ProcessView, transition: TransitionView) -> Iterator[Finding]:
    known = [(path, target) for path, target in transition.targets if target in view.stages]
    for index, (path, target) in enumerate(known):
        for _, other in known[:index]:
            if not together(view, target, other):
                yield view.document.finding(path, "transition.targets", other=other, name=target)
                break


def together(view: ProcessView, one: str, other: str) -> bool:
    """Whether two stages lie in different regions of a parallel stage."""
    if one == other:
        return False
    outer, inner = list(view.above(one)), list(view.above(other))
    shared = next((stage for stage in outer if stage in inner), None)
    if shared in (None, one, other):
        return False
    return view.stages[str(shared)].kind == "parallel"
