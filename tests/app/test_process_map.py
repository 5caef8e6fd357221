"""The process map: figures of many orders, and the orders behind each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from parts.application import add_cast
from parts.jobs import BEGAN, publish_jobs, wander
from parts.migrated import build

from orderloom.platform.app.application import Application
from orderloom.platform.app.mining_behind import KINDS
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.process_map_models import MapLine, MapQuery, MapView
from orderloom.platform.problem import Rejection
from orderloom.platform.settings import Settings

ORDERS = 40
JOBS = MapQuery(process="job")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    home = tmp_path_factory.mktemp("map")
    app = build(Settings(home=home, database_url="memory:", clock=BEGAN))
    try:
        add_cast(app)
        publish_jobs(app, home / "jobs")
        wander(app, ORDERS)
        app.process_maps.courses.catch_up()
        yield app
    finally:
        app.close()


def view_of(app: Application, query: MapQuery = JOBS) -> MapView:
    found = app.process_maps.view(OPERATOR, query)
    assert isinstance(found, MapView), found
    return found


def numbers(app: Application, query: MapQuery, *of: str) -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        page = app.process_maps.orders(OPERATOR, query, of, cursor=cursor, limit=7)
        assert not isinstance(page, Rejection), page
        found += [line.number for line in page.items]
        cursor = page.next
        if cursor is None:
            return found


def test_the_figures_of_all_orders(app: Application) -> None:
    view = view_of(app)
    found = view.figures
    assert found.orders == ORDERS
    assert 0 < found.failed < found.ended < ORDERS
    assert found.starts == {"intake": ORDERS}
    ways = {line.of[1:]: line.count for line in view.edges}
    assert ways["", "intake", "review"] >= ORDERS - 10
    assert ways["goods", "shipping", "packing"] > 0
    # Parts side by side follow none of each other.
    assert not [way for way in ways if way[0] == "doing"]
    assert sum(line.count for line in view.variants) == ORDERS
    assert [line.title for line in view.people[:1]] == ["Finance"]
    assert {line.of[1] for line in view.rework} >= {"packing", "manager"}


def test_every_number_leads_to_its_orders(app: Application) -> None:
    view = view_of(app)
    assert len(numbers(app, JOBS, "all")) == ORDERS
    assert len(numbers(app, JOBS, "ended")) == view.figures.ended
    assert len(numbers(app, JOBS, "failed")) == view.figures.failed
    for line in (*view.stages, *view.variants, *view.rework, *view.deviations):
        orders = line.more["orders"] if line.of[0] == "stage" and line.more else line.count
        assert len(numbers(app, JOBS, *line.of)) == orders, line
    for line in (*view.edges, *view.people):
        assert 0 < len(numbers(app, JOBS, *line.of)) <= line.count, line
    here = [line for line in view.stages if line.more and line.more["here"]]
    assert here
    for line in here:
        assert len(numbers(app, JOBS, "here", line.of[1])) == _more(line, "here")
    assert {line.of[0] for line in view.stages} <= set(KINDS)


def _more(line: MapLine, name: str) -> int:
    assert line.more is not None
    return line.more[name]


def test_filters_choose_among_the_orders(app: Application) -> None:
    whole = view_of(app)
    parts = [view_of(app, replace(JOBS, outcome=each)) for each in ("open", "~completed")]
    assert parts[0].figures.ended == 0
    assert parts[1].figures.orders == whole.figures.outcomes["completed"]
    day = BEGAN.date()
    first = view_of(app, replace(JOBS, since=day, until=day))
    later = view_of(app, replace(JOBS, since=day.replace(day=day.day + 1)))
    assert first.figures.orders + later.figures.orders == ORDERS
    assert view_of(app, replace(JOBS, version=1)).figures.orders == ORDERS
    assert view_of(app, replace(JOBS, version=2)).figures.orders == 0
    unknown = app.process_maps.view(OPERATOR, MapQuery(process="nothing"))
    assert isinstance(unknown, Rejection)
    assert unknown.code == "definition.not_found"


def test_people_are_measured_in_working_time_where_there_is_a_calendar(app: Application) -> None:
    plain, working = view_of(app), view_of(app, replace(JOBS, working=True))
    assert plain.choices.working
    for line, less in zip(plain.people, working.people, strict=True):
        assert (line.of, line.count) == (less.of, less.count)
        assert line.times is not None
        assert less.times is not None
        # Four days of eight hours in a week.
        assert 0 < less.times.mean < line.times.mean // 2


def test_the_picture_says_counts_and_times(app: Application) -> None:
    view = view_of(app)
    way = next(line for line in view.edges if line.of[1:] == ("", "intake", "review"))
    assert f">{way.count} · " in view.picture
    # From shipping back to packing is a way of the definition, so nothing stands out.
    assert 'marker-end="url(#c)"' not in view.picture
    # In the colours of the page, whichever its theme.
    assert "var(--ol-surface)" in view.picture
    assert not re.search("#[0-9a-f]{6}", view.picture)


def test_made_again_the_courses_are_the_same(app: Application) -> None:
    before = view_of(app).figures
    assert app.process_maps.courses.run_once() == 0
    app.process_maps.courses.rebuild()
    assert view_of(app).figures == before


def test_it_is_for_those_who_read_the_audit(app: Application) -> None:
    alice = app.accounts.by_login("alice")
    assert alice is not None
    for refused in (
        app.process_maps.view(alice, JOBS),
        app.process_maps.orders(alice, JOBS, ["all"], cursor=None, limit=5),
    ):
        assert isinstance(refused, Rejection)
        assert refused.code == "permission.missing"


@pytest.mark.parametrize("of", [(), ("nothing",), ("edge", "a"), ("all", "more"), ("stage",)])
def test_what_is_no_figure_is_refused(app: Application, of: tuple[str, ...]) -> None:
    refused = app.process_maps.orders(OPERATOR, JOBS, of, cursor=None, limit=5)
    assert isinstance(refused, Rejection)
    assert refused.code == "query.unknown_filter"
