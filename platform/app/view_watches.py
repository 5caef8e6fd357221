"""How watches stand, for those who may read definitions; and starting one again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from orderloom.platform.app.permissions import needs
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.watch_rows import WatchStanding, WatchTables

# What starting a watch again needs.
PERMISSION: Final = "definition.publish"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchView:
    """One watch. `read`: the instant of the last entry that it has read; `letters`: how many events
    it has sent; `stopped`: why it stands still, with its ruleset's name, and since when."""

    id: str
    version: int
    letters: int
    read: datetime | None
    stopped: str = ""
    stopped_at: datetime | None = None


class WatchReads:
    """What is read of watches, and the one thing that people can do about them."""

    def __init__(self, tables: WatchTables) -> None:
        self._tables = tables

    def listed(self, actor: Actor) -> tuple[WatchView, ...] | Rejection:
        """Every watch that was ever followed, by its id."""
        refused = needs(actor, "definition.read")
        if refused is not None:
            return refused
        return tuple(_view(each) for each in self._tables.standing(actor.organisation))

    def one(self, actor: Actor, id: str) -> WatchView | None:
        """The watch, if it was ever followed and may be seen."""
        found = self.listed(actor)
        known = () if isinstance(found, Rejection) else found
        return next((each for each in known if each.id == id), None)

    def stopped(self, actor: Actor) -> tuple[WatchView, ...]:
        """The watches that stand still, as tickets of those who may start them again."""
        if PERMISSION not in actor.permissions:
            return ()
        found = map(_view, self._tables.standing(actor.organisation))
        return tuple(each for each in found if each.stopped)

    def start_again(self, actor: Actor, id: str) -> WatchView | Rejection:
        """A watch that was stopped goes on from where it stood."""
        refused = needs(actor, PERMISSION)
        if refused is not None:
            return refused
        if self.one(actor, id) is None:
            return Rejection("watch.not_found", f"There is no watch {id}.", {"watch": id})
        self._tables.start_again(actor.organisation, id)
        return self.one(actor, id) or Rejection("watch.not_found", id, {"watch": id})


def _view(standing: WatchStanding) -> WatchView:
    return WatchView(
        id=standing.ruleset,
        version=standing.version,
        letters=standing.sent,
        read=standing.read_at,
        stopped=str((standing.stopped or {}).get("reason", "")),
        stopped_at=standing.stopped_at,
    )
