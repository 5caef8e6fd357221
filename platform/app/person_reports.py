"""All that is kept of a person: orders, fields, entries, words, tasks, records, their account.

What it shows of an order is what an erasure would take from it. That it was made is an entry,
written before anybody reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from orderloom.audit.entry import value_of
from orderloom.audit.personal import FREE_TEXT
from orderloom.platform.app.collection_schema import CollectionSchemas
from orderloom.platform.app.erasing import ERASED, goes, is_about
from orderloom.platform.app.erasure_foresight import label_of
from orderloom.platform.app.erasures import Erasures, Place
from orderloom.platform.app.plain_text import shown_value
from orderloom.platform.app.reading import Desk, Seen, instant
from orderloom.platform.app.readings import EXPORTED, READ
from orderloom.platform.app.refusals import Announced
from orderloom.platform.app.runner import Runner
from orderloom.platform.app.view_done import DoneLine, done_line
from orderloom.platform.app.view_models import PersonView
from orderloom.platform.app.view_tasks import title_of
from orderloom.platform.engine import Actor, Event
from orderloom.platform.engine.step import iso
from orderloom.platform.problem import Rejection
from orderloom.platform.store import Store
from orderloom.platform.store.account_rows import User
from orderloom.platform.store.erasure_rows import Kept
from orderloom.platform.words import Words

# A page shows so many orders; a file has all.
SHOWN: Final = 50
# Answers of somebody who works here, the newest.
MOST_ANSWERS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptValue:
    """One value with where it stands. `field`: its path; `label` and `shown` as people read them;
    `text`: somebody wrote it freely; `entries`: of the order's stream; `by`: who wrote the first;
    `person`: whose it is, None: nobody is named."""

    field: str
    label: str
    value: Any
    shown: str
    text: bool = False
    entries: tuple[int, ...] = ()
    at: datetime | None = None
    by: PersonView | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOrder:
    """`about`: it is about the person, else only words of theirs stand in it. `tasks`: open ones
    that lie with them, by their titles."""

    number: str
    process: str
    title: str
    status: str
    created: datetime | None
    ended: datetime | None
    about: bool
    values: tuple[KeptValue, ...]
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRecord:
    """A record of a collection; `values`: all of its fields."""

    collection: str
    title: str
    record: str
    values: tuple[KeptValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonReport:
    """`account`: of somebody who works here. `more`: how many orders are left out. `answers`: what
    they decided and completed, the newest first."""

    person: str
    at: datetime
    account: User | None
    orders: tuple[KeptOrder, ...]
    more: int
    records: tuple[KeptRecord, ...]
    answers: tuple[DoneLine, ...]

    def __bool__(self) -> bool:
        return bool(self.account or self.orders or self.records or self.answers)


class PersonReports:
    """For `privacy.erase` alone."""

    def __init__(
        self,
        store: Store,
        desk: Desk,
        erasures: Erasures,
        schemas: CollectionSchemas,
        *,
        runner: Runner,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._desk = desk
        self._erasures = erasures
        self._schemas = schemas
        self._runner = runner
        self._now = now

    def of(
        self, actor: Actor, person: str, *, taken: str = "", channel: str
    ) -> PersonReport | Rejection:
        """What is kept of them. `taken`: as a file of that kind, with all orders. `unavailable`
        where it could not be written down that it was made; of nobody nothing is."""
        places = self._erasures.places(actor, person)
        if isinstance(places, Rejection):
            return places
        orders = [each for each in places if each.order]
        shown = orders if taken else orders[-SHOWN:]
        account = self._store.accounts.user(actor.organisation, person)
        report = PersonReport(
            person=person,
            at=self._now(),
            account=account,
            orders=tuple(self._order(actor, each, person) for each in reversed(shown)),
            more=len(orders) - len(shown),
            records=tuple(self._record(actor, each) for each in places if each.collection),
            answers=self._answers(actor, account),
        )
        if report and not self._told(actor, report, orders, taken, channel):
            return Rejection("unavailable", "The report could not be recorded.")
        return report

    def _order(self, actor: Actor, place: Place, person: str) -> KeptOrder:
        organisation = actor.organisation
        stored = self._store.reads.orders_by_id(organisation, [place.order])[place.order]
        release = self._desk.registry.by_no(stored.release)
        seen = Seen(self._desk, actor, stored, release, self._desk.now())
        kept = self._store.erasures.kept(organisation, place.order)
        kept = [each for each in kept if each.type != ERASED]
        about = is_about(kept, person)
        state, process = stored.state, release.process
        return KeptOrder(
            number=seen.number,
            process=process.id,
            title=seen.words.choose(process.title) or process.id,
            status=state.status,
            created=instant(state.created),
            ended=instant(state.ended_at),
            about=about,
            values=_values(seen, [each for each in kept if goes(each, person, whole=about)]),
            tasks=tuple(
                title_of(seen, task)
                for task in state.tasks.values()
                if task.get("assignee") == person or f"u:{person}" in (task.get("for") or ())
            ),
        )

    def _record(self, actor: Actor, place: Place) -> KeptRecord:
        words = Words(actor.language)
        found = self._store.collections.record(actor.organisation, place.collection, place.record)
        schema = self._schemas.one(actor.organisation, place.collection)
        body = found.body if found is not None else {}
        return KeptRecord(
            collection=place.collection,
            title=place.collection if isinstance(schema, Rejection) else words.choose(schema.title),
            record=place.record,
            values=tuple(
                KeptValue(field=name, label=name, value=value, shown=shown_value(value, words))
                for name, value in body.items()
            ),
        )

    def _answers(self, actor: Actor, account: User | None) -> tuple[DoneLine, ...]:
        if account is None:
            return ()
        reads, organisation = self._store.reads, actor.organisation
        rows = reads.done(organisation, account.id, before=None, limit=MOST_ANSWERS)
        stored = reads.orders_by_id(organisation, {row.order for row in rows})
        return tuple(
            done_line(self._desk, actor, stored[row.order], row)
            for row in rows
            if row.order in stored
        )

    def _told(
        self,
        actor: Actor,
        report: PersonReport,
        orders: Sequence[Place],
        taken: str,
        channel: str,
    ) -> bool:
        """By the key that data call them by. Whoever was found by something else, such as an
        address that a field holds, is not named: that entry could never be erased."""
        facts: dict[str, Any] = {"what": taken} if taken else {}
        if _is_key(report):
            facts["person"] = report.person
        else:
            facts |= {"count": len(orders), "subjects": [each.order for each in orders]}
        event = Event(EXPORTED if taken else READ, {**facts, "at": iso(self._now())})
        return self._runner.announce(Announced(event=event, actor=actor, channel=channel))


def _is_key(report: PersonReport) -> bool:
    """Whether the person is called so, by an account, a record or an entry."""
    named = any(value.person == report.person for one in report.orders for value in one.values)
    return named or report.account is not None or bool(report.records)


def _values(seen: Seen, kept: Sequence[Kept]) -> tuple[KeptValue, ...]:
    """Each value once, with all the entries that have it."""
    found: dict[tuple[str, bytes, str | None], KeptValue] = {}
    people = {each.id: each for each in seen.people(sorted({f"u:{one.actor}" for one in kept}))}
    for each in kept:
        key = (each.path, each.value, each.person)
        own = (each.seq,) if each.stream == seen.state.order else ()
        if key in found:
            entries = tuple(dict.fromkeys((*found[key].entries, *own)))
            found[key] = replace(found[key], entries=entries)
            continue
        value, text = value_of(each.value), each.path in FREE_TEXT
        found[key] = KeptValue(
            field=each.path,
            label=label_of(each.path, seen.release, seen.words),
            value=value,
            shown=value if isinstance(value, str) else shown_value(value, seen.words),
            text=text,
            entries=own,
            at=each.at,
            by=people.get(each.actor),
            person=each.person,
        )
    return tuple(found.values())
