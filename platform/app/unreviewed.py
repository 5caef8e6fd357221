"""What a draft may ask while it is tried: nobody has reviewed it yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from orderloom.platform.app.permissions import needs
from orderloom.platform.app.reading import Desk
from orderloom.platform.engine import Actor
from orderloom.platform.engine.outcome import Lookup, Question, ReadOrder, Standing
from orderloom.platform.problem import Refused, Rejection

READS_RECORDS: Final = "collections.read"
# collection → key → row
Rows = Mapping[str, Mapping[str, Mapping[str, Any]]]
NO_ROWS: Final[Rows] = MappingProxyType({})


def guarded(desk: Desk, actor: Actor, rows: Rows = NO_ROWS) -> Desk:
    """A desk for a draft: whoever wrote it gets to know no record and no order that they may not
    see. `rows`: what a scenario puts into collections, for anybody to read. Asking for a record
    without the permission raises `Refused`."""

    def ask(question: Question, organisation: int) -> Any:
        match question:
            case ReadOrder(number=number):
                other = desk.see(actor, number)
                return None if isinstance(other, Rejection) else other.data
            case Standing(order=order) if isinstance(desk.see_id(actor, order), Rejection):
                return None
            case Lookup(collection=collection, key=key) if collection in rows:
                known = rows[collection]
                return list(known.values()) if key is None else known.get(key)
            case Lookup():
                refused = needs(actor, READS_RECORDS)
                if refused is not None:
                    raise Refused(refused)
        return desk.ask(question, organisation)

    return replace(desk, ask=ask)
