"""What nobody should do with a ticket: each try has its sentence, changes nothing, and is noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from parts.api_client import Answer, Api
from parts.ticketing import Repairs

from orderloom.platform.words import Words


class Tries:
    """An order with two problems, and the API."""

    def __init__(self, repairs: Repairs, api: Api) -> None:
        self.repairs, self.api = repairs, api
        self.order = repairs.start(phone=None, lines=[{"sku": "A", "qty": 1}, {"sku": "B"}])
        self.tickets = repairs.tickets(self.order)

    def mend(self, login: str, key: str, *, if_match: str | None = None, **data: object) -> Answer:
        path = f"/tasks/{self.order}.{self.tickets[key]}/complete"
        more: dict[str, Any] = {} if if_match is None else {"If_Match": if_match}
        return self.api.call(login, "POST", path, {"data": data}, **more)

    def revision(self) -> str:
        body = self.api.call("alice", "GET", f"/orders/{self.repairs.number(self.order)}").body
        return f'"{body["revision"]}"'


@pytest.fixture
def tries(shared: Repairs) -> Iterator[Tries]:
    with Api(shared.app) as api:
        yield Tries(shared, api)


LINES = [{"sku": "A", "qty": 1}, {"sku": "B", "qty": 2}]


def another_row(tries: Tries) -> Answer:
    return tries.mend("alice", "no-quantity/B", lines=[{"sku": "A", "qty": 9}, {"sku": "B"}])


def on_stale_data(tries: Tries) -> Answer:
    seen = tries.revision()
    assert tries.mend("alice", "no-quantity/B", lines=LINES).status == 200
    return tries.mend("alice", "no-phone", if_match=seen, phone="1")


def twice(tries: Tries) -> Answer:
    assert tries.mend("alice", "no-phone", phone="1").status == 200
    return tries.mend("alice", "no-phone", phone="2")


def of_another_order(tries: Tries) -> Answer:
    path = f"/tasks/{tries.order}.9999/complete"
    return tries.api.call("alice", "POST", path, {"data": {"phone": "1"}})


MISUSE: dict[str, tuple[Callable[[Tries], Answer], int, str]] = {
    "by mallory": (lambda t: t.mend("mallory", "no-phone", phone="1"), 404, "task.not_found"),
    "another's": (lambda t: t.mend("carol", "no-phone", phone="1"), 403, "task.not_yours"),
    "a field not named": (
        lambda t: t.mend("alice", "no-phone", customer="Other"),
        422,
        "form.not_editable",
    ),
    "a field that edit keeps": (
        lambda t: t.mend("alice", "no-phone", total=1),
        422,
        "form.not_editable",
    ),
    "a read-only field": (
        lambda t: t.mend("alice", "no-phone", secret="x"),
        422,
        "form.not_editable",
    ),
    "an unknown field": (
        lambda t: t.mend("alice", "no-phone", nothing=1),
        422,
        "form.unknown_field",
    ),
    "too long": (lambda t: t.mend("alice", "no-phone", phone="1" * 31), 422, "form.invalid"),
    "too big": (
        lambda t: t.mend("alice", "no-phone", phone="1" * 3_000_000),
        422,
        "input.too_long",
    ),
    "another row": (another_row, 403, "ticket.other_row"),
    "stale": (on_stale_data, 409, "order.stale"),
    "twice": (twice, 409, "task.closed"),
    "of another order": (of_another_order, 404, "task.not_found"),
}


@pytest.mark.parametrize("name", MISUSE)
def test_it_is_refused_with_a_sentence(tries: Tries, name: str) -> None:
    try_, status, code = MISUSE[name]
    answer = try_(tries)
    assert (answer.status, answer.code) == (status, code), answer
    assert Words("pl").has(f"problems.{code}") or code.startswith("form.")
    assert "no-phone" in tries.repairs.tickets(tries.order) or name in ("twice",)


def test_what_changed_meanwhile_is_told(tries: Tries) -> None:
    answer = on_stale_data(tries)
    assert any("lines" in str(each) for each in answer.body["errors"]), answer.body


def test_refusals_are_noted_without_what_was_typed(tries: Tries) -> None:
    tries.mend("carol", "no-phone", phone="+48 600 999 888")
    tries.mend("alice", "no-phone", secret="+48 600 999 888")
    with tries.repairs.app.store.database.reading() as connection:
        sql = "SELECT body FROM audit_entry WHERE type = 'refused' ORDER BY id DESC LIMIT 2"
        bodies = [str(row[0]) for row in connection.exec_driver_sql(sql).fetchall()]
    assert len(bodies) == 2
    assert not any("999 888" in body for body in bodies)
