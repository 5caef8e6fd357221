"""Collections and their records before the eyes, and in the hands, of one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from orderloom.platform.app.collection_schema import (
    Collection,
    CollectionSchemas,
    kept,
    name_of,
)
from orderloom.platform.app.cursors import read_cursor, write_cursor
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.record_keeping import ChangeRecords, Edit
from orderloom.platform.app.runner import Runner
from orderloom.platform.app.seeing import Seeing
from orderloom.platform.app.view_models import Page
from orderloom.platform.engine.commands import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.collection_rows import Record, RecordChange
from orderloom.platform.store.collections import SqlCollections

READ: Final = "collections.read"
EDIT: Final = "collections.edit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A step of a record's history. `fields`: name, value before, value after."""

    change: RecordChange
    fields: tuple[tuple[str, Any, Any], ...]


class Collections:
    """For holders of `collections.read`; changes for those of `collections.edit`, who may read
    too. Every refusal is a value; what belongs to another organisation does not exist."""

    def __init__(
        self, tables: SqlCollections, schemas: CollectionSchemas, runner: Runner, seeing: Seeing
    ) -> None:
        self.seeing = seeing
        self._tables = tables
        self._schemas = schemas
        self._runner = runner

    def listed(self, actor: Actor) -> list[Collection] | Rejection:
        """Every collection, by id."""
        return _readable(actor) or self._schemas.all(actor.organisation)

    def one(self, actor: Actor, id: str) -> Collection | Rejection:
        """A collection, or `collection.not_found`."""
        return _readable(actor) or self._schemas.one(actor.organisation, id)

    def to_edit(self, actor: Actor, id: str) -> Collection | Rejection:
        """The same for who wants to change its records."""
        return needs(actor, EDIT) or self._schemas.one(actor.organisation, id)

    def records(
        self, actor: Actor, id: str, text: str = "", cursor: str | None = None, limit: int = 50
    ) -> Page[Record] | Rejection:
        """Records with words that begin as those of the text do; of no text all, by key."""
        found = self.one(actor, id)
        if isinstance(found, Rejection):
            return found
        after = read_cursor(cursor, *([str, str] if text.strip() else [str]))
        if isinstance(after, Rejection):
            return after
        rows = self._tables.search(actor.organisation, id, text, after, limit + 1)
        more = write_cursor(rows[limit - 1].place) if len(rows) > limit else None
        self.seeing.records(actor, found, [row.body for row in rows[:limit]])
        return Page(tuple(rows[:limit]), more)

    def record(self, actor: Actor, id: str, key: str) -> Record | Rejection:
        """The record of exactly that key; of one that was merged `record.merged`, which names the
        kept one."""
        found = self.one(actor, id)
        if isinstance(found, Rejection):
            return found
        record = self._tables.record(actor.organisation, id, key)
        if record is None:
            return self._missing(actor, id, key)
        self.seeing.record(actor, found, key, record.body)
        return record

    def put(
        self,
        actor: Actor,
        id: str,
        key: str,
        data: Mapping[str, Any],
        *,
        expected: int,
        channel: str,
    ) -> Record | Rejection:
        """The record becomes `data`. `expected`: the version it was made of, 0 for a new one.
        Where nothing differs nothing happens."""
        found = self.to_edit(actor, id)
        if isinstance(found, Rejection):
            return found
        data = kept(data)
        refused = _unfit(found, key, data)
        if refused is not None:
            return refused
        known = self._tables.record(actor.organisation, id, key)
        if known is not None and known.version == expected and known.body == data:
            return known
        edit = Edit(key=key, after=data, expected=expected)
        done = self._changed(actor, id, edit, channel)
        if isinstance(done, Rejection):
            return done
        return Record(key=key, version=done.version, body=data)

    def delete(
        self, actor: Actor, id: str, key: str, *, expected: int, channel: str
    ) -> RecordChange | Rejection:
        """The record goes; its history stays."""
        found = self.to_edit(actor, id)
        if isinstance(found, Rejection):
            return found
        if expected == 0 or self._tables.record(actor.organisation, id, key) is None:
            return self._missing(actor, id, key)
        return self._changed(actor, id, Edit(key=key, after=None, expected=expected), channel)

    def history(
        self, actor: Actor, id: str, key: str, cursor: str | None = None, limit: int = 50
    ) -> Page[Changed] | Rejection:
        """What happened to a record, the last first, also to one that is gone."""
        found = self.one(actor, id)
        if isinstance(found, Rejection):
            return found
        after = read_cursor(cursor, int)
        if isinstance(after, Rejection):
            return after
        before = after[0] if after else None
        rows = self._tables.history(actor.organisation, id, key, before=before, limit=limit + 1)
        if not rows and before is None:
            known = self._tables.record(actor.organisation, id, key)
            return Page((), None) if known is not None else self._missing(actor, id, key)
        more = write_cursor((rows[limit - 1].version,)) if len(rows) > limit else None
        self.seeing.record(actor, found, key, *(row.after for row in rows if row.after is not None))
        earlier: list[RecordChange | None] = [*rows[1:], None]
        steps = [
            Changed(change=row, fields=differences(then.after if then else None, row.after))
            for row, then in zip(rows, earlier, strict=True)
        ]
        return Page(tuple(steps[:limit]), more)

    def _changed(self, actor: Actor, id: str, edit: Edit, channel: str) -> RecordChange | Rejection:
        work = ChangeRecords(actor=actor, channel=channel, collection=id, edits=(edit,))
        answer = self._runner.change_records(work)
        return answer if isinstance(answer, Rejection) else answer[0]

    def _missing(self, actor: Actor, id: str, key: str) -> Rejection:
        kept_key = self._tables.leads_to(actor.organisation, id, key)
        if kept_key is not None:
            params = {"key": key, "kept": kept_key}
            return Rejection("record.merged", f"{key} leads to {kept_key}", params)
        return Rejection("record.not_found", f"There is no record {key}.", {"key": key})


def differences(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> tuple[tuple[str, Any, Any], ...]:
    """Fields that differ: name, value before, value after; None for none."""
    old, new = before or {}, after or {}
    names = [*new, *(name for name in old if name not in new)]
    return tuple(
        (name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)
    )


def shown_name(record: Record) -> str:
    """What people call the record."""
    return name_of(record.body)


def _readable(actor: Actor) -> Rejection | None:
    return None if EDIT in actor.permissions else needs(actor, READ)


def _unfit(collection: Collection, key: str, data: Mapping[str, Any]) -> Rejection | None:
    problems = collection.problems(data)
    if not problems and collection.key_of(data) != key:
        message = f"{collection.field} is {data.get(collection.field)}, not {key}"
        params = {"field": collection.field, "key": key}
        return Rejection("record.other_key", message, params, path=collection.field)
    if not problems:
        return None
    message = f"{len(problems)} fields do not fit"
    return Rejection("form.invalid", message, {"count": len(problems)}, problems[0].path, problems)
