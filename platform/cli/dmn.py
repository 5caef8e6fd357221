"""`orderloom dmn`: decisions of other tools in, ours out."""

from __future__ import annotations

from pathlib import Path

import click

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.dmn import export_dmn, import_dmn
from orderloom.platform.cli.output import FINDINGS, Output, reporting
from orderloom.platform.codec import dumps

PATH = click.Path(exists=True, path_type=Path)


@click.group()
def dmn() -> None:
    """Decisions as DMN models: from other tools, and for them."""


@dmn.command("import")
@click.argument("path", type=PATH)
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="All as JSON.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Write the decisions there."
)
@reporting
def import_(output: Output, *, path: Path, report: Path | None, out: Path | None) -> None:
    """Read the DMN file PATH, or all of a folder; list exactly what could not be taken.

    Exit code 1 where no decision could be taken.
    """
    made = import_dmn(path, out)
    if report is not None:
        report.write_bytes(dumps(made) + b"\n")
    words = output.words
    lines = [
        words.text("cli.dmn.unsupported", file=one["file"], what=what)
        for one in made["files"]
        for what in one["unsupported"]
    ]
    totals = words.text(
        "cli.dmn.totals", of=made["of"], imported=made["imported"], partly=made["unsupported"]
    )
    taken = words.text("cli.dmn.taken", count=made["decisions"], lost=made["lost"])
    output.emit(made, [*lines, totals, taken])
    if made["lost"] or not made["decisions"]:
        raise SystemExit(FINDINGS)


@dmn.command()
@click.argument("bundle", type=PATH)
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--decision", "only", multiple=True, help="This one, with all that it requires.")
@reporting
def export(output: Output, *, bundle: Path, target: Path, only: tuple[str, ...]) -> None:
    """Write the decisions of BUNDLE, or of one file, as the DMN 1.3 model TARGET."""
    count = export_dmn(open_bundle(bundle), target, only=only)
    text = output.words.text("cli.dmn.exported", count=count, path=str(target))
    output.emit({"decisions": count, "path": str(target)}, [text])
