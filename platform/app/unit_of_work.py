"""One transaction's work: orders as they become, and all that is written with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from orderloom.audit.chain import genesis
from orderloom.platform.app.balance_book import BalanceBook
from orderloom.platform.app.files_named import fitting
from orderloom.platform.app.kept_orders import KeptOrders
from orderloom.platform.app.recorder import Begun, Recorder, Tip
from orderloom.platform.app.registry import Registry
from orderloom.platform.app.releases import Releases
from orderloom.platform.app.series import Series
from orderloom.platform.app.working import WorkingOrder, working
from orderloom.platform.engine.outcome import Files, FindOrders, Move, NextNumber, Outcome
from orderloom.platform.engine.relatives import Others
from orderloom.platform.store.administration_rows import Kept
from orderloom.platform.store.collection_rows import RecordState
from orderloom.platform.store.commands import Transaction
from orderloom.platform.store.erasing import Erasing
from orderloom.platform.store.order_rows import (
    Answered,
    Changes,
    OrderWrite,
    ProjectionWrite,
    StreamHead,
)
from orderloom.platform.store.substitution_rows import Substitution

Key = tuple[str, str]


class UnitOfWork:
    """The orders of a batch and their changes, in memory until `flush`.

    `log` begins every chain. `releases`: by which releases new orders begin, found before the
    transaction (a new one is written in its own). Reads of other orders flush first, so that they
    see the batch. `written`: what was flushed.
    """

    def __init__(
        self,
        transaction: Transaction,
        registry: Registry,
        recorder: Recorder,
        kept: KeptOrders,
        series: Series,
        *,
        log: str,
        releases: Releases,
        security: StreamHead | None,
    ) -> None:
        self._transaction = transaction
        self._registry = registry
        self._recorder = recorder
        self._kept = kept
        self._log = log
        self.releases = releases
        self.series = series
        self.balances = BalanceBook(transaction, in_order=series.many_writers)
        self.changes = Changes()
        self._begun: list[Begun] = []
        self.written: list[tuple[OrderWrite, ProjectionWrite]] = []
        self.orders: dict[int, WorkingOrder] = {}
        self._absent: set[int] = set()
        self._answered: dict[Key, Answered | None] = {}
        self.security = security
        self._security_changed = False

    # ── what is there ────────────────────────────────────────────────────────────────────────

    def load(self, ids: Collection[int]) -> None:
        """Locks and reads orders, those that did not change since this process wrote them from
        memory."""
        wanted = sorted(set(ids) - self.orders.keys() - self._absent)
        if not wanted:
            return
        heads = self._transaction.heads(wanted)
        if len(heads) < len(wanted):
            self._absent |= set(wanted) - heads.keys()
        stale: list[int] = []
        for id_, head in heads.items():
            kept = self._kept.get(id_, head)
            if kept is None:
                stale.append(id_)
            else:
                self.orders[id_] = kept.by(self._registry.by_no(kept.release_no))
        for loaded in self._transaction.load(stale):
            self.orders[loaded.id] = working(loaded, self._registry.by_no(loaded.release))

    def order(self, id_: int) -> WorkingOrder | None:
        """An order as it is after the commands so far."""
        if id_ not in self.orders and id_ not in self._absent:
            self.load([id_])
        return self.orders.get(id_)

    def look_up(self, keys: Iterable[Key]) -> None:
        """Reads which of these requests were answered before."""
        wanted = {key for key in keys if key not in self._answered}
        if not wanted:
            return
        found = self._transaction.answered(wanted)
        self._answered |= {key: found.get(key) for key in wanted}

    def answered(self, key: Key) -> Answered | None:
        """The answer that a request got before, in this batch or earlier."""
        self.look_up([key])
        return self._answered[key]

    def events(self, stream: int, *, after: int = 0, upto: int) -> list[Any]:
        """Entries of a stream with their numbers, those of this batch included."""
        self.flush()
        return self._transaction.events(stream, after=after, upto=upto)

    def tip(self, stream: int, seq: int) -> Tip:
        """What a stream ended with after this entry."""
        self.flush()
        return Tip(self._transaction.hash_of(stream, seq))

    # ── other orders, as `questions.Orders` ──────────────────────────────────────────────────

    def data_of(self, organisation: int, number: str) -> Any:
        self.flush()
        return self._transaction.data_of(organisation, number)

    def others(self, organisation: int, ids: Collection[int]) -> Others:
        """Orders as they are after the commands so far; those of others are not locked."""
        unread = [id_ for id_ in ids if id_ not in self.orders]
        found = {
            loaded.id: working(loaded, self._registry.by_no(loaded.release))
            for loaded in self._transaction.look_at(unread)
        }
        found |= {id_: self.orders[id_] for id_ in ids if id_ in self.orders}
        return {
            id_: (order.state, order.release)
            for id_, order in found.items()
            if order.organisation == organisation
        }

    def find(self, question: FindOrders, organisation: int) -> list[int]:
        self.flush()
        if question.process is None or question.key == "number":
            numbers = question.numbers or (question.value or "",)
            return self._transaction.by_numbers(organisation, numbers)
        found = self.owner(organisation, (question.process, str(question.key), str(question.value)))
        return [] if found is None else [found]

    def namable(self, question: Files, organisation: int, since: datetime) -> list[str]:
        self.flush()
        return fitting(question, self._transaction, organisation, since)

    def draw(self, question: NextNumber, organisation: int) -> int:
        if question.gapless:
            self.balances.close()
        return self.series.next(organisation, question.name, gapless=question.gapless)

    def new_ids(self, count: int) -> list[int]:
        return self.series.ids(count)

    def move(self, question: Move, organisation: int) -> dict[str, Any]:
        return self.balances.move(organisation, question)

    def owner(self, organisation: int, reference: tuple[str, str, str]) -> int | None:
        """The order that holds a reference now."""
        self.flush()
        return self._transaction.owner(organisation, *reference)

    @property
    def erasing(self) -> Erasing:
        """What an erasure reads and removes in this transaction."""
        return self._transaction.erasing

    # ── what becomes of it ───────────────────────────────────────────────────────────────────

    def substitutions(self, organisation: int, after: datetime) -> list[Substitution]:
        """Who stands in for whom after a moment."""
        self.flush()
        return self._transaction.substitutions(organisation, after)

    def is_taken(self, kept: Kept) -> bool:
        """Whether somebody else was first, in this batch or before."""
        self.flush()
        return self._transaction.is_taken(kept)

    def records(
        self, organisation: int, collection: str, keys: Collection[str]
    ) -> dict[str, RecordState]:
        """Records of a collection as they are after the works so far."""
        self.flush()
        return self._transaction.records(organisation, collection, keys)

    def reserved(
        self, organisation: int, collection: str, keys: Collection[str]
    ) -> dict[str, dict[str, Decimal]]:
        """What orders have reserved of records, by key and field."""
        return self._transaction.reserved(organisation, collection, keys)

    def held_as(self, organisation: int, collection: str, key: str) -> bool:
        """Whether an order holds amounts by a key that leads to another record."""
        return self._transaction.held_as(organisation, collection, key)

    def start_of(self, stream: int) -> bytes:
        """What stands for the hash before a stream's first entry."""
        return genesis(self._log, stream)

    def security_stream(self, organisation: int) -> StreamHead:
        """The stream of this process for what has no order."""
        if self.security is None:
            (stream,) = self.new_ids(1)
            self.security = StreamHead(
                stream=stream,
                organisation=organisation,
                name=f"security-{stream}",
                seq=0,
                commands=0,
                head=self.start_of(stream),
                fresh=True,
            )
        return self.security

    def move_security(self, head: StreamHead) -> None:
        self.security = head
        self._security_changed = True

    def record(self, begun: Begun) -> None:
        """Entries of a command; they are sealed when they are written."""
        self.changes.entries += begun.entries
        self._begun.append(begun)

    def accept(self, order: WorkingOrder, begun: Begun, outcome: Outcome, *, by: str) -> None:
        """An order as an accepted command leaves it, with its entries, and what was moved."""
        self.orders[order.id] = order
        self.record(begun)
        self.balances.keep(begun, outcome, self.changes, by=by)

    def remember(self, answered: Answered) -> None:
        """Keeps what a request was answered with."""
        self.changes.answered.append(answered)
        self._answered[answered.scope, answered.key] = answered

    def flush(self) -> None:
        """Writes what changed since the last flush. Raises `Conflict`."""
        changes = self.changes
        self._recorder.seal(self._begun)
        self._begun = []
        for id_, order in self.orders.items():
            if not order.is_saved:
                write, projection, saved = order.written()
                changes.orders.append(write)
                changes.projections.append(projection)
                self.written.append((write, projection))
                self.orders[id_] = saved
        if self._security_changed and self.security is not None:
            changes.streams.append(self.security)
            self.security = replace(self.security, fresh=False)
            self._security_changed = False
        changes.sequences = self.series.drawn()
        changes.levels += self.balances.written()
        if _is_empty(changes):
            return
        self._transaction.flush(changes)
        self.changes = Changes()

    def keep(self) -> None:
        """After the commit: the orders are remembered as they are now."""
        for order in self.orders.values():
            self._kept.put(order)


def _is_empty(changes: Changes) -> bool:
    return not any(
        (
            changes.orders,
            changes.entries,
            changes.letters,
            changes.jobs,
            changes.cancelled,
            changes.answered,
            changes.streams,
            changes.substitutions,
            changes.kept,
            changes.records,
            changes.files,
            changes.levels,
            changes.moves,
            changes.sequences,
        )
    )
