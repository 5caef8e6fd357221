"""`orderloom check` and `orderloom test`: bundles, without a database."""

from __future__ import annotations

from pathlib import Path

import click

from orderloom.platform.app.bundles import finding_line, findings_of, open_bundle
from orderloom.platform.app.scenario import ScenarioResult
from orderloom.platform.cli.output import FINDINGS, Output, reporting
from orderloom.platform.cli.progress import progress
from orderloom.platform.words import LANGUAGES, Words

BUNDLES = click.argument(
    "bundles", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)


@click.command()
@BUNDLES
@click.option("--lang", type=click.Choice(LANGUAGES), help="Of the findings; JSON: else English.")
@click.option("--strict", is_flag=True, help="Exit code 1 for warnings too.")
@reporting
def check(output: Output, *, bundles: tuple[Path, ...], lang: str | None, strict: bool) -> None:
    """Check bundles: shape, names, references, stages, events, expressions, decision tables.

    Every finding at once, with file and line. Exit code 1 where there is an error; warnings stop
    nothing.
    """
    words = Words(lang) if lang else output.words
    said = None if output.as_json and not lang else words
    findings = [finding for path in bundles for finding in findings_of(path, said)]
    lines = [finding_line(each, words) for each in findings]
    wrong = [each for each in findings if each["severity"] == "error"]
    mild = len(findings) - len(wrong)
    counted = [
        *([words.text("cli.check.bad", count=len(wrong))] if wrong else ()),
        *([words.text("cli.check.warnings", count=mild)] if mild else ()),
    ]
    output.emit(findings, [*lines, " ".join(counted) or words.text("cli.check.good")])
    if wrong or (strict and mild):
        raise SystemExit(FINDINGS)


@click.command()
@BUNDLES
@click.option("--coverage", is_flag=True, help="Tell what no scenario uses, instead of results.")
@reporting
def test(output: Output, *, bundles: tuple[Path, ...], coverage: bool) -> None:
    """Run the scenarios and the decisions' tests of bundles.

    Everything runs in memory, by a fixed clock; calls are answered by the scenarios.
    """
    from orderloom.platform.bootstrap import simulator

    if coverage:
        _coverage(output, bundles)
        return
    results: list[ScenarioResult] = []
    with progress(output.words.text("cli.test.running")) as step:
        for path in bundles:
            results += simulator().run(open_bundle(path), progress=step)
    failed = [each for each in results if not each.passed]
    passed = len(results) - len(failed)
    lines = [
        output.words.text(
            "cli.test.failed",
            scenario=each.scenario,
            place=f"{each.file}:{each.line}",
            problem=each.problem,
        )
        for each in failed
    ]
    total = output.words.text("cli.test.totals", passed=passed, failed=len(failed))
    output.emit(
        {
            "passed": passed,
            "failed": len(failed),
            "scenarios": [each.to_json() for each in results],
        },
        [*lines, total],
    )
    if failed:
        raise SystemExit(FINDINGS)


def _coverage(output: Output, bundles: tuple[Path, ...]) -> None:
    """What of each bundle is used; exit code 1 where a scenario fails."""
    from orderloom.platform.app.coverage import coverage, coverage_json, coverage_lines
    from orderloom.platform.bootstrap import simulator

    opened = [open_bundle(path) for path in bundles]
    with progress(output.words.text("cli.test.running")) as step:
        found = [coverage(bundle, simulator(), progress=step) for bundle in opened]
    lines: list[str] = []
    for each in found:
        lines += [each.bundle, *coverage_lines(each, output.words)]
    output.emit([coverage_json(each) for each in found], lines)
    if any(each.failed for each in found):
        raise SystemExit(FINDINGS)
