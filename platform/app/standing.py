"""Where an order stands, in few words: for answers to commands, which need no whole page."""

from __future__ import annotations

from typing import Any

from orderloom.platform.app.withheld import withheld_from, without
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import Actor, OrderState


def innermost(state: OrderState, release: Release) -> list[str]:
    """The active stages without active inner ones, in document order."""
    stages, active = release.process.stages, state.stages
    inner = [id_ for id_ in active if not any(c in active for c in stages[id_].children)]
    return sorted(inner, key=lambda id_: stages[id_].index)


def standing(state: OrderState, release: Release, revision: int, actor: Actor) -> dict[str, Any]:
    """`{number, process, revision, state, stages, attention, outcome, data, hidden}` as JSON
    values; a draft is called `~<id>`. `data` are without the fields `hidden` from the actor."""
    hidden = withheld_from(actor, release.form, state.data, requester=state.requester)
    return {
        "number": state.number or f"~{state.order}",
        "process": state.process,
        "revision": revision,
        "state": state.status,
        "stages": innermost(state, release),
        "attention": state.in_attention,
        "outcome": state.outcome,
        "data": without(state.data, hidden),
        "hidden": sorted(".".join(path) for path in hidden),
    }
