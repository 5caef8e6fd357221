"""`orderloom audit conformance`: a log of another system, replayed through a process of ours."""

from __future__ import annotations

from pathlib import Path

import click

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.foreign_log import foreign_log
from orderloom.platform.app.log_conformance import conformance_of
from orderloom.platform.app.log_conformance_words import Teller
from orderloom.platform.app.log_mapping import mapping_for
from orderloom.platform.app.log_release import release_of
from orderloom.platform.cli.output import Output, reporting

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("log", type=FILE)
@click.option(
    "--bundle",
    required=True,
    type=click.Path(exists=True, path_type=Path),
    help="The bundle that models the log.",
)
@click.option("--process", help="Which process of it, where there are several.")
@click.option("--map", "map_", type=FILE, help="YAML: which activity is which event.")
@click.option("--cases", is_flag=True, help="Name every case that does not fit.")
@reporting
def conformance(
    output: Output,
    *,
    log: Path,
    bundle: Path,
    process: str | None,
    map_: Path | None,
    cases: bool,
) -> None:
    """Replay LOG (JSON or XES) case by case: which events would the process have accepted?

    Nothing is stored, nothing is sent (docs/mining.md). Without --map the bundle's own
    data/<name of the log>.yaml counts, else ids and titles of events.
    """
    release = release_of(open_bundle(bundle), process)
    mapping = mapping_for(log, bundle, map_, release)
    report = conformance_of(foreign_log(log), release, mapping)
    teller = Teller(release, output.words)
    if output.as_json:
        output.emit(teller.to_json(report))
    else:
        output.emit(None, list(teller.lines(report, cases=cases)))
