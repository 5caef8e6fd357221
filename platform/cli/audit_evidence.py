"""`orderloom audit sample` and `orderloom audit pack`: evidence to be taken away."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from orderloom.platform.app.evidence import make_pack, sample
from orderloom.platform.app.evidence_sample import STRATA, SampleQuery
from orderloom.platform.app.operator import acting
from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import Output, reporting
from orderloom.platform.cli.progress import progress
from orderloom.platform.problem import Rejection


@click.command("sample")
@click.option("--seed", required=True, help="Any word; the same one draws the same orders.")
@click.option("--size", required=True, type=int, help="How many orders.")
@click.option("--by", type=click.Choice(sorted(STRATA)), help="Spread over these, in proportion.")
@click.option("--where", "where", multiple=True, metavar="NAME=VALUE", help="Only such orders.")
@click.option("--as", "login", help="Act as the user with this login.")
@reporting
def draw(
    output: Output,
    *,
    seed: str,
    size: int,
    by: str | None,
    where: tuple[str, ...],
    login: str | None,
) -> None:
    """Draw orders by chance, so that a stranger can draw the same (docs/audit.md).

    --where takes process, status, outcome, stage, requester, since and until (2026-05-31).
    """
    query = SampleQuery(seed=seed, size=size, by=by or "", where=dict(map(_pair, where)))
    with application() as app, progress(output.words.text("evidence.cli.drawing")):
        found = sample(app, acting(app.accounts, login), query)
    if isinstance(found, Rejection):
        output.refuse(found)
    value: dict[str, Any] = {
        "seed": seed,
        "population": found.population,
        "strata": found.strata,
        "orders": [asdict(each) for each in found.orders],
    }
    params = {"count": len(found.orders), "population": found.population, "seed": seed}
    lines = [f"{each.number}\t{each.process}\t{each.outcome}" for each in found.orders]
    output.emit(value, [output.words.text("evidence.cli.drawn", **params), *lines])


@click.command("pack")
@click.argument("orders", nargs=-1, required=True)
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="A zip.")
@click.option("--reason", required=True, help="Why; it is written down.")
@click.option("--personal", is_flag=True, help="With personal values.")
@click.option("--as", "login", help="Act as the user with this login.")
@reporting
def pack(
    output: Output,
    *,
    orders: tuple[str, ...],
    out: Path,
    reason: str,
    personal: bool,
    login: str | None,
) -> None:
    """Take orders away as a file that anybody can read and verify. It is an entry itself."""
    words = output.words
    unfinished = out.with_name(f"{out.name}.part")
    try:
        with (
            application() as app,
            progress(words.text("evidence.cli.making")),
            unfinished.open("wb") as file,
        ):
            made = make_pack(
                app,
                acting(app.accounts, login),
                orders,
                reason=reason,
                personal=personal,
                out=file,
                channel="cli",
            )
        if isinstance(made, Rejection):
            output.refuse(made)
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
    line = words.text(
        "evidence.cli.made",
        file=str(out),
        count=made.entries,
        orders=", ".join(made.orders),
        digest=made.digest,
    )
    output.emit({"file": str(out), **asdict(made)}, [line])


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"{text}: expected NAME=VALUE")
    return name.strip(), value.strip()
