"""What is changed above single orders stands in the same log: written with it, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from parts.application import PASSWORD, small_application
from parts.small_bundle import write_small_bundle
from parts.stores import KINDS

from orderloom.audit.entry import decode
from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.app.application import Application
from orderloom.platform.app.auditing import verify_store
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.publish import NotPublished, Published, PublishOptions
from orderloom.platform.engine import Actor
from orderloom.platform.engine.commands import Command, Create
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.store import StoreError


@pytest.fixture(scope="module", params=KINDS)
def app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Application]:
    folder, kind = tmp_path_factory.mktemp("administration"), request.param
    url = {"memory": "memory:", "sqlite": ""}.get(kind)
    if url is None:
        url = request.getfixturevalue("postgres_server").create()
    with small_application(folder, database=url) as made:
        yield made


def told(app: Application) -> list[tuple[str, dict[str, Any]]]:
    """Types and facts of what stands in security streams, in the order of the log."""
    found = []
    for stream in app.store.audit.streams():
        if stream.name.startswith("security-"):
            for each in stream.entries:
                entry = decode(each.body)
                facts = {name: value for name, value in entry.facts.items() if name != "at"}
                found.append((entry.type, {"act": entry.actor, **facts}))
    return found


def since(app: Application, act: Callable[[], Any]) -> list[tuple[str, dict[str, Any]]]:
    """What an act is told by."""
    before = len(told(app))
    act()
    return told(app)[before:]


def person(app: Application, login: str) -> Actor:
    found = app.accounts.by_login(login)
    assert found is not None
    return found


def test_the_cast_and_the_bundle_are_told(app: Application) -> None:
    types = [type_ for type_, _ in told(app)]
    assert types.count("user.added") >= 7
    published = [facts for type_, facts in told(app) if type_ == "definition.published"]
    (process,) = [facts for facts in published if facts["kind"] == "process"]
    version = app.store.definitions.version(1, "process", "request", 1)
    assert version is not None
    assert process == {
        "act": "operator",
        "kind": "process",
        "id": "request",
        "version": 1,
        "digest": version.digest,
        "bundle": "small",
    }
    assert verify_store(app)["ok"] is True


def test_an_order_leads_to_who_published_its_definitions(app: Application) -> None:
    """Every version that the order's release pins has its entry, with its digest."""
    body = Create("request", {"title": "Desk", "total": 20})
    reply = app.handle(Command(body=body, actor=person(app, "alice")))
    assert not isinstance(reply, Rejection)
    row = app.store.reads.orders_by_id(1, [reply.order])[reply.order]
    release = app.store.definitions.release(row.release)
    assert release is not None
    entries = {
        (facts["kind"], facts["id"], facts["version"], facts["digest"])
        for type_, facts in told(app)
        if type_ == "definition.published"
    }
    assert {
        (kind, id_, number, digest) for kind, _, id_, number, digest in release.versions
    } <= entries


def test_who_comes_and_goes(app: Application) -> None:
    alice = person(app, "alice").id
    found: list[SignedIn] = []

    def come() -> None:
        session = app.accounts.sign_in("alice", PASSWORD, "127.0.0.1")
        assert isinstance(session, SignedIn)
        found.append(session)

    assert since(app, come) == [("session.opened", {"act": alice, "user": alice})]

    def leave() -> None:
        app.accounts.sign_out(found[0].token)

    assert since(app, leave) == [("session.ended", {"act": alice, "user": alice})]
    assert since(app, leave) == []
    assert app.accounts.by_session(found[0].token) is None


def test_who_is_not_let_in_is_told_five_times_a_minute(app: Application) -> None:
    bob = person(app, "bob").id

    def try_() -> None:
        for _ in range(9):
            app.accounts.sign_in("bob", "not-his-password", "10.0.0.1")
        app.accounts.sign_in("not-a-login", "my-real-password", "10.0.0.2")

    facts = [facts for type_, facts in since(app, try_) if type_ == "session.refused"]
    codes = [(each["code"], each.get("user")) for each in facts]
    assert codes.count(("sign_in.wrong", bob)) == 5
    assert codes.count(("sign_in.throttled", bob)) == 4
    assert codes.count(("sign_in.wrong", None)) == 1
    log = b"".join(entry.body for stream in app.store.audit.streams() for entry in stream.entries)
    for typed in (b"not-his-password", b"my-real-password", b"not-a-login", PASSWORD.encode()):
        assert typed not in log


def test_people_roles_and_tokens(app: Application) -> None:
    ada, accounts = person(app, "ada"), app.accounts
    by: dict[str, Any] = {"by": ada, "channel": "web"}

    def act() -> None:
        made = accounts.add_user("fay", roles=["finance"], manager="bob", **by)
        assert not isinstance(made, Rejection)
        taken = accounts.add_user("fay", **by)
        assert isinstance(taken, Rejection)
        accounts.set_role("clerk", ["definition.read", "audit.read"], **by)
        accounts.set_role("clerk", ["audit.read", "user.manage"], **by)
        accounts.set_roles("fay", ["clerk"], **by)
        accounts.set_roles("fay", ["clerk"], **by)
        accounts.set_email("fay", "fay@example.org", **by)
        accounts.create_token("fay", "<b>for the ERP</b>", **by)
        assert accounts.end_tokens("fay", **by) == 1
        accounts.close_user("fay", **by)

    found = since(app, act)
    assert {facts["act"] for _, facts in found} == {ada.id}
    assert [type_ for type_, _ in found] == [
        "user.added",
        *("role.changed",) * 2,
        *("user.changed",) * 2,
        "token.made",
        "token.ended",
        "user.closed",
    ]
    facts = [one for _, one in found]
    assert (facts[0]["given"], facts[0]["manager"]) == (["finance"], person(app, "bob").id)
    assert facts[1]["given"] == ["audit.read", "definition.read"]
    assert (facts[2]["given"], facts[2]["taken"]) == (["user.manage"], ["definition.read"])
    assert (facts[3]["given"], facts[3]["taken"]) == (["clerk"], ["finance"])
    assert facts[4]["fields"] == ["attributes"]
    assert facts[5]["token"] == facts[6]["token"]
    assert accounts.by_login("fay") is None
    assert accounts.names([facts[0]["user"]]) == {facts[0]["user"]: "fay"}


def test_whoever_leaves_is_shut_out(app: Application) -> None:
    app.accounts.add_user("gus", password=PASSWORD)
    session = app.accounts.sign_in("gus", PASSWORD, "127.0.0.1")
    token = app.accounts.create_token("gus")
    assert isinstance(session, SignedIn)
    assert isinstance(token, str)
    assert app.accounts.by_token(token) is not None
    app.accounts.close_user("gus")
    assert app.accounts.by_session(session.token) is None
    assert app.accounts.by_token(token) is None
    assert isinstance(app.accounts.sign_in("gus", PASSWORD, "127.0.0.1"), Rejection)


def test_what_is_published_names_author_and_comment(app: Application, tmp_path: Path) -> None:
    folder = write_small_bundle(tmp_path / "changed")
    process = folder / "request.yaml"
    text = process.read_text(encoding="utf-8")
    process.write_text(text.replace('"<= 100"', '"<= 90"').replace("total: 100}", "total: 90}"))
    bundle = open_bundle(folder)
    ada = person(app, "ada")

    def act() -> None:
        assert not isinstance(app.publish.save_drafts(bundle, OPERATOR), Rejection)
        options = PublishOptions(comment="Limits of 2026", tests=False)
        assert isinstance(app.publish.publish(bundle, ada, options), Published)

    ((type_, facts),) = since(app, act)
    assert (type_, facts["act"], facts["author"]) == ("definition.published", ada.id, "operator")
    assert (facts["id"], facts["version"], facts["before"]) == ("tier", 2, 1)
    assert set(facts["comment"]) == {"$p", "c"}
    assert since(app, lambda: app.publish.publish(bundle, ada, PublishOptions(tests=False))) == []


def test_without_its_entry_nothing_is_changed(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database fails when the entries are to be written: neither a person nor a version, nor
    a session is there."""

    def broken(*arguments: Any) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr("orderloom.platform.store.writing._of_orders", broken)
    with pytest.raises(Refused):
        app.accounts.add_user("hal")
    with pytest.raises(Refused):
        app.accounts.set_role("ghost", ["audit.read"])
    with pytest.raises(Refused):
        app.accounts.sign_in("alice", PASSWORD, "127.0.0.1")
    monkeypatch.undo()
    assert app.accounts.by_login("hal") is None
    assert "ghost" not in app.accounts.role_titles()
    assert verify_store(app)["ok"] is True


def test_a_version_and_its_entry_are_one(
    app: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_small_bundle(tmp_path / "again")
    process = folder / "request.yaml"
    process.write_text(process.read_text(encoding="utf-8").replace('"<= 100"', '"<= 80"'))
    bundle = open_bundle(folder)
    options = PublishOptions(tests=False, second_person=False)
    newest = app.store.definitions.newest(1, "decision", "tier")

    def broken(*arguments: Any) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr("orderloom.platform.store.writing.write_kept", broken)
    before = len(told(app))
    done = app.publish.publish(bundle, OPERATOR, options)
    assert isinstance(done, NotPublished)
    assert done.refused is not None
    assert done.refused.code == "unavailable"
    monkeypatch.undo()
    assert len(told(app)) == before
    assert app.store.definitions.newest(1, "decision", "tier") == newest
