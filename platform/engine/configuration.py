"""The stage tree: which stages a transition leaves and enters (SCXML 3.13, algorithm D).

Pure functions over a `Process` and the set of active stages. Document order is `Stage.index`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from orderloom.platform.definitions.model import Process, Stage, Transition


@dataclass(slots=True)
class Entry:
    """Stages to enter, in document order, with the history that was used."""

    stages: list[str] = field(default_factory=list)
    actions_of: list[Transition] = field(default_factory=list)


@lru_cache(maxsize=512)
def lineage(process: Process) -> Mapping[str, frozenset[str]]:
    """Stage id → the ids of its ancestors."""
    return {id_: frozenset(stage.ancestors) for id_, stage in process.stages.items()}


@lru_cache(maxsize=4096)
def outwards(process: Process, active: tuple[str, ...]) -> tuple[tuple[Stage, ...], ...]:
    """From each of the innermost active stages outwards, the process itself last."""
    stages = process.stages
    return tuple(
        (stages[id_], *(stages[outer] for outer in reversed(stages[id_].ancestors)), process.root)
        for id_ in atomic(process, active)
    )


def in_order(process: Process, ids: Iterable[str]) -> list[str]:
    """Ids sorted as in the document."""
    found = list(ids)
    if len(found) > 1:
        found.sort(key=lambda id_: process.stages[id_].index)
    return found


def atomic(process: Process, active: Iterable[str]) -> list[str]:
    """The innermost active stages, in document order."""
    ids = set(active)
    inner = [id_ for id_ in ids if not any(child in ids for child in process.stages[id_].children)]
    return in_order(process, inner)


def inside(process: Process, outer: str) -> set[str]:
    """The stage and all stages in it."""
    above = lineage(process)
    return {outer, *(id_ for id_, ancestors in above.items() if outer in ancestors)}


def domain(process: Process, source: str | None, transition: Transition) -> str | None:
    """The innermost compound stage (None: the process) that contains all that the move touches."""
    targets = _resolved(process, transition.targets)
    if source is None:
        return None
    above = lineage(process)
    within = all(source in above[target] for target in targets)
    if transition.internal and process.stages[source].kind == "compound" and within:
        return source
    for ancestor in reversed(process.stages[source].ancestors):
        if process.stages[ancestor].kind != "compound":
            continue
        if all(ancestor in above[target] for target in targets):
            return ancestor
    return None


def _resolved(process: Process, targets: Sequence[str]) -> list[str]:
    return [target for target in targets if target in process.stages]


def exits(
    process: Process, active: Iterable[str], source: str | None, transition: Transition
) -> set[str]:
    """The active stages that the transition leaves (none without a target)."""
    if not transition.targets:
        return set()
    top = domain(process, source, transition)
    if top is None:
        return set(active)
    above = lineage(process)
    return {id_ for id_ in active if top in above[id_]}


def entries(
    process: Process,
    active: Iterable[str],
    source: str | None,
    transition: Transition,
    history: Mapping[str, Sequence[str]],
) -> Entry:
    """The stages that the transition enters, in document order.

    `active`: what stays active. A history stage stands for what was left, or for its default.
    """
    found = _Entering(process, set(active), history)
    top = domain(process, source, transition)
    targets = found.effective(transition.targets)
    for target in transition.targets:
        found.descend(target)
    for target in targets:
        found.ascend(target, top)
    return Entry(in_order(process, found.ids - found.active), found.defaults)


def initial(process: Process, history: Mapping[str, Sequence[str]]) -> Entry:
    """What a new order enters: the initial stage and what is in it."""
    start = Transition(path="start", targets=process.root.initial)
    return entries(process, (), None, start, history)


class _Entering:
    def __init__(
        self, process: Process, active: set[str], history: Mapping[str, Sequence[str]]
    ) -> None:
        self.process = process
        self.active = active
        self.history = history
        self.ids: set[str] = set()
        self.defaults: list[Transition] = []

    def stage(self, id_: str) -> Stage:
        return self.process.stages[id_]

    def effective(self, targets: Sequence[str]) -> list[str]:
        """Targets with each history replaced by what it stands for."""
        out: list[str] = []
        for target in targets:
            stage = self.stage(target)
            if stage.kind != "history":
                out.append(target)
            elif target in self.history:
                out.extend(self.history[target])
            else:
                out.extend(self.effective([t for d in stage.default for t in d.targets]))
        return out

    def descend(self, id_: str) -> None:
        stage = self.stage(id_)
        if stage.kind == "history":
            self._descend_history(stage)
            return
        self.ids.add(id_)
        if stage.kind == "compound":
            for child in stage.initial:
                self.descend(child)
            for child in stage.initial:
                self.ascend(child, id_)
        elif stage.kind == "parallel":
            self._regions(id_)

    def _descend_history(self, stage: Stage) -> None:
        recorded = self.history.get(stage.id)
        if recorded is None:
            self.defaults.extend(stage.default)
            recorded = [target for default in stage.default for target in default.targets]
        for target in recorded:
            self.descend(target)
        for target in recorded:
            self.ascend(target, stage.parent)

    def ascend(self, id_: str, top: str | None) -> None:
        for ancestor in reversed(self.stage(id_).ancestors):
            if ancestor == top:
                return
            self.ids.add(ancestor)
            if self.stage(ancestor).kind == "parallel":
                self._regions(ancestor)

    def _regions(self, parallel: str) -> None:
        above = lineage(self.process)
        for region in self.stage(parallel).children:
            if self.stage(region).kind == "history":
                continue
            if region not in self.ids and not any(region in above[id_] for id_ in self.ids):
                self.descend(region)


def remembered(
    process: Process, active: Iterable[str], leaving: Iterable[str]
) -> dict[str, list[str]]:
    """History stage → what to come back to, for every history in a stage that is left."""
    ids = set(active)
    above = lineage(process)
    out: dict[str, list[str]] = {}
    for id_ in leaving:
        for child in process.stages[id_].children:
            stage = process.stages[child]
            if stage.kind != "history":
                continue
            if stage.deep:
                out[child] = [inner for inner in atomic(process, ids) if id_ in above[inner]]
            else:
                out[child] = in_order(
                    process, (c for c in process.stages[id_].children if c in ids)
                )
    return out
