"""Reading and taking out personal data of others leaves entries: once for each person and hour."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from parts.api_client import Api
from parts.application import PASSWORD
from parts.command_line import CommandLine
from parts.editing import Hand
from parts.inbound_bundle import SECRETS, raw_of, set_secrets, signature
from parts.personal_bundle import PERSON, actor, claim, open_people, state_of

from orderloom.audit.entry import decode
from orderloom.platform.app.application import Application
from orderloom.platform.app.inbound import Sent
from orderloom.platform.problem import Rejection


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Application, str, int]]:
    with open_people(Path(tmp_path_factory.mktemp("read")), "memory:") as app:
        order = claim(app)
        yield app, state_of(app, order).number, order


def told(app: Application) -> list[dict[str, Any]]:
    """Entries about reading and taking out, as they are stored."""
    app.readings.flush()
    entries = [
        decode(entry.body) for stream in app.store.audit.streams() for entry in stream.entries
    ]
    return [
        {
            "type": one.type,
            "who": one.actor,
            "channel": one.channel,
            "subject": one.subject,
            **one.facts,
        }
        for one in entries
        if one.type in ("personal.read", "personal.exported")
    ]


def test_who_reads_anothers_order_is_told_once(read: tuple[Application, str, int]) -> None:
    app, number, order = read
    erin, mallory = (Hand(app, login, password=PASSWORD) for login in ("erin", "mallory"))
    for page in (f"/orders/{number}", f"/orders/{number}/audit", f"/orders/{number}"):
        assert erin.get(page).status_code == 200
    assert mallory.get(f"/orders/{number}").status_code == 404
    assert Hand(app, "alice", password=PASSWORD).get(f"/orders/{number}").status_code == 200
    with Api(app) as api:
        assert api.call("bob", "GET", f"/orders/{number}").status == 200

    found = told(app)
    assert [each["type"] for each in found] == ["personal.read"] * 2
    through = {(each["who"], each["channel"]) for each in found}
    assert through == {(actor(app, "erin").id, "web"), (actor(app, "bob").id, "api")}
    assert {(each["subject"], each["number"]) for each in found} == {(order, number)}


@pytest.mark.parametrize(
    "page",
    [
        "/orders/{n}/as-of?entry=1",
        "/orders/{n}/as-of?entry=1&b=4",
        "/orders/{n}/comments",
        "/orders/{n}/why/4",
        "/api/v1/orders/{n}/as-of",
        "/api/v1/orders/{n}/differences?a=1&b=3",
        "/api/v1/orders/{n}/comments",
        "/api/v1/orders/{n}/attachments",
    ],
)
def test_each_way_to_read_is_told(tmp_path: Path, page: str) -> None:
    """And no way leaves anything of who reads their own."""
    with open_people(tmp_path, "memory:") as app:
        order = claim(app)
        page = page.replace("{n}", state_of(app, order).number)
        decided = next(
            e.seq
            for e in app.store.reads.entries_after(1, order, after=0, limit=99)
            if e.type == "decided"
        )
        page = page.replace("/why/4", f"/why/{decided}")
        with Api(app) as api:
            for who in ("alice", "erin"):
                if page.startswith("/api"):
                    assert api.call(who, "GET", page.removeprefix("/api/v1")).status == 200
                else:
                    assert Hand(app, who, password=PASSWORD).get(page).status_code == 200
        found = told(app)
        about = [(each["type"], each["subject"] or each["subjects"]) for each in found]
        assert about in ([("personal.read", order)], [("personal.read", [order])])
        assert {each["who"] for each in found} == {actor(app, "erin").id}


def test_a_list_is_told_where_its_columns_are_personal(tmp_path: Path) -> None:
    with open_people(tmp_path, "memory:") as app:
        mine = [claim(app), claim(app, end=False)]
        alice, bob = (Hand(app, login, password=PASSWORD) for login in ("alice", "bob"))
        for _ in range(2):
            assert alice.get("/orders").status_code == 200
            assert bob.get("/orders").status_code == 200
        found = told(app)
        assert [(each["type"], each["subjects"], each["count"]) for each in found] == [
            ("personal.read", mine, 2)
        ]
        assert found[0]["who"] == actor(app, "bob").id
        with Api(app) as api:
            assert api.call("bob", "GET", "/tasks?scope=mine").status == 200
        assert [each["subjects"] for each in told(app)] == [mine, mine[1:]]


def test_what_the_desk_shows_and_gives_out_is_told(tmp_path: Path) -> None:
    with open_people(tmp_path, "memory:") as app:
        order = claim(app)
        app.audit_desk.index.catch_up()
        erin = Hand(app, "erin", password=PASSWORD)
        assert erin.get("/audit?what=publishing").status_code == 200
        assert told(app) == []
        for page in ("/audit?what=created", "/audit/entries.csv?what=created"):
            assert erin.get(page).status_code == 200
        assert [(each["type"], each.get("what"), each["subjects"]) for each in told(app)] == [
            ("personal.read", None, [order]),
            ("personal.exported", "csv", [order]),
        ]


def test_a_file_is_told_as_taken_out(tmp_path: Path) -> None:
    with open_people(tmp_path, "memory:") as app:
        order = claim(app)
        state = state_of(app, order)
        path = f"/orders/{state.number}/attachments/{state.data['proof']['sha256']}"
        for who in ("alice", "erin"):
            assert Hand(app, who, password=PASSWORD).get(f"{path}/preview").status_code == 200
        taken = [each for each in told(app) if each["type"] == "personal.exported"]
        assert [(each["who"], each["what"], each["subject"]) for each in taken] == [
            (actor(app, "erin").id, "file", order)
        ]


RECORD = {"collection": "customers", "key": PERSON, "person": PERSON}


@pytest.mark.parametrize(
    ("page", "facts"),
    [
        (f"/collections/customers/records/{PERSON}", RECORD),
        (f"/api/v1/collections/customers/records/{PERSON}", RECORD),
        (f"/api/v1/collections/customers/history/{PERSON}", RECORD),
        ("/collections/customers", {"collection": "customers", "count": 1}),
        ("/api/v1/collections/customers/records", {"collection": "customers", "count": 1}),
        (
            "/collections/customers/export",
            {"what": "csv", "collection": "customers", "count": 1},
        ),
        ("/collections", None),
        ("/inbound/1", {"message": 1, "connector": "portal"}),
        ("/inbound", None),
    ],
)
def test_what_stands_beside_orders_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str, facts: dict[str, Any] | None
) -> None:
    set_secrets(monkeypatch)
    with open_people(tmp_path, "memory:") as app:
        claim(app)
        raw = raw_of({"id": 1, "ref": "CL-0001", "phone": "1"})
        headers = {"x-signature-256": signature(SECRETS["shop"], raw)}
        sent = Sent(organisation=1, connector="portal", message="calls", raw=raw, headers=headers)
        assert not isinstance(app.inbound.receive(sent), Rejection)
        with Api(app) as api:
            if page.startswith("/api"):
                assert api.call("ada", "GET", page.removeprefix("/api/v1")).status == 200
            else:
                assert Hand(app, "ada", password=PASSWORD).get(page).status_code == 200
        found = [
            {name: each[name] for name in each if name not in ("type", "who", "subject", "at")}
            for each in told(app)
            if each["who"] == actor(app, "ada").id
        ]
        through = {"channel": "api" if page.startswith("/api") else "web"}
        assert found == ([] if facts is None else [{**facts, **through}])


def test_an_export_with_values_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_people(tmp_path) as app:
        claim(app)
    monkeypatch.setenv("ORDERLOOM_HOME", str(tmp_path / "home"))
    orderloom = CommandLine()
    for name, more in (("a.jsonl", ()), ("b.csv", ()), ("c.jsonl", ("--without-personal",))):
        assert orderloom.run("audit", "export", "--out", tmp_path / name, *more).code == 0
    with open_people(tmp_path) as app:
        found = told(app)
    assert [(each["type"], each["what"]) for each in found] == [("personal.exported", "jsonl")]


@pytest.mark.parametrize("fault", [None, OSError("gone")])
def test_what_cannot_be_written_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception | None
) -> None:
    """Refused by the database or raised by it: the next time all of it is written."""
    with open_people(tmp_path) as app:
        number, erin = state_of(app, claim(app)).number, actor(app, "erin")

        def failing(noted: Any) -> bool:
            if fault is not None:
                raise fault
            return False

        with monkeypatch.context() as patched:
            patched.setattr(app.runner, "announce", failing)
            app.readings.read(erin, 1, number)
            app.readings.exported(erin, "csv", channel="cli")
            with suppress(OSError):
                app.readings.flush()
        assert {each["type"] for each in told(app)} == {"personal.read", "personal.exported"}
