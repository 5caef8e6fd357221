"""`orderloom audit map`: what the orders of a process really did, in figures."""

from __future__ import annotations

from datetime import date, datetime

import click

from orderloom.platform.app.length_words import length_words
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.process_map import NAMED, OPEN
from orderloom.platform.app.process_map_json import map_json
from orderloom.platform.app.process_map_models import MapQuery, MapView
from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import Output, reporting
from orderloom.platform.cli.progress import progress
from orderloom.platform.problem import Rejection

DAY = click.DateTime(["%Y-%m-%d"])
MOST_LINES = 15


@click.command("map")
@click.argument("process")
@click.option("--version", type=click.IntRange(1), help="Only orders of this version.")
@click.option("--since", type=DAY, help="Created on this day or later.")
@click.option("--until", type=DAY, help="Created on this day or before.")
@click.option("--outcome", help="Only orders that ended so; open: those that go on.")
@click.option("--working", is_flag=True, help="Time of people by the calendar of the process.")
@click.option("--rebuild", is_flag=True, help="Read the whole log again first.")
@reporting
def map_(
    output: Output,
    *,
    process: str,
    version: int | None,
    since: datetime | None,
    until: datetime | None,
    outcome: str | None,
    working: bool,
    rebuild: bool,
) -> None:
    """Say what the orders of PROCESS really did: ways, variants, times (docs/mining.md)."""
    words = output.words
    query = MapQuery(
        process=process,
        version=version,
        since=_day(since),
        until=_day(until),
        outcome=_outcome(outcome),
        working=working,
    )
    with application() as app, progress(words.text("mining.cli.building")) as step:
        courses = app.process_maps.courses
        if rebuild:
            courses.rebuild(lambda done: step(done, done))
        else:
            courses.catch_up(lambda done: step(done, done))
        view = app.process_maps.view(OPERATOR, query)
    if isinstance(view, Rejection):
        output.refuse(view)
    if view is None:
        nothing = words.text("mining.cli.nothing", process=process)
        output.emit({"process": process, "orders": 0}, [nothing])
        return
    output.emit(map_json(view), _lines(view, output))


def _lines(view: MapView, output: Output) -> list[str]:
    words, found = output.words, view.figures
    told = {"ended": found.ended, "failed": found.failed, "count": found.orders}
    lines = [words.text("mining.cli.orders", title=view.title, **told)]
    if view.whole.count:
        median, mean = (length_words(each, words) for each in (view.whole.median, view.whole.mean))
        lines.append(words.text("mining.cli.whole", median=median, mean=mean))
    for line in view.edges[:MOST_LINES]:
        if line.times is not None:
            lines.append(
                words.text(
                    "mining.cli.edge",
                    count=line.count,
                    title=line.title,
                    around=f" ({line.around})" if line.around else "",
                    median=length_words(line.times.median, words),
                    mean=length_words(line.times.mean, words),
                )
            )
    for line in view.variants[:MOST_LINES]:
        median = length_words(line.times.median, words) if line.times and line.times.count else "–"
        lines.append(
            words.text("mining.cli.variant", count=line.count, title=line.title, median=median)
        )
    return lines


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _outcome(name: str | None) -> str:
    if name is None or name == OPEN:
        return name or ""
    return f"{NAMED}{name}"
