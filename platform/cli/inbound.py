"""`orderloom inbound`: messages of other systems, listed and tried again."""

from __future__ import annotations

import click

from orderloom.platform.app.operator import acting
from orderloom.platform.app.order_json import inbound_json, inbound_line_json
from orderloom.platform.app.view_inbound import STATES, InboundLine
from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import FINDINGS, Output, reporting
from orderloom.platform.problem import Rejection
from orderloom.platform.words import Words

AS = click.option("--as", "login", help="On whose behalf; by default the operator's.")


@click.group()
def inbound() -> None:
    """Messages of other systems: list them, try one again."""


@inbound.command("list")
@click.option("--state", type=click.Choice(STATES), help="By default all.")
@click.option("--limit", default=50, type=click.IntRange(1, 200))
@click.option("--cursor", help="`next` of the page before.")
@AS
@reporting
def list_messages(
    output: Output, *, state: str | None, limit: int, cursor: str | None, login: str | None
) -> None:
    """List messages, newest first."""
    with application() as app:
        actor = acting(app.accounts, login)
        page = app.inbound_reads.listed(actor, state, cursor, limit)
    if isinstance(page, Rejection):
        output.refuse(page)
    words = output.words
    output.emit(
        {"items": [inbound_line_json(each) for each in page.items], "next": page.next},
        [_line(each, words) for each in page.items] or [words.text("cli.inbound.none")],
    )


@inbound.command("retry")
@click.argument("id", type=click.IntRange(1))
@AS
@reporting
def retry_message(output: Output, *, id: int, login: str | None) -> None:
    """Try a message again that stands still; exit code 1 where it still does."""
    with application() as app:
        actor = acting(app.accounts, login)
        settled = app.settling.retry(actor, id)
        view = app.inbound_reads.one(actor, id)
    if isinstance(settled, Rejection):
        output.refuse(settled)
    if isinstance(view, Rejection):
        output.refuse(view)
    output.emit(inbound_json(view), [_line(view.line, output.words)])
    if view.line.open:
        raise SystemExit(FINDINGS)


def _line(line: InboundLine, words: Words) -> str:
    return words.text(
        "cli.inbound.line",
        id=line.id,
        at=words.moment(line.received, "UTC"),
        name=".".join(filter(None, (line.connector, line.message))),
        state=line.state,
        why=line.problem.message if line.problem is not None else line.number or "",
    ).rstrip()
