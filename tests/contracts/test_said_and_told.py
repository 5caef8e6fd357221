"""Comments as the audit keeps them, notices as people read them, hints between processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

import pytest
from parts.application import small_application
from parts.listening import until
from parts.migrated import build
from parts.store_rows import settled

from orderloom.platform.app.application import Application
from orderloom.platform.app.doctor import examine
from orderloom.platform.app.hints import MOST_BYTES, Hints, read_hints
from orderloom.platform.app.live import Listener, principals_of
from orderloom.platform.app.reply import Reply
from orderloom.platform.engine import Actor, fold
from orderloom.platform.engine.commands import Body, CastVerdict, Command, Comment, Create
from orderloom.platform.settings import Settings
from orderloom.platform.store import Store
from orderloom.platform.store.work_rows import Notice

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Apps = Callable[[], Application]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def apps(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Apps]:
    """Opens applications on one database, as several processes do."""
    database = "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
    settings = Settings(home=tmp_path / "home", database_url=database, clock=NOW)
    with small_application(tmp_path, database=database, clock=NOW) as first:
        opened: list[Application] = []

        def made() -> Application:
            opened.append(build(settings) if opened else first)
            return opened[-1]

        yield made
        for each in opened[1:]:
            each.close()


def actor(app: Application, login: str) -> Actor:
    found = app.accounts.by_login(login)
    assert found is not None
    return found


def send(app: Application, login: str, body: Body, order: int = 0) -> Reply:
    reply = app.handle(Command(body=body, actor=actor(app, login), order=order))
    assert isinstance(reply, Reply), reply
    return reply


def create(app: Application) -> Reply:
    return send(app, "alice", Create("request", {"title": "Desk", "total": 9000}))


def listener(app: Application, login: str, order: int | None = None) -> Listener:
    who = actor(app, login)
    found = Listener(who.organisation, who.id, principals_of(who), lambda: None, order)
    assert app.live.join(found)
    return found


def hears(one: Listener, name: str, seconds: float = 20) -> bool:
    return until(lambda: name in one.take(), seconds)


def test_a_comment_is_sealed_and_leaves_the_order_as_it_was(apps: Apps) -> None:
    app = apps()
    made = create(app)
    bob = actor(app, "bob")
    said = send(app, "alice", Comment("A secret word, @bob", (bob.id,)), made.order)
    assert said.revision == made.revision
    assert said.state.but(last_at="", next_n=0) == made.state.but(last_at="", next_n=0)
    (row,) = app.store.reads.comments(1, made.order, before=None, limit=10)
    assert (row.facts["comment"], row.facts["mentions"]) == ("A secret word, @bob", [bob.id])
    # The chain holds a commitment alone, and the job that tells of it no word.
    assert b"secret" not in row.body
    jobs = app.store.work.claim(NOW, until=NOW + timedelta(minutes=1), limit=9)
    (job,) = [each for each in jobs if each.body["message"] == "mention"]
    assert job.body["to"] == [f"u:{bob.id}"]
    assert "secret" not in repr(job.body)
    stored = app.store.reads.orders_by_id(1, [made.order])[made.order]
    events = [event for _, event in app.store.audit.history(made.order, after=0, upto=99)]
    assert fold(events) == stored.state
    assert [each for each in examine(app) if each.problems] == []


def test_notices_are_read_one_by_one_or_all(store: Store) -> None:
    for n in (1, 2, 3):
        for user in ("u_1", "u_2"):
            store.work.keep_notice(
                Notice(
                    organisation=1,
                    user=user,
                    order=7,
                    n=n,
                    subject=f"No. {n}",
                    body="",
                    at=NOW + timedelta(minutes=n),
                )
            )
    marks = store.notices.marks({(1, "u_1"), (1, "u_2"), (2, "u_1")})
    assert store.notices.unread(1, "u_1", limit=100) == 3
    assert store.notices.unread(1, "u_1", limit=2) == 2
    store.notices.read(1, "u_1", at=NOW, one=(7, 2))
    store.notices.read(1, "u_1", at=NOW, one=(8, 1))
    page = store.notices.page(1, "u_1", before=None, limit=9)
    assert [(each.n, each.read) for each in page] == [(3, None), (2, NOW), (1, None)]
    store.notices.read(1, "u_1", at=NOW)
    assert store.notices.unread(1, "u_1", limit=100) == 0
    assert store.notices.unread(1, "u_2", limit=100) == 3
    after = store.notices.marks(set(marks))
    assert {who for who in marks if marks[who] != after[who]} == {(1, "u_1")}


def test_pages_of_another_process_hear_what_concerns_them(apps: Apps) -> None:
    first, second = apps(), apps()
    bob, erin = listener(second, "bob"), listener(second, "erin")
    # Whoever begins to listen looks at everything once.
    assert hears(bob, "notices")
    made = create(first)
    alice = listener(second, "alice", made.order)
    assert hears(bob, "tasks")
    send(first, "bob", Comment("Look"), made.order)
    assert hears(alice, "order")
    send(first, "bob", CastVerdict(int(next(iter(made.state.tasks))), "approve"), made.order)
    assert hears(bob, "tasks")
    assert hears(alice, "order")
    alice_id = actor(first, "alice").id
    erin.take()
    first.store.work.keep_notice(
        Notice(organisation=1, user=alice_id, order=made.order, n=50, subject="s", body="", at=NOW)
    )
    assert hears(alice, "notices")
    assert "notices" not in erin.take()


def test_a_process_is_told_once_of_what_it_did_itself(apps: Apps) -> None:
    app = apps()
    bob, dave = listener(app, "bob"), listener(app, "dave")
    # The first one is told to look at everything; whoever came in time hears it as well.
    assert hears(bob, "notices")
    sleep(0.3)
    dave.take()
    made = create(app)
    assert hears(bob, "tasks")
    settled(app.store)
    # Not again as something of other processes, nor to whom it is no matter.
    assert not hears(bob, "tasks", 1.5)
    assert "tasks" not in dave.take()
    assert app.live.wrote(made.order, 1)


@pytest.mark.postgres
def test_who_lost_the_connection_looks_at_everything(tmp_path: Path, postgres_url: str) -> None:
    import psycopg

    with small_application(tmp_path, database=postgres_url, clock=NOW) as app:
        bob = listener(app, "bob")
        assert hears(bob, "notices")
        with psycopg.connect(postgres_url, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"
            )
        assert hears(bob, "notices", 30)
        app.live.leave(bob)


def test_the_thread_ends_with_the_last_page(apps: Apps) -> None:
    app = apps()
    bob = listener(app, "bob")
    ears = app.live._ears
    assert hears(bob, "notices")
    assert getattr(ears, "_thread", None) is not None
    app.live.leave(bob)
    assert until(lambda: getattr(ears, "_thread", None) is None)
    again = listener(app, "bob")
    assert hears(again, "notices")


@pytest.mark.parametrize(
    "hints",
    [
        Hints(orders={(1, 7), (2, 8)}, principals={(1, "u:u_1"), (1, "r:łódź")}),
        Hints(people={(1, "u_1")}, wide={3}),
        Hints(all=True),
    ],
    ids=["orders", "people", "all"],
)
def test_hints_come_over_as_they_were(hints: Hints) -> None:
    assert read_hints([hints.text("other")], "own") == hints
    assert read_hints([hints.text("own")], "own") == Hints()


def test_too_many_hints_are_one_and_what_nobody_understands_too() -> None:
    many = Hints(orders={(1, 10**15 + n) for n in range(2000)})
    text = many.text("other")
    assert len(text) < MOST_BYTES
    assert read_hints([text], "own").all
    for strange in (
        "",
        "{}",
        "[]",
        '{"from": "x", "orders": [[1]]}',
        '{"from": "x", "wide": ["y"]}',
    ):
        assert read_hints([strange], "own").all
