"""`orderloom user` and `orderloom token`: who there is, and what programs sign in with. Each change
is an entry of the audit."""

from __future__ import annotations

import sys
from getpass import getpass
from pathlib import Path

import click

from orderloom.platform.app.operator import acting
from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import FINDINGS, Output, refusal, reporting
from orderloom.platform.cli.people_erase import erase_user
from orderloom.platform.problem import Rejection


@click.group()
def user() -> None:
    """People who sign in."""


user.add_command(erase_user)


@user.command("add")
@click.argument("login")
@click.option("--name", default="", help="As shown to others.")
@click.option("--role", "roles", multiple=True, help="May be given several times.")
@click.option("--unit", "units", multiple=True, help="May be given several times.")
@click.option("--manager", help="Login of the manager.")
@click.option("--language", type=click.Choice(["en", "pl", "sk"]))
@click.option("--zone", help="Such as Europe/Warsaw.")
@click.option("--email", default="", help="Where their mail goes.")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from stdin instead of asking."
)
@click.option("--no-password", is_flag=True, help="For people who only use tokens.")
@reporting
def add_user(
    output: Output,
    *,
    login: str,
    name: str,
    roles: tuple[str, ...],
    units: tuple[str, ...],
    manager: str | None,
    language: str | None,
    zone: str | None,
    email: str,
    password_stdin: bool,
    no_password: bool,
) -> None:
    """Add a person. The password is asked for, never taken from the command line."""
    with application() as app:
        made = app.accounts.add_user(
            login,
            name=name,
            password=_password(password_stdin, no_password),
            roles=roles,
            units=units,
            manager=manager,
            language=language,
            zone=zone,
        )
        if email and not isinstance(made, Rejection):
            made = app.accounts.set_email(made.login, email)
    if isinstance(made, Rejection):
        output.refuse(made)
    output.emit(
        {"id": made.id, "login": made.login},
        [output.words.text("cli.user.added", login=made.login, id=made.id)],
    )


@user.command("email")
@click.argument("login")
@click.argument("address", default="")
@reporting
def set_email(output: Output, *, login: str, address: str) -> None:
    """Say where somebody's mail goes; without an address: nowhere."""
    with application() as app:
        changed = app.accounts.set_email(login, address)
    if isinstance(changed, Rejection):
        output.refuse(changed)
    key = "cli.user.email" if address else "cli.user.no_email"
    output.emit(
        {"login": changed.login, "email": address or None},
        [output.words.text(key, login=changed.login, address=address)],
    )


@user.command("roles")
@click.argument("login")
@click.option("--role", "roles", multiple=True, help="May be given several times.")
@reporting
def set_roles(output: Output, *, login: str, roles: tuple[str, ...]) -> None:
    """Give a person these roles and no others."""
    with application() as app:
        changed = app.accounts.set_roles(login, roles)
    if isinstance(changed, Rejection):
        output.refuse(changed)
    listed = sorted(changed.roles)
    told = output.words.text("cli.user.roles", login=changed.login, roles=", ".join(listed) or "–")
    output.emit({"login": changed.login, "roles": listed}, [told])


@user.command("close")
@click.argument("login")
@reporting
def close_user(output: Output, *, login: str) -> None:
    """Somebody leaves: sessions and tokens are over, nobody signs in as them any more."""
    with application() as app:
        closed = app.accounts.close_user(login)
    if isinstance(closed, Rejection):
        output.refuse(closed)
    told = output.words.text("cli.user.closed", login=closed.login)
    output.emit({"login": closed.login, "closed": True}, [told])


@user.command("absences")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "login", help="Login of whoever sets them; without it, whoever works here.")
@reporting
def absences(output: Output, *, file: Path, login: str | None) -> None:
    """Let people stand in: CSV with the columns person, substitute, from, until; or iCalendar.

    In iCalendar an event counts that has the category, or a line of its description,
    `substitute: LOGIN`; whoever is absent is its organizer.
    """
    with application() as app:
        actor = acting(app.accounts, login)
        text = file.read_text(encoding="utf-8-sig")
        answers = app.substitutions.bring(actor, text, channel="cli")
    refused = [each for each in answers if isinstance(each, Rejection)]
    done = len(answers) - len(refused)
    told = [
        output.words.text(
            f"problems.{each.code}",
            line=each.params.get("line", 0),
            problem=output.sentence(each.details[0]) if each.details else each.message,
        )
        for each in refused
    ]
    output.emit(
        {
            "set": done,
            "refused": [
                {**each.params, **refusal((each.details or (each,))[0])} for each in refused
            ],
        },
        [output.words.text("cli.user.absences", count=done), *told],
    )
    if refused:
        raise SystemExit(FINDINGS)


@click.group()
def token() -> None:
    """Tokens for programs."""


@token.command("create")
@click.argument("login")
@click.option("--name", default="", help="What it is for.")
@reporting
def create_token(output: Output, *, login: str, name: str) -> None:
    """Make an API token of a user and print it; it can be read only now."""
    with application() as app:
        made = app.accounts.create_token(login, name)
    if isinstance(made, Rejection):
        output.refuse(made)
    output.emit({"token": made, "login": login}, [made])


@token.command("end")
@click.argument("login")
@click.option("--id", "id_", default="", help="Of one token: how it begins in the audit.")
@reporting
def end_token(output: Output, *, login: str, id_: str) -> None:
    """Take back the API tokens of a user, or one of them."""
    with application() as app:
        ended = app.accounts.end_tokens(login, id_)
    if isinstance(ended, Rejection):
        output.refuse(ended)
    told = output.words.text("cli.user.tokens", count=ended, login=login)
    output.emit({"login": login, "ended": ended}, [told])


def _password(from_stdin: bool, none: bool) -> str:
    if none:
        return ""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass("Password: ")
    if getpass("Once more: ") != first:
        raise click.UsageError("the two passwords differ")
    return first
