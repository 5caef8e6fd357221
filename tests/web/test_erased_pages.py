"""Pages and API of an order whose person was erased: they say so, with the date, and no more."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from parts.api_client import Api
from parts.application import PASSWORD
from parts.editing import Hand
from parts.personal_bundle import CANARY, PERSON, actor, claim, open_people, state_of

from orderloom.platform.app.application import Application
from orderloom.platform.app.erasures import Report
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.bootstrap import worker_of

ON = {"en": "erased on 2 Mar 2026", "pl": "usunięto 2 mar 2026", "sk": "vymazané 2. 3. 2026"}


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Application, str]]:
    """An order that has ended, of a person who is no more; and its number."""
    with open_people(Path(tmp_path_factory.mktemp("erased")), "memory:") as app:
        order = claim(app)
        worker_of(app).run_once()
        report = app.erasures.erase(OPERATOR, person=PERSON, reason="asked", channel="cli")
        assert isinstance(report, Report)
        assert report.done
        yield app, state_of(app, order).number


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.text)))


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("/orders/{n}", True),
        ("/orders/{n}/audit", True),
        ("/orders/{n}/as-of", True),
        ("/orders/{n}/comments", False),
        ("/orders", False),
        ("/audit", False),
    ],
)
def test_pages_say_since_when(erased: tuple[Application, str], page: str, *, said: bool) -> None:
    app, number = erased
    erin = Hand(app, "erin", password=PASSWORD)
    for language, words in ON.items():
        app.accounts.set_language(actor(app, "erin"), language)
        answer = erin.get(page.format(n=number))
        assert answer.status_code == 200, answer.text[:500]
        assert CANARY not in answer.text
        assert not said or words in text_of(answer), text_of(answer)
    app.accounts.set_language(actor(app, "erin"), "en")


def test_the_api_says_it_as_data(erased: tuple[Application, str]) -> None:
    app, number = erased
    with Api(app) as api:
        answer = api.call("erin", "GET", f"/orders/{number}")
    assert answer.status == 200, answer
    assert answer.body["data"]["customer"] == {
        "id": PERSON,
        **{name: {"erased": "2026-03-02T09:00:00.000000Z"} for name in ("name", "email", "phone")},
    }
