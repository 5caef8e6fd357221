"""`orderloom forms`: what of others' form descriptions our forms can take."""

from __future__ import annotations

from pathlib import Path

import click

from orderloom.platform.app.form_documents import FormReport, check_form_documents
from orderloom.platform.cli.output import FINDINGS, Output, reporting
from orderloom.platform.codec import dumps, pretty
from orderloom.platform.words import Words


@click.group()
def forms() -> None:
    """Forms that others described, by JSON Schema and a layout."""


@forms.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write every document with what it asks for in vain, as JSON.",
)
@reporting
def check(output: Output, *, path: Path, report: Path | None) -> None:
    """Show, fill in and read back each form described in PATH, a JSON file or a folder of them.

    Each is `ok`, or `unsupported` with everything that the form does not do. Exit code 1 where a
    document cannot be read, or where data would be lost on the way.
    """
    found = list(check_form_documents(path))
    told = [one.to_json() for one in found]
    good = sum(one.status == "ok" for one in found)
    faulty = [one.document for one in found if one.faulty]
    summary = {
        "documents": len(found),
        "ok": good,
        "unsupported": len(found) - good,
        "faulty": faulty,
    }
    if report is not None:
        written = dumps({**summary, "results": told}).decode()
        report.write_text(pretty(written), encoding="utf-8")
    words = output.words
    lines = [_line(one, words) for one in found]
    total = words.text("cli.forms.total", ok=good, of=len(found), faulty=len(faulty))
    output.emit({**summary, "results": told}, [*lines, total])
    if faulty or not found:
        raise SystemExit(FINDINGS)


def _line(one: FormReport, words: Words) -> str:
    if one.status == "ok":
        return words.text("cli.forms.ok", document=one.document)
    what = ", ".join(
        f"{each.path}: {each.what} {each.value}".strip().removeprefix(": ")
        for each in one.unsupported
    )
    return words.text("cli.forms.unsupported", document=one.document, what=what)
