"""Orders are executed again: nothing differs, unless somebody was at what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from parts.altered import altered
from parts.application import small_application
from parts.command_line import CommandLine
from parts.examples import NOW
from parts.postgres import PostgresServer
from parts.replayed import replayed, replayed_order

from orderloom.platform.app import replaying
from orderloom.platform.app.application import Application
from orderloom.platform.app.clock import FixedClock
from orderloom.platform.app.known_changes import KNOWN, KnownChange
from orderloom.platform.app.replay_actors import Actors
from orderloom.platform.app.replay_order import Replayer
from orderloom.platform.app.replay_releases import PinnedReleases
from orderloom.platform.app.runtime import versions
from orderloom.platform.engine import SYSTEM
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Command
from orderloom.platform.problem import Rejection
from orderloom.platform.store.replay_rows import Chosen


@dataclass
class Worked:
    """An application in which orders have gone every way. `order`: one with an approval, an edit, a
    task that was claimed, and an end."""

    app: Application
    order: int
    number: str

    def send(self, login: str, body: c.Body, order: int = 0) -> int:
        """A command that is accepted; the order."""
        actor = SYSTEM if login == "system" else self.app.accounts.by_login(login)
        assert actor is not None
        reply = self.app.handle(Command(body=body, actor=actor, order=order))
        assert not isinstance(reply, Rejection), reply
        return reply.order

    def work(self) -> None:
        alice = {"title": "Desk", "total": 250}
        order = self.order = self.send("alice", c.Create("request", alice))
        self.send("alice", c.EditData({"note": "two", "total": 251}), order)
        self.send("bob", c.ClaimTask(_task(self.app, order)), order)
        self.send("bob", c.CastVerdict(_task(self.app, order), "ask", "why?", to=None), order)
        self.send("alice", c.CompleteTask(_task(self.app, order, "answer"), comment="so"), order)
        self.send("bob", c.CastVerdict(_task(self.app, order), "approve", "ok"), order)
        self.send("carol", c.CompleteTask(_task(self.app, order), data={"invoice": "I-7"}), order)
        small = self.send("alice", c.Create("request", {"title": "Pen", "total": 9}, draft=True))
        self.send("alice", c.EditData({"total": 10}), small)
        self.send("alice", c.StartDraft(), small)
        self.send("alice", c.Comment("soon, please"), small)
        self.send("alice", c.SendEvent("cancel", reason="fun"), small)
        late = self.send("alice", c.Create("request", alice))
        assert isinstance(self.app.clock, FixedClock)
        self.app.clock.set(NOW + timedelta(days=4))
        self.send("system", c.Wake(), late)
        mallory = self.app.accounts.by_login("carol")
        assert mallory is not None
        self.app.handle(Command(body=c.SendEvent("cancel"), actor=mallory, order=late))


def _task(app: Application, order: int, kind: str = "") -> int:
    state = app.store.reads.orders_by_id(1, [order])[order].state
    return next(int(n) for n, task in state.tasks.items() if kind in ("", task["kind"]))


@pytest.fixture(scope="module", params=["sqlite", pytest.param("pg", marks=pytest.mark.postgres)])
def worked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Worked]:
    folder, url = tmp_path_factory.mktemp("replay"), ""
    server: PostgresServer | None = None
    if request.param == "pg":
        server = request.getfixturevalue("postgres_server")
        url = server.create()
    with small_application(folder, database=url, clock=NOW) as app:
        made = Worked(app, 0, "RQ-000001")
        made.work()
        yield made
    if server is not None:
        server.drop(url)


def test_nothing_differs_and_only_refusals_are_not_carried_out_again(worked: Worked) -> None:
    found = replayed(worked.app)
    assert found.to_json() == {
        **found.to_json(),
        **{"orders": 3, "different": [], "further": 0, "not_repeatable": 0, "known_changes": 0},
        **{"commands": {"again": 14, "folded": 1}, "folded": 0},
    }
    assert found.to_json()["decisions"] >= 15
    streams = worked.app.store.audit.streams()
    assert found.entries == sum(each.count for each in streams if each.name.startswith("RQ-"))


@pytest.mark.parametrize(
    ("chosen", "orders"),
    [
        (Chosen(process="request"), 3),
        (Chosen(process="other"), 0),
        (Chosen(since="2026-03-05T00:00:00.000000Z"), 1),
        (Chosen(since="2026-03-04T00:00:00.000000Z"), 3),
    ],
)
def test_orders_are_chosen(worked: Worked, chosen: Chosen, orders: int) -> None:
    assert replayed(worked.app, chosen).orders == orders
    assert worked.app.store.replays.count(chosen) == orders


ENTRY = "UPDATE audit_entry SET body = replace(body, {}) WHERE stream = :o AND type = '{}'"
ROW = "UPDATE order_row SET {} WHERE id = :o"
# what was done → statements, the tables they touch, what the replay names
ALTERED: dict[str, tuple[tuple[str, ...], str, dict[str, Any]]] = {
    "a stage of a stored state": (
        (ROW.format("state = replace(state, '\"completed\"', '\"rejected\"')"),),
        "order_row",
        {"order": "RQ-000001", "problem": "state", "what": "outcome"},
    ),
    "a stored value": (
        (ROW.format("data = replace(data, '251', '99251')"),),
        "order_row",
        {"order": "RQ-000001", "problem": "state", "what": "data"},
    ),
    "the status beside the state": (
        (ROW.format("status = 'open'"),),
        "order_row",
        {"order": "RQ-000001", "problem": "state", "what": "status"},
    ),
    "a revision": (
        (ROW.format("revision = revision + 1"),),
        "order_row",
        {"order": "RQ-000001", "problem": "table", "what": "revision"},
    ),
    "a key of lists": (
        ("DELETE FROM order_key WHERE order_id = :o AND slot = 'number'",),
        "order_key",
        {"order": "RQ-000001", "problem": "table", "what": "keys"},
    ),
    "the outcome of a decision in its entry": (
        (ENTRY.format("'\"one\"', '\"none\"'", "decided"),),
        "audit_entry",
        {"entry": 2, "type": "decided", "definition": "tier@1", "problem": "again"},
    ),
    "the row of a decision in its entry": (
        (ENTRY.format("'\"rest\"', '\"small\"'", "decided"),),
        "audit_entry",
        {"entry": 2, "type": "decided", "definition": "tier@1", "was": {"rows": ["small"]}},
    ),
    "the way an order took": (
        (ENTRY.format("'\"approval\"]', '\"paying\"]'", "decided"),),
        "audit_entry",
        {"type": "stage.changed", "problem": "again"},
    ),
    "who was asked": (
        (ENTRY.format("'r:manager', 'r:sales'", "approval.opened"),),
        "audit_entry",
        {"type": "approval.opened", "problem": "again"},
    ),
    "an entry taken out": (
        ("DELETE FROM audit_entry WHERE stream = :o AND type = 'task.claimed'",),
        "audit_entry",
        {"order": "RQ-000001", "problem": "table", "what": "entries"},
    ),
    "all entries": (
        ("DELETE FROM audit_entry WHERE stream = :o",),
        "audit_entry",
        {"order": "RQ-000001", "problem": "empty"},
    ),
    "the text of a published decision": (
        ("UPDATE definition_version SET body = replace(body, '100', '1000') WHERE id = 'tier'",),
        "definition_version",
        {"definition": "decision tier@1", "problem": "definition"},
    ),
    "a definition that nobody can read any more": (
        ("UPDATE definition_version SET body = 'no' WHERE id = 'tier'",),
        "definition_version",
        {"definition": "decision tier@1", "problem": "definition"},
    ),
    "a version thrown away": (
        ("DELETE FROM definition_version WHERE id = 'tier'",),
        "definition_version",
        {"definition": "decision tier@1", "problem": "missing"},
    ),
}


@pytest.mark.parametrize("name", ALTERED)
def test_what_was_altered_is_named(worked: Worked, name: str) -> None:
    statements, table, expected = ALTERED[name]
    with altered(worked.app, statements, tables=[table], order=worked.order):
        found = replayed(worked.app).to_json()["different"]
    assert [one for one in found if one == {**one, **expected}] != [], found
    assert replayed(worked.app).ok


def test_a_known_change_explains_a_difference(worked: Worked) -> None:
    statement = ENTRY.format("'\"rest\"', '\"small\"'", "decided")
    listed = KnownChange(
        part="orderloom", below="9999", types=frozenset({"decided"}), why="for this test"
    )
    with altered(worked.app, [statement], tables=["audit_entry"], order=worked.order):
        (log,) = worked.app.store.replays.part(worked.order - 1, worked.order, Chosen())
        for below, status in (("9999", "known"), (versions()["orderloom"], "different")):
            known = [replace(listed, below=below)]
            found = _replayer(worked.app, known).order(log)
            assert (found.entries[2].type, found.entries[2].status) == ("decided", status)
            assert bool(found.different) == (status == "different")


def test_nothing_is_listed_as_a_known_change_yet() -> None:
    assert KNOWN == ()


def _replayer(app: Application, known: list[KnownChange]) -> Replayer:
    return Replayer(
        PinnedReleases(app.store.definitions, app.registry),
        Actors(app.store.accounts),
        runtimes=app.store.replays.runtimes(),
        known=known,
    )


def test_what_was_erased_is_no_difference(worked: Worked) -> None:
    """Without a value that a decision read it is not repeated; what reads others still is."""
    gone = "UPDATE audit_personal SET value = '', salt = '' WHERE stream = :o"
    with altered(worked.app, [gone], tables=["audit_personal"], order=worked.order):
        found = replayed_order(worked.app, worked.order)
    erased = {one.type for one in found.entries if one.status == "erased"}
    assert [one for one in found.different if one.problem != "state"] == []
    assert erased <= {"approval.verdict", "task.done", "approval.closed", "activity.ended"} | erased
    assert any(one.status == "same" and one.type == "decided" for one in found.entries)


def test_the_command_says_what_it_found(worked: Worked, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = worked.app.settings
    monkeypatch.setenv("ORDERLOOM_HOME", str(settings.home))
    monkeypatch.setenv("ORDERLOOM_DATABASE_URL", settings.database_url)
    line = CommandLine()
    good = line.json("audit", "replay", "--processes", 2)
    assert (good.code, good.json["orders"], good.json["different"]) == (0, 3, [])
    # An order a part: two for the child, and one for the process that was called.
    monkeypatch.setattr(
        "orderloom.platform.app.replay_children.parts", partial(replaying.parts, size=1)
    )
    assert line.json("audit", "replay", "--processes", 2).json == good.json
    one = line.run("audit", "replay", "--order", worked.number)
    assert one.code == 0
    assert "1 order was rebuilt" in one.out
    with altered(
        worked.app, [ROW.format("status = 'open'")], tables=["order_row"], order=worked.order
    ):
        bad = line.run("audit", "replay")
    assert bad.code == 1
    assert "Order RQ-000001: what is stored is not the fold of its entries: status" in bad.out
    assert line.run("audit", "replay", "--since", "soon").code == 2
