"""The daily digest by a real server: at its hour, once, with what there is to say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from parts.mail_room import MailRoom, open_mail_room, worker_of
from parts.mailbox import text_of
from parts.migrated import build
from parts.postgres import PostgresServer

from orderloom.platform.app.clock import FixedClock
from orderloom.platform.engine.commands import CastVerdict, Command, Comment
from orderloom.platform.problem import Rejection

# Monday, 9:00 UTC, is when the room opens; digests come at 7:00.
TUESDAY = "2026-03-03T07:00:00"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MailRoom]:
    url = f"sqlite:///{tmp_path / 'mail.db'}"
    server: PostgresServer | None = None
    if request.param == "postgres":
        server = request.getfixturevalue("postgres_server")
        url = server.create()
    with open_mail_room(tmp_path, url) as opened:
        yield opened
    if server is not None:
        server.drop(url)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[MailRoom]:
    """In memory: where the database plays no part."""
    with open_mail_room(tmp_path) as opened:
        yield opened


def go_to(room: MailRoom, moment: str) -> None:
    """It is that moment, and the worker looks."""
    clock = room.app.clock
    assert isinstance(clock, FixedClock)
    clock.set(datetime.fromisoformat(moment).replace(tzinfo=UTC))
    room.work()


def texts(room: MailRoom, login: str) -> list[str]:
    return [text_of(mail).replace("\r\n", "\n") for mail in room.mails(login)]


def test_a_digest_comes_at_its_hour_and_lists_what_waits(room: MailRoom) -> None:
    room.deals.start()
    go_to(room, "2026-03-02T09:00:00")
    go_to(room, "2026-03-03T06:59:59")
    assert texts(room, "carol") == []
    go_to(room, TUESDAY)
    go_to(room, "2026-03-03T07:05:00")
    (said,) = texts(room, "carol")
    assert "Open tasks:\n- Approve the deal (DE-000001)" in said
    assert f"https://orders.example/tasks/{room.deals.open('money')}" in said
    assert said.endswith("https://orders.example/notifications\n")
    (mail,) = room.mails("carol")
    assert mail["Subject"] == "1 open task"
    assert mail["List-Unsubscribe"] == "<https://orders.example/notifications>"
    go_to(room, "2026-03-04T07:00:00")
    assert len(texts(room, "carol")) == 2
    # Nobody else has anything to do: no mail says so.
    assert {each["To"] for each in room.box.mails} == {"carol@firm.example", "frank@firm.example"}


def test_days_that_nobody_looked_are_over(room: MailRoom) -> None:
    room.deals.start()
    go_to(room, "2026-03-02T09:00:00")
    # Four days without a worker, then in the afternoon: today's comes late, the others do not.
    go_to(room, "2026-03-06T15:00:00")
    assert len(texts(room, "carol")) == 1
    # Over the weekend, and before Monday's hour: nothing to make up for.
    go_to(room, "2026-03-09T05:00:00")
    assert len(texts(room, "carol")) == 1
    go_to(room, "2026-03-09T07:00:00")
    assert len(texts(room, "carol")) == 2


def test_several_workers_send_one_digest(room: MailRoom) -> None:
    room.deals.start()
    go_to(room, "2026-03-02T09:00:00")
    other = build(room.app.settings)
    workers = [worker_of(app, room.box) for app in (room.app, other, room.app, other)]
    for app in (room.app, other):
        assert isinstance(app.clock, FixedClock)
        app.clock.set(datetime.fromisoformat(TUESDAY).replace(tzinfo=UTC))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda worker: worker.run_once(), workers))
    for worker in workers:
        worker.run_once()
    other.close()
    assert (len(texts(room, "carol")), len(texts(room, "frank"))) == (1, 1)


def test_a_digest_that_the_server_refuses_comes_later_and_whole(room: MailRoom) -> None:
    room.choose("carol", mention="digest")
    room.deals.start()
    mention(room, "carol")
    go_to(room, "2026-03-02T09:00:00")
    room.box.refuse("carol@firm.example", "451 later")
    go_to(room, TUESDAY)
    assert texts(room, "carol") == []
    go_to(room, "2026-03-03T07:02:00")
    (said,) = texts(room, "carol")
    assert "Alice mentioned you in a comment on the order DE-000001." in said
    go_to(room, "2026-03-04T07:00:00")
    assert "mentioned" not in texts(room, "carol")[1]


def test_late_tasks_come_first_and_the_list_ends(here: MailRoom) -> None:
    for _ in range(22):
        here.deals.start()
    here.deals.start("timed")
    go_to(here, "2026-03-02T09:00:00")
    go_to(here, "2026-03-04T07:00:00")
    said = next(each for each in texts(here, "carol") if "Open tasks" in each)
    rows = re.findall(r"^- .*", said, re.MULTILINE)
    assert len(rows) == 20
    assert rows[0].startswith("- Approve the deal (TM-000001 · overdue · due 3 Mar 2026, 09:00")
    assert "and 3 more" in said
    subjects = [mail["Subject"] for mail in here.mails("carol")]
    assert "23 open tasks" in subjects


def test_who_stands_in_for_whom_is_told(here: MailRoom) -> None:
    here.deals.start()
    here.deals.absent("carol", "dave")
    go_to(here, "2026-03-02T09:00:00")
    go_to(here, TUESDAY)
    (carols,), (daves,) = texts(here, "carol"), texts(here, "dave")
    assert "Dave stands in for you until 7 Mar 2026" in carols
    assert "You stand in for Carol until 7 Mar 2026" in daves
    assert "- Approve the deal (DE-000001 · in place of Carol)" in daves


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"role": "never"}, 0),
        ({"role": "never", "mention": "digest"}, 0),
        ({"task": "never"}, 1),
        ({"role": "at_once", "task": "at_once"}, 0),
        ({"days": ["wed"]}, 0),
        ({"hour": 6}, 1),
        ({"hour": 8}, 0),
    ],
)
def test_everybody_chooses_their_digest(
    here: MailRoom, chosen: dict[str, object], expected: int
) -> None:
    here.choose("carol", **chosen)
    here.deals.start()
    go_to(here, "2026-03-02T09:00:00")
    sent = len(here.mails("carol"))
    go_to(here, TUESDAY)
    assert len(here.mails("carol")) - sent == expected


def test_an_hour_that_changes_brings_no_second_one_the_same_day(here: MailRoom) -> None:
    here.deals.start()
    go_to(here, "2026-03-02T09:00:00")
    go_to(here, TUESDAY)
    here.choose("carol", hour=9)
    go_to(here, "2026-03-03T09:00:00")
    assert len(texts(here, "carol")) == 1
    go_to(here, "2026-03-04T09:00:00")
    assert len(texts(here, "carol")) == 2


def test_clocks_that_change_bring_one_a_day_in_the_person_s_zone(here: MailRoom) -> None:
    here.change("carol", zone="Europe/Warsaw")
    here.choose("carol", hour=7, days=["sat", "sun", "mon"])
    here.deals.start()
    go_to(here, "2026-03-27T12:00:00")
    # Clocks go forward in the night to Sunday, 29 March.
    for moment, count in (
        ("2026-03-28T05:59:00", 0),
        ("2026-03-28T06:00:00", 1),
        ("2026-03-29T04:59:00", 1),
        ("2026-03-29T05:00:00", 2),
        ("2026-03-29T06:00:00", 2),
        ("2026-03-30T05:00:00", 3),
    ):
        go_to(here, moment)
        assert len(texts(here, "carol")) == count, moment


def test_who_left_or_has_no_address_gets_none(here: MailRoom) -> None:
    here.deals.start()
    go_to(here, "2026-03-02T09:00:00")
    here.change("carol", active=False)
    here.change("frank", attributes={})
    go_to(here, TUESDAY)
    assert here.box.mails == []


def test_what_ended_meanwhile_is_not_mailed(here: MailRoom) -> None:
    """Between the offer and a server that is away for a while the task is done."""
    here.choose("carol", role="at_once")
    here.box.refuse("carol@firm.example", "451 later")
    task = here.deals.start()
    here.work()
    done = Command(
        body=CastVerdict(int(task.partition(".")[2]), "approve"),
        actor=here.actor("frank"),
        order=here.deals.order,
    )
    assert not isinstance(here.app.handle(done), Rejection)
    go_to(here, "2026-03-02T09:05:00")
    about_it = [mail for mail in here.mails("carol") if "Approve the deal" in mail["Subject"]]
    assert about_it == []
    assert ("dropped",) in here.rows("SELECT state FROM mail")


def mention(room: MailRoom, login: str) -> None:
    """A comment of alice's mentions somebody."""
    said = Command(
        body=Comment("Is this right?", (room.user(login).id,)),
        actor=room.actor("alice"),
        order=room.deals.order,
    )
    assert not isinstance(room.app.handle(said), Rejection)
