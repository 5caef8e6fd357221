"""`orderloom audit roles`: a role for the application that cannot rewrite the audit."""

from __future__ import annotations

import click

from orderloom.platform.app.database_roles import grant, rewritable, statements
from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import FINDINGS, Output, reporting


@click.command()
@click.option("--role", default="orderloom_app", help="The application's role.")
@click.option("--sql", "way", flag_value="sql", help="Print the statements; needs no database.")
@click.option("--apply", "way", flag_value="apply", help="Grant, as the owner of the tables.")
@click.option("--check", "way", flag_value="check", default=True, help="By default: ask.")
@reporting
def roles(output: Output, *, role: str, way: str) -> None:
    """Say which tables of the audit the program could rewrite as it is connected (exit code 1), or
    grant another role what it needs and no more (PostgreSQL)."""
    words = output.words
    if way == "sql":
        made = statements(role)
        output.emit({"role": role, "statements": made}, [f"{each};" for each in made])
        return
    with application() as app:
        if way == "apply":
            grant(app, role)
            output.emit({"role": role}, [words.text("roles.granted", role=role)])
            return
        found = list(rewritable(app))
    shown = ", ".join(found)
    line = words.text("roles.rewritable", tables=shown) if found else words.text("roles.kept")
    output.emit({"ok": not found, "rewritable": found}, [line])
    if found:
        raise SystemExit(FINDINGS)
