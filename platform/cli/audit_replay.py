"""`orderloom audit replay`: every order rebuilt, every automatic decision executed again."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any, Final

import click

from orderloom.platform.app.replay_children import replay_by
from orderloom.platform.app.replaying import chosen, total
from orderloom.platform.bootstrap import build_to_stay, settled_memory
from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import FINDINGS, Output, reporting
from orderloom.platform.cli.progress import progress
from orderloom.platform.words import Words

# Fewer orders are executed sooner than another process has begun.
SMALL: Final = 4000
MOST: Final = 8


@click.command()
@click.option("--order", help="Only this order, by number.")
@click.option("--process", help="Only orders of this process.")
@click.option("--since", help="Only orders with an entry since this instant or day (UTC).")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    help="Processes; by default, for many orders, one for each core.",
)
@reporting
def replay(
    output: Output,
    *,
    order: str | None,
    process: str | None,
    since: str | None,
    processes: int | None,
) -> None:
    """Rebuild every order from its entries and execute every automatic decision again.

    Names what comes out otherwise than it is stored or recorded; exit code 1 then.
    """
    words = output.words
    with application() as app, progress(words.text("replay.running")) as step:
        which = chosen(app, order=order, process=process, since=_instant(since))
        of = total(app, which)
        many = processes or (1 if of < SMALL else min(os.cpu_count() or 1, MOST))
        with settled_memory():
            report = replay_by(
                1 if app.settings.database.startswith("memory:") else many,
                app,
                which,
                open_application=build_to_stay,
                progress=lambda done: step(done, of),
            )
    found = report.to_json()
    lines = [_line(each, words) for each in found["different"]]
    if found["further"]:
        lines.append(words.text("replay.further", count=found["further"]))
    output.emit(found, [*lines, *_sums(found, words)])
    if not report.ok:
        raise SystemExit(FINDINGS)


def _sums(found: dict[str, Any], words: Words) -> list[str]:
    lines = [
        words.text("replay.orders", count=found["orders"]),
        words.text("replay.decisions", count=found["decisions"]),
        words.text("replay.different", count=len(found["different"]) + found["further"]),
    ]
    for name in ("not_repeatable", "known_changes", "folded"):
        if found[name]:
            lines.append(words.text(f"replay.{name}", count=found[name]))
    return lines


def _line(one: dict[str, Any], words: Words) -> str:
    problem = words.text(f"replay.problems.{one['problem']}", what=one.get("what", ""))
    if "order" not in one:
        return words.text(
            "replay.of_definition", definition=one.get("definition", ""), problem=problem
        )
    if "entry" not in one:
        return words.text("replay.of_order", order=one["order"], problem=problem)
    return words.text(
        "replay.of_entry",
        order=one["order"],
        entry=one["entry"],
        type=one["type"],
        definition=one.get("definition", ""),
        problem=problem,
    )


def _instant(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter("expected 2026-03-06 or 2026-03-06T16:00:00Z") from error
    moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return f"{moment.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
