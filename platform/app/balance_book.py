"""Balances as one transaction sees them: moved in memory, written with the flush (engine 2, 3).

What a command moves becomes real when the command is accepted; a command that is refused, fails or
is asked again leaves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from orderloom.platform.app import levels
from orderloom.platform.app.recorder import Begun
from orderloom.platform.engine import SYSTEM, OrderState, Outcome
from orderloom.platform.engine.amounts import NOTHING
from orderloom.platform.engine.outcome import Move
from orderloom.platform.store.balance_rows import (
    BalanceMove,
    BalanceRecord,
    Level,
    Reservation,
)
from orderloom.platform.store.collection_rows import RecordChange, RecordWrite
from orderloom.platform.store.order_rows import Changes, Conflict, EntryWrite

Place = tuple[int, str, str]
"""Organisation, collection, key of the record: what is locked, in this order."""


class OutOfTurn(Conflict):
    """Records are needed that come before one that is held, or after a gapless number was drawn:
    try again with `places` locked first."""

    def __init__(self, places: Iterable[Place]) -> None:
        super().__init__("balances are locked in the order of their keys")
        self.places = frozenset(places)


class Records(Protocol):
    """What the book reads by."""

    def leads_to(self, organisation: int, collection: str, key: str) -> str: ...

    def balance_record(
        self, organisation: int, collection: str, key: str, *, locks: bool = True
    ) -> BalanceRecord | None: ...


class BalanceBook:
    """Records with balances: those of accepted commands, and as the one under way has them."""

    def __init__(self, records: Records, *, in_order: bool, locks: bool = True) -> None:
        """`in_order`: records are locked one after the other, so that the order matters."""
        self._source = records
        self._in_order = in_order
        self._locks = locks
        self._kept: dict[Place, BalanceRecord | None] = {}
        self._drafts: dict[Place, BalanceRecord] = {}
        self._leads: dict[Place, Place] = {}
        self._dirty: set[Place] = set()
        self._closed = False

    def begin(self) -> None:
        """Another command, or the same once more: what was moved and not kept never was."""
        self._drafts = {}

    def close(self) -> None:
        """A lock of a later class is held: no new one may be taken."""
        self._closed = True

    def lock(self, places: Iterable[Place]) -> None:
        """Takes records for this transaction, in the order of their keys. Raises `OutOfTurn`."""
        wanted = sorted(set(places) - self._kept.keys())
        if not wanted:
            return
        if self._in_order and (self._closed or wanted[0] < max(self._kept, default=wanted[0])):
            raise OutOfTurn((*self._kept, *wanted))
        for place in wanted:
            self._kept[place] = self._source.balance_record(*place, locks=self._locks)

    def move(self, organisation: int, question: Move) -> dict[str, Any]:
        """The answer to the question, as its class says; a draft until `keep`."""
        places = [self._place(organisation, line) for line in question.lines]
        self.lock(places)
        for line, place in zip(question.lines, places, strict=True):
            self._still_leads(line, place)
        drafts = dict(self._drafts)
        sign = -1 if question.back else 1
        told: list[dict[str, Any]] = []
        short = False
        for line, place in zip(question.lines, places, strict=True):
            field = _field(line)
            record = drafts.get(place) or self._kept[place]
            if record is None:
                told.append({"granted": NOTHING, "free": NOTHING, "why": "record"})
                short = True
                continue
            amount, own = Decimal(line["amount"]), Decimal(line["own"])
            taken = amount if question.back else levels.granted(record, field, question.way, line)
            short |= taken < amount
            own = min(own, taken)
            record = levels.moved(record, field, question.way, sign * taken, sign * own)
            drafts[place] = record
            answer = {"granted": taken, "free": levels.free(record, field)}
            told.append(answer if place[2] == line["key"] else {**answer, "record": place[2]})
        if short and not question.partial:
            return {"moved": False, "lines": told}
        self._drafts = drafts
        return {"moved": True, "lines": told}

    def keep(
        self,
        begun: Begun,
        outcome: Outcome,
        changes: Changes,
        *,
        by: str,
    ) -> None:
        """The command is accepted: what its entries tell becomes rows of `changes`."""
        for entry, (event, *_) in zip(begun.entries, begun.groups, strict=True):
            if event.type == "stock.moved":
                self._note(entry, event.facts, outcome.state, changes, by=by)
        at = datetime.fromisoformat(begun.entries[-1].at)
        for place, record in self._drafts.items():
            before = self._kept[place]
            if before is not None and before.body != record.body:
                version = before.last + 1
                record = replace(record, version=version, last=version, told=version)
                changes.records += _written(before, record, order=outcome.state.order, by=by, at=at)
            self._kept[place] = record
            self._dirty.add(place)
        self._drafts = {}

    def written(self) -> list[Level]:
        """Levels that changed since the last time."""
        dirty, self._dirty = sorted(self._dirty), set()
        found = [self._kept[place] for place in dirty]
        return [
            Level(
                organisation=record.organisation,
                collection=record.collection,
                key=record.key,
                field=field,
                on_hand=levels.on_hand(record, field),
                reserved=reserved,
            )
            for record in found
            if record is not None
            for field, reserved in record.reserved.items()
        ]

    def _place(self, organisation: int, line: Mapping[str, Any]) -> Place:
        collection = line["balance"].partition(".")[0]
        asked = (organisation, collection, line["key"])
        if asked not in self._leads:
            self._leads[asked] = (organisation, collection, self._source.leads_to(*asked))
        return self._leads[asked]

    def _still_leads(self, line: Mapping[str, Any], place: Place) -> None:
        """Where a key leads was read before the record was locked: it may be merged, or not any
        more. Raises `Conflict`."""
        if line["key"] == place[2] and self._kept[place] is not None:
            return
        if self._source.leads_to(place[0], place[1], line["key"]) != place[2]:
            raise Conflict(f"{line['key']} was merged or split meanwhile")

    def _note(
        self,
        entry: EntryWrite,
        facts: Mapping[str, Any],
        after: OrderState,
        changes: Changes,
        *,
        by: str,
    ) -> None:
        for index, line in enumerate(facts["lines"]):
            collection = line["balance"].partition(".")[0]
            record = line.get("record", line["key"])
            held = after.reserved.get(line["balance"], {}).get(line["key"], 0)
            reserved, on_hand = levels.changes(line, facts["way"])
            changes.held.append(
                Reservation(
                    organisation=entry.organisation,
                    order=after.order,
                    collection=collection,
                    field=_field(line),
                    key=line["key"],
                    record=record,
                    amount=Decimal(held),
                )
            )
            changes.moves.append(
                BalanceMove(
                    organisation=entry.organisation,
                    order=after.order,
                    seq=entry.seq,
                    line=index,
                    collection=collection,
                    record=record,
                    field=_field(line),
                    way=facts["way"],
                    reserved=reserved,
                    on_hand=on_hand,
                    at=facts["at"],
                    by=by,
                )
            )


def _field(line: Mapping[str, Any]) -> str:
    return str(line["balance"].partition(".")[2])


def _written(
    before: BalanceRecord, after: BalanceRecord, *, order: int, by: str, at: datetime
) -> list[RecordWrite]:
    """The step of the record's history; the first one of data that had none comes before it."""
    now = RecordChange(
        organisation=after.organisation,
        collection=after.collection,
        key=after.key,
        version=after.version,
        at=at,
        by=by,
        way="issued",
        after=after.body,
        more=str(order),
    )
    writes = [RecordWrite(change=now)]
    if before.version > before.told:
        first = replace(
            now, version=before.version, by=SYSTEM.id, way="added", after=before.body, more=None
        )
        writes.insert(0, RecordWrite(change=first, past=True))
    return writes
