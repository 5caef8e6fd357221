"""`orderloom calendar`: when something is due by a calendar of working time."""

from __future__ import annotations

from pathlib import Path

import click

from orderloom.platform.app.due_moments import calendar_at, duration_of, moment_of
from orderloom.platform.app.due_moments import due as due_by
from orderloom.platform.cli.output import Output, reporting


@click.group()
def calendar() -> None:
    """Calendars of working time."""


@calendar.command()
@click.argument("file", metavar="CALENDAR", type=click.Path(exists=True, path_type=Path))
@click.argument("moment")
@click.argument("duration")
@click.option("--id", "id_", help="Which calendar, where there are several.")
@reporting
def due(output: Output, *, file: Path, moment: str, duration: str, id_: str | None) -> None:
    """Say what is DURATION after MOMENT by a calendar: one ISO instant in its zone.

    CALENDAR is a YAML file with a calendar, or a bundle. DURATION is such as "8 working hours",
    "2 working days", P3D. A MOMENT without an offset is of the calendar's zone.
    """
    try:
        start, span = moment_of(moment), duration_of(duration)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    name, found = calendar_at(file, id_)
    at = due_by(found, start, span).isoformat()
    told = {"calendar": name, "zone": found.zone.key, "from": start.isoformat()}
    output.emit({**told, "duration": duration, "due": at}, [at])
