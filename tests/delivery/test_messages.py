"""Messages reach the right people, in their language, once, by mail and in the pages."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest
from parts.mailbox import Mailbox, mailbox
from parts.work_queue import START, WorkQueue

from orderloom.platform.app.directory import Directory
from orderloom.platform.app.messages import Mail, MailFault, Messenger
from orderloom.platform.delivery.smtp import mail_server
from orderloom.platform.delivery.templates import render
from orderloom.platform.store.account_rows import AccountTables, Role, User
from orderloom.platform.store.work_rows import Job


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


def messenger(definition: Mapping[str, Any] | None, queue: WorkQueue, box: Mailbox) -> Messenger:
    people = cast(AccountTables, People())
    return Messenger(
        definitions=lambda job: definition,
        accounts=people,
        directory=Directory(people),
        work=queue,
        render=render,
        now=lambda: START,
        link=lambda number: f"http://o/orders/{number}",
        mail=mail_server(box.url, "orders@orders.example"),
    )


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
    queue = WorkQueue()
    with mailbox() as box:
        answer = messenger({**LATE, "to": to}, queue, box)(job("late"))
    assert answer.error is None
    assert {notice.user for notice in queue.notices.values()} == expected
    assert {address.partition("@")[0] for address in box.recipients} == expected


def test_everybody_reads_their_own_language() -> None:
    queue = WorkQueue()
    with mailbox() as box:
        messenger(LATE, queue, box)(job("late"))
    subjects = {mail["To"]: mail["Subject"] for mail in box.mails}
    assert subjects == {
        "bob@orders.example": "Opóźnione: SO-1",
        "dave@orders.example": "Late: SO-1",
    }
    assert box.mails[0].get_content() == "Bob, 12\r\nhttp://o/orders/SO-1\r\n"
    assert box.mails[0]["Message-ID"] == "<42.7.bob@orders.example>"
    assert queue.notices[(42, 7, "bob")].subject == "Opóźnione: SO-1"


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
    queue = WorkQueue()
    with mailbox() as box:
        customer = {"email": "ann@customers.example"}
        answer = messenger(LATE, queue, box)(job("late", to, customer=customer))
    assert answer.error is None
    assert box.recipients == expected
    assert box.mails[-1]["Subject"] == "Late: SO-1"
    assert {notice.user for notice in queue.notices.values()} <= {"bob"}


@pytest.mark.parametrize(
    "evil",
    ["ann@a.example, eve@b.example", "a@b.example\r\nBcc: e@b.example", "ann", "<a@b.example>"],
)
def test_what_is_no_address_gets_no_mail(evil: str) -> None:
    queue = WorkQueue()
    with mailbox() as box:
        answer = messenger(LATE, queue, box)(job("late", ["u:bob", "{{ evil }}"], evil=evil))
    assert answer.error is not None
    assert (answer.error["code"], answer.again) == ("mail.address", False)
    assert box.recipients == [BOB]


def test_an_address_needs_a_mail_server() -> None:
    with mailbox() as box:
        silent = replace(messenger(LATE, WorkQueue(), box), mail=None)
        answer = silent(job("late", ["desk@orders.example"]))
    assert answer.error is not None
    assert answer.error["code"] == "mail.no_server"


@pytest.mark.parametrize("message", ["task", "reminder", "escalation"])
def test_built_in_messages_name_the_task(message: str) -> None:
    queue = WorkQueue()
    with mailbox() as box:
        messenger(None, queue, box)(job(message, ["u:bob"], task=TASK))
    mail = box.mails[0]
    assert "Zatwierdź (SO-1)" in mail["Subject"]
    assert "17:00" in mail.get_content()
    assert "http://o/orders/SO-1" in mail.get_content()


@pytest.mark.parametrize(
    ("definition", "code"),
    [
        (None, "message.unknown"),
        ({**LATE, "body": "{{ x"}, "message.template"),
        ({**LATE, "to": {"users": "unknown_name"}}, "message.template"),
    ],
)
def test_what_cannot_be_said_fails_for_good(
    definition: Mapping[str, Any] | None, code: str
) -> None:
    queue = WorkQueue()
    with mailbox() as box:
        answer = messenger(definition, queue, box)(job("late"))
    assert answer.error is not None
    assert (answer.error["code"], answer.again) == (code, False)
    assert box.mails == []


@pytest.mark.parametrize(
    ("refusal", "code", "again"),
    [("451 later", "mail.451", True), ("550 no", "mail.550", False)],
)
def test_a_mail_server_that_refuses(refusal: str, code: str, again: bool) -> None:
    queue = WorkQueue()
    with mailbox() as box:
        box.refusals.append(refusal)
        sending = messenger(LATE, queue, box)
        answer = sending(job("late"))
        assert answer.error is not None
        assert (answer.error["code"], answer.again) == (code, again)
        sending(job("late"))
    # The second try tells everybody again, but nobody twice in the pages.
    assert len(queue.notices) == 2


def test_nobody_listens_for_mail() -> None:
    with mailbox() as box:
        url = box.url
    with pytest.raises(MailFault) as caught:
        mail_server(url, "a@b.example")(Mail("1", "bob@orders.example", "s", "t", "en"))
    assert caught.value.again


def test_a_subject_cannot_begin_a_header() -> None:
    queue = WorkQueue()
    definition = {**LATE, "to": ["u:dave"], "subject": {"en": "{{ evil }}"}}
    with mailbox() as box:
        messenger(definition, queue, box)(job("late", evil="Hi\r\nBcc: eve@orders.example"))
    assert box.mails[0]["Subject"] == "Hi Bcc: eve@orders.example"
    assert box.mails[0]["Bcc"] is None
    assert box.recipients == ["dave@orders.example"]


def test_without_a_server_messages_wait_in_the_pages() -> None:
    queue = WorkQueue()
    with mailbox() as box:
        silent = replace(messenger(LATE, queue, box), mail=None)
        assert silent(job("late")).error is None
    assert len(queue.notices) == 2
    assert box.mails == []


@pytest.mark.parametrize(
    ("url", "sender"), [("http://x", "a@b"), ("smtp://", "a@b"), ("smtp://x", "nobody")]
)
def test_a_mail_server_that_cannot_be_used(url: str, sender: str) -> None:
    with pytest.raises(ValueError, match=r"expected|address"):
        mail_server(url, sender)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", ("mail.example", 25, False, "", "")),
        ("smtps://us%40er:p%3Aw@mail.example", ("mail.example", 465, True, "us@er", "p:w")),
        ("smtp://mail.example:2525", ("mail.example", 2525, False, "", "")),
    ],
)
def test_a_mail_server_s_url(url: str, expected: tuple[str, int, bool, str, str]) -> None:
    server = mail_server(url, "a@b.example")
    assert (
        server.host,
        server.port,
        server.encrypted,
        server.user,
        server.password,
    ) == expected
    assert "p:w" not in repr(server)
