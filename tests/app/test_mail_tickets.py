"""Mail that could not be delivered has ways out, for those who may, each in the audit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.mail_room import MailRoom, open_mail_room

from orderloom.platform.app.mail_settling import MailTicket
from orderloom.platform.app.view_models import Page
from orderloom.platform.codec import loads
from orderloom.platform.problem import Rejection

CAROL = "carol@firm.example"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[MailRoom]:
    """Carol's mailbox refuses what comes."""
    with open_mail_room(tmp_path) as opened:
        for login in ("carol", "frank"):
            opened.choose(login, role="at_once")
        opened.box.receivers[CAROL] = "550 nobody here"
        opened.deals.start()
        opened.work()
        yield opened


def tickets(room: MailRoom, login: str = "ada") -> list[MailTicket]:
    found = room.app.mailroom.tickets.listed(room.actor(login), None, 50)
    assert isinstance(found, Page), found
    return list(found.items)


def settled(room: MailRoom) -> list[dict[str, object]]:
    """What the audit tells of it."""
    sql = "SELECT body FROM audit_entry WHERE type = 'mail.settled' ORDER BY id"
    return [loads(row[0]) for row in room.rows(sql)]


def test_a_ticket_says_what_for_whom_and_why(room: MailRoom) -> None:
    (one,) = tickets(room)
    assert (one.kind, one.to, one.address, one.number) == ("role", "Carol", CAROL, "DE-000001")
    assert (one.problem, one.attempts, one.correctable) == ("mail.refused", 1, True)
    assert room.app.mailroom.tickets.count(room.actor("ada")) == 1
    # The others have theirs, once.
    assert len(room.mails("frank")) == 1


def test_who_reads_the_addresses_is_told(room: MailRoom) -> None:
    (one,) = tickets(room)
    tickets(room)
    room.app.readings.flush()
    sql = "SELECT body FROM audit_entry WHERE type = 'personal.read'"
    assert [loads(row[0])["mails"] for row in room.rows(sql)] == [[one.id]]


def test_it_is_sent_again_once_the_reason_is_gone(room: MailRoom) -> None:
    (one,) = tickets(room)
    assert room.app.mailroom.tickets.again(room.actor("ada"), one.id) is None
    room.work()
    assert [each.attempts for each in tickets(room)] == [1]
    del room.box.receivers[CAROL]
    assert room.app.mailroom.tickets.again(room.actor("ada"), one.id) is None
    room.work()
    assert (tickets(room), len(room.mails("carol")), len(room.mails("frank"))) == ([], 1, 1)
    assert [each["way"] for each in settled(room)] == ["retry", "retry"]


def test_a_corrected_address_counts_for_this_mail(room: MailRoom) -> None:
    (one,) = tickets(room)
    refused = room.app.mailroom.tickets.again(room.actor("ada"), one.id, "carol@home.example")
    assert refused is None
    room.work()
    assert room.box.recipients.count("carol@home.example") == 1
    assert room.app.mailroom.notifications.address(room.actor("carol")) == CAROL
    (entry,) = settled(room)
    assert (entry["way"], "home.example" in str(entry)) == ("address", False)


def test_giving_up_needs_a_reason(room: MailRoom) -> None:
    (one,) = tickets(room)
    admin, office = room.actor("ada"), room.app.mailroom.tickets
    for bare in (None, "", "  "):
        refused = office.give_up(admin, one.id, bare)
        assert isinstance(refused, Rejection)
        assert refused.code == "mail.reason_required"
    assert office.give_up(admin, one.id, "she has left") is None
    assert tickets(room) == []
    assert room.rows("SELECT state, body FROM mail WHERE state = 'given_up'") == [
        ("given_up", "{}")
    ]
    (entry,) = settled(room)
    # A reason is a person's own words: the entry holds a commitment alone.
    assert (entry["way"], "she has left" in str(entry)) == ("give_up", False)


@pytest.mark.parametrize(
    ("login", "id_", "address", "code"),
    [
        ("mallory", 0, None, "permission.missing"),
        ("carol", 0, "mallory@evil.example", "permission.missing"),
        ("ada", 999, None, "mail.not_found"),
        ("ada", 0, "no address", "mail.address"),
        ("ada", 0, "a@b.example, c@d.example", "mail.address"),
        ("ada", 0, "a@b.example\nBcc: c@d.example", "mail.address"),
        ("ada", 0, "a" * 300 + "@b.example", "mail.address"),
    ],
)
def test_what_is_refused_changes_nothing(
    room: MailRoom, login: str, id_: int, address: str | None, code: str
) -> None:
    (one,) = before = tickets(room)
    refused = room.app.mailroom.tickets.again(room.actor(login), id_ or one.id, address)
    assert isinstance(refused, Rejection)
    assert refused.code == code
    assert tickets(room) == before
    assert settled(room) == []


def test_what_is_settled_is_not_settled_twice(room: MailRoom) -> None:
    (one,) = tickets(room)
    admin, office = room.actor("ada"), room.app.mailroom.tickets
    assert office.give_up(admin, one.id, "gone") is None
    for refused in (office.give_up(admin, one.id, "gone"), office.again(admin, one.id)):
        assert isinstance(refused, Rejection)
        assert refused.code == "mail.settled"


def test_only_those_who_may_see_them(room: MailRoom) -> None:
    found = room.app.mailroom.tickets.listed(room.actor("mallory"), None, 50)
    assert isinstance(found, Rejection)
    assert room.app.mailroom.tickets.count(room.actor("mallory")) == 0


def test_pages_of_tickets(room: MailRoom) -> None:
    for _ in range(3):
        room.deals.start()
    room.work()
    office, admin = room.app.mailroom.tickets, room.actor("ada")
    first = office.listed(admin, None, 3)
    assert isinstance(first, Page)
    rest = office.listed(admin, first.next, 3)
    assert isinstance(rest, Page)
    ids = [each.id for each in (*first.items, *rest.items)]
    assert (len(ids), ids, rest.next) == (4, sorted(ids, reverse=True), None)
    refused = office.listed(admin, "nonsense", 3)
    assert isinstance(refused, Rejection)
