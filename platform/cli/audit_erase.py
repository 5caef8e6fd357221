"""`orderloom audit erase`: takes away what is personal, and does it again in a restored copy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from orderloom.platform.app.application import Application
from orderloom.platform.app.erasure_file import read
from orderloom.platform.app.erasures import Place, Report
from orderloom.platform.app.operator import acting
from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import Output, reporting
from orderloom.platform.problem import Rejection


@click.command("erase")
@click.option("--person", help="The id by which data call them, or a user's id.")
@click.option("--order", "number", help="All that is personal in this order, by number.")
@click.option("--reason", default="", help="Why; it stands in the audit. Write no names into it.")
@click.option("--dry-run", is_flag=True, help="Only list what would go.")
@click.option("--reapply", is_flag=True, help="Do again what a restored copy does not know of.")
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --reapply: the file of erasures, by default the installation's own.",
)
@click.option("--as", "login", help="The user who erases; by default the operator.")
@click.option(
    "--whole/--no-whole",
    default=True,
    help="Write the database's files anew, so that nothing is left between their pages.",
)
@reporting
def erase(
    output: Output,
    *,
    person: str | None,
    number: str | None,
    reason: str,
    dry_run: bool,
    reapply: bool,
    file: Path | None,
    login: str | None,
    whole: bool,
) -> None:
    """Erase a person's data, or what is personal in an order; chain and proofs stay valid.

    Orders that still run follow when they end.
    """
    if sum((person is not None, number is not None, reapply)) != 1:
        raise click.UsageError("Give one of --person, --order and --reapply.")
    with application() as app:
        if reapply:
            _reapply(output, app, file, whole=whole)
            return
        actor = acting(app.accounts, login)
        if dry_run:
            _foreseen(output, _places(output, app, actor, person, number))
            return
        report = app.erasures.erase(
            actor, person=person, number=number, reason=reason, channel="cli", whole=whole
        )
        if isinstance(report, Rejection):
            output.refuse(report)
        output.emit(report_json(report), report_lines(output, report, person))


def _reapply(output: Output, app: Application, file: Path | None, *, whole: bool) -> None:
    done = app.erasures.reapply(None if file is None else read(file), whole=whole)
    line = output.words.text("privacy.cli.reapplied", count=len(done))
    output.emit({"reapplied": len(done)}, [line])


def _places(
    output: Output, app: Application, actor: Any, person: str | None, number: str | None
) -> Sequence[Place]:
    if person is not None:
        places = app.erasures.places(actor, person)
        if isinstance(places, Rejection):
            output.refuse(places)
        return places
    place = app.erasures.place(actor, number or "")
    if isinstance(place, Rejection):
        output.refuse(place)
    return [place]


def _foreseen(output: Output, places: Sequence[Place]) -> None:
    lines = foreseen_lines(output, places) or [output.words.text("privacy.cli.nothing")]
    output.emit({"places": [place_json(each) for each in places]}, lines)


def foreseen_lines(output: Output, places: Sequence[Place]) -> list[str]:
    """What is where, a line each."""
    words = output.words
    lines = []
    for place in places:
        name = _name(output, place)
        key = "found" if place.theirs else "found_words"
        lines.append(words.text(f"privacy.cli.{key}", place=name, count=place.values))
        if not place.ended:
            lines.append(words.text("privacy.cli.running", place=name))
    return lines


def report_lines(output: Output, report: Report, person: str | None) -> list[str]:
    """What became of an erasure, a line each."""
    words = output.words
    lines = [
        words.text("privacy.cli.done", place=_name(output, place), count=count)
        for place, count in report.done
    ]
    lines += [words.text("privacy.cli.asked", place=_name(output, each)) for each in report.waiting]
    for number, entries in report.standing:
        shown = ", ".join(map(str, entries))
        lines.append(words.text("privacy.cli.standing", place=number, entries=shown))
    for each in report.unnamed:
        lines.append(words.text("privacy.cli.unnamed", collection=each, record=person))
    if not lines:
        lines.append(words.text("privacy.cli.nothing"))
    if not report.scrubbed:
        lines.append(words.text("privacy.cli.unscrubbed"))
    return lines


def _name(output: Output, place: Place) -> str:
    if place.number:
        return place.number
    return output.words.text("privacy.cli.record", collection=place.collection, record=place.record)


def report_json(report: Report) -> dict[str, Any]:
    """The same as JSON."""
    return {
        "done": [{**place_json(place), "erased": count} for place, count in report.done],
        "waiting": [place_json(each) for each in report.waiting],
        "standing": [{"order": order, "entries": entries} for order, entries in report.standing],
        "unnamed": list(report.unnamed),
        "scrubbed": report.scrubbed,
    }


def place_json(place: Place) -> dict[str, Any]:
    """Where something is."""
    if place.collection:
        return {"collection": place.collection, "record": place.record}
    return {
        "order": place.number,
        "process": place.process,
        "values": place.values,
        "theirs": place.theirs,
        "ended": place.ended,
    }
