"""`MailTables`: each mail once, claimed once, settled once; digests begun once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from parts.store_rows import START, at

from orderloom.platform.store import Store
from orderloom.platform.store.account_rows import User
from orderloom.platform.store.mail_rows import Expected, KeptMail, MailState, NewMail

THREADS = 8
BODY = {"subject": "Żółć", "text": "a\nb"}


def new(key: str, **more: Any) -> NewMail:
    values: dict[str, Any] = {"kind": "task", "user": "u_1", "order": 7, "n": 3, "body": BODY}
    return NewMail(organisation=1, key=key, at=START, **values | more)


def claimed(store: Store, minute: int = 0, *, until: int = 5, limit: int = 100) -> list[KeptMail]:
    return list(store.mail.claim(at(minute), until=at(until), limit=limit))


def state(store: Store, key: str) -> tuple[str, Any]:
    with store.database.reading() as connection:
        row = connection.exec_driver_sql(f"SELECT state, body FROM mail WHERE key = '{key}'").one()
    return row[0], row[1]


def test_a_mail_comes_as_written_and_once(store: Store) -> None:
    store.mail.keep([new("1"), new("1", user="u_2"), new("2", address="a@b.example", user=None)])
    store.mail.keep([new("1", kind="other")])
    first, second = claimed(store)
    assert (first.key, first.kind, first.user, first.address) == ("1", "task", "u_1", None)
    assert (first.order, first.n, first.body, first.attempts) == (7, 3, BODY, 1)
    assert (second.user, second.address) == (None, "a@b.example")
    assert claimed(store, 4) == []
    assert [each.attempts for each in claimed(store, 5, until=9)] == [2, 2]


def test_no_mail_is_claimed_twice(store: Store) -> None:
    store.mail.keep([new(str(n)) for n in range(60)])
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda _: claimed(store, limit=10), range(THREADS * 2)))
    keys = [each.key for some in found for each in some]
    assert len(keys) == len(set(keys)) == 60


def test_only_what_waits_is_claimed(store: Store) -> None:
    store.mail.keep([new(str(each), state=each) for each in MailState])
    assert [each.key for each in claimed(store)] == ["waiting"]


@pytest.mark.parametrize("end", [MailState.SENT, MailState.DROPPED, MailState.FAILED])
def test_what_became_of_it(store: Store, end: MailState) -> None:
    store.mail.keep([new("1")])
    (mail,) = claimed(store)
    store.mail.ended(mail, end, problem="mail.550" if end == MailState.FAILED else None)
    found = state(store, "1")
    # What a sent mail said is kept nowhere; a failed one is written again.
    assert (found[0], found[1] == "{}") == (str(end), end != MailState.FAILED)
    assert claimed(store, 100, until=105) == []


def test_who_claimed_it_since_decides(store: Store) -> None:
    store.mail.keep([new("1")])
    (late,) = claimed(store, until=1)
    (now,) = claimed(store, 2, until=9)
    store.mail.ended(late, MailState.FAILED, problem="mail.550")
    store.mail.postpone(late, due=at(90))
    assert state(store, "1")[0] == "waiting"
    store.mail.postpone(now, due=at(3))
    assert [each.key for each in claimed(store, 3, until=9)] == ["1"]


def test_a_failed_mail_is_settled_once(store: Store) -> None:
    store.mail.keep([new(key, state=MailState.FAILED, problem="mail.550") for key in "12"])
    newest, oldest = store.mail.listed(1, MailState.FAILED, before=None, limit=9)
    assert [each.key for each in (newest, oldest)] == ["2", "1"]
    assert store.mail.count(1, MailState.FAILED, limit=9) == 2
    assert store.mail.listed(2, MailState.FAILED, before=None, limit=9) == []
    assert store.mail.one(2, newest.id) is None
    done = store.mail.again(newest, address="new@b.example", by="u_9", at=at(1))
    assert done is not None
    assert (done.state, done.address, done.attempts) == (MailState.WAITING, "new@b.example", 0)
    assert store.mail.again(newest, address=None, by="u_9", at=at(1)) is None
    assert store.mail.give_up(newest, by="u_9", at=at(1)) is None
    gone = store.mail.give_up(oldest, by="u_9", at=at(1))
    assert gone is not None
    assert (gone.state, gone.body, gone.settled_by) == (MailState.GIVEN_UP, {}, "u_9")
    assert [each.address for each in claimed(store, 1, until=2)] == ["new@b.example"]


def test_what_is_held_is_told_once(store: Store) -> None:
    store.mail.keep([new(key, state=MailState.HELD) for key in "12"])
    store.mail.keep([new("3", state=MailState.HELD, user="u_2")])
    held = store.mail.held(1, "u_1", limit=9)
    assert [each.key for each in held] == ["1", "2"]
    store.mail.told(held)
    assert store.mail.held(1, "u_1", limit=9) == []
    assert [each.key for each in store.mail.held(1, "u_2", limit=9)] == ["3"]


def test_old_mail_is_forgotten_but_for_tickets(store: Store) -> None:
    store.mail.keep([new(str(each), state=each) for each in MailState])
    assert store.mail.sweep(at(-1), limit=9) == 0
    assert store.mail.sweep(at(1), limit=2) == 2
    assert store.mail.sweep(at(1), limit=9) == 2
    with store.database.reading() as connection:
        left = connection.exec_driver_sql("SELECT state FROM mail ORDER BY state").all()
    assert [row[0] for row in left] == ["failed", "waiting"]


def test_everybody_new_is_expected_until_they_choose(store: Store) -> None:
    store.accounts.add_organisation(1, "One")
    for id_, active in (("u_1", True), ("u_2", True), ("u_3", False)):
        store.accounts.add_user(
            User(id=id_, organisation=1, login=id_, name=id_, zone="Europe/Warsaw", active=active)
        )
    assert store.mail.unexpected(limit=9) == [
        (1, "u_1", "Europe/Warsaw"),
        (1, "u_2", "Europe/Warsaw"),
    ]
    store.mail.choose(1, "u_1", {"hour": 9}, digest=None)
    store.mail.expect([Expected(1, "u_1", at(1)), Expected(1, "u_2", at(2))])
    assert store.mail.unexpected(limit=9) == []
    assert (store.mail.choices(1, "u_1"), store.mail.choices(1, "u_2")) == ({"hour": 9}, {})
    assert store.mail.due_digests(at(5), limit=9) == [Expected(1, "u_2", at(2))]
    assert store.mail.due_digests(at(1), limit=9) == []
    store.mail.choose(1, "u_1", {"hour": 8}, digest=at(3))
    assert store.mail.choices(1, "u_1") == {"hour": 8}
    assert [each.user for each in store.mail.due_digests(at(5), limit=9)] == ["u_2", "u_1"]


def test_a_digest_is_begun_once_however_many_look(store: Store) -> None:
    one = Expected(1, "u_1", at(0))
    store.mail.choose(1, "u_1", {}, digest=one.at)
    tomorrow = one.at + timedelta(days=1)

    def begin(n: int) -> bool:
        return store.mail.digested(one, next=tomorrow, mail=new(f"digest.{n}", kind="digest"))

    with ThreadPoolExecutor(THREADS) as pool:
        begun = list(pool.map(begin, range(THREADS)))
    assert begun.count(True) == 1
    assert [each.key for each in claimed(store)] == [f"digest.{begun.index(True)}"]
    assert store.mail.due_digests(at(1), limit=9) == []
    assert store.mail.due_digests(tomorrow, limit=9) == [Expected(1, "u_1", tomorrow)]
