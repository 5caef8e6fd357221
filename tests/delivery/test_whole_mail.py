"""A message of a real order reaches people: in the pages, and by a real mail server."""

from __future__ import annotations

import pytest
from parts.calling import Site
from parts.mailbox import mailbox, text_of
from sqlalchemy import text


@pytest.fixture
def bob(site: Site) -> str:
    """The one manager, who has an address."""
    found = site.app.accounts.by_login("bob")
    assert found is not None
    with site.app.store.database.writing() as connection:
        connection.execute(
            text("UPDATE app_user SET attributes = :a WHERE id = :id"),
            {"a": '{"email":"bob@firm.example"}', "id": found.id},
        )
    return found.id


@pytest.mark.parametrize(
    ("refusals", "rounds", "mails"),
    [([], 1, 1), (["451 later", "421 busy"], 4, 1), (["550 no"], 4, 0)],
    ids=["taken", "later", "never"],
)
def test_a_message_is_mailed_once_and_kept_for_the_pages(
    site: Site, bob: str, refusals: list[str], rounds: int, mails: int
) -> None:
    with mailbox() as box:
        box.refusals = list(refusals)
        worker = site.worker(smtp=box.url, mail_from="orders@firm.example")
        order = site.start("reminding", total=41)
        for _ in range(rounds):
            worker.run_once()
            site.pass_(minutes=2)
        assert (len(box.mails), box.recipients) == (mails, ["bob@firm.example"] * mails)
        for mail in box.mails:
            number = site.state(order).number
            assert mail["Subject"] == f"{number} has arrived"
            assert f"A delivery of 41 has arrived: http://127.0.0.1:8000/orders/{number}" in (
                text_of(mail)
            )
    assert _notices(site, order) == [bob]
    assert site.left()["outbox"] == 0
    (asked,) = site.told(order, "message.requested")
    assert asked.facts["message"] == "arrived"


def _notices(site: Site, order: int) -> list[str]:
    with site.app.store.database.reading() as connection:
        rows = connection.execute(
            text("SELECT user_id FROM notice WHERE order_id = :order"), {"order": order}
        )
        return [str(row[0]) for row in rows]
