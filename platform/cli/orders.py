"""`orderloom orders`: import, list, show."""

from __future__ import annotations

from pathlib import Path

import click

from orderloom.platform.app.bringing import bring_orders
from orderloom.platform.app.operator import acting
from orderloom.platform.app.order_json import line_json, order_json
from orderloom.platform.app.view_orders import OrderQuery
from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import FINDINGS, Output, reporting
from orderloom.platform.cli.progress import progress
from orderloom.platform.codec import dumps
from orderloom.platform.problem import Rejection

AS = click.option("--as", "login", help="Whose eyes; by default the operator of this machine.")


@click.group()
def orders() -> None:
    """Import, list and show orders."""


@orders.command("import")
@click.argument("bundle", type=click.Path(exists=True, path_type=Path))
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--mapping", required=True, help="Name of a mapping of the bundle, or a file.")
@reporting
def import_orders(output: Output, *, bundle: Path, source: Path, mapping: str) -> None:
    """Turn records of SOURCE (a file, or a folder with side files) into orders.

    The bundle is published first where it is not yet. A record makes one order, however often it
    is imported; exit code 1 where a record was rejected.
    """
    with application() as app, progress(output.words.text("cli.import.running")) as step:
        report = bring_orders(app, bundle, mapping, source, progress=step)
    words = output.words
    lines = [
        words.text("cli.import.problem", line=each.line, key=each.key or "–", message=each.message)
        for each in report.problems
    ]
    counts = report.to_json()
    counts.pop("problems", None)
    output.emit(report.to_json(), [*lines, words.text("cli.import.done", **counts)])
    if report.rejected:
        raise SystemExit(FINDINGS)


@orders.command("list")
@click.option("--process", help="Only orders of this process.")
@click.option("--state", type=click.Choice(["draft", "open", "ended"]))
@click.option("--stage", help="Only orders in this stage.")
@click.option("--limit", default=50, type=click.IntRange(1, 200))
@click.option("--cursor", help="`next` of the page before.")
@AS
@reporting
def list_orders(
    output: Output,
    *,
    process: str | None,
    state: str | None,
    stage: str | None,
    limit: int,
    cursor: str | None,
    login: str | None,
) -> None:
    """List orders, newest first."""
    with application() as app:
        actor = acting(app.accounts, login)
        query = OrderQuery(process=process, status=state, stage=stage)
        page = app.views.orders(actor, query, cursor, limit)
    if isinstance(page, Rejection):
        output.refuse(page)
    words = output.words
    lines = [
        words.text(
            "cli.orders.line",
            number=each.number,
            process=each.process,
            status=each.status,
            stages=", ".join(each.stages),
            requester=each.requester.name,
        )
        for each in page.items
    ]
    output.emit(
        {"items": [line_json(each) for each in page.items], "next": page.next},
        lines or [words.text("cli.orders.none")],
    )


@orders.command("show")
@click.argument("number")
@AS
@reporting
def show_order(output: Output, *, number: str, login: str | None) -> None:
    """Show one order: where it stands, its data, open tasks, what happened."""
    with application() as app:
        view = app.views.order(acting(app.accounts, login), number)
    if isinstance(view, Rejection):
        output.refuse(view)
    words, value = output.words, order_json(view)
    head = view.head
    lines = [
        words.text(
            "cli.orders.line",
            number=head.number,
            process=head.process,
            status=head.status,
            stages=", ".join(stage.id for stage in head.stages),
            requester=head.requester.name,
        ),
        words.text("cli.orders.data", data=dumps(view.data).decode()),
        *(words.text("cli.orders.task", id=task.id, title=task.title) for task in view.tasks),
        *(
            words.text("cli.orders.timeline", at=words.moment(each.at, "UTC"), text=each.text)
            for each in view.timeline
        ),
    ]
    output.emit(value, lines)
