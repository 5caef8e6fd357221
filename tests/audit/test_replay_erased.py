"""Orders of an erased person are executed again: what was read is gone, and nothing differs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.altered import altered
from parts.personal_bundle import PERSON, claim, open_people, state_of
from parts.replayed import replayed, replayed_order

from orderloom.platform.app.application import Application
from orderloom.platform.app.erasures import Report
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.bootstrap import worker_of


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with open_people(tmp_path, "memory:") as opened:
        yield opened


def test_what_was_erased_is_not_repeatable_and_not_different(app: Application) -> None:
    order = claim(app)
    worker_of(app).run_once()
    before = replayed(app).to_json()
    assert (before["different"], before["not_repeatable"]) == ([], 0)
    report = app.erasures.erase(OPERATOR, person=PERSON, reason="they asked", channel="cli")
    assert isinstance(report, Report), report
    assert report.done
    after = replayed(app).to_json()
    assert after["different"] == []
    assert after["not_repeatable"] > 0
    assert after["decisions"] + after["not_repeatable"] + after["folded"] == before["decisions"]
    entries = replayed_order(app, order).entries
    statuses = {one.status for one in entries}
    folded = {one.type for one in entries if one.status == "folded"}
    assert folded == {"refused", "personal.erased"}
    assert statuses == {"erased", "folded"}


def test_an_erased_order_is_still_compared_with_what_is_stored(app: Application) -> None:
    order = claim(app)
    worker_of(app).run_once()
    app.erasures.erase(OPERATOR, person=PERSON, reason="they asked", channel="cli")
    statement = "UPDATE order_row SET status = 'open' WHERE id = :o"
    with altered(app, [statement], tables=["order_row"], order=order):
        (one,) = replayed(app).different
    assert (one.order, one.problem, one.what) == (state_of(app, order).number, "state", "status")
