"""Messages reach the right people, in their language, once, by mail and in the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from parts.mail_tables import MailShelf
from parts.mailbox import Mailbox, mailbox, text_of
from parts.work_queue import START, WorkQueue

from orderloom.platform.app.directory import Directory
from orderloom.platform.app.mail_content import MailContent
from orderloom.platform.app.mail_digest import Digests
from orderloom.platform.app.mailing import RETRY, Mailing
from orderloom.platform.app.messages import Messenger, notice_params
from orderloom.platform.delivery.mail_page import mail_page
from orderloom.platform.delivery.smtp import mail_server
from orderloom.platform.delivery.templates import render
from orderloom.platform.store.account_rows import AccountTables, Role, User
from orderloom.platform.store.mail_rows import KeptMail, MailState, MailTables
from orderloom.platform.store.work_rows import Job
from orderloom.platform.words import Words


def user(id_: str, name: str, *roles: str, **more: Any) -> User:
    attributes = {"email": f"{id_}@orders.example"}
    return User(
        id=id_,
        organisation=1,
        login=id_,
        name=name,
        roles=frozenset(roles),
        attributes=attributes,
        **more,
    )


class People:
    """The account tables that a messenger reads."""

    users = (
        user("bob", "Bob", "sales", language="pl", zone="Europe/Warsaw", manager="carol"),
        user("carol", "Carol", "finance", language="sk"),
        user("dave", "Dave", "sales"),
        user("gone", "Gone", "sales", active=False),
    )

    def user(self, organisation: int, id_: str) -> User | None:
        return next((each for each in self.users if each.id == id_), None)

    def members(
        self, organisation: int, *, role: str | None = None, unit: str | None = None
    ) -> Sequence[User]:
        return [each for each in self.users if each.active and role in (None, *each.roles)]

    def roles(self, organisation: int) -> Sequence[Role]:
        return [
            Role("sales", 1, "Sales"),
            Role("finance", 1, "Finance", permissions=("order.settle",)),
        ]


LATE = {
    "kind": "message",
    "id": "late",
    "channel": "email",
    "to": "sales",
    "subject": {"en": "Late: {{ order.number }}", "pl": "Opóźnione: {{ order.number }}"},
    "body": "{{ user.name }}, {{ total }}\n{{ link }}",
}
BOB = "bob@orders.example"
NAMES = {"order": {"number": "SO-1", "requester": {"id": "dave"}}, "total": 12, "boss": ["carol"]}
TASK = {"id": "approve", "title": {"en": "Approve", "pl": "Zatwierdź"}, "due": "2026-03-06T16:00Z"}


def job(message: str, to: Sequence[str] | None = None, **names: Any) -> Job:
    body = {"message": message, "to": list(to or ()), "names": {**NAMES, **names}}
    return Job(
        id=1, organisation=1, order=42, n=7, kind="message", body=body, attempts=1, due=START
    )


@dataclass
class Desk:
    """A messenger, and what sends its mail. `at`: the clock."""

    definition: Mapping[str, Any] | None
    box: Mailbox
    queue: WorkQueue = field(default_factory=WorkQueue)
    shelf: MailShelf = field(default_factory=MailShelf)
    mails: bool = True
    at: datetime = START

    def __post_init__(self) -> None:
        people, shelf = cast(AccountTables, People()), cast(MailTables, self.shelf)
        self.messenger = Messenger(
            definitions=lambda job: self.definition,
            accounts=people,
            directory=Directory(people),
            work=self.queue,
            mail=shelf,
            render=render,
            now=lambda: self.at,
            link=lambda number: f"http://o/orders/{number}",
            mails=self.mails,
        )
        server = mail_server(self.box.url, "orders@orders.example")
        self.mailing = Mailing(
            shelf,
            self.messenger,
            lambda: self.at,
            write=written,
            page=mail_page,
            send=server if self.mails else None,
            digests=Digests(shelf, people, lambda: self.at),
            chance=lambda: 0,
            preferences="http://o/notifications",
        )

    def tell(self, job: Job, rounds: int = 1) -> MailShelf:
        """Spreads a message and sends what comes of it, with pauses between the rounds."""
        assert self.messenger(job).error is None
        for _ in range(rounds):
            while self.mailing.run_once():
                pass
            self.at += timedelta(hours=3)
        return self.shelf


def written(mail: KeptMail, user: User) -> MailContent:
    """The product's own words, without the order that they are about."""
    words, names = Words(user.language), mail.body["names"]
    params = {**notice_params(names, words, user.zone), "name": user.name, "link": "http://o"}
    message = mail.body["message"]
    text = words.text(f"messages.{message}.body", **params)
    subject = words.text(f"messages.{message}.subject", **params)
    return MailContent(subject=subject, language=user.language, text=text)


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("sales", {"bob", "dave"}),
        ("requester", {"dave"}),
        ({"role": "sales", "where": 'user.manager = "carol"'}, {"bob"}),
        ({"users": "boss"}, {"carol"}),
        ({"manager_of": '"bob"'}, {"carol"}),
        (["finance", "requester"], {"carol", "dave"}),
        (["p:order.settle"], {"carol"}),
        (["u:bob", "u:gone", "u:nobody"], {"bob"}),
        ("nobody", set()),
    ],
)
def test_who_gets_a_message(to: Any, expected: set[str]) -> None:
    with mailbox() as box:
        desk = Desk({**LATE, "to": to}, box)
        shelf = desk.tell(job("late"))
    assert shelf.problems() == {}
    assert {notice.user for notice in desk.queue.notices.values()} == expected
    assert {address.partition("@")[0] for address in box.recipients} == expected


def test_everybody_reads_their_own_language() -> None:
    with mailbox() as box:
        desk = Desk(LATE, box)
        desk.tell(job("late"))
    subjects = {mail["To"]: mail["Subject"] for mail in box.mails}
    assert subjects == {
        "bob@orders.example": "Opóźnione: SO-1",
        "dave@orders.example": "Late: SO-1",
    }
    assert text_of(box.mails[0]) == "Bob, 12\r\nhttp://o/orders/SO-1\r\n"
    page = text_of(box.mails[0], "html")
    assert '<a href="http://o/orders/SO-1">http://o/orders/SO-1</a>' in page
    assert box.mails[0]["Message-ID"] == "<42.7.bob@orders.example>"
    assert desk.queue.notices[(42, 7, "bob")].subject == "Opóźnione: SO-1"


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        (["{{ customer.email }}"], ["ann@customers.example"]),
        (
            ["u:bob", "{{ customer.email | lower }}"],
            ["bob@orders.example", "ann@customers.example"],
        ),
        (["desk@orders.example", "{{ customer.fax }}"], ["desk@orders.example"]),
        (["{{ customer.email }}", "ann@customers.example"], ["ann@customers.example"]),
    ],
)
def test_addresses_that_the_order_knows(to: list[str], expected: list[str]) -> None:
    with mailbox() as box:
        customer = {"email": "ann@customers.example"}
        desk = Desk(LATE, box)
        shelf = desk.tell(job("late", to, customer=customer))
    assert shelf.problems() == {}
    assert box.recipients == expected
    assert box.mails[-1]["Subject"] == "Late: SO-1"
    assert {notice.user for notice in desk.queue.notices.values()} <= {"bob"}


@pytest.mark.parametrize(
    "evil",
    ["ann@a.example, eve@b.example", "a@b.example\r\nBcc: e@b.example", "ann", "<a@b.example>"],
)
def test_what_is_no_address_gets_no_mail(evil: str) -> None:
    with mailbox() as box:
        shelf = Desk(LATE, box).tell(job("late", ["{{ evil }}", "u:bob"], evil=evil))
    assert list(shelf.problems().values()) == ["mail.address"]
    assert box.recipients == [BOB]


def test_an_address_needs_a_mail_server() -> None:
    with mailbox() as box:
        shelf = Desk(LATE, box, mails=False).tell(job("late", ["desk@orders.example"]))
    assert shelf.problems() == {"desk@orders.example": "mail.no_server"}


@pytest.mark.parametrize("message", ["task", "reminder", "escalation"])
def test_built_in_messages_name_the_task(message: str) -> None:
    with mailbox() as box:
        Desk(None, box).tell(job(message, ["u:bob"], task=TASK))
    mail = box.mails[0]
    assert "Zatwierdź (SO-1)" in mail["Subject"]
    assert "17:00" in text_of(mail)
    assert "http://o" in text_of(mail)


@pytest.mark.parametrize(
    ("definition", "to", "problem", "told"),
    [
        (None, ["u:bob"], {"": "message.unknown"}, set()),
        ({**LATE, "body": "{{ x"}, ["u:bob"], {"bob": "message.template"}, set()),
        (
            {**LATE, "body": {"en": "ok", "pl": "{{ x"}},
            ["sales"],
            {"bob": "message.template"},
            {"dave"},
        ),
        (
            {**LATE, "to": [{"users": "unknown_name"}, "u:dave"]},
            None,
            {"": "message.receivers"},
            {"dave"},
        ),
        (LATE, ["{{ x", "u:dave"], {"": "message.receivers"}, {"dave"}),
    ],
)
def test_what_cannot_be_said_to_one_is_said_to_the_others(
    definition: Mapping[str, Any] | None, to: Any, problem: dict[str, str], told: set[str]
) -> None:
    with mailbox() as box:
        shelf = Desk(definition, box).tell(job("late", to))
    assert shelf.problems() == problem
    assert {address.partition("@")[0] for address in box.recipients} == told


def test_what_could_not_be_said_is_said_once_it_can_be() -> None:
    with mailbox() as box:
        desk = Desk({**LATE, "body": {"en": "ok", "pl": "{{ x"}}, box)
        shelf = desk.tell(job("late"))
        assert box.recipients == ["dave@orders.example"]
        desk.definition = LATE
        shelf.due["42.7.bob"] = desk.at
        desk.tell(job("late"))
    assert box.recipients == ["dave@orders.example", BOB]
    assert text_of(box.mails[1]).startswith("Bob, 12")


def test_receivers_that_were_unknown_are_found_later_and_nobody_is_told_twice() -> None:
    with mailbox() as box:
        desk = Desk({**LATE, "to": ["u:dave", {"users": "who"}]}, box)
        shelf = desk.tell(job("late"))
        assert (box.recipients, shelf.problems()) == (
            ["dave@orders.example"],
            {"": "message.receivers"},
        )
        lost = shelf.mails["42.7"]
        names = {**lost.body["names"], "who": ["bob", "dave"]}
        shelf.mails["42.7"] = replace(lost, body={**lost.body, "names": names})
        shelf.due["42.7"] = desk.at
        while desk.mailing.run_once():
            pass
    assert box.recipients == ["dave@orders.example", BOB]
    assert shelf.problems() == {}


@pytest.mark.parametrize(
    ("refusals", "rounds", "tries", "problem"),
    [
        (["451 later"], 2, 2, {}),
        (["550 no"], 2, 1, {"bob": "mail.550"}),
        (["552 too big"], 2, 1, {"bob": "mail.552"}),
        (["451 later"] * RETRY.times, RETRY.times, RETRY.times, {"bob": "mail.451"}),
    ],
    ids=["later", "never", "too-big", "too-often"],
)
def test_a_mail_that_is_refused_is_tried_apart_from_the_others(
    refusals: list[str], rounds: int, tries: int, problem: dict[str, str]
) -> None:
    with mailbox() as box:
        box.refuse(BOB, *refusals)
        desk = Desk(LATE, box)
        shelf = desk.tell(job("late"), rounds)
    assert shelf.problems() == problem
    assert box.recipients.count("dave@orders.example") == 1
    assert box.recipients.count(BOB) == (0 if problem else 1)
    assert box.tries[BOB] == tries
    # Nobody is told twice in the pages either.
    assert len(desk.queue.notices) == 2


def test_a_subject_cannot_begin_a_header() -> None:
    definition = {**LATE, "to": ["u:dave"], "subject": {"en": "{{ evil }}"}}
    with mailbox() as box:
        Desk(definition, box).tell(job("late", evil="Hi\r\nBcc: eve@orders.example"))
    assert box.mails[0]["Subject"] == "Hi Bcc: eve@orders.example"
    assert box.mails[0]["Bcc"] is None
    assert box.recipients == ["dave@orders.example"]


def test_without_a_server_messages_wait_in_the_pages() -> None:
    with mailbox() as box:
        desk = Desk(LATE, box, mails=False)
        shelf = desk.tell(job("late"))
    assert len(desk.queue.notices) == 2
    assert (box.mails, shelf.mails) == ([], {})


CHOICES: list[tuple[str, list[str], str, dict[str, str], MailState | None]] = [
    ("task", ["u:bob"], "task", {}, MailState.SENT),
    ("task", ["u:bob"], "task", {"task": "digest"}, None),
    ("task", ["u:bob"], "task", {"task": "never"}, None),
    ("task", ["r:sales"], "role", {}, None),
    ("task", ["r:sales"], "role", {"role": "at_once"}, MailState.SENT),
    ("task", ["r:sales", "u:bob"], "task", {"role": "never"}, MailState.SENT),
    ("reminder", ["r:sales"], "reminder", {}, MailState.SENT),
    ("reminder", ["u:bob"], "reminder", {"reminder": "never"}, None),
    ("escalation", ["u:bob"], "escalation", {}, MailState.SENT),
    ("mention", ["u:bob"], "mention", {}, MailState.SENT),
    ("mention", ["u:bob"], "mention", {"mention": "digest"}, MailState.HELD),
    ("mention", ["u:bob"], "mention", {"mention": "never"}, None),
]


@pytest.mark.parametrize(("message", "to", "kind", "choice", "expected"), CHOICES)
def test_everybody_chooses_how_they_are_told(
    message: str, to: list[str], kind: str, choice: dict[str, str], expected: MailState | None
) -> None:
    with mailbox() as box:
        desk = Desk(None, box)
        desk.shelf.chosen["bob"] = choice
        shelf = desk.tell(job(message, to, task=TASK, by={"id": "carol", "name": "Carol"}))
    mail = shelf.mails.get("42.7.bob")
    assert (mail.state if mail else None) == expected
    assert mail is None or mail.kind == kind
    assert (42, 7, "bob") in desk.queue.notices


def test_a_process_s_own_message_is_not_for_choosing() -> None:
    with mailbox() as box:
        desk = Desk(LATE, box)
        desk.shelf.chosen["bob"] = dict.fromkeys(("task", "role", "reminder"), "never")
        desk.tell(job("late", ["u:bob"]))
    assert box.recipients == [BOB]
    assert box.mails[0]["List-Unsubscribe"] is None


@pytest.mark.parametrize(("message", "expected"), [("task", {"bob", "dave"}), ("late", {"bob"})])
def test_who_stands_in_is_asked_too(message: str, expected: set[str]) -> None:
    with mailbox() as box:
        desk = Desk(LATE if message == "late" else None, box)
        standing = replace(desk.messenger, stand_ins=lambda organisation, users: ["dave", "gone"])
        standing(job(message, ["u:bob"], task=TASK))
    assert {mail.user for mail in desk.shelf.mails.values()} == expected
