"""What a form keeps from somebody is found in no answer to them, whatever they ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pytest
from fastapi import FastAPI
from parts.api_client import Api
from parts.application import PASSWORD
from parts.editing import Hand
from parts.guarded_bundle import PAPER, SECRET, deal, open_guarded
from parts.ways_out import OF_ORDERS, addresses, templates

from orderloom.platform.app.application import Application
from orderloom.platform.web.app import create_app

API: Final = "/api/v1"
# Where whoever may see the fields does: there the search for them can fail.
SHOWS: Final = frozenset(
    {
        "/orders",
        "/orders/{number:path}",
        "/orders/{number:path}/as-of",
        "/orders/{number:path}/audit",
        "/orders/{number:path}/why/{seq}",
        "/orders/{number:path}/attachments/{digest}",
        "/notices",
        f"{API}/orders",
        f"{API}/orders/{{number:path}}",
        f"{API}/orders/{{number:path}}/approvers",
        f"{API}/orders/{{number:path}}/as-of",
        f"{API}/orders/{{number:path}}/attachments",
        f"{API}/orders/{{number:path}}/attachments/{{sha256}}",
        f"{API}/orders/{{number:path}}/audit",
        f"{API}/orders/{{number:path}}/differences",
        f"{API}/orders/{{number:path}}/events",
    }
)


class Reader:
    """Pages and API as one person: what an address answers, as text."""

    def __init__(self, app: Application, login: str) -> None:
        self._hand = Hand(app, login, password=PASSWORD)
        self._token = Api(app).token(login)

    def text(self, address: str) -> str:
        headers = {"Authorization": f"Bearer {self._token}"} if address.startswith(API) else {}
        answer = self._hand.client.get(address, headers=headers)
        assert answer.status_code < 500, (address, answer.text[:300])
        return str(answer.content.decode("utf-8", "replace"))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with open_guarded(tmp_path_factory.mktemp("guarded")) as made:
        yield made


@pytest.fixture(scope="module")
def orders(app: Application) -> list[int]:
    made = [deal(app, to=stage) for stage in ("checking", "approving", "packing")]
    app.audit_desk.index.catch_up()
    return made


@pytest.fixture(scope="module")
def web(app: Application) -> FastAPI:
    return create_app(app)


@pytest.mark.parametrize("login", ["vera", "erin", "bob", "dave", "alice"])
def test_no_answer_has_what_is_kept(
    app: Application, web: FastAPI, orders: list[int], login: str
) -> None:
    reader, asked = Reader(app, login), 0
    for template in templates(web):
        # One of them has every permission but one; the others go where orders are.
        if login != "vera" and not template.startswith((*OF_ORDERS, "/audit", f"{API}/audit")):
            continue
        for address in addresses(app, template, orders):
            text, asked = reader.text(address), asked + 1
            found = SECRET.search(text) or re.search(PAPER, text)
            assert not found, (address, text[max(0, found.start() - 300) : found.end() + 50])
    assert asked > 50


def test_who_may_see_it_does(app: Application, web: FastAPI, orders: list[int]) -> None:
    reader = Reader(app, "carol")
    shown = {
        template
        for template in templates(web)
        if template in SHOWS
        and any(SECRET.search(reader.text(each)) for each in addresses(app, template, orders))
    }
    assert shown == SHOWS
