"""What a mail says: in three languages, nothing personal, nothing that its receiver may not see."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.mail_room import MailRoom, open_mail_room
from parts.mailbox import text_of

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.mail_content import (
    MailContent,
    MailGroup,
    MailItem,
    MailLink,
    plain_mail,
)
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.app.receipts import latest_receipt
from orderloom.platform.delivery.mail_page import mail_page
from orderloom.platform.engine.commands import Command, Comment
from orderloom.platform.problem import Rejection

BUNDLE = """\
bundle: visits
title: Visits
languages: [en, pl, sk]
zone: UTC
roles: {sales: Sales, finance: Finance}
cast: {alice: {roles: [sales]}, carol: {roles: [finance]}}
"""
PROCESS = """\
kind: process
id: visit
title: {en: Visit, pl: Wizyta, sk: Návšteva}
form: visit
number: "VI-{seq:6}"
columns: [guest.name, place, total]
start: {by: [sales]}
stages:
  approval: {do: [{approval: visit, on: {approved: closed, rejected: closed, returned: closed}}]}
  closed: {type: final, outcome: completed}
---
kind: approval
id: visit
title: {en: Approve the visit, pl: Zatwierdź wizytę, sk: Schváľte návštevu}
material: [total, guest.name]
due: P1D
steps:
  - {id: money, approvers: finance, if: 'total > 100 and guest.name != "x" and place != ""'}
---
kind: form
id: visit
title: Visit
schema:
  type: object
  required: [guest, total]
  properties:
    guest: {type: object, properties: {name: {type: string}, phone: {type: string}}}
    place: {type: string}
    total: {type: number, x-money: EUR}
personal: [guest.name, guest.phone]
edit: [{fields: [guest, place, total], in: draft, by: [sales]}]
labels: {place: {en: Place, pl: Miejsce, sk: Miesto}}
"""
SECRET = "Zofia Nowak"
EVIL = '<img src=x onerror="alert(1)">'


@pytest.fixture
def room(tmp_path: Path) -> Iterator[MailRoom]:
    with open_mail_room(tmp_path) as opened:
        folder = tmp_path / "visits"
        folder.mkdir()
        (folder / "bundle.yaml").write_text(BUNDLE, encoding="utf-8")
        (folder / "visit.yaml").write_text(PROCESS, encoding="utf-8")
        options = PublishOptions(tests=False, second_person=False)
        done = opened.app.publish.publish(open_bundle(folder), OPERATOR, options)
        assert isinstance(done, Published), done
        yield opened


def visit(room: MailRoom, place: str = "Žilina") -> str:
    """A new order of alice's, about somebody whose name is personal; its number."""
    data = {"guest": {"name": SECRET, "phone": "+48 1"}, "place": place, "total": 250}
    answer = room.deals.api.call("alice", "POST", "/orders", {"process": "visit", "data": data})
    assert answer.status == 201, answer
    room.deals.number = answer.body["number"]
    stored = room.app.store.reads.order_by_number(1, room.deals.number)
    assert stored is not None
    room.deals.order = stored.id
    return room.deals.number


@pytest.mark.parametrize(
    ("language", "subject", "shown"),
    [
        (
            "en",
            "To do: Approve the visit (VI-000001)",
            ("Hello Carol,", "About: Žilina", "Amount: 250.00 EUR", "Due: 3 Mar 2026, 09:00"),
        ),
        (
            "pl",
            "Do zrobienia: Zatwierdź wizytę (VI-000001)",
            ("Dzień dobry, Carol!", "Dotyczy: Žilina", "Kwota: 250,00 EUR", "Zatwierdź:"),
        ),
        (
            "sk",
            "Treba urobiť: Schváľte návštevu (VI-000001)",
            ("Dobrý deň, Carol,", "Týka sa: Žilina", "Suma: 250,00 EUR", "Schváliť:"),
        ),
    ],
)
def test_a_mail_about_a_task(
    room: MailRoom, language: str, subject: str, shown: tuple[str, ...]
) -> None:
    room.choose("carol", role="at_once")
    room.change("carol", language=language)
    visit(room)
    room.work()
    (mail,) = room.mails("carol")
    assert mail["Subject"] == subject
    assert mail["Content-Language"] == language
    for kind in ("plain", "html"):
        said = text_of(mail, kind)
        assert SECRET not in said
        assert "https://orders.example/notifications" in said
        assert said.count("https://orders.example/decide/") == 3
    plain = text_of(mail)
    assert [each for each in shown if each not in plain] == []
    # Why they are asked: what is personal in it is left out.
    assert "250" in plain.partition("Approve:")[0]
    assert all(words in text_of(mail, "html") for words in ("Žilina", "250"))
    assert str(latest_receipt(room.app.store, room.deals.order)) in plain


def test_a_digest_says_nothing_personal(room: MailRoom) -> None:
    visit(room)
    room.work()
    room.deals.pass_(hours=22)
    room.work()
    (mail,) = room.mails("carol")
    assert SECRET not in str(mail)
    assert "Approve the visit (VI-000001 · 250.00 EUR · due" in text_of(mail)


def test_what_people_wrote_is_text_in_a_mail(room: MailRoom) -> None:
    room.choose("carol", role="at_once")
    visit(room, place=EVIL)
    room.work()
    (mail,) = room.mails("carol")
    assert EVIL in text_of(mail)
    page = text_of(mail, "html")
    assert ("<img" in page, "&lt;img src=x onerror=&#34;alert(1)&#34;&gt;" in page) == (False, True)


def test_a_mention_names_the_order_and_not_what_was_said(room: MailRoom) -> None:
    number = visit(room)
    said = Command(
        body=Comment(f"{SECRET} asked again", (room.user("carol").id,)),
        actor=room.actor("alice"),
        order=room.deals.order,
    )
    assert not isinstance(room.app.handle(said), Rejection)
    room.work()
    (mail,) = room.mails("carol")
    assert mail["Subject"] == f"Alice mentioned you: {number}"
    assert SECRET not in str(mail)
    assert f"https://orders.example/orders/{number}" in text_of(mail)


def test_who_may_not_see_the_order_is_told_nothing(room: MailRoom) -> None:
    """Mallory is named in a message by mistake, and has lost what would let her see it."""
    visit(room)
    said = Command(
        body=Comment("See here", (room.user("frank").id,)),
        actor=room.actor("alice"),
        order=room.deals.order,
    )
    assert not isinstance(room.app.handle(said), Rejection)
    room.change("frank", roles=frozenset())
    room.work()
    assert room.mails("frank") == []
    assert room.rows("SELECT state FROM mail WHERE kind = 'mention'") == [("dropped",)]


def test_what_a_sent_mail_said_is_not_kept(room: MailRoom) -> None:
    room.choose("carol", role="at_once")
    visit(room)
    room.work()
    assert set(room.rows("SELECT state, body FROM mail")) == {("sent", "{}")}


WHOLE = MailContent(
    subject="A & B",
    language="en",
    paragraphs=("Hello <Bob>,", "line one\nsee https://o.example/x?a=1&b=2"),
    facts=(("Amount", "<5"),),
    groups=(
        MailGroup("Open", (MailItem("One", "late", "https://o.example/1"), MailItem("Two")), "…"),
    ),
    links=(MailLink("Go", "https://o.example/go", "primary"),),
    notes=("small print",),
    footer=MailLink("Choose", "https://o.example/n"),
)


def test_the_text_of_a_mail() -> None:
    assert plain_mail(WHOLE) == (
        "Hello <Bob>,\n\nline one\nsee https://o.example/x?a=1&b=2\n\nAmount: <5\n\n"
        "Open:\n- One (late)\n  https://o.example/1\n- Two\n…\n\nGo:\nhttps://o.example/go\n\n"
        "small print\n\n-- \nChoose:\nhttps://o.example/n\n"
    )


def test_the_page_of_a_mail() -> None:
    page = mail_page(WHOLE)
    for part in (
        "<title>A &amp; B</title>",
        "Hello &lt;Bob&gt;,",
        'line one<br>see <a href="https://o.example/x?a=1&amp;b=2">',
        "&lt;5",
        '<a href="https://o.example/1">One</a>',
        "small print",
    ):
        assert part in page
    for loaded in ("<script", "<img", "<link", "src="):
        assert loaded not in page
