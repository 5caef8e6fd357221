"""`orderloom decide`: one decision of a bundle, from values to result and trace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import click

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.deciding import decide as evaluate
from orderloom.platform.cli.output import FINDINGS, Output, reporting
from orderloom.platform.codec import CodecError, dumps, loads_strict
from orderloom.platform.words import LANGUAGES, Words


@click.command()
@click.argument("bundle", type=click.Path(exists=True, path_type=Path))
@click.argument("decision")
@click.option("--with", "--given", "values", help='Values as JSON, such as {"total": 120}.')
@click.option("--file", "file", type=click.File("rb"), help="Values from a JSON file; - is stdin.")
@click.option("--why", is_flag=True, help="What stopped each other row, what would change it.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Of the sentence that says why.")
@reporting
def decide(
    output: Output,
    *,
    bundle: Path,
    decision: str,
    values: str | None,
    file: IO[bytes] | None,
    why: bool,
    lang: str | None,
) -> None:
    """Evaluate DECISION of a bundle and show the rows that matched."""
    raw = file.read() if file is not None else (values or "{}").encode()
    try:
        given = loads_strict(raw)
    except CodecError as error:
        raise click.UsageError(str(error)) from error
    if not isinstance(given, dict):
        raise click.UsageError("the values are one JSON object")
    words = Words(lang) if lang else output.words
    made = evaluate(open_bundle(bundle), decision, given, why=words if why else None)
    if "code" in made:
        output.emit(made, list(_why(made["why"], words)))
        raise SystemExit(FINDINGS)
    lines = [
        words.text("cli.decide.result", value=dumps(made["result"]).decode()),
        words.text("cli.decide.rows", rows=", ".join(map(str, made["rows"])) or "–"),
    ]
    output.emit(made, [*lines, *(_why(made["why"], words) if why else ())])


def _why(why: Mapping[str, Any], words: Words) -> Iterator[str]:
    yield why["sentence"]
    if "failure" in why:
        matched = ", ".join(why["matched"]) or "–"
        yield words.text("cli.decide.rows", rows=matched)
    for row in why["beaten"]:
        yield words.text("cli.decide.beaten", row=row)
    for one in why["missed"]:
        value = dumps(one["value"]).decode()
        names = {"row": one["row"], "cell": one["cell"], "column": one["column"], "value": value}
        how = "failed" if one.get("error") else "missed" if one["column"] else "not_valid"
        yield words.text(f"cli.decide.{how}", **names)
    for flip in why["flips"]:
        changes = ", ".join(f"{c['column']} = {dumps(c['to']).decode()}" for c in flip["changes"])
        outcome = dumps(flip["outputs"]).decode()
        yield words.text("cli.decide.flip", changes=changes, outcome=outcome)
