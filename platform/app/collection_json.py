"""Collections as the API and the command line tell them."""

from __future__ import annotations

from typing import Any

from orderloom.platform.app.balance_views import Balance, Moved
from orderloom.platform.app.collection_duplicates import Duplicates
from orderloom.platform.app.collection_import import Comparison, Proposal
from orderloom.platform.app.collection_records import Changed
from orderloom.platform.app.collection_schema import Collection, name_of
from orderloom.platform.engine.step import iso
from orderloom.platform.store.collection_rows import Record
from orderloom.platform.words import Words

# Records that a comparison tells cell by cell; the counts are of all.
MOST_TOLD = 1000


def collection_json(one: Collection, words: Words) -> dict[str, Any]:
    """Id, title, and the field of the key."""
    return {"id": one.id, "title": words.choose(one.title) or one.id, "key": one.field}


def record_json(one: Record) -> dict[str, Any]:
    """A record with its version, which goes into If-Match."""
    return {"key": one.key, "version": one.version, "name": name_of(one.body), "data": one.body}


def change_json(one: Changed) -> dict[str, Any]:
    """A step of a history with what it made of each field."""
    made = {
        "version": one.change.version,
        "at": iso(one.change.at),
        "by": one.change.by,
        "way": one.change.way,
        "fields": _fields(one.fields),
        "data": one.change.after,
    }
    # What was issued, and by which order, is told by the moves to those who may see it.
    if one.change.more is None or one.change.way == "issued":
        return made
    return {**made, "other": one.change.more}


def balance_json(one: Balance) -> dict[str, Any]:
    """What there is of a balance of a record."""
    return {
        "key": one.key,
        "field": one.field,
        "on_hand": one.on_hand,
        "reserved": one.reserved,
        "free": one.free,
    }


def held_json(one: Balance) -> dict[str, Any]:
    """The same with the orders that hold it and that the viewer may see; `others`: all the
    others hold."""
    held = [{"order": each.number, "amount": each.amount} for each in one.held]
    return {**balance_json(one), "held": held, "others": one.others}


def move_json(one: Moved) -> dict[str, Any]:
    """One move: by how much it changed what is reserved, and what there is."""
    return {
        "at": one.move.at,
        "by": one.move.by,
        "way": one.move.way,
        "field": one.move.field,
        "reserved": one.move.reserved,
        "on_hand": one.move.on_hand,
        "order": one.number,
    }


def comparison_json(made: Comparison) -> dict[str, Any]:
    """Counts, then what would change cell by cell, then the cells that cannot be taken."""
    several = (*made.added, *made.changed)
    return {
        "accepted": made.accepted,
        "added": len(made.added),
        "changed": len(made.changed),
        "unchanged": made.unchanged,
        "rejected": [
            {
                "row": each.row,
                "column": each.column,
                "code": each.problem.code,
                "message": each.problem.message,
            }
            for each in made.rejected[:MOST_TOLD]
        ],
        "records": [_proposal(each) for each in several[:MOST_TOLD]],
        "digest": made.digest,
    }


def duplicates_json(one: Duplicates) -> dict[str, Any]:
    """Records that are alike, and in what."""
    return {"ways": list(one.ways), "records": [record_json(each) for each in one.records]}


def _proposal(one: Proposal) -> dict[str, Any]:
    return {
        "row": one.row,
        "key": one.key,
        "way": "changed" if one.version else "added",
        "fields": _fields(one.fields),
    }


def _fields(several: Any) -> list[dict[str, Any]]:
    return [{"field": name, "before": old, "after": new} for name, old, new in several]
