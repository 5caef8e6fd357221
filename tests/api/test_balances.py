"""Balances over the API, on pages and the command line: what there is, who holds it, what moved."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from parts.api_client import Api
from parts.balance_bundle import Spender, spending

from orderloom.platform.app.application import Application

READER, NOBODY = "erin", "mallory"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Application]:
    on_file = request.param == "sqlite"
    database = "" if on_file else str(request.getfixturevalue("migrated_postgres"))
    amounts = {"IT": 1000, "HR": Decimal("50.25")}
    with spending(tmp_path, database=database, amounts=amounts) as made:
        made.accounts.set_role("auditor", title="Auditor", permissions=["collections.read"])
        made.accounts.set_role("sales", title="Sales", permissions=["collections.read"])
        yield made


@pytest.fixture
def api(app: Application) -> Iterator[Api]:
    with Api(app) as opened:
        yield opened


def test_who_holds_what_and_what_was_moved(app: Application, api: Api) -> None:
    alice = Spender(app)
    one, other = alice.begin(), alice.begin()
    number = alice.tell(one, "take", unit="IT", n=300).number
    alice.tell(other, "take", unit="IT", n=Decimal("0.5"))
    alice.tell(one, "spend", unit="IT", n=100)
    mine = api.call("alice", "GET", "/collections/budgets/balances/IT").body["items"]
    assert [(each["field"], each["on_hand"], each["reserved"], each["free"]) for each in mine] == [
        ("amount", 900, Decimal("200.5"), Decimal("699.5"))
    ]
    assert mine[0]["held"][0] == {"order": number, "amount": 200}
    assert mine[0]["others"] == 0
    # Whoever may see no order reads the amounts alone.
    theirs = api.call(READER, "GET", "/collections/budgets/balances/IT").body["items"]
    assert (theirs[0]["held"], theirs[0]["others"]) == ([], Decimal("200.5"))
    moves = api.call(READER, "GET", "/collections/budgets/moves/IT?limit=2").body
    assert [(each["way"], each["reserved"], each["on_hand"]) for each in moves["items"]] == [
        ("issue", -100, -100),
        ("reserve", Decimal("0.5"), 0),
    ]
    assert {each["order"] for each in moves["items"]} == {None}
    path = f"/collections/budgets/moves/IT?limit=2&cursor={moves['next']}"
    assert api.call("alice", "GET", path).body["items"][0]["order"] == number
    listed = api.call(READER, "GET", "/collections/budgets/balances").body["items"]
    assert [(each["key"], each["reserved"]) for each in listed] == [("IT", Decimal("200.5"))]
    step = api.call(READER, "GET", "/collections/budgets/history/IT").body["items"][0]
    assert (step["way"], "other" in step) == ("issued", False)


@pytest.mark.parametrize(
    ("login", "path", "code"),
    [
        (NOBODY, "/collections/budgets/balances", "permission.missing"),
        (NOBODY, "/collections/budgets/balances/IT", "permission.missing"),
        (NOBODY, "/collections/budgets/moves/IT", "permission.missing"),
        (READER, "/collections/budgets/balances/NO", "record.not_found"),
        (READER, "/collections/budgets/moves/NO", "record.not_found"),
        (READER, "/collections/none/balances", "collection.not_found"),
        (READER, "/collections/budgets/balances?cursor=x", "query.bad_cursor"),
    ],
)
def test_what_is_not_told(api: Api, login: str, path: str, code: str) -> None:
    assert api.call(login, "GET", path).code == code
