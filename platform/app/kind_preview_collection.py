"""A collection that is being changed: its columns, records that are there, and what would be wrong
with them by the changed definition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from orderloom.forms import FormError
from orderloom.forms.nodes import Node, find
from orderloom.forms.sampling import sample_of
from orderloom.platform.app.collection_duplicates import duplicates
from orderloom.platform.app.collection_grid import columns_of, grid_of
from orderloom.platform.app.collection_records import EDIT
from orderloom.platform.app.collection_schema import Collection, collection_of
from orderloom.platform.app.field_words import field_label
from orderloom.platform.app.plain_text import shown_value
from orderloom.platform.app.view_models import Page
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.collection_rows import Record
from orderloom.platform.words import Words

# So many records are looked through; all of them are when a file is brought in.
MOST_READ: Final = 500
MOST_ROWS: Final = 20
MOST_COLUMNS: Final = 40
MOST_PROBLEMS: Final = 20
PART: Final = 100

Records = Callable[[Actor, str, str, str | None, int], Page[Record] | Rejection]
"""A page of the records of a collection that somebody may read; nothing that could change them."""


def collection_preview(
    value: Mapping[str, Any], *, records: Records, actor: Actor, words: Words
) -> dict[str, Any]:
    """Of a value of the right shape. Records only for those who may read them; an example in their
    place where there are none."""
    id_ = str(value.get("id"))
    try:
        made = collection_of(id_, value)
    except FormError as error:
        return {"why": words.text("kinds.no_schema", why=str(error)[:300])}
    found = _read(records, actor, id_)
    hidden = isinstance(found, Rejection) and found.code == "permission.missing"
    there = [] if isinstance(found, Rejection) else found
    bodies = [each.body for each in there[:MOST_ROWS]]
    example = not bodies
    if example:
        sample = sample_of(made.form.root)
        bodies = [sample if isinstance(sample, Mapping) else {}]
    columns = _columns(made, words)[:MOST_COLUMNS]
    return {
        "columns": columns,
        "rows": _rows(made, bodies, len(columns), words),
        "example": example,
        "hidden": hidden,
        "published": not (isinstance(found, Rejection) and found.code == "collection.not_found"),
        "looked": len(there),
        "more": len(there) >= MOST_READ,
        "problems": list(_problems(made, there, words))[:MOST_PROBLEMS],
        "alike": _alike(made, there, actor),
    }


def _read(records: Records, actor: Actor, id_: str) -> list[Record] | Rejection:
    rows: list[Record] = []
    cursor: str | None = None
    while len(rows) < MOST_READ:
        page = records(actor, id_, "", cursor, PART)
        if isinstance(page, Rejection):
            return page
        rows += page.items
        cursor = page.next
        if cursor is None:
            break
    return rows


def _columns(made: Collection, words: Words) -> list[dict[str, Any]]:
    return [
        {
            "path": ".".join(path),
            "label": field_label(made.form, ".".join(path), words),
            "kind": _kind(find(made.form.root, path)),
            "key": path == (made.field,),
            "known": find(made.form.root, path) is not None,
            "required": _is_required(made, path),
            "balance": ".".join(path) in made.balances,
        }
        for path in columns_of(made)
    ]


def _kind(node: Node | None) -> str:
    return "any" if node is None else node.format or node.kind


def _is_required(made: Collection, path: Sequence[str]) -> bool:
    around = find(made.form.root, tuple(path[:-1])) if len(path) > 1 else made.form.root
    return around is not None and path[-1] in around.required


def _rows(
    made: Collection, bodies: Sequence[Mapping[str, Any]], columns: int, words: Words
) -> list[list[str]]:
    grid = grid_of(made, bodies)
    return [
        [shown_value(cell, words) for cell in line[:columns]] for line in list(grid)[1:][:MOST_ROWS]
    ]


def _problems(
    made: Collection, records: Sequence[Record], words: Words
) -> Iterator[dict[str, Any]]:
    """Records that do not fit any more, and keys that several would have."""
    keys = Counter(key for each in records if (key := made.key_of(each.body)) is not None)
    for key, count in keys.items():
        if count > 1:
            said = words.text("kinds.same_key", key=key, count=count, field=made.field)
            yield {"key": key, "path": made.field, "message": said}
    for record in records:
        for each in made.problems(record.body):
            path = str(each.path or "")
            said = f"{field_label(made.form, path, words)}: {_said(each, words)}"
            yield {"key": record.key, "path": path, "message": said}


def _said(rejection: Rejection, words: Words) -> str:
    for key in (f"problems.{rejection.code}", f"forms.{rejection.code.removeprefix('form.')}"):
        if words.has(key):
            return words.text(key, **rejection.params)
    return rejection.message


def _alike(made: Collection, records: Sequence[Record], actor: Actor) -> int | None:
    """How many groups of records are likely the same; None for who may not merge them."""
    if EDIT not in actor.permissions:
        return None
    return len(duplicates(made, records))
