"""`orderloom audit receipt`: is the entry still there that somebody was told of?"""

from __future__ import annotations

import click

from orderloom.platform.app.receipts import check_receipt, read_receipt
from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import FINDINGS, Output, reporting
from orderloom.platform.problem import Rejection


@click.command("receipt")
@click.argument("receipt")
@reporting
def receipt(output: Output, *, receipt: str) -> None:
    """Check a receipt, STREAM:NUMBER:HASH, as replies and mails carry it.

    Says whether its entry is there unchanged, and by which checkpoint it is sealed, with the proof.
    """
    read = read_receipt(receipt)
    if isinstance(read, Rejection):
        output.refuse(read)
    with application() as app:
        told = check_receipt(app.store, read)
    said = "broken" if not told["ok"] else "sealed" if told["sealed"] else "unsealed"
    line = output.words.text(
        f"seal.receipt_{said}",
        order=told["order"],
        entry=told["entry"],
        problem=told.get("problem", ""),
        no=told.get("checkpoint", {}).get("no", ""),
    )
    output.emit(told, [line])
    if not told["ok"]:
        raise SystemExit(FINDINGS)
