"""`orderloom audit export`: the log leaves the house, in one of several formats."""

from __future__ import annotations

from typing import IO

import click

from orderloom.platform.app.audit_formats import (
    FORMATS,
    Wanted,
    format_of,
    has_personal,
    writer,
)
from orderloom.platform.app.operator import acting
from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import Output, reporting_in
from orderloom.platform.cli.progress import progress


@click.command()
@click.option("--order", help="Only the entries of this order, by number.")
@click.option(
    "--personal/--without-personal",
    default=None,
    help="Personal values too; by default JSON lines alone have them.",
)
@click.option(
    "-o", "--out", type=click.File("wb"), default="-", help="By default stdout, as JSON lines."
)
@click.option("--as", "login", help="As the user with this login may see it.")
@reporting_in(sorted(FORMATS))
def export(
    output: Output,
    *,
    order: str | None,
    personal: bool | None,
    out: IO[bytes],
    login: str | None,
    format_: str | None,
) -> None:
    """Write the audit to a file; its ending says the format (docs/audit-format.md)."""
    # Standard output of another program has no name.
    what = format_ or format_of(getattr(out, "name", "-"))
    write = writer(what)
    with application() as app, progress(output.words.text("cli.audit.exporting")) as step:
        actor = acting(app.accounts, login)
        wanted = Wanted(order=order, personal=personal, viewer=actor if login else None)
        write(app, out, wanted, step)
        if has_personal(what, wanted):
            found = app.views.place(actor, order) if order is not None else None
            id_ = found[0] if isinstance(found, tuple) else 0
            app.readings.exported(actor, what, number=order, order=id_, channel="cli")
