"""A mailed link on databases that several programs use: one verdict, one mail."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from parts.mail_room import MailRoom, code_of, open_mail_room, worker_of
from parts.migrated import build
from parts.postgres import PostgresServer

from orderloom.platform.settings import Settings
from orderloom.platform.web.app import create_app

HTTP_ONLY = ("GET", "HEAD")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[MailRoom, Settings]]:
    """A room on a database that other processes can open too, and how they do."""
    url = f"sqlite:///{tmp_path / 'mail.db'}"
    server: PostgresServer | None = None
    if request.param == "postgres":
        server = request.getfixturevalue("postgres_server")
        url = server.create()
    with open_mail_room(tmp_path, url) as opened:
        yield opened, opened.app.settings
    if server is not None:
        server.drop(url)


def test_a_look_changes_nothing_and_the_form_decides_once(
    kept: tuple[MailRoom, Settings],
) -> None:
    """The mail as it came from the server, followed by HTTP alone."""
    room, _ = kept
    approve = room.asked()["approve"]
    before = room.deals.read()
    pages = [room.client.request(method, approve) for method in HTTP_ONLY * 2]
    assert [page.status_code for page in pages] == [200] * 4
    assert room.deals.read() == before
    first, second = room.post(approve, comment="fine"), room.post(approve)
    assert (first.status_code, second.status_code) == (200, 410)
    assert code_of(second) == "mail_link.used"
    assert room.deals.stages() == ["agreed"]
    assert "Carol approved step money: “fine”" in room.deals.told()
    entries = room.app.store.reads.entries(1, room.deals.order, before=None, limit=50)
    (said,) = [entry for entry in entries if entry.type == "approval.verdict"]
    assert (said.actor, said.channel) == (room.user("carol").id, "mail")


def test_links_sent_before_are_dead_once_switched_off(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'mail.db'}"
    with open_mail_room(tmp_path, url) as room:
        path = room.asked()["approve"]
        other = build(replace(room.app.settings, mail_verdicts=False))
        with TestClient(create_app(other)) as client:
            answer = client.get(path)
        other.close()
    assert (answer.status_code, code_of(answer)) == (403, "mail_link.off")


def test_many_at_once_in_two_processes_decide_once(kept: tuple[MailRoom, Settings]) -> None:
    room, settings = kept
    paths = list(room.asked().values())[:2]
    other = build(settings)
    with TestClient(create_app(other)) as beside, ThreadPoolExecutor(8) as pool:
        # Routes are put together at the first request, one program at a time.
        assert [each.get(paths[0]).status_code for each in (room.client, beside)] == [200, 200]
        token = room.app.mailroom.verdicts.form_token

        def send(n: int) -> int:
            path, client = paths[n % 2], (room.client, beside)[n // 2 % 2]
            data = {"csrf": token(path.removeprefix("/decide/")), "comment": "x"}
            return client.post(path, data=data).status_code

        statuses = sorted(pool.map(send, range(16)))
    other.close()
    assert statuses == [200] + [410] * 15
    told = [each for each in room.deals.told() if each.startswith("Carol")]
    assert len([each for each in told if "approved" in each or "returned" in each]) == 1


def test_two_workers_send_one_mail(kept: tuple[MailRoom, Settings]) -> None:
    room, settings = kept
    other = build(settings)
    workers = [worker_of(room.app, room.box), worker_of(other, room.box)]
    room.choose("carol", role="at_once")
    room.choose("frank", role="at_once")
    for _ in range(6):
        room.deals.start()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda worker: worker.run_once(), workers * 2))
    other.close()
    counted = [len(room.mails(login)) for login in ("carol", "frank")]
    assert counted == [6, 6]
    assert room.rows("SELECT DISTINCT state FROM mail") == [("sent",)]
