"""`orderloom attachment`: the files of orders listed, written to disk, and added."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from orderloom.platform.app.attachment_json import document_json
from orderloom.platform.app.attachments import Opened
from orderloom.platform.app.file_bringing import bring_file
from orderloom.platform.app.operator import acting
from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import Output, reporting
from orderloom.platform.problem import Refused, Rejection

AS = click.option("--as", "login", help="On whose behalf; by default the operator's.")
CHANNEL = "cli"


@click.group()
def attachment() -> None:
    """Files of orders: list, get, put."""


@attachment.command("list")
@click.argument("order")
@AS
@reporting
def list_files(output: Output, *, order: str, login: str | None) -> None:
    """List the files of ORDER with their digests, as `sha256sum` prints them."""
    with application() as app:
        found = _given(app.attachments.listed(acting(app.accounts, login), order))
    output.emit(
        {"items": [document_json(each) for each in found.files]},
        [f"{each.digest}  {each.name}" for each in found.files],
    )


@attachment.command()
@click.argument("order")
@click.argument("digest")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@AS
@reporting
def get(output: Output, *, order: str, digest: str, file: Path | None, login: str | None) -> None:
    """Write the file of ORDER with this SHA-256 to FILE, or to the standard output."""
    with application() as app:
        opened: Opened = _given(app.attachments.read(acting(app.accounts, login), order, digest))
        with click.open_file(str(file) if file else "-", "wb") as written:
            for piece in opened.pieces():
                written.write(piece)
    if file is None:
        return
    told = {"name": opened.name, "size": opened.file.size, "file": str(file)}
    output.emit(told, [f"{opened.file.digest}  {file}"])


@attachment.command()
@click.argument("order")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "login", required=True, help="Who adds it: somebody who acts in the order.")
@reporting
def put(output: Output, *, order: str, file: Path, login: str) -> None:
    """Add FILE to ORDER."""
    with application() as app:
        actor = acting(app.accounts, login)
        with file.open("rb") as source:
            taken = _given(bring_file(app, actor, order, file.name, source, channel=CHANNEL))
    output.emit(taken.value(), [f"{taken.sha256}  {taken.name}"])


def _given(answer: Any) -> Any:
    """The answer, unless it is a refusal, which is raised."""
    if isinstance(answer, Rejection):
        raise Refused(answer)
    return answer
