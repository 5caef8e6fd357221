"""`orderloom bench`: measures beside the raw limits."""

from __future__ import annotations

from pathlib import Path

import click

from orderloom.platform.cli.output import Output, reporting
from orderloom.platform.cli.progress import activity


@click.command()
@click.option("--orders", default=200, type=click.IntRange(1), help="Orders a round.")
@click.option("--rounds", default=3, type=click.IntRange(1), help="Rounds, taken in turns.")
@click.option(
    "--tasks",
    default=1_000_000,
    type=click.IntRange(100),
    help="Open tasks among which their lists are measured.",
)
@click.option("--only", multiple=True, metavar="GROUP", help="Measure only this; may come again.")
@click.option(
    "--json",
    "json_path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("bench.json"),
    help="File of the numbers.",
)
@click.option(
    "--page",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("docs/performance.md"),
    help="Page whose table is replaced, if it is there.",
)
@reporting
def bench(
    output: Output,
    *,
    orders: int,
    rounds: int,
    tasks: int,
    only: tuple[str, ...],
    json_path: Path,
    page: Path,
) -> None:
    """Measure the reference work beside the raw limit of the database, in one run."""
    from orderloom.platform.bench import GROUPS, write
    from orderloom.platform.bench import bench as measure

    unknown = [name for name in only if name not in GROUPS]
    if unknown:
        raise click.BadParameter(
            f"{unknown[0]} is none of {', '.join(GROUPS)}", param_hint="--only"
        )

    with activity(output.words.text("cli.bench.running")) as progress:
        report = measure(orders=orders, rounds=rounds, tasks=tasks, only=only, progress=progress)
    write(report, json=json_path, page=page if page.is_file() else None)
    output.emit(report.to_json(), [report.markdown()])
