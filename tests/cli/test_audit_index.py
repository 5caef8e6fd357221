"""`orderloom audit index`: what the auditor's desk searches, brought up to date and made anew."""

from __future__ import annotations

from pathlib import Path

from parts.command_line import CommandLine
from parts.small_bundle import write_small_bundle

from orderloom.platform.codec import loads


def test_the_index_is_brought_up_to_date_and_made_again(
    orderloom: CommandLine, tmp_path: Path
) -> None:
    bundle, orders = write_small_bundle(tmp_path / "small"), tmp_path / "orders"
    orders.mkdir()
    (orders / "orders.json").write_text('[{"id": 1, "code": "D", "amount": 20.5}]')
    (orders / "names.json").write_text('[{"code": "D", "name": "Desk"}]')
    assert orderloom.run("orders", "import", bundle, "--mapping", "shop", orders).code == 0
    first = loads(orderloom.run("audit", "index", "--format", "json").out)
    assert first["read"] > 0
    assert loads(orderloom.run("audit", "index", "--format", "json").out)["read"] == 0
    again = orderloom.run("audit", "index", "--rebuild", "--format", "json")
    assert loads(again.out) == first
