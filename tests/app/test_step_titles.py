"""Steps of a matrix are called by its labels: on the order's page, on the task's, and in mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.application import PASSWORD
from parts.examples import EXAMPLES, folder
from parts.mail_room import MailRoom
from parts.mailbox import text_of
from parts.named_bundle import open_trips, reader, trip

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.problem import Rejection
from orderloom.platform.web.security import SESSION_COOKIE

IN = {
    "en": ("Costs", "Superior", "Step: Costs"),
    "pl": ("Koszty", "Przełożony", "Krok: Koszty"),
    "sk": ("Náklady", "Nadriadený", "Krok: Náklady"),
}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[MailRoom]:
    with open_trips(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("language", IN)
def test_on_the_pages_and_in_mail(room: MailRoom, language: str) -> None:
    money, boss, line = IN[language]
    room.choose("carol", role="at_once")
    room.change("carol", language=language)
    number = trip(room)
    room.work()
    carol = reader(room, "carol", language)
    found = room.app.views.approvers(carol, number)
    assert not isinstance(found, Rejection), found
    assert [(each.step, each.called) for each in found] == [("money", money), ("boss", boss)]
    task = room.app.views.task(carol, room.deals.open("money"))
    assert not isinstance(task, Rejection), task
    assert [(step.id, step.called) for step in task.steps] == [("money", money), ("boss", boss)]
    (mail,) = room.mails("carol")
    assert line in text_of(mail)


def test_a_title_stands_beside_the_people(room: MailRoom) -> None:
    number = trip(room)
    session = room.app.accounts.sign_in("carol", PASSWORD, "127.0.0.1")
    assert isinstance(session, SignedIn), session
    room.client.cookies.set(SESSION_COOKIE, session.token)
    order = room.client.get(f"/orders/{number}").text
    assert '<span class="muted">Superior</span>' in order
    assert '<span class="muted">Costs</span>' in order
    task = room.client.get(f"/tasks/{room.deals.open('money')}").text
    assert '<span class="muted">Costs</span>' in task
    # Whom a later step asks is found when it opens: its title stands alone.
    assert '<span class="fw">Superior</span>' in task


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_name_every_step_of_their_matrices(name: str) -> None:
    bundle = open_bundle(folder(name))
    documents = {(each.kind, each.id): each.value for each in bundle.documents}
    missing = []
    for (kind, _), value in documents.items():
        if kind != "approval" or "matrix" not in value:
            continue
        matrix = documents["decision", value["matrix"]]
        for rule in matrix["rules"]:
            label = (matrix.get("labels") or {}).get("step=" + rule["then"]["step"].strip('"'), {})
            missing += [(rule["id"], each) for each in ("en", "pl", "sk") if each not in label]
    assert missing == []
