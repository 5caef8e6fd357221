"""What a scenario stands on: a whole application in memory, whose effects are taken, not sent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from orderloom.platform.app.assembling import assemble
from orderloom.platform.app.clock import FixedClock
from orderloom.platform.app.inferring import infer_plainly
from orderloom.platform.app.levels import free, on_hand
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.plain_watch import PlainSession
from orderloom.platform.app.publish import NotPublished, PublishOptions
from orderloom.platform.app.runner import Reply
from orderloom.platform.app.scenario import Unexpected
from orderloom.platform.app.scenario_world import Outgoing, ScenarioWorld
from orderloom.platform.app.simulate import Simulate
from orderloom.platform.app.substitutions import COLUMNS, Wanted
from orderloom.platform.definitions import Bundle
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import Actor, Command, OrderState
from orderloom.platform.engine.amounts import NOTHING
from orderloom.platform.problem import Rejection
from orderloom.platform.settings import Settings
from orderloom.platform.store import open_store
from orderloom.platform.store.work_rows import Job

ORGANISATION: Final = 1
FAR: Final = timedelta(days=36500)
MOST_AT_ONCE: Final = 1000
_NAMED: Final = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")


class Simulation:
    """An application on a store in memory with a clock that is set by hand.

    The bundle has been checked: once for all its scenarios, not for each.
    """

    def __init__(self, bundle: Bundle, now: datetime, logins: Sequence[str]) -> None:
        self.clock = FixedClock(now)
        store = open_store("memory:")
        store.migrate()
        settings = Settings(database_url="memory:", second_person=False)
        self._app = assemble(
            store,
            settings=settings,
            clock=self.clock,
            simulate=Simulate(open_world),
            infer=infer_plainly,
            open_session=PlainSession,
            assume_files=True,
            told=False,
        )
        self._collections = {
            each.id: each.value for each in bundle.documents if each.kind == "collection"
        }
        options = PublishOptions(tests=False, second_person=False, checked=True)
        done = self._app.publish.publish(bundle, OPERATOR, options)
        if isinstance(done, NotPublished):
            self._app.close()
            raise Unexpected("; ".join(f"{each.code}: {each.message}" for each in done.findings))
        self.cast = {login: self._add(login, bundle) for login in logins}

    def handle(self, command: Command) -> Reply | Rejection:
        return self._app.handle(command)

    def order(self, id: int) -> tuple[OrderState, Release]:
        """An order's state and release. Raises `LookupError`."""
        stored = self._app.store.reads.orders_by_id(ORGANISATION, [id]).get(id)
        if stored is None:
            raise LookupError(f"no order {id}")
        return stored.state, self._app.registry.by_no(stored.release)

    def take_outgoing(self) -> list[Outgoing]:
        """Everything that waits to leave; the rows go."""
        return [_outgoing(job) for job in self.take_jobs()]

    def take_jobs(self) -> Sequence[Job]:
        """The same, whole."""
        work, now = self._app.store.work, self.clock.now()
        jobs = work.claim(now, until=now + FAR, limit=MOST_AT_ONCE)
        for job in jobs:
            work.remove(job)
        return jobs

    def deliver(self) -> bool:
        """Lets watches hear what happened, and hands on messages."""
        noticed = self._app.watching.run_once()
        return noticed + self._app.inbox.run_once() > 0

    def next_wake(self) -> datetime | None:
        found = (self._app.store.work.next_wake(), self._app.watching.next_due())
        return min((each for each in found if each is not None), default=None)

    def due(self) -> Sequence[int]:
        """Orders with something to do by now."""
        return self._app.store.work.due_orders(self.clock.now(), MOST_AT_ONCE)

    def appoint(self, wanted: Mapping[str, str]) -> None:
        one = Wanted(*(str(wanted[name]) for name in COLUMNS))
        made = self._app.substitutions.set(OPERATOR, one, channel="scenario")
        if isinstance(made, Rejection):
            raise Unexpected(f"substitution: {made.code} ({made.message})")

    def as_now(self, actor: Actor) -> Actor:
        if actor.kind != "person":
            return actor
        return self._app.accounts.actor(actor.id) or actor

    def fill_collection(self, collection: str, rows: Sequence[Mapping[str, Any]]) -> None:
        key = str(self._collections.get(collection, {}).get("key", "id"))
        self._app.store.collections.replace(
            ORGANISATION, collection, {str(row.get(key)): dict(row) for row in rows}
        )

    def balance(self, balance: str, key: str) -> Mapping[str, Any]:
        collection, _, field = balance.partition(".")
        with self._app.store.commands.transaction() as transaction:
            kept = transaction.leads_to(ORGANISATION, collection, key)
            record = transaction.balance_record(ORGANISATION, collection, kept)
        if record is None:
            return {}
        return {
            "on_hand": on_hand(record, field),
            "reserved": record.reserved.get(field, NOTHING),
            "free": free(record, field),
        }

    def sentences(self, order: int) -> list[str]:
        """The timeline in English, oldest first."""
        reader = replace(OPERATOR, language="en")
        view = self._app.views.audit(reader, f"~{order}", None, 200)
        if isinstance(view, Rejection):
            raise Unexpected(f"audit: {view.message}")
        return [entry.text for entry in reversed(view.entries.items)]

    def close(self) -> None:
        self._app.close()

    def _add(self, login: str, bundle: Bundle) -> Actor:
        person = (bundle.meta.get("cast") or {}).get(login) or {}
        known = {"roles", "units", "manager", "name", "language", "zone", "attributes"}
        further = {name: value for name, value in person.items() if name not in known}
        made = self._app.accounts.add_user(
            login,
            id=login,
            name=person.get("name") or login,
            roles=person.get("roles") or (),
            units=person.get("units") or (),
            manager=person.get("manager"),
            attributes={**further, **(person.get("attributes") or {})},
        )
        actor = None if isinstance(made, Rejection) else self._app.accounts.actor(made.id)
        if actor is None:
            raise Unexpected(f"the cast's {login} cannot be added")
        return actor


def open_world(
    bundle: Bundle,
    now: datetime,
    script: Mapping[str, Any],
    *,
    simulation: type[Simulation] = Simulation,
) -> ScenarioWorld:
    """The world of one scenario with everybody who is in the cast or takes a step."""
    stage = simulation(bundle, now, logins_of(bundle.meta.get("cast") or {}, script))
    return ScenarioWorld(stage, stage.cast)


def logins_of(cast: Mapping[str, Any], script: Mapping[str, Any]) -> list[str]:
    """Managers before those they manage; who only takes a step has no role."""
    steps = script.get("steps") or []
    acting = [step["as"] for step in steps if step.get("as") not in (None, "link")]
    first = ((script.get("given") or {}).get("order") or {}).get("by")
    managers = [person.get("manager") for person in cast.values() if person]
    found: list[str] = []

    def add(login: str, above: tuple[str, ...]) -> None:
        manager = (cast.get(login) or {}).get("manager")
        if manager and manager not in above:
            add(manager, (*above, login))
        if login not in found:
            found.append(login)

    for login in [*managers, *cast, *acting, first]:
        if login:
            add(login, ())
    return found


def _outgoing(job: Job) -> Outgoing:
    if job.kind == "call":
        what = f"{job.body['connector']}.{job.body['operation']}"
        return Outgoing(job.order, job.n, "call", what)
    names = job.body.get("names") or {}
    to = tuple(_receiver(one, names) for one in job.body.get("to") or ())
    return Outgoing(job.order, job.n, "message", str(job.body["message"]), to)


def _receiver(spec: str, names: Mapping[str, Any]) -> str:
    """A principal or an address; a template of an address that only names a value, filled in."""
    found = _NAMED.fullmatch(spec)
    if found is None:
        return spec
    value: Any = names
    for part in found[1].split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return "" if value is None else str(value)
