"""`orderloom publish`, `import` and `export`: bundles into and out of the database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click

from orderloom.platform.app.bundles import finding_json, open_bundle, refused_by, save_bundle
from orderloom.platform.app.operator import acting
from orderloom.platform.app.publish import NotPublished, PublishOptions
from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import FINDINGS, Output, reporting
from orderloom.platform.problem import Refused, Rejection

AS = click.option("--as", "login", help="Who does it; by default the operator of this machine.")
BUNDLE = click.argument("bundle", type=click.Path(exists=True, path_type=Path))


@click.command()
@BUNDLE
@AS
@click.option("--comment", default="", help="Why, for the record.")
@click.option(
    "--effective-from", type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]), help="In force from then on."
)
@reporting
def publish(
    output: Output,
    *,
    bundle: Path,
    login: str | None,
    comment: str,
    effective_from: datetime | None,
) -> None:
    """Publish what changed in a bundle: checked, tested, as new immutable versions.

    With --as, another person must have saved the drafts (orderloom import --as …).
    """
    with application() as app:
        options = PublishOptions(
            comment=comment,
            effective_from=effective_from,
            second_person=login is not None and app.settings.second_person,
            channel="cli",
        )
        done = app.publish.publish(open_bundle(bundle), acting(app.accounts, login), options)
    if isinstance(done, NotPublished):
        _not_published(output, done)
    output.emit(
        {
            "published": [[each.kind, each.reference] for each in done.versions],
            "unchanged": [[each.kind, each.reference] for each in done.unchanged],
        },
        [
            output.words.text("cli.publish.published", kind=each.kind, reference=each.reference)
            for each in done.versions
        ]
        or [output.words.text("cli.publish.unchanged")],
    )


@click.command("import")
@BUNDLE
@AS
@reporting
def import_(output: Output, *, bundle: Path, login: str | None) -> None:
    """Save the documents of a bundle that differ from what is published, as drafts."""
    with application() as app:
        count = app.publish.save_drafts(open_bundle(bundle), acting(app.accounts, login))
    if isinstance(count, Rejection):
        output.refuse(count)
    output.emit({"drafts": count}, [output.words.text("cli.drafts.saved", count=count)])


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--bundle", help="Which one, where several are published.")
@AS
@reporting
def export(output: Output, *, path: Path, bundle: str | None, login: str | None) -> None:
    """Write the newest versions of a bundle to a folder, or to a .zip file."""
    with application() as app:
        made = app.publish.export(acting(app.accounts, login), bundle)
    if isinstance(made, Rejection):
        output.refuse(made)
    save_bundle(made, path)
    count = len(made.documents)
    output.emit(
        {"documents": count, "path": str(path)},
        [output.words.text("cli.export.done", count=count, path=path)],
    )


def _not_published(output: Output, why: NotPublished) -> NoReturn:
    if why.refused is not None:
        output.refuse(why.refused)
    if why.findings and not output.as_json:
        raise Refused(refused_by(why.findings))
    output.emit(
        {
            "findings": [finding_json(each) for each in why.findings],
            "failures": [each.to_json() for each in why.failures],
        },
        [
            output.words.text(
                "cli.test.failed",
                scenario=each.scenario,
                place=f"{each.file}:{each.line}",
                problem=each.problem,
            )
            for each in why.failures
        ],
    )
    raise SystemExit(FINDINGS)
