"""A place to send bad input to: the small bundle published, orders in several states, and what is
stored, to be compared before and after."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orderloom.platform.app.bundles import findings_of
from parts.api_client import Answer, Api
from parts.application import small_application
from parts.command_line import CommandLine
from parts.small_bundle import write_small_bundle

# What a refusal may add to: the audit, its streams, remembered answers, the counter of ids.
AUDIT = (
    *("audit_entry", "audit_personal", "audit_stream", "idempotency"),
    *("sequence", "sqlite_sequence"),
)
# Parts of an order's row that the audit keeps there.
CHAIN = ("chain_seq", "chain_head", "commands")
CLOCKS = ("last_at",)


@dataclass(frozen=True, slots=True)
class Said:
    """A refusal as its sender sees it. `place`: a field, a line, or what changed."""

    code: str
    place: Any
    status: int = 0


@dataclass(slots=True)
class Hostile:
    """`names`: what addresses and bodies are filled with."""

    api: Api
    home: Path
    names: dict[str, Any] = field(default_factory=dict)
    made: int = 0

    def stored(self) -> dict[str, Any]:
        """Everything in the database but the audit."""
        connection = sqlite3.connect(self.home / "home" / "orderloom.db")
        connection.row_factory = sqlite3.Row
        tables = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
            if name not in AUDIT
        ]
        found = {
            name: sorted(map(_row, connection.execute(f'SELECT * FROM "{name}"')))
            for name in tables
        }
        connection.close()
        return found

    def noted(self) -> list[tuple[str, str, int | None]]:
        """The codes of the refusals in the audit: code, actor, the order of its stream."""
        connection = sqlite3.connect(self.home / "home" / "orderloom.db")
        rows = connection.execute(
            "SELECT body, actor, (SELECT id FROM order_row WHERE id = stream) FROM audit_entry"
            " WHERE type = 'refused' ORDER BY id"
        ).fetchall()
        connection.close()
        return [(json.loads(body)["code"], actor, order) for body, actor, order in rows]

    def folder(self) -> Path:
        """The small bundle in a folder of its own."""
        self.made += 1
        return write_small_bundle(self.home / f"bundle-{self.made}")


def _row(row: sqlite3.Row) -> str:
    values = {name: row[name] for name in row.keys() if name not in CHAIN}  # noqa: SIM118
    if "state" in values and "data" in values:
        state = json.loads(values["state"])
        values["state"] = {name: state[name] for name in sorted(state) if name not in CLOCKS}
    return json.dumps(values, default=repr, sort_keys=True)


Send = Callable[[Hostile], Said]


def request(
    login: str | None,
    method: str,
    path: str,
    body: Any = None,
    *,
    raw: bytes | None = None,
    place: Callable[[Mapping[str, Any]], Any] = lambda problem: problem.get("path"),
    **headers: str,
) -> Send:
    """A request to the API. `{names}` in path and headers are the place's."""

    def send(hostile: Hostile) -> Said:
        answer: Answer = hostile.api.call(
            login,
            method,
            path.format(**hostile.names),
            body,
            raw=raw,
            **{name: value.format(**hostile.names) for name, value in headers.items()},
        )
        assert answer.headers["content-type"] == "application/problem+json", answer
        assert answer.body["title"]
        return Said(answer.code, place(answer.body), answer.status)

    return send


def line(problem: Mapping[str, Any]) -> Any:
    """Where in the text sent."""
    return problem["params"]["line"], problem["params"]["column"]


def bundle(old: str, new: str, *, file: str = "request.yaml") -> Send:
    """The check of a bundle in which `old` has become `new`; place is the line."""

    def send(hostile: Hostile) -> Said:
        folder = _replaced(hostile.folder(), file, old, new)
        first = findings_of(folder)[0]
        return Said(first["code"], first["line"])

    return send


def decision(value: str) -> Send:
    """The decision of the bundle, made with a further input `x` of this expression."""

    def send(hostile: Hostile) -> Said:
        inputs = "inputs: [{name: total, value: total, type: number}"
        further = f", {{name: x, value: '{value}', type: boolean}}"
        folder = _replaced(hostile.folder(), "request.yaml", inputs, inputs + further)
        ran = CommandLine().json("decide", folder, "tier", "--with", '{"total": 5}')
        assert ran.code == 1, ran
        return Said(ran.json["code"], ran.json.get("path"))

    return send


def _replaced(folder: Path, file: str, old: str, new: str) -> Path:
    path = folder / file
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    return folder


@contextmanager
def hostile_place(home: Path) -> Iterator[Hostile]:
    """Opened with orders of alice and zoe, who is a manager as well as in sales; max is a manager
    who sees every order."""
    with small_application(home) as app:
        app.accounts.add_user("zoe", name="Zoe", roles=["sales", "manager"], manager="bob")
        app.accounts.add_user("max", name="Max", roles=["manager", "administrator"])
        with Api(app) as api:
            for login in ("alice", "bob", "carol", "erin", "mallory"):
                api.token(login)
            hostile = Hostile(api, home)
            hostile.names |= _orders(api)
            yield hostile


def _orders(api: Api) -> dict[str, Any]:
    waiting, changed, decided = (api.order() for _ in range(3))
    own = api.order(login="zoe")
    path = f"/orders/{changed['number']}/data"
    seen = f'"{changed["revision"]}"'
    assert api.call("alice", "PATCH", path, {"note": "soon"}, If_Match=seen).status == 200
    tasks = {
        each["order"]: each["id"]
        for each in api.call("bob", "GET", "/tasks?limit=50").body["items"]
    }
    verdict = {"verdict": "approve", "comment": "ok"}
    task = tasks[decided["number"]]
    assert api.call("max", "POST", f"/tasks/{task}/verdict", verdict).status == 200
    again = api.call("alice", "POST", "/orders", KEYED, Idempotency_Key="used")
    assert again.status == 201
    return {
        "waiting": waiting["number"],
        "task": tasks[waiting["number"]],
        "changed": changed["number"],
        "before": changed["revision"],
        "decided": task,
        "own": tasks[own["number"]],
    }


KEYED = {"process": "request", "data": {"title": "Desk", "total": 250}}
