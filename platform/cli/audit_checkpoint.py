"""`orderloom audit checkpoint`: seal now what was committed."""

from __future__ import annotations

import click

from orderloom.platform.app.seal_told import checkpoint_json
from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import Output, reporting


@click.command("checkpoint")
@reporting
def checkpoint(output: Output) -> None:
    """Seal every entry that is committed, and print the newest checkpoint.

    The lines below the first are its signed note: keep them apart from the database.
    """
    with application() as app:
        row = app.sealing.seal(always=app.store.seal.latest() is None)
        app.sealing.anchoring.run_once(at_once=True)
    if row is None:
        output.emit(None, [output.words.text("seal.nothing")])
        return
    told = checkpoint_json(row)
    line = output.words.text("seal.checkpoint", no=row.no, count=row.size, root=told["root"])
    output.emit(told, [line, "", row.note.removesuffix("\n")])
