"""Forms as nobody should send them: by mallory, who may see the order and edit nothing, and by
those who write requests by hand. Each is refused, changes nothing, and is noted without a value."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from parts.application import PASSWORD
from parts.site import Site, serving
from parts.ticketing import Repairs, open_repairs
from parts.visitor import Visitor

from orderloom.platform.engine.commands import Reassign
from orderloom.platform.web.app import create_app

SECRET = "+48 600 777 666"


@pytest.fixture(scope="module")
def repairs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repairs]:
    with open_repairs(tmp_path_factory.mktemp("repairs"), sees=("mallory",)) as opened:
        yield opened


@pytest.fixture(scope="module")
def site(repairs: Repairs) -> Iterator[Site]:
    made = Site(repairs.app, create_app(repairs.app), password=PASSWORD, actors=repairs.actors)
    with serving(made) as served:
        yield served


@pytest.fixture(scope="module")
def visitors(site: Site) -> Iterator[dict[str, Visitor]]:
    made = {}
    for login in ("alice", "mallory"):
        made[login] = Visitor(site).open("/sign-in")
        made[login].press("/sign-in", login=login, password=PASSWORD)
    yield made
    for one in made.values():
        one.client.close()


def noted(repairs: Repairs) -> list[str]:
    """Bodies of all refusals, the oldest first."""
    with repairs.app.store.database.reading() as connection:
        sql = "SELECT body FROM audit_entry WHERE type = 'refused' ORDER BY id"
        return [str(row[0]) for row in connection.exec_driver_sql(sql).fetchall()]


# What is sent to the order's form, and what the page says of it.
SENT: dict[str, tuple[str, dict[str, str], int, str]] = {
    "mallory edits": ("mallory", {"customer": SECRET}, 422, "cannot be changed"),
    "mallory edits a line": (
        "mallory",
        {"lines.0.sku": "X", "lines.0.qty": "1", "lines.0._row": "0"},
        422,
        "cannot be changed",
    ),
    "an unknown field": ("alice", {"forged": SECRET}, 422, "The form has no field forged."),
    "a read-only field": ("alice", {"secret": SECRET}, 422, "cannot be changed here"),
    "an endless field": ("alice", {"customer": "x" * 100_001}, 422, "at most"),
    "mallory, an unknown field": ("mallory", {"forged": SECRET}, 422, "The form has no field"),
}


@pytest.mark.parametrize("name", SENT)
def test_the_orders_form(repairs: Repairs, visitors: dict[str, Visitor], name: str) -> None:
    login, fields, status, said = SENT[name]
    repairs.pass_(minutes=2)  # five refusals a minute are written down
    order = repairs.start(phone=None)
    before, count = dict(repairs.state(order).data), len(noted(repairs))
    one = visitors[login].open(f"/orders/{repairs.number(order)}")
    assert one.answer.status_code == 200
    csrf = next(value for name, value in one.any_field("csrf"))
    action = f"/orders/{repairs.number(order)}/data"
    one.send(action, [("csrf", csrf), ("action", "save"), *fields.items()])
    assert one.answer.status_code == status
    assert said in one.page
    assert dict(repairs.state(order).data) == before
    written = noted(repairs)
    assert len(written) == count + 1
    assert not any(value in written[-1] for value in (SECRET, "forged", "x" * 50))


TICKETS: dict[str, tuple[str, dict[str, str], int]] = {
    "not the holder": ("mallory", {"phone": SECRET}, 403),
    "a field not named": ("alice", {"customer": SECRET}, 422),
    "a field that edit keeps": ("alice", {"total": "1"}, 422),
    "an unknown field": ("alice", {"forged": SECRET}, 422),
}


@pytest.mark.parametrize("name", TICKETS)
def test_the_form_of_a_ticket(repairs: Repairs, visitors: dict[str, Visitor], name: str) -> None:
    login, fields, status = TICKETS[name]
    repairs.pass_(minutes=2)
    order = repairs.start(phone=None)
    n = repairs.tickets(order)["no-phone"]
    before, count = dict(repairs.state(order).data), len(noted(repairs))
    one = visitors[login].open(f"/tasks/{order}.{n}")
    csrf = next(value for name, value in one.any_field("csrf"))
    named = [(f"mend{n}.{field}", value) for field, value in fields.items()]
    one.send(f"/tasks/{order}.{n}/complete", [("csrf", csrf), *named])
    assert one.answer.status_code == status
    assert dict(repairs.state(order).data) == before
    written = noted(repairs)
    assert len(written) == count + 1
    assert not any(value in written[-1] for value in (SECRET, "forged"))


def test_a_ticket_that_is_given_to_mallory_is_hers_to_mend(
    repairs: Repairs, visitors: dict[str, Visitor]
) -> None:
    order = repairs.start(phone=None)
    n = repairs.tickets(order)["no-phone"]
    repairs.send("alice", Reassign(n, repairs.actors["mallory"].id), order)
    one = visitors["mallory"].open(f"/tasks/{order}.{n}")
    one.fill(f"/tasks/{order}.{n}/complete", {f"mend{n}.phone": "1"})
    assert one.answer.status_code == 200
    assert repairs.state(order).data["phone"] == "1"
