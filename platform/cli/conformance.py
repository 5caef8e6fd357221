"""`orderloom conformance`: how many cases of a file hold, expressions and decision tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from orderloom.platform.app.clock import SystemClock
from orderloom.platform.app.conformance import feel_conformance, table_conformance
from orderloom.platform.cli.output import Output, reporting

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def conformance() -> None:
    """Count the cases that hold, beside what the standard expects."""


@conformance.command()
@FILE
@reporting
def feel(output: Output, *, file: Path) -> None:
    """Evaluate the expressions of FILE; value and null cases are counted apart."""
    _report(output, feel_conformance(file, SystemClock()))


@conformance.command()
@FILE
@reporting
def tables(output: Output, *, file: Path) -> None:
    """Evaluate the decision tables of FILE with their cases."""
    _report(output, table_conformance(file))


def _report(output: Output, counts: dict[str, Any]) -> None:
    """A measurement: what does not hold is shown, and is no failure of the command."""
    words = output.words
    missed = [
        words.text("cli.conformance.missed", id=one["id"], expected=str(one["expected"]))
        for one in counts["failed"]
    ]
    totals = [
        words.text(f"cli.conformance.{kind}", passed=counts[kind]["passed"], of=counts[kind]["of"])
        for kind in ("value", "null")
    ]
    output.emit(counts, [*missed, *totals])
