"""An order as of any moment: what its entries fold to is what it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parts.application import small_application
from parts.examples import NOW

from orderloom.platform.app.application import Application
from orderloom.platform.app.moment_asked import Asked, asked
from orderloom.platform.app.moment_course import Stood, course
from orderloom.platform.app.moment_models import ComparedView, MomentView
from orderloom.platform.engine import OrderState
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Actor, Command
from orderloom.platform.problem import Rejection


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with small_application(tmp_path_factory.mktemp("small"), database="memory:", clock=NOW) as app:
        yield app


TASK = st.integers(1, 9)
TEXT = st.text(max_size=8)
BODIES = st.one_of(
    st.builds(lambda note, total: c.EditData({"note": note, "total": total}), TEXT, TASK),
    st.builds(
        lambda name, reason: c.SendEvent(name, reason=reason),
        st.sampled_from(["cancel", "paid", "x"]),
        TEXT,
    ),
    st.builds(c.CastVerdict, TASK, st.sampled_from(["approve", "reject", "return", "ask"]), TEXT),
    st.builds(lambda task, invoice: c.CompleteTask(task, data={"invoice": invoice}), TASK, TEXT),
    st.builds(c.ClaimTask, TASK, st.booleans()),
    st.builds(c.Comment, TEXT.filter(str.strip)),
    st.just(c.StartDraft()),
    st.just(c.Wake()),
)
LOGINS = st.sampled_from(["alice", "bob", "bob", "carol", "erin"])


def actor(app: Application, login: str) -> Actor:
    found = app.accounts.by_login(login)
    assert found is not None
    return found


def stood(app: Application, order: int) -> list[Stood]:
    return course(app.store.reads, 1, order)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.booleans(), st.lists(st.tuples(LOGINS, BODIES), max_size=12))
def test_every_revision_is_found_again(
    small: Application, draft: bool, moves: list[tuple[str, c.Body]]
) -> None:
    """After each command the stored state is written down; the entries give every one back."""
    begun = Command(
        body=c.Create("request", {"title": "Desk", "total": 250}, draft=draft),
        actor=actor(small, "alice"),
    )
    reply = small.handle(begun)
    assert not isinstance(reply, Rejection)
    order, were = reply.order, dict[int, tuple[int, OrderState]]()
    for login, body in [("", None), *moves]:
        if body is not None:
            sent = c.SYSTEM if isinstance(body, c.Wake) else actor(small, login)
            small.handle(Command(body=body, actor=sent, order=order))
        (row,) = small.store.reads.orders_by_id(1, [order]).values()
        were[row.entries] = (row.revision, row.state)
    found = stood(small, order)
    assert len(found) == max(were)
    for entries, (revision, state) in were.items():
        then = found[entries - 1]
        assert (then.state, then.revision) == (state, revision)
    number = reply.number or f"~{order}"
    for entries, (revision, state) in were.items():
        view = small.moments.as_of(actor(small, "erin"), number, str(entries))
        assert isinstance(view, MomentView), view
        assert (view.head.revision, view.head.status) == (revision, state.status)
        assert {task.n for task in view.tasks} == set(state.tasks)
    ends = small.moments.compared(actor(small, "erin"), number, "1", "")
    assert isinstance(ends, ComparedView)
    assert all(1 < one.seq <= max(were) for one in ends.differences)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Asked()),
        ("14", Asked(entry=14)),
        ("2026-03-02", Asked(at=datetime.fromisoformat("2026-03-02T23:59:59.999999+01:00"))),
        ("2026-03-02T09:12", Asked(at=datetime.fromisoformat("2026-03-02T09:12:59.999999+01:00"))),
        ("2026-03-02T09:12:05.5Z", Asked(at=datetime.fromisoformat("2026-03-02T09:12:05.5Z"))),
        (
            "2026-03-02T09:12:05+02:00",
            Asked(at=datetime.fromisoformat("2026-03-02T09:12:05.999999+02:00")),
        ),
        ("0999999999", "moment.unreadable"),
        ("yesterday", "moment.unreadable"),
        ("9999-12-31", "moment.unreadable"),
        ("1; DROP TABLE audit_entry", "moment.unreadable"),
        ("<script>alert(1)</script>", "moment.unreadable"),
    ],
)
def test_moments_as_people_write_them(text: str, expected: Asked | str) -> None:
    found = asked(text, "Europe/Warsaw")
    assert (found.code if isinstance(found, Rejection) else found) == expected


def test_an_instant_finds_all_that_happened_until_then(small: Application) -> None:
    sent = Command(
        body=c.Create("request", {"title": "Chair", "total": 20}), actor=actor(small, "alice")
    )
    reply = small.handle(sent)
    assert not isinstance(reply, Rejection)
    erin = actor(small, "erin")
    last = stood(small, reply.order)[-1].entry
    then = small.moments.as_of(erin, reply.number, last.at.isoformat())
    assert isinstance(then, MomentView)
    assert (then.seq, then.last, then.until) == (last.seq, last.seq, None)
    before = (last.at - timedelta(microseconds=1)).isoformat()
    for moment, code in (
        (before, "moment.before"),
        ("99", "moment.no_entry"),
        ("0", "moment.no_entry"),
    ):
        refused = small.moments.as_of(erin, reply.number, moment)
        assert isinstance(refused, Rejection)
        assert refused.code == code
    hidden = small.moments.as_of(actor(small, "mallory"), reply.number, "1")
    assert isinstance(hidden, Rejection)
    assert hidden.code == "order.not_found"
