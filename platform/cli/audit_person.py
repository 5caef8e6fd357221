"""`orderloom audit person`: all that is kept of a person, as a file."""

from __future__ import annotations

from pathlib import Path

import click

from orderloom.platform.app.operator import acting
from orderloom.platform.app.person_text import FILES
from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import Output, reporting
from orderloom.platform.problem import Rejection


@click.command("person")
@click.argument("person")
@click.option(
    "-o",
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="JSON with everything, or by its ending .csv a line for each value.",
)
@click.option("--as", "login", help="Act as the user with this login; by default the operator.")
@reporting
def person(output: Output, *, person: str, out: Path, login: str | None) -> None:
    """Report all that is kept of PERSON, the id by which data call them. It is an entry itself."""
    kind = "csv" if out.suffix.lower() == ".csv" else "json"
    with application() as app:
        actor = acting(app.accounts, login)
        report = app.person_reports.of(actor, person, taken=kind, channel="cli")
        if isinstance(report, Rejection):
            output.refuse(report)
        _, write = FILES[kind]
        out.write_bytes(write(report, output.words))
    places = [each.values for each in report.orders] + [each.values for each in report.records]
    told = {
        "file": str(out),
        "person": person,
        "orders": len(report.orders),
        "records": len(report.records),
        "values": sum(map(len, places)),
    }
    words = output.words
    line = words.text("privacy.person.wrote", file=str(out), count=len(report.orders))
    output.emit(told, [line] if report else [words.text("privacy.cli.nothing")])
