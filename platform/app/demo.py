"""The demo: a cast that signs in, and orders in every stage. Only on a loopback address."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from orderloom.platform.app.application import Application
from orderloom.platform.app.bringing import publish_if_new
from orderloom.platform.app.scenario_steps import actor_of, body_of
from orderloom.platform.codec import load_yaml
from orderloom.platform.engine import Actor, OrderState
from orderloom.platform.engine import commands as c
from orderloom.platform.problem import Refused, Rejection

LOG: Final = logging.getLogger("orderloom.demo")
PASSWORD: Final = "loom-and-thread"  # noqa: S105 - printed by the demo, which only loopback reaches
CAST: Final[Mapping[str, Mapping[str, Any]]] = {
    "bob": {"name": "Bob Berg", "roles": ["sales-manager", "manager"], "language": "en"},
    "alice": {"name": "Alice Allan", "roles": ["sales", "buyer"], "manager": "bob"},
    "carol": {"name": "Carol Cech", "roles": ["finance", "finance-director"], "language": "sk"},
    "dave": {"name": "Dave Dudek", "roles": ["warehouse"], "language": "pl"},
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
    """Publishes the bundles and plays their `demo.yaml` once; how many orders were made."""
    made = 0
    for path in bundles:
        publish_if_new(app, path)
        script = path / "demo.yaml"
        if script.is_file():
            orders = load_yaml(script.read_text(encoding="utf-8"), file=script.name).value
            made += sum(_play(app, path.name, row) for row in orders["orders"])
    return made


def _play(app: Application, bundle: str, row: Mapping[str, Any]) -> int:
    """Creates one order and takes its steps; 0 where it was made before."""
    cast = {login: actor for login in CAST if (actor := app.accounts.by_login(login))}
    name = str(row["demo"])
    reply = app.handle(
        c.Command(
            body=c.Create(process=row["process"], data=row["data"], draft=bool(row.get("draft"))),
            actor=actor_of({"as": row["by"]}, cast),
            channel="demo",
            key=name,
            key_scope=f"demo:{bundle}",
        )
    )
    if isinstance(reply, Rejection):
        LOG.warning("demo order refused", extra={"code": reply.code})
        return 0
    if reply.replayed:
        return 0
    state = reply.state
    for step in row.get("steps") or []:
        state = _step(app, state, step, cast)
    return 1


def _step(
    app: Application, state: OrderState, step: Mapping[str, Any], cast: Mapping[str, Actor]
) -> OrderState:
    body = body_of(step, state, lambda id_: _task(state, id_))
    reply = app.handle(
        c.Command(body=body, actor=actor_of(step, cast), order=state.order, channel="demo")
    )
    if isinstance(reply, Rejection):
        LOG.warning("demo step refused", extra={"code": reply.code})
        return state
    return reply.state


def _task(state: OrderState, id_: str) -> int:
    return next((int(n) for n, task in state.tasks.items() if task["id"] == id_), 0)
