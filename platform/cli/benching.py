"""`orderloom bench`: measures beside the raw limits."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from orderloom.platform.cli.output import Output, reporting
from orderloom.platform.cli.progress import activity

PAGE: Final = Path("docs/performance.md")


@click.command()
@click.option(
    "--orders",
    type=click.IntRange(1),
    help="Orders a round (200); with --only scale, how many there are (1000000).",
)
@click.option("--rounds", default=3, type=click.IntRange(1), help="Rounds, taken in turns.")
@click.option(
    "--tasks",
    default=1_000_000,
    type=click.IntRange(100),
    help="Open tasks among which their lists are measured.",
)
@click.option("--only", multiple=True, metavar="GROUP", help="Measure only this; may come again.")
@click.option(
    "--kept",
    type=click.Path(file_okay=False, path_type=Path),
    help="With --only scale: a folder whose databases stay for the next run.",
)
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
    help="Page whose table is replaced; docs/performance.md after all groups.",
)
@reporting
def bench(
    output: Output,
    *,
    orders: int | None,
    rounds: int,
    tasks: int,
    only: tuple[str, ...],
    kept: Path | None,
    json_path: Path,
    page: Path | None,
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
        report = measure(
            orders=orders or 200,
            scale_orders=orders or 1_000_000,
            rounds=rounds,
            tasks=tasks,
            only=only,
            kept=kept,
            progress=progress,
        )
    # What a part measured does not take the place of the whole.
    place = page or (None if only else PAGE)
    write(report, json=json_path, page=place if place is not None and place.is_file() else None)
    output.emit(report.to_json(), [report.markdown()])
