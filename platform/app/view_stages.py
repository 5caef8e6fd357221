"""The stage map: the process's stages as a tree, each done, now, or ahead."""

from __future__ import annotations

from collections.abc import Collection

from orderloom.platform.app.reading import Seen, instant
from orderloom.platform.app.view_models import Choice, StageView
from orderloom.platform.definitions.model import Process, Stage
from orderloom.platform.words import Words


def stage_map(seen: Seen, visited: Collection[str]) -> tuple[StageView, ...]:
    """Top stages in document order. `visited`: ids of stages that were ever entered."""
    top = [stage for stage in seen.release.process.stages.values() if stage.parent is None]
    return tuple(_view(seen, stage, visited) for stage in top if _is_shown(stage))


def plain_map(process: Process, words: Words) -> tuple[StageView, ...]:
    """The same without an order, for a definition's page."""
    top = [stage for stage in process.stages.values() if stage.parent is None]
    return tuple(_plain(process, stage, words) for stage in top if _is_shown(stage))


def targets(seen: Seen) -> tuple[Choice, ...]:
    """Stages to which an order in attention could be moved."""
    return tuple(
        Choice(id=stage.id, title=seen.words.choose(stage.title) or stage.id)
        for stage in seen.release.process.stages.values()
        if stage.kind != "history"
    )


def _is_shown(stage: Stage) -> bool:
    return stage.kind != "history"


def _view(seen: Seen, stage: Stage, visited: Collection[str]) -> StageView:
    stages = seen.release.process.stages
    inner = tuple(_view(seen, stages[id_], visited) for id_ in stage.children if id_ in stages)
    return StageView(
        id=stage.id,
        title=seen.words.choose(stage.title) or stage.id,
        state=_state(seen, stage, visited),
        kind=stage.kind,
        since=instant(seen.state.stages.get(stage.id)),
        children=tuple(each for each in inner if each.kind != "history"),
    )


def _state(seen: Seen, stage: Stage, visited: Collection[str]) -> str:
    state = seen.state
    ended_here = state.status == "ended" and stage.kind == "final" and stage.id in visited
    if stage.id not in state.stages:
        return "done" if stage.id in visited else "ahead"
    if ended_here or state.status == "ended":
        return "done"
    if stage.id in state.stopped:
        return "stopped"
    if state.in_attention and not stage.children:
        return "attention"
    return "done" if stage.kind == "final" else "now"


def _plain(process: Process, stage: Stage, words: Words) -> StageView:
    inner = (process.stages[id_] for id_ in stage.children if id_ in process.stages)
    return StageView(
        id=stage.id,
        title=words.choose(stage.title) or stage.id,
        state="ahead",
        kind=stage.kind,
        children=tuple(_plain(process, each, words) for each in inner if _is_shown(each)),
    )
