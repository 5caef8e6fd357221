"""Sign-in, sessions, tokens and the directory, over tables in memory and a clock that is moved."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from parts.account_tables import MemoryAccounts
from sqlmodel import SQLModel

from orderloom.platform.app.accounts import WINDOW, Accounts, SignedIn
from orderloom.platform.app.directory import Directory
from orderloom.platform.app.passwords import TOKEN_PREFIX, Passwords, digest
from orderloom.platform.engine.outcome import Approvers, Person
from orderloom.platform.problem import Rejection
from orderloom.platform.store.account_rows import AccountTables
from orderloom.platform.store.accounts import SqlAccounts
from orderloom.platform.store.database import open_database

PASSWORD = "warp-and-weft-7"


class Bench:
    """Accounts whose clock stands still until it is moved."""

    def __init__(self, tables: AccountTables) -> None:
        self.at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.tables = tables
        self.accounts = Accounts(
            self.tables,
            lambda: self.at,
            passwords=Passwords(time_cost=1, memory_kib=8),
            lifetime=timedelta(hours=1),
        )
        self.accounts.open_organisation("Tests")
        self.ids = {
            "dora": self.add("dora", ["director"], None, region="north"),
            "bob": self.add("bob", ["sales-manager"], "dora", region="north"),
            "carol": self.add("carol", ["sales-manager", "finance"], "dora", region="south"),
            "alice": self.add("alice", ["sales"], "bob", region="north"),
            "erin": self.add("erin", ["auditor"], None),
        }

    def add(self, login: str, roles: list[str], manager: str | None, **more: str) -> str:
        made = self.accounts.add_user(
            login, password=PASSWORD, roles=roles, manager=manager, attributes=more
        )
        assert not isinstance(made, Rejection), made
        return made.id

    def sign_in(self, login: str = "alice", password: str = PASSWORD, ip: str = "127.0.0.1") -> str:
        """The code of the refusal, or the session's token."""
        found = self.accounts.sign_in(login, password, ip)
        return found.code if isinstance(found, Rejection) else found.token


@pytest.fixture(params=["memory", "sqlite"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """The tables in memory say what those of the database have to do as well."""
    if request.param == "memory":
        yield Bench(MemoryAccounts())
        return
    database = open_database(f"sqlite:///{tmp_path / 'accounts.db'}")
    SQLModel.metadata.create_all(database.engine)
    yield Bench(SqlAccounts(database))
    database.close()


def test_a_session_is_stored_by_its_digest_alone(bench: Bench) -> None:
    token = bench.sign_in()
    assert bench.tables.session(token) is None
    assert bench.tables.session(digest(token)) is not None


def test_a_session_ends_when_it_is_not_used(bench: Bench) -> None:
    token = bench.sign_in()
    for _ in range(3):
        bench.at += timedelta(minutes=50)
        assert isinstance(bench.accounts.by_session(token), SignedIn)
    bench.at += timedelta(minutes=61)
    assert bench.accounts.by_session(token) is None


@pytest.mark.parametrize("how", ["sign out", "left"])
def test_a_session_ends_at_once(bench: Bench, how: str) -> None:
    token = bench.sign_in()
    if how == "left":
        user = bench.tables.user(1, bench.ids["alice"])
        assert user is not None
        bench.tables.change_user(replace(user, active=False))
    else:
        bench.accounts.sign_out(token)
    assert bench.accounts.by_session(token) is None


def test_forms_of_two_sessions_carry_different_tokens(bench: Bench) -> None:
    seen = {
        signed.csrf
        for _ in range(2)
        if isinstance(signed := bench.accounts.sign_in("alice", PASSWORD, "::1"), SignedIn)
    }
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("login", "password"), [("alice", "wrong-password"), ("nobody", PASSWORD), ("alice", "")]
)
def test_what_is_wrong_is_not_told(bench: Bench, login: str, password: str) -> None:
    assert bench.sign_in(login, password) == "sign_in.wrong"


def test_a_login_waits_after_five_failures_and_then_goes_on(bench: Bench) -> None:
    assert {bench.sign_in("alice", "wrong", f"10.0.0.{n}") for n in range(5)} == {"sign_in.wrong"}
    assert bench.sign_in() == "sign_in.throttled"
    bench.at += WINDOW + timedelta(seconds=1)
    assert bench.sign_in() not in ("sign_in.throttled", "sign_in.wrong")


def test_an_address_waits_after_trying_many_logins(bench: Bench) -> None:
    codes = [bench.sign_in(f"guess-{n}", "wrong") for n in range(31)]
    assert codes[-1] == "sign_in.throttled"
    assert bench.sign_in(ip="10.0.0.9") not in ("sign_in.throttled", "sign_in.wrong")


def test_tokens_act_for_their_user_until_they_expire(bench: Bench) -> None:
    soon = bench.at + timedelta(days=1)
    token = bench.accounts.create_token("alice", expires=soon)
    assert isinstance(token, str)
    assert token.startswith(TOKEN_PREFIX)
    actor = bench.accounts.by_token(token)
    assert actor is not None
    assert actor.id == bench.ids["alice"]
    assert bench.accounts.by_token(token + "x") is None
    assert bench.accounts.by_token(token.removeprefix(TOKEN_PREFIX)) is None
    bench.at = soon
    assert bench.accounts.by_token(token) is None


@pytest.mark.parametrize(
    ("login", "password", "manager", "code"),
    [
        ("alice", PASSWORD, None, "user.login_taken"),
        ("ALICE ", PASSWORD, None, "user.login_taken"),
        ("two words", PASSWORD, None, "user.login_unusable"),
        ("", PASSWORD, None, "user.login_unusable"),
        ("zoe", "short", None, "user.password_short"),
        ("zoe", PASSWORD, "nobody", "user.not_found"),
    ],
)
def test_people_that_cannot_be_added(
    bench: Bench, login: str, password: str, manager: str | None, code: str
) -> None:
    made = bench.accounts.add_user(login, password=password, manager=manager)
    assert isinstance(made, Rejection)
    assert made.code == code


def test_a_password_is_hashed_and_one_without_lets_nobody_in(bench: Bench) -> None:
    made = bench.accounts.add_user("zoe")
    assert not isinstance(made, Rejection)
    assert bench.sign_in("zoe", "") == "sign_in.wrong"
    alice = bench.tables.user(1, bench.ids["alice"])
    assert alice is not None
    assert alice.password.startswith("$argon2id$")


def test_roles_give_permissions_of_the_list_only(bench: Bench) -> None:
    erin = bench.accounts.by_login("erin")
    assert erin is not None
    assert erin.permissions == {"audit.read", "definition.read"}
    refused = bench.accounts.set_role("auditor", ["order.explode"])
    assert refused is not None
    assert refused.code == "permission.unknown"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (Approvers(role="sales-manager"), ["bob", "carol"]),
        (Approvers(role="sales-manager", where='user.region = "south"'), ["carol"]),
        (
            Approvers(
                role="sales-manager",
                where="user.region = customer.region",
                names={"customer": {"region": "north"}},
            ),
            ["bob"],
        ),
        (Approvers(role="sales-manager", where="user.nothing > 3"), []),
        (Approvers(role="nobody-has-this"), []),
    ],
)
def test_the_directory_finds_people(bench: Bench, question: Approvers, expected: list[str]) -> None:
    found = Directory(bench.tables).answer(question, 1)
    assert found == sorted(bench.ids[login] for login in expected)


@pytest.mark.parametrize(("level", "expected"), [(1, ["bob"]), (2, ["dora"]), (3, [])])
def test_the_directory_climbs_to_managers(bench: Bench, level: int, expected: list[str]) -> None:
    question = Approvers(manager_of=bench.ids["alice"], level=level)
    found = Directory(bench.tables).answer(question, 1)
    assert found == [bench.ids[login] for login in expected]


def test_the_directory_knows_persons_of_the_organisation_only(bench: Bench) -> None:
    directory, alice = Directory(bench.tables), bench.ids["alice"]
    record = directory.answer(Person(alice), 1)
    assert (record["id"], record["roles"], record["region"]) == (alice, ["sales"], "north")
    assert directory.answer(Person(alice), 2) is None
    assert directory.answer(Approvers(users=(alice, "u_unknown")), 1) == [alice]
