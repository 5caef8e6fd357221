"""`orderloom calendar`: when something is due by a calendar of working time."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from orderloom.platform.app.due_moments import calendar_at
from orderloom.platform.app.due_moments import due as due_by
from orderloom.platform.cli.output import Output, reporting
from orderloom.platform.definitions.model import Span
from orderloom.platform.definitions.spans import parse_span


class _Moment(click.ParamType[datetime]):
    name = "moment"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no moment such as 2026-10-23T16:00+02:00", param, ctx)


class _Duration(click.ParamType[Span]):
    name = "duration"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Span:
        try:
            return parse_span(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.group()
def calendar() -> None:
    """Calendars of working time."""


@calendar.command()
@click.argument("file", metavar="CALENDAR", type=click.Path(exists=True, path_type=Path))
@click.argument("moment", type=_Moment())
@click.argument("span", metavar="DURATION", type=_Duration())
@click.option("--id", "id_", help="Which calendar, where there are several.")
@reporting
def due(output: Output, *, file: Path, moment: datetime, span: Span, id_: str | None) -> None:
    """Say what is DURATION after MOMENT by a calendar: one ISO instant in its zone.

    CALENDAR is a YAML file with a calendar, or a bundle. DURATION is such as "8 working hours",
    "2 working days", P3D. A MOMENT without an offset is of the calendar's zone.
    """
    name, found = calendar_at(file, id_)
    at = due_by(found, moment, span).isoformat()
    told = {"calendar": name, "zone": found.zone.key, "from": moment.isoformat()}
    output.emit({**told, "duration": span.text, "due": at}, [at])
