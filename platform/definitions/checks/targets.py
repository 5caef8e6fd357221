"""Where transitions go (language 3.3): the stages exist, one a region."""

from __future__ import annotations

from collections.abc import Iterator

from orderloom.platform.definitions.checks.context import Context, meant
from orderloom.platform.definitions.checks.process_view import ProcessView, TransitionView
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.document import Path
from orderloom.platform.definitions.finding import Finding


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
    return view.document.finding(
        path,
        "transition.unknown_target",
        f"Goes to stage '{target}', which does not exist.",
        hint=meant(target, view.stages) or f"Add the stage '{target}', or name another.",
    )


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
                yield view.document.finding(
                    path,
                    "transition.targets",
                    f"The stages '{other}' and '{target}' cannot be active together.",
                    hint="Name one stage of each region of a parallel stage.",
                )
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
