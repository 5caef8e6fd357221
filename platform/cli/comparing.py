"""`orderloom diff`: two bundles, or two versions of one, in sentences."""

from __future__ import annotations

from typing import Any

import click

from orderloom.platform.app.bundle_versions import Kept, differing, told
from orderloom.platform.app.operator import acting
from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import Output, reporting
from orderloom.platform.words import LANGUAGES, Words


@click.command()
@click.argument("before")
@click.argument("after")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Of the sentences; JSON: else English.")
@reporting
def diff(output: Output, *, before: str, after: str, lang: str | None) -> None:
    """Say what differs between the definitions of BEFORE and AFTER.

    Each is a folder, a zip or a file; with @N its N-th version: of the folder `versions` beside
    its definitions, else as it was published here.
    """
    words = Words(lang) if lang else Words("en") if output.as_json else output.words
    found = differing(before, after, _published)
    count = words.text("language.difference.count", count=len(found))
    last = count if found else words.text("language.difference.same")
    output.emit([each.to_json(words) for each in found], [*told(found, words), last])


def _published(kept: Kept) -> Any:
    with application() as app:
        return app.publish.as_of(acting(app.accounts, None), kept.bundle, kept.number)
