"""`orderloom user erase`: somebody who worked here, and what they wrote."""

from __future__ import annotations

import click

from orderloom.platform.app.operator import acting
from orderloom.platform.app.user_erasing import Leaving, Left
from orderloom.platform.cli.audit_erase import foreseen_lines, place_json, report_json, report_lines
from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import Output, reporting
from orderloom.platform.problem import Rejection


@click.command("erase")
@click.argument("login")
@click.option("--reason", default="", help="Why; it stands in the audit. Write no names into it.")
@click.option("--dry-run", is_flag=True, help="Only list what would go.")
@click.option("--as", "acting_login", help="The user who erases; by default the operator.")
@click.option(
    "--whole/--no-whole",
    default=True,
    help="Write the database's files anew, so that nothing is left between their pages.",
)
@reporting
def erase_user(
    output: Output,
    *,
    login: str,
    reason: str,
    dry_run: bool,
    acting_login: str | None,
    whole: bool,
) -> None:
    """Erase somebody who is, or was, a user: a pseudonym stands for login and name, what they
    wrote goes. LOGIN may be an id. Refused while who decided must still be told."""
    with application() as app:
        actor = acting(app.accounts, acting_login)
        if dry_run:
            found = app.user_erasing.foreseen(actor, login)
            if isinstance(found, Rejection):
                output.refuse(found)
            _foreseen(output, found)
            return
        done = app.user_erasing.erase(actor, login, reason=reason, channel="cli", whole=whole)
        if isinstance(done, Rejection):
            output.refuse(done)
        _done(output, done)


def _foreseen(output: Output, found: Leaving) -> None:
    login, words = found.user.login, output.words
    lines = [words.text("leaving.cli.foreseen", login=login, instead=found.instead)]
    lines += foreseen_lines(output, found.places)
    if found.refused is not None:
        lines.append(output.sentence(found.refused))
    output.emit(
        {
            "user": found.user.id,
            "instead": found.instead,
            "places": [place_json(each) for each in found.places],
            "refused": None if found.refused is None else found.refused.code,
        },
        lines,
    )


def _done(output: Output, done: Left) -> None:
    lines = [output.words.text("leaving.cli.done", instead=done.instead)]
    if done.report.done or done.report.waiting or done.report.unnamed:
        lines += report_lines(output, done.report, done.user)
    output.emit(
        {"user": done.user, "instead": done.instead, **report_json(done.report)},
        lines,
    )
