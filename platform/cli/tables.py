"""`orderloom table`: decisions as spreadsheets, cases that a table suggests, rows not reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.table_cases import row_coverage, suggested_cases
from orderloom.platform.app.tables import (
    accept_table,
    export_table,
    shown,
    table_changes,
)
from orderloom.platform.cli.output import FINDINGS, Output, reporting
from orderloom.platform.cli.progress import progress
from orderloom.platform.codec import dump_yaml
from orderloom.platform.words import Words

BUNDLE = click.argument("bundle", type=click.Path(exists=True, path_type=Path))
FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
TARGET = click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
DECISION = click.option("--decision", help="Which one, where there are several.")


@click.group()
def table() -> None:
    """Decision tables as XLSX and CSV, in and out; cases and coverage."""


@table.command()
@BUNDLE
@TARGET
@DECISION
@reporting
def export(output: Output, *, bundle: Path, target: Path, decision: str | None) -> None:
    """Write a decision of BUNDLE, or of one file, as TARGET (.xlsx or .csv)."""
    id_ = export_table(open_bundle(bundle), target, decision)
    text = output.words.text("cli.table.exported", decision=id_, path=str(target))
    output.emit({"decision": id_, "path": str(target)}, [text])


@table.command()
@FILE
@TARGET
@DECISION
@reporting
def diff(output: Output, *, file: Path, target: Path, decision: str | None) -> None:
    """Compare the spreadsheet FILE with the decision in the YAML file TARGET, cell by cell."""
    changes = table_changes(file, target, decision)
    output.emit(changes, _lines(changes, output.words))


@table.command("import")
@FILE
@TARGET
@DECISION
@click.option("--accept", is_flag=True, help="Write it; without it the changes are only shown.")
@reporting
def import_(
    output: Output, *, file: Path, target: Path, decision: str | None, accept: bool
) -> None:
    """Take the spreadsheet FILE into the YAML file TARGET, once its changes are accepted.

    Exit code 1 where there are changes that nobody has accepted.
    """
    changes = table_changes(file, target, decision)
    lines = list(_lines(changes, output.words))
    accepted = accept and bool(changes)
    if accepted:
        accept_table(file, target, decision)
        lines.append(output.words.text("cli.table.accepted", path=str(target)))
    elif changes:
        lines.append(output.words.text("cli.table.not_accepted"))
    output.emit({"accepted": accepted, "changes": changes}, lines)
    if changes and not accepted:
        raise SystemExit(FINDINGS)


@table.command()
@BUNDLE
@click.argument("decision")
@reporting
def cases(output: Output, *, bundle: Path, decision: str) -> None:
    """Suggest tests for DECISION: both sides of every edge, with the present answers, as YAML."""
    made = suggested_cases(open_bundle(bundle), decision)
    if made.left_out:
        output.note("cli.table.left_out", count=made.left_out)
    if not made.tests:
        output.note("cli.table.no_cases")
    text = dump_yaml({"tests": list(made.tests)}).rstrip("\n")
    output.emit({"tests": list(made.tests), "left_out": made.left_out}, [text])


@table.command()
@BUNDLE
@reporting
def coverage(output: Output, *, bundle: Path) -> None:
    """Run the tests and scenarios of BUNDLE; name the rows that none of them reaches.

    Exit code 1 where a row is not reached, or a test fails.
    """
    words = output.words
    with progress(words.text("cli.test.running")) as step:
        found, results = row_coverage(open_bundle(bundle), progress=step)
    told = found.to_json()
    failed = [one for one in results if not one.passed]
    lines = [
        words.text("cli.table.never", decision=id_, rows=", ".join(one["never"]))
        for id_, one in told["decisions"].items()
        if one["never"]
    ]
    lines += [
        words.text(
            "cli.test.failed",
            scenario=one.scenario,
            place=f"{one.file}:{one.line}",
            problem=one.problem,
        )
        for one in failed
    ]
    total = words.text("cli.table.covered", covered=told["covered"], rows=told["rows"])
    output.emit({**told, "failed": [one.to_json() for one in failed]}, [*lines, total])
    if failed or told["covered"] < told["rows"]:
        raise SystemExit(FINDINGS)


def _lines(changes: Sequence[Mapping[str, Any]], words: Words) -> list[str]:
    lines = []
    for one in changes:
        before, after = shown(one["before"]), shown(one["after"])
        lines.append(words.text("cli.table.change", place=one["place"], before=before, after=after))
    return lines or [words.text("cli.table.same")]
