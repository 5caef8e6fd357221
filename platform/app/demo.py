"""The demo: a cast that signs in, and orders in every stage. Only on a loopback address."""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from orderloom.platform.app.application import Application
from orderloom.platform.app.bringing import publish_if_new
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.scenario_steps import actor_of, body_of
from orderloom.platform.codec import load_yaml
from orderloom.platform.definitions import Bundle
from orderloom.platform.engine import SYSTEM, Actor, OrderState
from orderloom.platform.engine import commands as c
from orderloom.platform.problem import Refused, Rejection

LOG: Final = logging.getLogger("orderloom.demo")
ORGANISATION: Final = 1
MOST_JOBS: Final = 1_000
RELATIVE: Final = re.compile(r"today([+-]\d{1,4})?")
PASSWORD: Final = "loom-and-thread"  # noqa: S105 - printed by the demo, which only loopback reaches
CAST: Final[Mapping[str, Mapping[str, Any]]] = {
    "dana": {
        "name": "Dana Dvorská",
        "roles": [
            *("sales-director", "sales-manager", "manager", "budget-it", "budget-production"),
            *("project-director", "staff", "data-protection", "people-office"),
        ],
        "language": "sk",
    },
    "bob": {
        "name": "Bob Berg",
        "roles": ["sales-manager", "manager", "project-manager", "care-lead", "staff"],
        "manager": "dana",
    },
    "alice": {
        "name": "Alice Allan",
        "roles": ["sales", "buyer", "customer-care", "staff"],
        "manager": "bob",
    },
    "carol": {
        "name": "Carol Cech",
        "roles": ["finance", "finance-director", "budget-office", "controller"],
        "language": "sk",
    },
    "cecil": {
        "name": "Cecil Cibuľa",
        "roles": ["finance", "engineering", "documentation", "it-security"],
        "language": "sk",
    },
    "dave": {
        "name": "Dave Dudek",
        "roles": ["warehouse", "site-crew", "product-manager", "staff", "facility-office"],
        "manager": "bob",
        "language": "pl",
    },
    "erin": {"name": "Erin Ek", "roles": ["auditor"]},
    "mallory": {"name": "Mallory Moss", "roles": []},
    "admin": {"name": "Ada Admin", "roles": ["administrator"]},
}


def allowed_on(host: str) -> bool:
    """Whether demo users may exist where this host listens: only on a loopback address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_off_loopback(host: str) -> None:
    """Raises `Refused` with `demo.not_here` where others could reach the demo users."""
    if not allowed_on(host):
        message = f"Demo users are for this machine only, not for {host}."
        raise Refused(Rejection("demo.not_here", message, {"host": host}))


def add_cast(app: Application) -> None:
    """The demo's people, unless they are there; what a bundle's cast says comes on top."""
    for login, person in CAST.items():
        if app.accounts.by_login(login) is not None:
            continue
        made = app.accounts.add_user(
            login,
            name=person["name"],
            password=PASSWORD,
            roles=person["roles"],
            manager=person.get("manager"),
            language=person.get("language"),
        )
        if isinstance(made, Rejection):
            raise Refused(made)


def add_orders(app: Application, bundles: Iterable[Path]) -> int:
    """Publishes the bundles, fills their collections and plays their `demo.yaml` once; how many
    orders were made."""
    made, answered = 0, set[tuple[int, int]]()
    for path in bundles:
        bundle = open_bundle(path)
        publish_if_new(app, bundle)
        # What the bundle says of its cast has come on top of what they were.
        cast = {login: actor for login in CAST if (actor := app.accounts.by_login(login))}
        script = path / "demo.yaml"
        if script.is_file():
            demo = load_yaml(script.read_text(encoding="utf-8"), file=script.name).value
            _fill(app, bundle, demo.get("collections") or {})
            made += sum(_play(app, path.name, row, cast, answered) for row in demo["orders"])
    _never_sent(app, answered)
    return made


def _never_sent(app: Application, answered: set[tuple[int, int]]) -> None:
    """Calls that the script has answered leave the outbox; the others are due at once again."""
    now = app.clock.now()
    jobs = app.store.work.claim(now, until=now, limit=MOST_JOBS) if answered else ()
    for job in jobs:
        if job.kind == "call" and (job.order, job.n) in answered:
            app.store.work.remove(job)


def _fill(app: Application, bundle: Bundle, collections: Mapping[str, Any]) -> None:
    """Rows of collections that have none yet."""
    if not collections:
        return
    keys = {
        each.id: str(each.value.get("key", "id"))
        for each in bundle.documents
        if each.kind == "collection"
    }
    for name, rows in collections.items():
        if not app.store.collections.rows(ORGANISATION, name):
            keyed = {str(row[keys[name]]): row for row in rows}
            app.store.collections.replace(ORGANISATION, name, keyed)


def _play(
    app: Application,
    bundle: str,
    row: Mapping[str, Any],
    cast: Mapping[str, Actor],
    answered: set[tuple[int, int]],
) -> int:
    """Creates one order and takes its steps; 0 where it was made before."""
    name, source = str(row["demo"]), row.get("from")
    who = {"from": source} if source else {"as": row["by"]}
    body = c.Create(
        process=row["process"],
        data=_dated(row["data"], app.clock.now().date()),
        draft=bool(row.get("draft")),
        source=source,
    )
    reply = app.handle(
        c.Command(
            body=body,
            actor=actor_of(who, cast),
            channel="demo",
            key=name,
            key_scope=f"demo:{bundle}",
        )
    )
    if isinstance(reply, Rejection):
        LOG.warning("demo order refused", extra={"demo": name, "code": reply.code})
        return 0
    if reply.replayed:
        return 0
    state = reply.state
    for step in row.get("steps") or []:
        if "answer" in step:
            answered.add((state.order, _call(state)))
        state = _step(app, state, step, cast, name)
    return 1


def _step(
    app: Application,
    state: OrderState,
    step: Mapping[str, Any],
    cast: Mapping[str, Actor],
    name: str,
) -> OrderState:
    outside = "answer" in step or "wake" in step
    step = _dated(step, app.clock.now().date())
    body = _outside(step, state) if outside else body_of(step, state, lambda id_: _task(state, id_))
    actor = SYSTEM if outside else actor_of(step, cast)
    reply = app.handle(c.Command(body=body, actor=actor, order=state.order, channel="demo"))
    if isinstance(reply, Rejection):
        LOG.warning("demo step refused", extra={"demo": name, "code": reply.code})
        return state
    return reply.state


def _outside(step: Mapping[str, Any], state: OrderState) -> c.Body:
    """`answer: {return: …}` or `{fail: {kind: …}}` is what the oldest open call comes to;
    `wake: true` lets the clocks strike whose time has come."""
    if "wake" in step:
        return c.Wake()
    answer = step["answer"]
    fail = answer.get("fail")
    error = (
        {"kind": "unreachable", "code": "demo", "message": "no answer", **fail} if fail else None
    )
    return c.CallResult(_call(state), result=answer.get("return"), error=error)


def _call(state: OrderState) -> int:
    return min((int(n) for n in state.calls), default=0)


def _dated(value: Any, today: date) -> Any:
    """The value with `today`, `today+14`, `today-3` in it as dates: demo data do not grow old."""
    if isinstance(value, Mapping):
        return {name: _dated(item, today) for name, item in value.items()}
    if isinstance(value, list):
        return [_dated(item, today) for item in value]
    found = RELATIVE.fullmatch(value) if isinstance(value, str) else None
    return (today + timedelta(days=int(found[1] or 0))).isoformat() if found else value


def _task(state: OrderState, id_: str) -> int:
    return next((int(n) for n, task in state.tasks.items() if task["id"] == id_), 0)
