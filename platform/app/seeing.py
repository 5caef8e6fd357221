"""Whether what somebody was shown is personal, and of another: judged here, told to `Readings`.

The rule stands in `docs/audit.md` (Who reads personal data).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from orderloom.audit.personal import SLOT
from orderloom.platform.app.collection_schema import Collection
from orderloom.platform.app.reading import Desk, Seen
from orderloom.platform.app.readings import Readings, holds_personal
from orderloom.platform.engine import Actor

_COMMITTED = f'"{SLOT}"'
Collected = Sequence[Mapping[str, Any]]


class Seeing:
    """Never waits and never raises. Whose own order it is, and who is no person, leaves nothing."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def order(self, seen: Seen, *then: Mapping[str, Any]) -> None:
        """The order was shown; or only its data as they stood at other moments."""
        if not _is_anothers(seen):
            return
        paths = seen.release.form.personal
        if any(holds_personal(data, paths) for data in then or (seen.state.data,)):
            self._read(seen)

    def order_id(self, desk: Desk, actor: Actor, order: int) -> None:
        """The same by the order's id."""
        seen = desk.see_id(actor, order) if actor.kind == "person" else None
        if isinstance(seen, Seen):
            self.order(seen)

    def texts(self, seen: Seen) -> None:
        """Free text was shown: comments, names of files, a decision's values. Where the form knows
        personal fields it may speak of them."""
        if _is_anothers(seen) and seen.release.form.personal:
            self._read(seen)

    def file(self, desk: Desk, actor: Actor, number: str, *, channel: str) -> None:
        """The content of one of the order's files was given out."""
        seen = desk.see(actor, number)
        if isinstance(seen, Seen) and _is_anothers(seen):
            self._readings.exported(
                actor, "file", number=number, order=seen.state.order, channel=channel
            )

    def listed(self, actor: Actor, orders: Iterable[Seen]) -> None:
        """Rows of a list were shown; of each the process's columns."""
        shown = [seen for seen in orders if _is_anothers(seen) and _in_columns(seen)]
        self._readings.listed(actor, _named(shown))

    def entries(
        self,
        actor: Actor,
        told: Iterable[tuple[Seen, str]],
        *,
        taken: str = "",
    ) -> None:
        """Entries of many orders were told, each with its body as it is stored; `taken`: as a file
        of that kind."""
        shown = [
            seen
            for seen, body in told
            if _COMMITTED in body and _is_anothers(seen) and seen.release.form.personal
        ]
        self._readings.listed(actor, _named(shown), taken=taken)

    def record(
        self, actor: Actor, collection: Collection, key: str, *bodies: Mapping[str, Any]
    ) -> None:
        """A record of a collection was shown, as it is or as it was. Whose values a record's
        personal fields are, its key says."""
        if actor.kind == "person" and _in_records(collection, bodies):
            facts = {"collection": collection.id, "key": key, "person": key}
            self._readings.beside(actor, facts)

    def records(
        self,
        actor: Actor,
        collection: Collection,
        bodies: Collected,
        *,
        taken: str = "",
    ) -> None:
        """A list of records was shown, or all of them `taken` as a file of that kind."""
        if actor.kind == "person" and _in_records(collection, bodies):
            facts = {"collection": collection.id, "count": len(bodies)}
            self._readings.beside(actor, facts, taken=taken)

    def message(self, actor: Actor, message: int, connector: str) -> None:
        """The body of another system's message was shown: nobody knows what stands in it."""
        if actor.kind == "person":
            self._readings.beside(actor, {"message": message, "connector": connector})

    def mails(self, actor: Actor, mails: Sequence[int]) -> None:
        """Mails that did not arrive were shown, with their addresses."""
        if actor.kind == "person" and mails:
            self._readings.beside(actor, {"mails": sorted(mails)})

    def _read(self, seen: Seen) -> None:
        self._readings.read(seen.actor, seen.state.order, seen.number)


def _is_anothers(seen: Seen) -> bool:
    return seen.actor.kind == "person" and seen.state.requester != seen.actor.id


def _in_records(collection: Collection, bodies: Iterable[Mapping[str, Any]]) -> bool:
    paths = collection.personal
    return bool(paths) and any(holds_personal(body, paths) for body in bodies)


def _in_columns(seen: Seen) -> bool:
    """Whether a column of the list is, has or is in a personal field that has a value."""
    columns, personal = seen.release.process.columns, seen.release.form.personal
    paths = [path for path in personal if any(_meet(path, column) for column in columns)]
    return bool(paths) and holds_personal(seen.state.data, paths)


def _meet(path: str, column: str) -> bool:
    return f"{path}.".startswith(f"{column}.") or f"{column}.".startswith(f"{path}.")


def _named(orders: Iterable[Seen]) -> dict[int, str]:
    return {seen.state.order: seen.number for seen in orders}
