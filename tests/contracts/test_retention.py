"""Retention in every organisation: what is due, what falls due next, what the last run did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from parts.personal_bundle import (
    NOW,
    PERSON,
    actor,
    claim,
    open_people,
    write_people,
)

from orderloom.platform.app.application import Application
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.app.retention import Kept
from orderloom.platform.bootstrap import worker_of
from orderloom.platform.engine.commands import Actor, Command, Create, SendEvent
from orderloom.platform.problem import Rejection
from orderloom.platform.store.erasure_rows import Erasure

DUE = NOW.replace(year=NOW.year + 2)
OTHER = 2


@pytest.fixture
def app(url: str, tmp_path: Path) -> Iterator[Application]:
    with open_people(tmp_path, url) as opened:
        yield opened


def run_at(app: Application, now: datetime) -> int:
    """A run of the worker's hour at that instant; how many orders it asked for."""
    app.retention._now = lambda: now
    app.retention._next = None
    return app.retention.run_once()


def kept(app: Application, who: str = "ada") -> Kept:
    found = app.retention.overview(actor(app, who))
    assert not isinstance(found, Rejection)
    (one,) = found
    return one


def begin_other(app: Application, folder: Path) -> Actor:
    """Another organisation with the same bundle; who sells and administers there."""
    app.accounts.open_organisation("Other", OTHER)
    operator = replace(OPERATOR, organisation=OTHER)
    bundle = open_bundle(write_people(folder / "other"))
    options = PublishOptions(tests=False, second_person=False)
    published = app.publish.publish(bundle, operator, options)
    assert isinstance(published, Published), published
    added = app.accounts.add_user(
        "olga", roles=["sales", "administrator"], organisation=OTHER, by=operator
    )
    assert not isinstance(added, Rejection), added
    found = app.accounts.actor(added.id, OTHER)
    assert found is not None
    return found


def test_what_is_due_and_what_the_last_run_did(app: Application) -> None:
    assert (kept(app).span, kept(app).due, kept(app).next, kept(app).last) == ("P2Y", 0, (), None)
    first, second = claim(app), claim(app)
    claim(app, end=False)
    worker_of(app).run_once()
    assert (kept(app).due, kept(app).next) == (0, (DUE, DUE))

    assert run_at(app, DUE) == 0, "not before it is over"
    late = DUE + timedelta(seconds=1)
    app.retention._now = lambda: late
    assert (kept(app).due, kept(app).next) == (2, ())
    assert run_at(app, late) == 2
    waiting = kept(app).last
    assert waiting is not None
    assert (waiting.at, waiting.orders, waiting.values, waiting.waiting) == (late, 2, 0, 2)
    assert kept(app).due == 0, "it is asked for once"

    assert app.erasures.run_once() == 2
    done = kept(app).last
    assert done is not None
    assert (done.orders, done.waiting) == (2, 0)
    assert done.values == sum(
        each.removed for order in (first, second) for each in app.store.erasures.of_order(order)
    )
    assert done.values > 20


def test_every_organisation_is_looked_at(app: Application, tmp_path: Path) -> None:
    other = begin_other(app, tmp_path)
    data = {"topic": "late", "customer": {"id": PERSON, "name": "Someone"}}
    made = app.handle(Command(body=Create("claim", data), actor=other))
    assert not isinstance(made, Rejection), made
    ended = app.handle(Command(body=SendEvent("cancel"), actor=other, order=made.order))
    assert not isinstance(ended, Rejection), ended
    worker_of(app).run_once()

    assert run_at(app, DUE + timedelta(seconds=1)) == 1
    assert app.erasures.run_once() == 1
    stored = app.store.reads.orders_by_id(OTHER, [made.order])[made.order]
    assert "$p" in stored.state.data["customer"]["name"]
    assert kept(app).last is None, "of one's own organisation alone"
    found = app.retention.overview(other)
    assert not isinstance(found, Rejection)
    assert [(each.process, each.last is not None) for each in found] == [("claim", True)]


def test_it_is_shown_to_who_may_erase(app: Application) -> None:
    for who in ("alice", "erin"):
        refused = app.retention.overview(actor(app, who))
        assert isinstance(refused, Rejection)
        assert refused.code == "permission.missing"


def test_of_several_runs_the_last_is_told(app: Application) -> None:
    first, second = claim(app), claim(app)
    for order, day, removed in ((first, 1, 5), (second, 2, 7)):
        asked = Erasure(
            id=str(order),
            organisation=1,
            order=order,
            cause="retention",
            by="system",
            at=NOW + timedelta(days=day),
            removed=removed,
            state="done",
        )
        app.store.erasures.ask([asked])
    last = kept(app).last
    assert last is not None
    assert (last.at, last.orders, last.values) == (NOW + timedelta(days=2), 1, 7)
