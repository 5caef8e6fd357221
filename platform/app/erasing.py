"""An erasure is carried out: values and salts go, the order is folded anew, one entry says so; all
in one transaction (engine 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from orderloom.audit.entry import value_of
from orderloom.audit.personal import BESIDE, FREE_TEXT, commitment
from orderloom.platform.app.account_erasing import changes_of, fields_gone
from orderloom.platform.app.account_events import user_erased
from orderloom.platform.app.reading import not_found
from orderloom.platform.app.recorder import Recorder
from orderloom.platform.app.security import security_entry
from orderloom.platform.app.unit_of_work import UnitOfWork
from orderloom.platform.app.working import WorkingOrder
from orderloom.platform.engine import Event, fold
from orderloom.platform.engine.commands import Actor
from orderloom.platform.engine.evolve_erased import NAMED
from orderloom.platform.engine.step import iso
from orderloom.platform.problem import Rejection
from orderloom.platform.store.account_rows import User
from orderloom.platform.store.erasure_rows import DONE, REQUEST, Erasure, Kept, Removal, Slot

ERASED: Final = "personal.erased"
# A text that is shorter is not looked for elsewhere.
LEAST: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Erase:
    """`fields`: of a record, those that are personal. `account`: of an account, as it was.
    `again`: a restored copy follows what was done before."""

    erasure: Erasure
    actor: Actor
    channel: str
    fields: tuple[str, ...] = ()
    account: User | None = None
    again: bool = False
    on_behalf_of: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What became of it. `standing`: entries whose own body names a value, which nobody can change:
    they were written before its field was personal."""

    erasure: Erasure
    standing: tuple[int, ...] = ()


class ErasingWork:
    """Who may was judged before."""

    def __init__(self, recorder: Recorder, *, now: Callable[[], datetime]) -> None:
        self._recorder = recorder
        self._now = now

    def carry_out(self, work: Erase, unit: UnitOfWork) -> Erased | Rejection:
        """The erasure, done; or why it must wait (`erase.running`, `erase.busy`)."""
        if work.erasure.collection:
            return self._record(work, unit)
        if work.erasure.of_account:
            return self._account(work, unit)
        order = unit.order(work.erasure.order)
        if order is None or order.organisation != work.erasure.organisation:
            return not_found(str(work.erasure.order))
        if order.state.status != "ended":
            number = order.state.number or f"~{order.id}"
            return Rejection("erase.running", f"{number} has not ended", {"number": number})
        if unit.erasing.is_busy(order.id):
            number = order.state.number or f"~{order.id}"
            message = f"{number} has sent what has not arrived yet"
            return Rejection("erase.busy", message, {"number": number})
        return self._order(work, order, unit)

    def _order(self, work: Erase, order: WorkingOrder, unit: UnitOfWork) -> Erased:
        erasing = unit.erasing
        person = work.erasure.person
        kept = [each for each in erasing.slots_of(order.id) if each.type != ERASED]
        whole = person is None or is_about(kept, person)
        slots = [each for each in kept if goes(each, person, whole=whole)]
        texts = tuple(dict.fromkeys(text for each in slots for text in _texts(each)))
        now = self._now()
        # One instant for the entry and for the values: no command comes before the last.
        at = max(iso(now), order.state.last_at)
        if whole or slots:
            erasing.remove(
                Removal(
                    organisation=order.organisation,
                    order=order.id,
                    number=order.state.number,
                    slots=[(each.stream, each.seq, each.slot) for each in slots],
                    traces=sorted({(each.stream, each.seq) for each in slots}),
                    texts=texts,
                    whole=whole,
                    at=at,
                )
            )
        if slots:
            self._told(work, order, slots, unit, at)
        done = replace(work.erasure, state=DONE, reason="", removed=len(slots), done=now)
        erasing.note(done)
        return Erased(erasure=done, standing=tuple(erasing.standing(order.id, texts)))

    def _told(
        self,
        work: Erase,
        order: WorkingOrder,
        slots: Sequence[Slot],
        unit: UnitOfWork,
        at: str,
    ) -> None:
        """The entry, and the order as the entries give it now."""
        of = [commitment(each.salt, each.value)[:NAMED] for each in slots]
        event = Event(ERASED, {**_facts(work, len(slots)), "of": of, "at": at})
        events = [each for _, each in unit.events(order.id, upto=order.seq)]
        state = fold([*events, event])
        if state is None:
            raise LookupError(f"order {order.id} has no entries")
        begun = self._recorder.begin(
            [event],
            work,
            stream=order.id,
            organisation=order.organisation,
            number=order.commands + 1,
            seq=order.seq,
            head=order.head,
        )
        unit.orders[order.id] = order.but(
            revision=order.revision + 1,
            seq=begun.entries[-1].seq,
            commands=order.commands + 1,
            head=begun.tip,
            state=state,
        )
        unit.record(begun)

    def _record(self, work: Erase, unit: UnitOfWork) -> Erased:
        asked, now = work.erasure, self._now()
        place = (asked.organisation, asked.collection)
        unit.records(*place, [asked.record])
        removed = unit.erasing.clean_record(*place, asked.record, work.fields)
        facts = {"collection": asked.collection, "key": asked.record, "at": iso(now)}
        if removed:
            event = Event(ERASED, {**_facts(work, removed), **facts})
            security_entry(event, work, unit, self._recorder)
        done = replace(asked, state=DONE, reason="", removed=removed, done=now)
        unit.erasing.note(done)
        return Erased(erasure=done)

    def _account(self, work: Erase, unit: UnitOfWork) -> Erased | Rejection:
        asked, user, now = work.erasure, work.account, self._now()
        if user is None:
            # A copy that is older than the account: nothing of them is in it.
            return not_found(str(asked.person))
        removed = fields_gone(user)
        if removed:
            unit.changes.kept += changes_of(user, now)
            event = user_erased(user, asked.reason, now, again=work.again)
            security_entry(event, work, unit, self._recorder)
        done = replace(asked, state=DONE, reason="", removed=removed, done=now)
        unit.erasing.note(done)
        return Erased(erasure=done)


def is_about(kept: Sequence[Slot | Kept], person: str) -> bool:
    """Whether an order is about a person: a field of its data is theirs, or is their id. Else only
    words that they wrote stand in it."""
    return any(
        each.path not in BESIDE and (each.person == person or value_of(each.value) == person)
        for each in kept
    )


def goes(slot: Slot | Kept, person: str | None, *, whole: bool) -> bool:
    """Of an order that is about somebody all goes but the fields of others: free text and what
    nobody is named for may speak of them."""
    if person is None or slot.person == person:
        return True
    return whole and (slot.person is None or slot.path in FREE_TEXT)


def _facts(work: Erase, values: int) -> dict[str, Any]:
    facts: dict[str, Any] = {"cause": work.erasure.cause, "values": values}
    if work.erasure.person is not None:
        facts["person"] = work.erasure.person
    if work.again:
        facts["again"] = True
    if work.erasure.cause == REQUEST and work.erasure.reason:
        facts["reason"] = work.erasure.reason
    return facts


def _texts(slot: Slot) -> Iterator[str]:
    """The texts of a field that may have been copied elsewhere; what people wrote freely has words
    in it that are nobody's."""
    if slot.path not in FREE_TEXT:
        yield from _within(value_of(slot.value))


def _within(value: Any) -> Iterator[str]:
    if isinstance(value, str) and len(value) >= LEAST:
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _within(each)
    elif isinstance(value, list):
        for each in value:
            yield from _within(each)
