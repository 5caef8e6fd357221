"""`orderloom collection`: reference data listed, shown, brought from files and written to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from orderloom.platform.app.balance_views import Balance
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.collection_grid import shown
from orderloom.platform.app.collection_import import FORMATS, Comparison
from orderloom.platform.app.collection_json import (
    balance_json,
    change_json,
    collection_json,
    comparison_json,
    held_json,
    record_json,
)
from orderloom.platform.app.collection_records import shown_name
from orderloom.platform.app.operator import acting
from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import FINDINGS, Output, reporting
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.words import Words

WHICH = click.argument("collection")
FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
AS = click.option("--as", "login", help="On whose behalf; by default the operator's.")
LIMIT = click.option("--limit", default=50, type=click.IntRange(1, 200))
CURSOR = click.option("--cursor", help="`next` of the page before.")
CHANNEL = "cli"
MOST_LINES = 200


@click.group()
def collection() -> None:
    """Reference data: records of collections, from files and to them."""


@collection.command("list")
@AS
@reporting
def list_collections(output: Output, *, login: str | None) -> None:
    """List the collections."""
    with application() as app:
        found = _given(app.collections.listed(acting(app.accounts, login)))
    words = output.words
    output.emit(
        {"items": [collection_json(each, words) for each in found]},
        [f"{each.id}  {words.choose(each.title)}" for each in found],
    )


@collection.command()
@WHICH
@click.argument("key", required=False)
@click.option("--search", default="", help="Beginnings of words.")
@LIMIT
@CURSOR
@AS
@reporting
def show(
    output: Output,
    *,
    collection: str,
    key: str | None,
    search: str,
    limit: int,
    cursor: str | None,
    login: str | None,
) -> None:
    """Show the record of KEY, or the records of COLLECTION."""
    with application() as app:
        actor, id_ = acting(app.accounts, login), _id(collection, None)
        if key is not None:
            record = _given(app.collections.record(actor, id_, key))
            output.emit(record_json(record), [f"{n}: {shown(v)}" for n, v in record.body.items()])
            return
        page = _given(app.collections.records(actor, id_, search, cursor, limit))
    output.emit(
        {"items": [record_json(each) for each in page.items], "next": page.next},
        [f"{each.key}  {shown_name(each)}".rstrip() for each in page.items],
    )


@collection.command()
@WHICH
@click.argument("key")
@LIMIT
@CURSOR
@AS
@reporting
def history(
    output: Output, *, collection: str, key: str, limit: int, cursor: str | None, login: str | None
) -> None:
    """Show what happened to a record, the last first."""
    with application() as app:
        actor = acting(app.accounts, login)
        page = _given(app.collections.history(actor, _id(collection, None), key, cursor, limit))
    words = output.words
    lines = [
        words.text(
            "cli.collection.step",
            at=words.moment(step.change.at, "UTC"),
            who=step.change.by,
            way=words.text(f"web.collections.way.{step.change.way}"),
            fields="; ".join(f"{n}: {shown(old)} → {shown(new)}" for n, old, new in step.fields),
        ).rstrip()
        for step in page.items
    ]
    output.emit({"items": [change_json(each) for each in page.items], "next": page.next}, lines)


@collection.command()
@WHICH
@click.argument("key", required=False)
@LIMIT
@CURSOR
@AS
@reporting
def balances(
    output: Output,
    *,
    collection: str,
    key: str | None,
    limit: int,
    cursor: str | None,
    login: str | None,
) -> None:
    """Show what there is of the balances of KEY and who holds it, or of all records."""
    words = output.words
    with application() as app:
        actor, id_ = acting(app.accounts, login), _id(collection, None)
        if key is None:
            page = _given(app.balances.of_collection(actor, id_, cursor, limit))
            shown_ = {"items": [balance_json(each) for each in page.items], "next": page.next}
            output.emit(shown_, [_balance_line(each, words) for each in page.items])
            return
        found = _given(app.balances.of_record(actor, id_, key))
        lines = [line for each in found for line in _balance_lines(each, words)]
        output.emit({"items": [held_json(each) for each in found]}, lines)


def _balance_line(one: Balance, words: Words) -> str:
    return words.text(
        "cli.collection.balance",
        key=one.key,
        field=one.field,
        on_hand=shown(one.on_hand),
        reserved=shown(one.reserved),
        free=shown(one.free),
    )


def _balance_lines(one: Balance, words: Words) -> Iterator[str]:
    yield _balance_line(one, words)
    yield from (f"  {each.number}: {shown(each.amount)}" for each in one.held)
    if one.others:
        yield f"  {words.text('web.collections.held_others', amount=shown(one.others))}"


@collection.command("import")
@WHICH
@FILE
@click.option("--collection", "named", help="Which one, where COLLECTION is a bundle of several.")
@click.option("--dry-run/--accept", "dry", default=True, help="Only show it (default), or do it.")
@AS
@reporting
def import_(
    output: Output,
    *,
    collection: str,
    file: Path,
    named: str | None,
    dry: bool,
    login: str | None,
) -> None:
    """Take records from FILE (.csv, .xlsx) into COLLECTION: its id, or a bundle that defines it.

    Either every row is taken or none. Exit code 1 where a row is rejected.
    """
    data, id_ = file.read_bytes(), _id(collection, named)
    with application() as app:
        actor = acting(app.accounts, login)
        made: Comparison = _given(
            app.collection_import.compare(actor, id_, data)
            if dry
            else app.collection_import.accept(actor, id_, data, channel=CHANNEL)
        )
    output.emit(comparison_json(made), list(_lines(made, output.words)))
    if made.rejected:
        raise SystemExit(FINDINGS)


@collection.command()
@WHICH
@FILE
@AS
@reporting
def export(output: Output, *, collection: str, file: Path, login: str | None) -> None:
    """Write all records of COLLECTION to FILE, by its name as CSV or XLSX."""
    format_ = file.suffix.removeprefix(".").lower()
    if format_ not in FORMATS:
        raise click.UsageError(f"{file.name} ends neither in .csv nor in .xlsx")
    id_ = _id(collection, None)
    with application() as app:
        data = _given(app.collection_import.export(acting(app.accounts, login), id_, format_))
    file.write_bytes(data)
    text = output.words.text("cli.collection.exported", collection=id_, path=str(file))
    output.emit({"collection": id_, "path": str(file)}, [text])


def _id(collection: str, named: str | None) -> str:
    """The id as it is, or that of the collection which a bundle defines."""
    folder = Path(collection)
    if not folder.is_dir():
        return named or collection
    ids = [each.id for each in open_bundle(folder).documents if each.kind == "collection"]
    if named is not None:
        return named
    if len(ids) != 1:
        raise click.UsageError(f"--collection must name one of {', '.join(sorted(ids)) or 'none'}")
    return ids[0]


def _lines(made: Comparison, words: Words) -> Iterator[str]:
    for one in (*made.added, *made.changed)[:MOST_LINES]:
        way = words.text(
            "web.collections.way.changed" if one.version else "web.collections.way.added"
        )
        cells = "; ".join(f"{name}: {shown(old)} → {shown(new)}" for name, old, new in one.fields)
        yield f"{one.row}  {one.key}  {way}  {cells}"
    for each in made.rejected[:MOST_LINES]:
        key = f"problems.{each.problem.code}"
        params = {"message": each.problem.message, **each.problem.params}
        said = words.text(key, **params) if words.has(key) else each.problem.message
        yield f"{each.row}  {each.column}  {said}"
    yield words.text(
        "cli.collection.done" if made.accepted else "cli.collection.not_done",
        added=len(made.added),
        changed=len(made.changed),
        unchanged=made.unchanged,
        rejected=len(made.rejected),
    )


def _given(answer: Any) -> Any:
    if isinstance(answer, Rejection):
        raise Refused(answer)
    return answer
