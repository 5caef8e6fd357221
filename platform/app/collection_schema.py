"""What a collection's records must be: its schema in force, compiled; the keys of its records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, Final

from orderloom.forms import Form, compile_form
from orderloom.forms.defaulting import without_nulls
from orderloom.forms.personal import personal_fields
from orderloom.platform.codec import loads
from orderloom.platform.problem import Rejection
from orderloom.platform.store.definition_rows import DefinitionTables

MOST_COMPILED: Final = 64
LONGEST_KEY: Final = 200
NAMES: Final = ("name", "title", "label")
Title = str | Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A collection as its definition in force says. `field`: the field of the key. `balances`: the
    fields of which orders reserve; `personal`: those about the person whose id is the key."""

    id: str
    title: Title
    field: str
    form: Form
    balances: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()

    def problems(self, data: Mapping[str, Any]) -> tuple[Rejection, ...]:
        """Everything that does not fit, each at its field."""
        found = [
            Rejection(f"form.{one.code}", one.message, dict(one.params), path=one.path)
            for one in self.form.validate(data)
        ]
        if key_text(data.get(self.field)) is None and not any(
            one.path == self.field for one in found
        ):
            found.append(_no_key(self.field))
        return tuple(found)

    def key_of(self, data: Mapping[str, Any]) -> str | None:
        """The record's key; None for none that can be one."""
        return key_text(data.get(self.field))


class CollectionSchemas:
    """Collections by id. Safe to use from several threads."""

    def __init__(self, tables: DefinitionTables, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._now = now
        self._lock = Lock()
        self._compiled: dict[str, Collection] = {}

    def one(self, organisation: int, id: str) -> Collection | Rejection:
        """The collection as it is in force, or `collection.not_found`."""
        row = self._tables.in_force(organisation, "collection", id, self._now())
        if row is None:
            return Rejection("collection.not_found", f"There is no collection {id}.", {"id": id})
        with self._lock:
            known = self._compiled.get(row.digest)
        if known is not None and known.id == id:
            return known
        made = collection_of(id, loads(row.body))
        with self._lock:
            if len(self._compiled) >= MOST_COMPILED:
                self._compiled.clear()
            self._compiled[row.digest] = made
        return made

    def all(self, organisation: int) -> list[Collection]:
        """The organisation's collections, by id."""
        rows = self._tables.versions(organisation)
        ids = sorted({row.id for row in rows if row.kind == "collection"})
        found = (self.one(organisation, id_) for id_ in ids)
        return [each for each in found if isinstance(each, Collection)]


def collection_of(id: str, document: Mapping[str, Any]) -> Collection:
    """The collection of a checked definition. Raises `FormError` for a schema that is none."""
    form = compile_form(
        {
            "id": id,
            "title": document.get("title", id),
            "schema": document.get("schema") or {},
            "labels": document.get("labels") or {},
        }
    )
    return Collection(
        id=id,
        title=document.get("title", id),
        field=str(document.get("key", "id")),
        form=form,
        balances=tuple(document.get("balances") or ()),
        personal=tuple(path for path, _ in personal_fields(document)),
    )


def key_text(value: Any) -> str | None:
    """A field's value as a key: a text of 1 to 200 signs without white space around it, or a whole
    number."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value)
    fits = 0 < len(text) <= LONGEST_KEY and text == text.strip() and text.isprintable()
    return text if fits else None


def kept(data: Mapping[str, Any]) -> dict[str, Any]:
    """The record as it is kept: null and absent are one."""
    return dict(without_nulls(data))


def name_of(body: Mapping[str, Any]) -> str:
    """What people call the record, as far as its fields tell."""
    return next((str(body[name]) for name in NAMES if body.get(name)), "")


def _no_key(field: str) -> Rejection:
    message = f"Expected {field} as a text of 1 to {LONGEST_KEY} signs or a whole number"
    return Rejection("record.key", message, {"field": field, "count": LONGEST_KEY}, path=field)
