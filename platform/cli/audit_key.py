"""`orderloom audit key`: the key that signs checkpoints."""

from __future__ import annotations

from typing import Any

import click

from orderloom.platform.app.seal_told import checkpoint_json
from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import Output, reporting


@click.command("key")
@click.option("--rotate", is_flag=True, help="A fresh key, which the present one signs for.")
@click.option(
    "--lost",
    is_flag=True,
    help="With --rotate: the present key is gone, and cannot sign for the fresh one.",
)
@reporting
def key(output: Output, *, rotate: bool, lost: bool) -> None:
    """Print the verifier key that others need to check this log, and those before it.

    It says nothing secret. Give it to whoever shall verify, by a way that they trust.
    """
    if lost and not rotate:
        raise click.UsageError("--lost goes with --rotate")
    with application() as app:
        made = app.sealing.rotate(lost=lost) if rotate else None
        current = app.sealing.verifier()
        signers = app.store.seal.signers()
    value: dict[str, Any] = {
        "verifier": current,
        "keys": [{"from": each.no, "at": each.at, "verifier": each.verifier} for each in signers],
    }
    if made is not None:
        value["checkpoint"] = checkpoint_json(made)
    before = [
        output.words.text("seal.key_before", no=each.no, at=each.at, key=each.verifier)
        for each in signers
        if each.verifier != current
    ]
    output.emit(value, [current, *before])
