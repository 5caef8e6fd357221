"""Where an order stands, in few words: for answers to commands, which need no whole page."""

from __future__ import annotations

from typing import Any

from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import OrderState


def innermost(state: OrderState, release: Release) -> list[str]:
    """The active stages without active inner ones, in document order."""
    stages, active = release.process.stages, state.stages
    inner = [id_ for id_ in active if not any(c in active for c in stages[id_].children)]
    return sorted(inner, key=lambda id_: stages[id_].index)


def standing(state: OrderState, release: Release, revision: int) -> dict[str, Any]:
    """`{number, process, revision, state, stages, attention, outcome, data}` as JSON values; a
    draft is called `~<id>`."""
    return {
        "number": state.number or f"~{state.order}",
        "process": state.process,
        "revision": revision,
        "state": state.status,
        "stages": innermost(state, release),
        "attention": state.in_attention,
        "outcome": state.outcome,
        "data": state.data,
    }
