"""Erasures from outside: asked for, foreseen, carried out now or when the order ends, and applied
again to a restored copy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from orderloom.forms.personal import personal_fields
from orderloom.platform.app.collection_schema import CollectionSchemas
from orderloom.platform.app.erasing import Erase, Erased
from orderloom.platform.app.erasure_file import ErasureFile
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.runner import Runner
from orderloom.platform.codec import loads
from orderloom.platform.engine import SYSTEM, Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store import Store
from orderloom.platform.store.erasure_rows import DONE, REQUEST, Erasure

PERMISSION: Final = "privacy.erase"
# Erasures that the worker takes at a time.
PIECE: Final = 20
MOST_LISTED: Final = 100
LONGEST_REASON: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something of a person is. `order` with its `number`, or a record. `values`: how many;
    `ended`: whether it can go at once. `fields`: of a record, those that are personal."""

    order: int = 0
    number: str = ""
    process: str = ""
    collection: str = ""
    record: str = ""
    values: int = 0
    theirs: bool = True
    ended: bool = True
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`done` with what each removed, `waiting` until their orders end. `standing`: number of an
    order → entries that name a value in plain. `unnamed`: collections with a record of that key,
    whose definition names no personal fields. `scrubbed`: the files have forgotten, too."""

    done: tuple[tuple[Place, int], ...] = ()
    waiting: tuple[Place, ...] = ()
    standing: tuple[tuple[str, tuple[int, ...]], ...] = ()
    unnamed: tuple[str, ...] = ()
    scrubbed: bool = True


@dataclass(frozen=True, slots=True)
class Request:
    """One line of a list. `place`: the order's number, or collection and record; empty: the
    account of the person."""

    person: str | None
    place: str
    at: datetime
    removed: int
    done: datetime | None


class Erasures:
    """`file`: where they are kept apart from the database."""

    def __init__(
        self,
        store: Store,
        runner: Runner,
        schemas: CollectionSchemas,
        *,
        file: ErasureFile,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._runner = runner
        self._schemas = schemas
        self._file = file
        self._now = now

    def places(self, actor: Actor, person: str) -> tuple[Place, ...] | Rejection:
        """Where something of a person is kept: orders by id, then records of collections."""
        refused = needs(actor, PERMISSION)
        return refused or (*self._orders_of(actor, person), *self._records_of(actor, person))

    def unnamed(self, organisation: int, person: str) -> Iterator[str]:
        """Collections with a record of that key, whose definition names no personal fields."""
        for collection in self._schemas.all(organisation):
            fields = self._fields(organisation, collection.id)
            if not fields and self._has(organisation, collection.id, person):
                yield collection.id

    def place(self, actor: Actor, number: str) -> Place | Rejection:
        """One order, whatever it holds."""
        refused = needs(actor, PERMISSION)
        if refused is not None:
            return refused
        found = self._numbered(actor.organisation, number)
        return found or Rejection("order.not_found", f"no order {number}", {"number": number})

    def listed(self, actor: Actor) -> tuple[Request, ...] | Rejection:
        """The newest requests with what became of them."""
        refused = needs(actor, PERMISSION)
        if refused is not None:
            return refused
        found = self._store.erasures.listed(actor.organisation, before=None, limit=MOST_LISTED)
        ids = [each.order for each in found if each.order]
        orders = self._store.reads.orders_by_id(actor.organisation, ids)
        return tuple(_request(each, orders) for each in found)

    def erase(
        self,
        actor: Actor,
        *,
        reason: str,
        channel: str,
        person: str | None = None,
        number: str | None = None,
        whole: bool = False,
    ) -> Report | Rejection:
        """Erases what is theirs, or all that is personal in an order; running orders follow when
        they end. `whole`: files are written anew, so that nothing is left between their pages."""
        refused = needs(actor, PERMISSION) or without_reason(reason)
        if refused is not None:
            return refused
        if person is not None:
            places: Any = self.places(actor, person)
        else:
            found = self.place(actor, number or "")
            places = found if isinstance(found, Rejection) else (found,)
        if isinstance(places, Rejection):
            return places
        asked = [
            (place, self._asked(place, actor, person=person, reason=reason)) for place in places
        ]
        self._store.erasures.ask([each for _, each in asked if each.order])
        report = self._carried_out(asked, actor, channel)
        unnamed = () if person is None else tuple(self.unnamed(actor.organisation, person))
        scrubbed = self._store.erasures.scrub(whole=whole)
        return Report(
            done=report.done,
            waiting=report.waiting,
            standing=report.standing,
            unnamed=unnamed,
            scrubbed=scrubbed,
        )

    def erase_account(
        self, actor: Actor, user: str, *, reason: str, channel: str, whole: bool
    ) -> int:
        """Puts a pseudonym in the place of an account (`user`: its id); how many of its fields
        went. Whether it may be was judged before."""
        erasure = self._asked(Place(), actor, person=user, reason=reason)
        done = self._one(erasure, actor, channel)
        self._store.erasures.scrub(whole=whole)
        return done.erasure.removed if isinstance(done, Erased) else 0

    def retire(self, order: int, organisation: int, cause: str, at: datetime) -> None:
        """Asks for an order whose time has come, in a run that began `at`; the worker does the
        rest."""
        place = Place(order=order)
        actor = Actor(id=SYSTEM.id, kind="system", organisation=organisation)
        asked = self._asked(place, actor, person=None, reason="", cause=cause)
        self._store.erasures.ask([replace(asked, at=at)])

    def run_once(self) -> int:
        """Carries out what waited for its order's end; how many."""
        done = 0
        for erasure in self._store.erasures.waiting(PIECE):
            actor = Actor(id=erasure.by, kind="system", organisation=erasure.organisation)
            if isinstance(self._one(erasure, actor, "worker"), Erased):
                done += 1
        if done:
            self._store.erasures.scrub(whole=False)
        return done

    def reapply(
        self, erasures: Iterable[Erasure] | None = None, *, whole: bool = False
    ) -> list[Erased]:
        """Does again what the database does not know of: it was restored from an older copy. What
        it knows and the file does not is added there."""
        known = {each.id: each for each in (self._file.all() if erasures is None else erasures)}
        done = [again for each in known.values() if (again := self._again(each)) is not None]
        if erasures is None:
            for each in self._all_done():
                if each.id not in known:
                    self._file.add(each)
        if done:
            self._store.erasures.scrub(whole=whole)
        return done

    # ── how ──────────────────────────────────────────────────────────────────────────────────

    def _carried_out(
        self, asked: Sequence[tuple[Place, Erasure]], actor: Actor, channel: str
    ) -> Report:
        done: list[tuple[Place, int]] = []
        waiting: list[Place] = []
        standing: list[tuple[str, tuple[int, ...]]] = []
        for place, erasure in asked:
            answer = self._one(erasure, actor, channel, fields=place.fields)
            if isinstance(answer, Erased):
                done.append((place, answer.erasure.removed))
                if answer.standing:
                    standing.append((place.number, answer.standing))
            else:
                waiting.append(place)
        return Report(done=tuple(done), waiting=tuple(waiting), standing=tuple(standing))

    def _one(
        self,
        erasure: Erasure,
        actor: Actor,
        channel: str,
        *,
        fields: tuple[str, ...] = (),
        again: bool = False,
    ) -> Erased | Rejection:
        if erasure.collection and not fields:
            fields = self._fields(erasure.organisation, erasure.collection)
        account = None
        if erasure.of_account and erasure.person is not None:
            account = self._store.accounts.user(erasure.organisation, erasure.person)
        work = Erase(
            erasure=erasure,
            actor=actor,
            channel=channel,
            fields=fields,
            account=account,
            again=again,
        )
        answer = self._runner.erase(work)
        if isinstance(answer, Erased) and answer.erasure.removed and not again:
            self._file.add(answer.erasure)
        return answer

    def _again(self, erasure: Erasure) -> Erased | None:
        there = self._store.erasures.one(erasure.id)
        if there is not None and there.state == DONE:
            return None
        actor = Actor(id=erasure.by, kind="system", organisation=erasure.organisation)
        answer = self._one(erasure, actor, "worker", again=True)
        if isinstance(answer, Erased):
            return answer
        if answer.code != "order.not_found":
            # In the copy the order still runs: it follows when it ends.
            self._store.erasures.ask([erasure])
        return None

    def follow(self) -> int:
        """What `reapply` does, where the file ends with something that the database does not know
        of as done: one line is read otherwise. How many were done again."""
        last = self._file.last()
        if last is None:
            return 0
        there = self._store.erasures.one(last.id)
        if there is not None and there.state == DONE:
            return 0
        return len(self.reapply())

    def _all_done(self) -> Iterator[Erasure]:
        after = ""
        while found := self._store.erasures.done_after(after, 500):
            yield from (each for each in found if each.removed)
            after = found[-1].id

    # ── where ────────────────────────────────────────────────────────────────────────────────

    def _orders_of(self, actor: Actor, person: str) -> Iterator[Place]:
        held = self._store.erasures.held(actor.organisation, person)
        for each in held:
            found = self._store.reads.orders_by_id(actor.organisation, [each.order])
            stored = found.get(each.order)
            if stored is not None:
                yield Place(
                    order=each.order,
                    number=stored.state.number or f"~{each.order}",
                    process=stored.state.process,
                    values=each.values,
                    theirs=each.theirs,
                    ended=stored.state.status == "ended",
                )

    def _records_of(self, actor: Actor, person: str) -> Iterator[Place]:
        for collection in self._schemas.all(actor.organisation):
            fields = self._fields(actor.organisation, collection.id)
            if fields and self._has(actor.organisation, collection.id, person):
                yield Place(
                    collection=collection.id, record=person, values=len(fields), fields=fields
                )

    def _has(self, organisation: int, collection: str, key: str) -> bool:
        tables = self._store.collections
        return bool(
            tables.record(organisation, collection, key)
            or tables.history(organisation, collection, key, before=None, limit=1)
        )

    def _fields(self, organisation: int, collection: str) -> tuple[str, ...]:
        row = self._store.definitions.in_force(organisation, "collection", collection, self._now())
        return () if row is None else tuple(path for path, _ in personal_fields(loads(row.body)))

    def _numbered(self, organisation: int, number: str) -> Place | None:
        if number.startswith("~") and number[1:].isdigit():
            found = self._store.reads.orders_by_id(organisation, [int(number[1:])])
            stored = found.get(int(number[1:]))
        else:
            stored = self._store.reads.order_by_number(organisation, number)
        if stored is None:
            return None
        return Place(
            order=stored.id,
            number=number,
            process=stored.state.process,
            ended=stored.state.status == "ended",
        )

    def _asked(
        self,
        place: Place,
        actor: Actor,
        *,
        person: str | None,
        reason: str,
        cause: str = REQUEST,
    ) -> Erasure:
        return Erasure(
            id=uuid4().hex,
            organisation=actor.organisation,
            order=place.order,
            collection=place.collection,
            record=place.record,
            person=person,
            cause=cause,
            reason=reason,
            by=actor.id,
            at=self._now(),
        )


def _request(erasure: Erasure, orders: Mapping[int, Any]) -> Request:
    place = f"{erasure.collection} {erasure.record}".strip()
    if erasure.order:
        stored = orders.get(erasure.order)
        place = (stored.state.number if stored is not None else "") or f"~{erasure.order}"
    return Request(erasure.person, place, erasure.at, erasure.removed, erasure.done)


def without_reason(reason: str) -> Rejection | None:
    """Why it does not do as a reason."""
    if not reason.strip():
        return Rejection("erase.reason", "an erasure needs a reason", {}, "reason")
    if len(reason) > LONGEST_REASON:
        params = {"limit": LONGEST_REASON}
        return Rejection("erase.reason_long", "the reason is too long", params, "reason")
    return None
