"""What orders would start by now, of every process."""

from __future__ import annotations

from orderloom.platform.app.reading import Desk
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Refused


def current_releases(desk: Desk, actor: Actor) -> list[tuple[str, Release]]:
    """By the id of the process."""
    found = []
    for id_ in desk.registry.processes(actor.organisation):
        try:
            found.append((id_, desk.registry.current(id_, actor.organisation, desk.now())))
        except Refused:
            # A process whose parts are not published cannot start; it is not an error of the list.
            continue
    return found
