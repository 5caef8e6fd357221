"""Deals whose people get mail by a real server, and the links in it followed over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import text

from orderloom.platform.app.accounts import actor_of
from orderloom.platform.app.application import Application
from orderloom.platform.codec import dumps
from orderloom.platform.delivery.wiring import make_worker
from orderloom.platform.delivery.worker import Worker
from orderloom.platform.engine.commands import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.account_rows import User
from orderloom.platform.web.app import create_app
from parts.approving import Deals, open_deals
from parts.mailbox import Mailbox, mailbox, text_of

LINK = re.compile(r"https://orders\.example(/decide/\S+)")
FORM = re.compile(r'name="csrf" value="([^"]+)"')
CODE = re.compile(r'<p class="small mono">([\w.]+)')
VERDICTS = ("approve", "return", "reject")


@dataclass
class MailRoom:
    """`client` follows links, signed in as nobody; `worker` sends what waits."""

    deals: Deals
    box: Mailbox
    client: TestClient
    worker: Worker

    @property
    def app(self) -> Application:
        return self.deals.app

    def user(self, login: str) -> User:
        found = self.app.accounts.person(login)
        assert not isinstance(found, Rejection), found
        return found

    def actor(self, login: str) -> Actor:
        return actor_of(self.user(login))

    def change(self, login: str, **changes: Any) -> None:
        """Changes somebody's account."""
        user = self.user(login)
        self.app.store.accounts.change_user(replace(user, **changes))

    def choose(self, login: str, **given: Any) -> None:
        chosen = self.app.mailroom.notifications.choose(self.actor(login), given)
        assert not isinstance(chosen, Rejection), chosen

    def work(self) -> int:
        """Sends everything that waits."""
        return self.worker.run_once()

    def mails(self, login: str) -> list[EmailMessage]:
        """What came to somebody, oldest first."""
        return [mail for mail in self.box.mails if mail["To"] == f"{login}@firm.example"]

    def links(self, login: str) -> dict[str, str]:
        """By verdict the links of the last mail to somebody."""
        found = LINK.findall(text_of(self.mails(login)[-1]))
        return dict(zip(VERDICTS, found, strict=True)) if found else {}

    def asked(self, login: str = "carol", process: str = "deal") -> dict[str, str]:
        """The links that somebody gets for a new deal."""
        self.choose(login, role="at_once")
        self.deals.start(process)
        self.work()
        return self.links(login)

    def post(self, path: str, **fields: str) -> Response:
        """Sends the form of a link's page; one that shows no form any more was opened before."""
        page = FORM.search(self.client.get(path).text)
        before = self.app.mailroom.verdicts.form_token(path.removeprefix("/decide/"))
        return self.client.post(path, data={"csrf": page[1] if page else before, **fields})

    def rows(self, sql: str) -> list[Any]:
        with self.app.store.database.reading() as connection:
            return list(connection.execute(text(sql)).all())


def code_of(answer: Response) -> str:
    """The code on a page that refuses."""
    found = CODE.search(answer.text)
    return found[1] if found else ""


@contextmanager
def open_mail_room(folder: Path, database: str = "memory:", **settings: Any) -> Iterator[MailRoom]:
    """With the people of the deals, each with an address."""
    with open_deals(folder, database) as deals, mailbox() as box:
        with deals.app.store.database.writing() as connection:
            for person in deals.app.accounts.people():
                email = dumps({"email": f"{person.login}@firm.example"}).decode()
                connection.execute(
                    text("UPDATE app_user SET attributes = :email WHERE id = :id"),
                    {"email": email, "id": person.id},
                )
        worker = worker_of(deals.app, box, **settings)
        with TestClient(create_app(deals.app), base_url="http://orders.example") as client:
            yield MailRoom(deals, box, client, worker)


def worker_of(app: Application, box: Mailbox, **settings: Any) -> Worker:
    """A worker that mails to this box."""
    given = {
        "smtp": box.url,
        "mail_from": "orders@firm.example",
        "origin": "https://orders.example",
        **settings,
    }
    return make_worker(replace(app, settings=replace(app.settings, **given)))
