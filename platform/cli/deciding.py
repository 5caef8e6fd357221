"""`orderloom decide`: one decision of a bundle, from values to result and trace."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import click

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.deciding import decide as evaluate
from orderloom.platform.cli.output import Output, reporting
from orderloom.platform.codec import CodecError, dumps, loads_strict


@click.command()
@click.argument("bundle", type=click.Path(exists=True, path_type=Path))
@click.argument("decision")
@click.option("--with", "values", help='Values as JSON, such as {"total": 120}.')
@click.option("--file", "file", type=click.File("rb"), help="Values from a JSON file; - is stdin.")
@reporting
def decide(
    output: Output, *, bundle: Path, decision: str, values: str | None, file: IO[bytes] | None
) -> None:
    """Evaluate DECISION of a bundle and show the rows that matched."""
    raw = file.read() if file is not None else (values or "{}").encode()
    try:
        given = loads_strict(raw)
    except CodecError as error:
        raise click.UsageError(str(error)) from error
    if not isinstance(given, dict):
        raise click.UsageError("the values are one JSON object")
    made = evaluate(open_bundle(bundle), decision, given)
    words = output.words
    output.emit(
        made,
        [
            words.text("cli.decide.result", value=dumps(made["result"]).decode()),
            words.text("cli.decide.rows", rows=", ".join(map(str, made["rows"])) or "–"),
        ],
    )
