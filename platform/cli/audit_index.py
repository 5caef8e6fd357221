"""`orderloom audit index`: brings what the auditor's desk searches up to date, or makes it anew."""

from __future__ import annotations

import click

from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import Output, reporting
from orderloom.platform.cli.progress import progress


@click.command()
@click.option("--rebuild", is_flag=True, help="From the first entry on.")
@reporting
def index(output: Output, *, rebuild: bool) -> None:
    """Read new entries into what the auditor's desk searches.

    A running server does so by itself.
    """
    words = output.words
    with application() as app, progress(words.text("cli.audit.indexing")) as step:
        total = app.store.audit.count()
        tables = app.audit_desk.index
        fill = tables.rebuild if rebuild else tables.catch_up
        read = fill(lambda done: step(done, total))
        if rebuild:
            app.rule_history.use.rebuild()
        lag = tables.lag()
    output.emit({"read": read, "behind": int(lag)}, [words.text("cli.audit.indexed", count=read)])
