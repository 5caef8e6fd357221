"""Commands on every kind of database: one transaction each, many in a batch, nothing lost."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from parts.application import small_application

from orderloom.audit.entry import decode
from orderloom.platform.app.application import Application
from orderloom.platform.app.auditing import verify_store
from orderloom.platform.app.differences import differences
from orderloom.platform.app.recorder import Recorder
from orderloom.platform.app.reply import Reply
from orderloom.platform.engine import SYSTEM
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Actor, Command
from orderloom.platform.problem import Rejection

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DESK = {"title": "Desk", "total": 250}
WRITERS, ROUNDS = 8, 12


@pytest.fixture
def app(empty_url: str, tmp_path: Path) -> Iterator[Application]:
    with small_application(tmp_path, database=empty_url, clock=NOW) as opened:
        yield opened


def by(app: Application, login: str) -> Actor:
    actor = app.accounts.by_login(login)
    assert actor is not None
    return actor


def new(app: Application, login: str = "alice", **more: Any) -> Command:
    data = more.pop("data", DESK)
    return Command(body=c.Create(process="request", data=data), actor=by(app, login), **more)


def do(app: Application, login: str, order: int, body: c.Body, **more: Any) -> Reply | Rejection:
    return app.handle(Command(body=body, actor=by(app, login), order=order, **more))


def made(app: Application, **more: Any) -> Reply:
    reply = app.handle(new(app, **more))
    assert isinstance(reply, Reply), reply
    return reply


def task(reply: Reply) -> int:
    (n,) = reply.state.tasks
    return int(n)


def types(app: Application, order: int) -> list[str]:
    rows = app.store.reads.entries(1, order, before=None, limit=1000)
    return [row.type for row in reversed(rows)]


def sound(app: Application) -> None:
    """What must hold always: the chain, and the state as the fold of its entries."""
    verdict = verify_store(app)
    assert verdict["ok"], verdict
    assert list(differences(app.store, app.registry)) == []


def in_threads(works: Sequence[Callable[[], object]]) -> None:
    """All at the same moment; what one raises is raised here."""
    barrier, errors = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_a_whole_life_is_entries_and_nothing_else(app: Application) -> None:
    first = made(app)
    voted = do(app, "bob", first.order, c.CastVerdict(task(first), "approve", comment="ok"))
    assert isinstance(voted, Reply)
    done = do(app, "carol", first.order, c.CompleteTask(task(voted), data={"invoice": "I-7"}))
    assert isinstance(done, Reply)
    assert (done.state.status, done.state.outcome, done.revision) == ("ended", "completed", 3)
    assert types(app, first.order)[0] == "order.created"
    assert types(app, first.order)[-1] == "order.ended"
    sound(app)


def test_a_refusal_is_an_entry_and_moves_no_revision(app: Application) -> None:
    first = made(app)
    refused = do(app, "alice", first.order, c.SendEvent("cancel"))
    assert isinstance(refused, Rejection)
    assert types(app, first.order)[-1] == "refused"
    stored = app.store.reads.orders_by_id(1, [first.order])[first.order]
    assert (stored.revision, stored.entries) == (1, first.seq + 1)
    sound(app)


def test_what_one_may_not_see_does_not_exist_and_is_noted_elsewhere(app: Application) -> None:
    first = made(app)
    body = c.SendEvent("cancel", reason="fun")
    refused = do(app, "mallory", first.order, body)
    nothing = do(app, "mallory", 10**9, body)
    assert isinstance(refused, Rejection)
    assert isinstance(nothing, Rejection)
    assert refused.code == nothing.code == "order.not_found"
    assert "refused" not in types(app, first.order)
    streams = {stream.name: list(stream.entries) for stream in app.store.audit.streams()}
    (security,) = [rows for name, rows in streams.items() if name.startswith("security-")]
    assert [decode(each.body).type for each in security].count("refused") == 2
    sound(app)


def test_refusals_are_written_five_times_a_minute(app: Application) -> None:
    first = made(app)
    for _ in range(9):
        do(app, "alice", first.order, c.SendEvent("cancel"))
    assert types(app, first.order).count("refused") == 5
    sound(app)


def test_a_stale_revision_is_told_what_changed(app: Application) -> None:
    first = made(app)
    do(app, "alice", first.order, c.EditData({"total": 300, "note": "two"}))
    stale = do(app, "alice", first.order, c.EditData({"total": 301}), expected_revision=1)
    assert isinstance(stale, Rejection)
    assert (stale.code, stale.params["revision"]) == ("order.stale", 2)
    fields = [field for each in stale.details for field in each.params["fields"]]
    assert {"total", "note"} <= set(fields)
    assert isinstance(
        do(app, "alice", first.order, c.EditData({"total": 301}), expected_revision=2), Reply
    )
    sound(app)


KEYED: dict[str, Any] = {"key": "k-1", "key_scope": "client:alice"}


def test_the_same_request_has_one_effect_and_one_answer(app: Application) -> None:
    first = made(app, **KEYED)
    do(app, "alice", first.order, c.EditData({"total": 300}))
    again = made(app, **KEYED)
    assert (again.order, again.number, again.revision) == (first.order, first.number, 1)
    assert again.replayed
    assert again.state == first.state
    other = app.handle(new(app, request_digest=b"other", **KEYED))
    assert isinstance(other, Rejection)
    assert other.code == "key.reused"
    sound(app)


def test_a_refusal_is_remembered_word_for_word_unless_it_passes(app: Application) -> None:
    bad = app.handle(new(app, data={"title": "Desk", "total": -1}, **KEYED))
    again = app.handle(new(app, data={"title": "Desk", "total": -1}, **KEYED))
    assert isinstance(bad, Rejection)
    assert again == bad
    first = made(app)
    keyed: dict[str, Any] = {"key": "k-2", "key_scope": "order:1"}
    body = c.EditData({"total": 1})
    stale = do(app, "alice", first.order, body, expected_revision=9, **keyed)
    assert isinstance(stale, Rejection)
    assert isinstance(do(app, "alice", first.order, body, **keyed), Reply)


def test_a_key_used_twice_in_one_batch_counts_once(app: Application) -> None:
    replies = app.handle_many([new(app, **KEYED), new(app, **KEYED)])
    assert [reply.replayed for reply in replies if isinstance(reply, Reply)] == [False, True]
    assert len({reply.order for reply in replies if isinstance(reply, Reply)}) == 1
    sound(app)


def test_several_commands_of_one_order_fold_on_in_a_batch(app: Application) -> None:
    first = made(app)
    bob, alice = by(app, "bob"), by(app, "alice")
    edits = [
        Command(body=c.EditData({"total": 300 + n}), actor=alice, order=first.order)
        for n in range(5)
    ]
    late = Command(body=c.CastVerdict(task(first), "approve"), actor=bob, order=first.order)
    replies = app.handle_many([*edits, late])
    assert all(isinstance(reply, Reply) for reply in replies[:5])
    assert [r.revision for r in replies if isinstance(r, Reply)][:5] == [2, 3, 4, 5, 6]
    sound(app)


@pytest.mark.parametrize("part", ["begin", "seal"])
def test_one_that_fails_does_not_take_the_others_with_it(
    app: Application, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    recorder: Any = Recorder
    whole = getattr(recorder, part)

    def spoiled(self: Recorder, what: Any, *more: Any, **rest: Any) -> Any:
        """`what`: the events of one command, or the begun entries of many."""
        events = (
            what
            if part == "begin"
            else [one for begun in what for group in begun.groups for one in group]
        )
        if any(event.facts.get("data", {}).get("title") == "Spoiled" for event in events):
            raise RuntimeError("the disk of this one is full")
        return whole(self, what, *more, **rest)

    monkeypatch.setattr(Recorder, part, spoiled)
    batch = [new(app), new(app, data={**DESK, "title": "Spoiled"}), new(app)]
    first, culprit, last = app.handle_many(batch)
    assert isinstance(culprit, Rejection)
    assert culprit.code == "internal"
    assert isinstance(first, Reply)
    assert isinstance(last, Reply)
    sound(app)


def test_eight_writers_lose_nothing(app: Application) -> None:
    shared = [made(app).order for _ in range(2)]
    accepted: list[int] = []

    def write(number: int) -> None:
        for round_ in range(ROUNDS):
            order = shared[(number + round_) % 2]
            body = c.EditData({"note": f"{number}-{round_}"})
            assert isinstance(do(app, "alice", order, body), Reply)
            accepted.append(made(app).order)

    in_threads([lambda n=n: write(n) for n in range(WRITERS)])  # type: ignore[misc]
    assert len(set(accepted)) == WRITERS * ROUNDS
    stored = app.store.reads.orders_by_id(1, shared)
    assert sum(order.revision for order in stored.values()) == 2 + WRITERS * ROUNDS
    sound(app)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_two_programs_on_one_database_see_each_other(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = (
        str(request.getfixturevalue("postgres_url"))
        if kind == "postgres"
        else f"sqlite:///{tmp_path / 'two.db'}"
    )
    with (
        small_application(tmp_path, database=url, clock=NOW) as one,
        second(url, tmp_path) as two,
    ):
        first = made(one)
        edits = itertools.count(1)

        def edit(app: Application) -> None:
            for _ in range(ROUNDS):
                body = c.EditData({"note": f"n{next(edits)}"})
                assert isinstance(do(app, "alice", first.order, body), Reply)
                made(app)

        in_threads([lambda a=a: edit(a) for a in (one, two, one, two)])  # type: ignore[misc]
        stored = one.store.reads.orders_by_id(1, [first.order])[first.order]
        assert stored.revision == 1 + 4 * ROUNDS
        numbers = [
            order.state.number
            for order in one.store.reads.orders(1, _all(), before=None, limit=1000)
        ]
        assert len(numbers) == len(set(numbers)) == 1 + 4 * ROUNDS
        sound(one)


@contextmanager
def second(url: str, folder: Path) -> Iterator[Application]:
    """Another program on the same database, which is filled already."""
    from parts.migrated import build

    from orderloom.platform.settings import Settings

    app = build(Settings(home=folder / "home", database_url=url, clock=NOW))
    try:
        yield app
    finally:
        app.close()


def _all() -> Any:
    from orderloom.platform.store.read_rows import OrderFilter

    return OrderFilter()


def test_sixty_four_requests_share_few_commits(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'group.db'}"
    with small_application(tmp_path, database=url, clock=NOW) as app:
        made(app)
        before = app.store.database.commits
        in_threads([lambda: made(app)] * 64)
        assert app.store.database.commits - before < 16


def test_a_child_is_created_once_however_often_it_is_told(app: Application) -> None:
    (id_,) = [app.handle(new(app)).order + 1000]  # type: ignore[union-attr]
    body = c.Create(process="request", data=DESK, order=id_)
    command = Command(body=body, actor=by(app, "alice"), order=id_)
    first, again = app.handle(command), app.handle(command)
    assert isinstance(first, Reply)
    assert isinstance(again, Reply)
    assert (again.order, again.replayed) == (first.order, True)
    sound(app)


def test_a_needless_wake_writes_nothing(app: Application) -> None:
    first = made(app)
    before = len(types(app, first.order))
    reply = app.handle(Command(body=c.Wake(), actor=SYSTEM, order=first.order))
    assert isinstance(reply, Reply)
    assert (reply.events, len(types(app, first.order))) == ((), before)


def script(app: Application, *, batch: bool) -> list[bytes]:
    """The same commands, one by one or in batches; the bodies of their entries, in order."""
    salts = itertools.count()
    app.runner._handler._recorder._salt = lambda: next(salts).to_bytes(16, "big")
    alice, bob = by(app, "alice"), by(app, "bob")
    commands = [new(app) for _ in range(3)]
    replies = app.handle_many(commands) if batch else [app.handle(each) for each in commands]
    orders = [reply.order for reply in replies if isinstance(reply, Reply)]
    later = [
        *(Command(body=c.EditData({"note": "Łódź"}), actor=alice, order=order) for order in orders),
        *(Command(body=c.SendEvent("cancel"), actor=alice, order=order) for order in orders),
        *(
            Command(body=c.CastVerdict(3, "approve", comment="ok"), actor=bob, order=order)
            for order in orders
        ),
    ]
    if batch:
        app.handle_many(later)
    else:
        for command in later:
            app.handle(command)
    names = {by(app, login).id: login for login in ("alice", "bob")}
    found = []
    for stream in app.store.audit.streams():
        if stream.name.startswith("security-"):
            # Who was added has an id of their own each time.
            continue
        for entry in stream.entries:
            body = entry.body
            for id_, login in names.items():
                body = body.replace(id_.encode(), login.encode())
            found.append(body)
    return found


def test_batches_singles_and_databases_write_the_same_bytes(
    app: Application, tmp_path: Path
) -> None:
    with small_application(tmp_path / "other", database="memory:", clock=NOW) as memory:
        expected = script(memory, batch=False)
    assert len(expected) > 15
    assert script(app, batch=True) == expected
