"""Where the stages of a process lie on the canvas: kept beside the definition, not in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from orderloom.platform.app.drafting import READ, WRITE, Drafting
from orderloom.platform.app.permissions import needs
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.layout_rows import LayoutTables
from orderloom.platform.store.layout_rows import Positions as Positions

MOST: Final = 5_000
LONGEST_KEY: Final = 200
# Pixels from the corner.
FARTHEST: Final = 1_000_000


class Layouts:
    """Not audited: how a picture lies changes nothing that runs. Everybody sees the same."""

    def __init__(self, tables: LayoutTables, drafting: Drafting) -> None:
        self._tables = tables
        self._drafting = drafting

    def of(self, actor: Actor, kind: str, id_: str) -> Positions | Rejection:
        """Empty where nobody placed anything by hand."""
        refused = self._refused(actor, READ, kind, id_)
        return refused or self._tables.of(actor.organisation, kind, id_)

    def keep(self, actor: Actor, kind: str, id_: str, positions: Any) -> Rejection | None:
        """Keeps a map of keys and `[x, y]`; an empty one gives the layout up."""
        refused = self._refused(actor, WRITE, kind, id_)
        if refused is not None:
            return refused
        read = _read(positions)
        if isinstance(read, Rejection):
            return read
        self._tables.keep(actor.organisation, kind, id_, read)
        return None

    def _refused(self, actor: Actor, permission: str, kind: str, id_: str) -> Rejection | None:
        found = needs(actor, permission) or self._drafting.one(actor, kind, id_)
        return found if isinstance(found, Rejection) else None


def _read(positions: Any) -> Positions | Rejection:
    if not isinstance(positions, Mapping) or len(positions) > MOST:
        return _malformed(f"Expected a map of {MOST} places at most.")
    wrong = [key for key, place in positions.items() if not _fits(key, place)]
    if wrong:
        return _malformed(f"Expected [x, y], whole numbers, for {wrong[0][:40]}.")
    return {key: (x, y) for key, (x, y) in positions.items()}


def _fits(key: str, place: Any) -> bool:
    if len(key) > LONGEST_KEY or not isinstance(place, list) or len(place) != 2:
        return False
    return all(type(each) is int and abs(each) <= FARTHEST for each in place)


def _malformed(problem: str) -> Rejection:
    return Rejection("request.invalid", problem, {"problem": problem}, path="positions")
