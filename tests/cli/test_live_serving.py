"""Two web processes on one database: what one does is heard by the pages of the other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic

import httpx2
import pytest
from parts.application import PASSWORD, small_application
from parts.listening import Listening, until
from parts.programs import Program, program

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.web.security import SESSION_COOKIE


def people(home: Path, database: str) -> dict[str, str]:
    """Makes the database; sessions of alice and bob, and tokens of theirs as `api.…`."""
    found = {}
    with small_application(home, database=database) as app:
        for login in ("alice", "bob"):
            session = app.accounts.sign_in(login, PASSWORD, "127.0.0.1")
            assert isinstance(session, SignedIn)
            found[login] = session.token
            found[f"api.{login}"] = str(app.accounts.create_token(login))
    return found


@contextmanager
def _served(home: Path, database: str) -> Iterator[tuple[Program, str]]:
    """`orderloom serve` on a free port."""
    settings = {"HOME": str(home / "home"), "PORT": "0", "DATABASE_URL": database}
    with program("serve", "--no-worker", "--format", "json", **settings) as running:
        yield running, f"{running.address()}/"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> str:
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.mark.slow
def test_a_decision_in_one_process_is_heard_in_the_other(tmp_path: Path, database: str) -> None:
    tokens = people(tmp_path, database)
    with ExitStack() as stack:
        first, second = (stack.enter_context(_served(tmp_path, database))[1] for _ in range(2))
        alice, bob = (_api(stack, first, tokens, login) for login in ("alice", "bob"))
        page = Listening(second, tokens["bob"])
        assert stack.enter_context(page).hears("notices")
        body = {"process": "request", "data": {"title": "Desk", "total": 9000}}
        number = alice.post("/orders", json=body).json()["number"]
        assert page.hears("tasks")
        assert _count(second, tokens["bob"]) == 1
        (task,) = bob.get("/tasks").json()["items"]

        # Of two entries it has seen none: it hears so at once, and then what happens.
        order = Listening(second, tokens["alice"], f"order={number}&seen=0")
        assert stack.enter_context(order).hears("order")
        verdict = bob.post(f"/tasks/{task['id']}/verdict", json={"verdict": "approve"})
        assert verdict.status_code == 200, verdict.text
        assert order.hears("order")
        assert page.hears("tasks")
        assert _count(second, tokens["bob"]) == 0


@pytest.mark.slow
def test_pages_that_listen_keep_no_program_from_its_end(tmp_path: Path) -> None:
    tokens = people(tmp_path, "")
    with _served(tmp_path, "") as (running, address), ExitStack() as stack:
        opened = [Listening(address, tokens[login]) for login in ("alice", "bob", "bob")]
        for each in opened:
            assert stack.enter_context(each).status == 200
        asked = monotonic()
        assert running.stop() == 0
        assert monotonic() - asked < 10
        assert until(lambda: all(each.over for each in opened))


def _api(stack: ExitStack, address: str, tokens: dict[str, str], login: str) -> httpx2.Client:
    headers = {"Authorization": f"Bearer {tokens[f'api.{login}']}"}
    return stack.enter_context(httpx2.Client(base_url=f"{address}api/v1", headers=headers))


def _count(address: str, token: str) -> int:
    with httpx2.Client(base_url=address, cookies={SESSION_COOKIE: token}) as client:
        return int(client.get("/live/counts").json()["tasks"]["count"])


@pytest.mark.slow
def test_a_file_brought_to_one_process_is_given_by_the_other(tmp_path: Path, database: str) -> None:
    tokens = people(tmp_path, database)
    content = b"%PDF-1.4\n" + bytes(range(256)) * 3000 + b"\n%%EOF\n"
    with ExitStack() as stack:
        first, second = (stack.enter_context(_served(tmp_path, database))[1] for _ in range(2))
        here, there = (_api(stack, address, tokens, "alice") for address in (first, second))
        body = {"process": "request", "data": {"title": "Desk", "total": 9000}}
        number = here.post("/orders", json=body).json()["number"]
        address = f"/orders/{number}/attachments"
        sent = here.post(address, files={"file": ("offer.pdf", content, "application/pdf")})
        assert sent.status_code == 201, sent.text
        (listed,) = there.get(address).json()["items"]
        digest = hashlib.sha256(content).hexdigest()
        assert (listed["name"], listed["size"], listed["sha256"]) == (
            "offer.pdf",
            len(content),
            digest,
        )
        got = there.get(f"{address}/{digest}")
        assert (got.content, got.headers["etag"]) == (content, f'"{digest}"')
        # The same bytes once more, by the other: kept once, and there already.
        again = there.post(address, files={"file": ("copy.pdf", content, "application/pdf")})
        assert again.status_code == 409
        assert again.json()["code"] == "attachment.there"
