"""`orderloom doctor`: compares what is stored twice, and looks for trouble."""

from __future__ import annotations

import click

from orderloom.platform.app.doctor import examine
from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import FINDINGS, Output, reporting
from orderloom.platform.cli.progress import progress


@click.command()
@reporting
def doctor(output: Output) -> None:
    """Check that each order's tasks, list keys and clocks follow from its state, and its state
    from its entries; that every release compiles; that the audit is whole."""
    words = output.words
    with application() as app, progress(words.text("cli.audit.verifying")) as step:
        checks = examine(app, progress=step)
    lines = [
        words.text("cli.doctor.bad", check=each.check, problem=problem)
        for each in checks
        for problem in each.problems
    ] + [words.text("cli.doctor.good", check=each.check) for each in checks if not each.problems]
    ok = not any(each.problems for each in checks)
    output.emit(
        {
            "ok": ok,
            "checks": [{"check": each.check, "problems": list(each.problems)} for each in checks],
        },
        lines,
    )
    if not ok:
        raise SystemExit(FINDINGS)
