"""`orderloom watches`: how watches stand, and one that was stopped started again."""

from __future__ import annotations

from typing import Any

import click

from orderloom.platform.app.operator import acting
from orderloom.platform.app.view_watches import WatchView
from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import Output, reporting
from orderloom.platform.problem import Rejection
from orderloom.platform.words import Words

AS = click.option("--as", "login", help="On whose behalf; by default the operator's.")


@click.group()
def watches() -> None:
    """Watches: list them, start one again."""


@watches.command("list")
@AS
@reporting
def list_watches(output: Output, *, login: str | None) -> None:
    """List the watches that were ever followed."""
    with application() as app:
        found = app.watches.listed(acting(app.accounts, login))
    if isinstance(found, Rejection):
        output.refuse(found)
    output.emit(
        {"items": [_json(each) for each in found]},
        [_line(each, output.words) for each in found] or [output.words.text("cli.watches.none")],
    )


@watches.command("start")
@click.argument("id")
@AS
@reporting
def start_watch(output: Output, *, id: str, login: str | None) -> None:
    """Start a watch again that was stopped because its ruleset failed."""
    with application() as app:
        found = app.watches.start_again(acting(app.accounts, login), id)
    if isinstance(found, Rejection):
        output.refuse(found)
    output.emit(_json(found), [_line(found, output.words)])


def _json(watch: WatchView) -> dict[str, Any]:
    return {
        "watch": watch.id,
        "version": watch.version,
        "letters": watch.letters,
        "read": None if watch.read is None else watch.read.isoformat(),
        "stopped": watch.stopped or None,
    }


def _line(watch: WatchView, words: Words) -> str:
    read = words.moment(watch.read, "UTC") if watch.read is not None else "–"
    if not watch.stopped:
        return words.text("cli.watches.line", id=watch.id, version=watch.version, read=read)
    return words.text(
        "cli.watches.stopped", id=watch.id, version=watch.version, why=watch.stopped, read=read
    )
