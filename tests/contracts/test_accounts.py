"""`AccountTables`: people, roles, sessions and tokens, each organisation by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from parts.account_tables import MemoryAccounts
from parts.store_rows import START, at
from parts.stores import KINDS, Stores

from orderloom.platform.store.account_rows import AccountTables, Role, Session, Token, User

EXACT = Decimal("9999999999999999999999999999999.999")
BOB = User(
    id="u_bob",
    organisation=1,
    login="bob",
    name="Bob Berg",
    password="$argon2id$x",
    language="pl",
    zone="Europe/Warsaw",
    manager="u_dora",
    attributes={"limit": EXACT, "city": "Łódź", "tags": ["a", None, True]},
    roles=frozenset({"sales", "buyer"}),
    units=("north", "east"),
)
NAMES = ["Łukasz Żółć", "Ľubomír Ďurčo", "名前", "👩‍🏭", "a'b\"c--;", "x" * 100_000, "\u202e", ""]


@pytest.fixture(params=[*KINDS, "stand-in"])
def tables(request: pytest.FixtureRequest, stores: Stores) -> AccountTables:
    """Those of each database, and the stand-in that other tests use."""
    tables: AccountTables = MemoryAccounts()
    if request.param != "stand-in":
        tables = stores(request.param).accounts
    for organisation in (1, 2):
        tables.add_organisation(organisation, f"Organisation {organisation}")
        tables.set_role(Role("sales", organisation, "Sales", ("order.start",)))
    tables.set_role(Role("buyer", 1, "Buyer", ("order.start", "order.read")))
    return tables


def test_a_user_comes_back_as_written(tables: AccountTables) -> None:
    assert tables.add_user(BOB)
    expected = replace(BOB, permissions=frozenset({"order.start", "order.read"}))
    found = tables.user(1, "u_bob")
    assert found == expected == tables.user_by_login(1, "bob")
    assert found is not None
    assert str(found.attributes["limit"]) == str(EXACT)


def test_any_name_is_kept(tables: AccountTables) -> None:
    expected = {f"u_{n}": name for n, name in enumerate(NAMES)}
    for id_, name in expected.items():
        assert tables.add_user(replace(BOB, id=id_, login=id_, name=name))
    assert tables.names(1, list(expected)) == expected


def test_a_login_is_given_once_in_an_organisation(tables: AccountTables) -> None:
    assert tables.add_user(BOB)
    assert not tables.add_user(replace(BOB, id="u_other"))
    assert tables.user(1, "u_other") is None
    assert tables.add_user(replace(BOB, organisation=2, roles=frozenset({"sales"})))
    assert tables.user_by_login(3, "bob") is None
    # What is shown as one login is one, and letters are not the same as others like them.
    assert tables.user_by_login(1, "Bob") is None


def test_a_refused_user_leaves_nothing(tables: AccountTables) -> None:
    tables.add_user(BOB)
    tables.add_user(replace(BOB, id="u_new", roles=frozenset({"sales"}), units=("west",)))
    assert [user.id for user in tables.members(1, role="sales")] == ["u_bob"]
    assert tables.members(1, unit="west") == []


def test_a_change_replaces_every_field(tables: AccountTables) -> None:
    tables.add_user(BOB)
    changed = User(id="u_bob", organisation=1, login="robert", name="R", units=("east", "north"))
    tables.change_user(changed)
    assert tables.user(1, "u_bob") == changed
    assert tables.user_by_login(1, "bob") is None


MEMBERS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["u_1", "u_2", "u_3"]),
    ({"role": "sales"}, ["u_1", "u_2"]),
    ({"unit": "north"}, ["u_2", "u_3"]),
    ({"role": "sales", "unit": "north"}, ["u_2"]),
    ({"role": "unknown"}, []),
    ({"unit": "sales"}, []),
]


def test_members_are_found_by_role_and_unit(tables: AccountTables) -> None:
    sales, none = frozenset({"sales"}), frozenset[str]()
    for id_, roles, units, active, organisation in (
        ("u_3", none, ("north",), True, 1),
        ("u_1", sales, ("east",), True, 1),
        ("u_2", sales, ("north", "east"), True, 1),
        ("u_4", sales, ("north",), False, 1),
        ("u_5", sales, ("north",), True, 2),
    ):
        user = User(
            id=id_, organisation=organisation, login=id_, name=id_, roles=roles, units=units
        )
        assert tables.add_user(replace(user, active=active))
    found = [(wanted, [user.id for user in tables.members(1, **wanted)]) for wanted, _ in MEMBERS]
    assert found == MEMBERS


def test_names_are_of_the_organisation_alone(tables: AccountTables) -> None:
    tables.add_user(replace(BOB, active=False))
    tables.add_user(replace(BOB, id="u_2", organisation=2, roles=frozenset(), name="Two"))
    assert tables.names(1, ["u_bob", "u_2", "u_9"]) == {"u_bob": "Bob Berg"}
    assert tables.names(1, []) == {}
    assert tables.user(1, "u_2") is None


def test_a_role_is_replaced_with_its_permissions(tables: AccountTables) -> None:
    tables.add_user(BOB)
    tables.set_role(Role("buyer", 1, "Kupujący", ("audit.read", "audit.read")))
    assert tables.roles(1) == [
        Role("buyer", 1, "Kupujący", ("audit.read",)),
        Role("sales", 1, "Sales", ("order.start",)),
    ]
    assert tables.roles(2) == [Role("sales", 2, "Sales", ("order.start",))]
    found = tables.user(1, "u_bob")
    assert found is not None
    assert found.permissions == {"audit.read", "order.start"}


def test_a_role_that_is_not_there_gives_nothing(tables: AccountTables) -> None:
    tables.add_user(replace(BOB, roles=frozenset({"ghost"})))
    found = tables.user(1, "u_bob")
    assert found is not None
    assert (found.roles, found.permissions) == (frozenset({"ghost"}), frozenset())


def test_sessions_begin_move_and_end(tables: AccountTables) -> None:
    first = Session("d1", 1, "u_bob", at(0), at(30))
    others = [
        Session("d2", 1, "u_bob", at(0), at(30)),
        Session("d3", 1, "u_eve", at(0), at(30)),
        Session("d4", 2, "u_bob", at(0), at(30)),
    ]
    for session in (first, *others):
        tables.add_session(session)
    assert tables.session("d1") == first
    tables.extend_session("d1", at(60) + timedelta(microseconds=1))
    assert tables.session("d1") == replace(first, expires=at(60) + timedelta(microseconds=1))
    tables.extend_session("d9", at(60))
    tables.end_session("d2")
    tables.end_session("d2")
    tables.end_sessions(1, "u_bob")
    assert [tables.session(digest) for digest in ("d1", "d2", "d9")] == [None] * 3
    assert [tables.session(digest) for digest in ("d3", "d4")] == others[1:]


def test_tokens_are_found_until_they_are_taken_back(tables: AccountTables) -> None:
    tokens = [
        Token("d1", 1, "u_bob", "ci", at(0)),
        Token("d2", 1, "u_bob", "żółw", at(0), at(30)),
    ]
    for token in tokens:
        tables.add_token(token)
    assert [tables.token(token.digest) for token in tokens] == tokens
    tables.end_token("d1")
    assert tables.token("d1") is None
    assert tables.token("d2") == tokens[1]


def test_whose_a_session_or_a_token_is(tables: AccountTables) -> None:
    assert tables.add_user(BOB)
    other = replace(BOB, organisation=2, name="Other", roles=frozenset(), units=())
    assert tables.add_user(other)
    for digest, organisation, user in (("s1", 1, "u_bob"), ("s2", 2, "u_bob"), ("s3", 1, "u_9")):
        tables.add_session(Session(digest, organisation, user, at(0), at(30)))
        tables.add_token(Token(digest, organisation, user, "ci", at(0)))
    for organisation in (1, 2):
        session = Session(f"s{organisation}", organisation, "u_bob", at(0), at(30))
        bob = tables.user(organisation, "u_bob")
        assert bob is not None
        assert tables.session_user(session.digest) == (session, bob)
        token = Token(session.digest, organisation, "u_bob", "ci", at(0))
        assert tables.token_user(session.digest) == (token, bob)
    assert [tables.session_user(digest) for digest in ("s3", "s9")] == [None, None]
    assert [tables.token_user(digest) for digest in ("s3", "s9")] == [None, None]


def test_titles_of_roles_are_of_the_organisation_alone(tables: AccountTables) -> None:
    tables.set_role(Role("buyer", 1, "Kupujący", ("audit.read",)))
    assert tables.role_titles(1) == {"buyer": "Kupujący", "sales": "Sales"}
    assert tables.role_titles(2) == {"sales": "Sales"}


def test_failures_are_counted_since_a_moment(tables: AccountTables) -> None:
    for minute in (0, 5, 10):
        tables.note_failure("login:1:bob", at(minute))
    tables.note_failure("ip:127.0.0.1", at(5))
    assert [tables.failures("login:1:bob", at(m)) for m in (0, 5, 6, 11)] == [3, 2, 1, 0]
    tables.clear_failures("login:1:bob")
    assert tables.failures("login:1:bob", START) == 0
    assert tables.failures("ip:127.0.0.1", START) == 1


def test_two_long_logins_are_counted_apart(tables: AccountTables) -> None:
    long = "x" * 100_000
    tables.note_failure(f"{long}1", at(0))
    assert [tables.failures(f"{long}{n}", START) for n in (1, 2)] == [1, 0]
    tables.clear_failures(f"{long}2")
    assert tables.failures(f"{long}1", START) == 1


def test_what_has_expired_is_swept(tables: AccountTables) -> None:
    tables.add_session(Session("old", 1, "u_bob", at(0), at(30)))
    tables.add_session(Session("new", 1, "u_bob", at(0), at(31)))
    for minute in (0, 10):
        tables.note_failure("k", at(minute))
    tables.sweep(at(30), at(10))
    assert tables.session("old") is None
    assert tables.session("new") is not None
    assert tables.failures("k", START) == 1


def test_a_text_with_nul_harms_nothing(tables: AccountTables) -> None:
    tables.add_user(BOB)
    for text in ("a\0b", "\0", "bob\0"):
        _with_nul(tables, text)


def _with_nul(tables: AccountTables, text: str) -> None:
    assert tables.user(1, text) is None
    assert tables.user_by_login(1, text) is None
    tables.note_failure(text, at(0))
    assert tables.failures(text, START) == 1
    assert tables.add_user(replace(BOB, id=f"u_{len(text)}", login=text, name=text))
    found = tables.user_by_login(1, text)
    assert found is not None
    assert (found.login, found.name) == (text.replace("\0", "\ufffd"),) * 2
