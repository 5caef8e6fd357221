"""Records that are likely the same one: proposed, merged, and taken apart again."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from orderloom.forms.nodes import walk
from orderloom.platform.app.collection_import import every_record
from orderloom.platform.app.collection_records import Collections
from orderloom.platform.app.collection_schema import NAMES, Collection
from orderloom.platform.app.record_keeping import ChangeRecords, Edit
from orderloom.platform.app.runner import Runner
from orderloom.platform.engine.commands import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.collection_rows import Record, RecordChange
from orderloom.platform.store.collections import SqlCollections
from orderloom.platform.store.search_words import folded

# How a field's values are compared: `x-same` in its schema says so, an e-mail's format and the
# names of names say it by themselves.
WAYS: Final = ("code", "email", "name")
ANNOTATION: Final = "x-same"
MOST_GROUPS: Final = 200
# Shorter ones are alike by chance.
_SHORTEST: Final = {"code": 5, "email": 3, "name": 3}
_FORMS: Final = tuple(
    form.split()
    for form in (
        "spolka z ograniczona odpowiedzialnoscia",
        "spolka z o o",
        "sp z o o",
        "spolka akcyjna",
        "spolka jawna",
        "sp j",
        "sp k",
        "spol s r o",
        "spolecnost s rucenim omezenym",
        "spolocnost s rucenim obmedzenym",
        "s r o",
        "a s",
        "s a",
        "k s",
        "v o s",
        "gmbh co kg",
        "gmbh",
        "ag",
        "kg",
        "ltd",
        "limited",
        "llc",
        "inc",
        "plc",
        "sro",
        "spzoo",
        "as",
        "sa",
    )
)
_COUNTRY: Final = re.compile(r"[a-z]{2}(?=[0-9])")


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Records that are alike, by key, and in what: `code email name`."""

    records: tuple[Record, ...]
    ways: tuple[str, ...]


class CollectionMerging:
    """For holders of `collections.edit`."""

    def __init__(self, collections: Collections, tables: SqlCollections, runner: Runner) -> None:
        self._collections = collections
        self._tables = tables
        self._runner = runner

    def proposed(self, actor: Actor, id: str) -> list[Duplicates] | Rejection:
        """Groups of records that are likely the same, those alike in most first."""
        found = self._collections.to_edit(actor, id)
        if isinstance(found, Rejection):
            return found
        records = every_record(self._tables, actor.organisation, id)
        return duplicates(found, records)[:MOST_GROUPS]

    def merge(
        self, actor: Actor, id: str, keep: Record, other: Record, *, channel: str
    ) -> RecordChange | Rejection:
        """`other` goes, its key leads to `keep` from now on, which takes over the fields that it
        lacks. Both as they were looked at."""
        found = self._collections.to_edit(actor, id)
        if isinstance(found, Rejection):
            return found
        if keep.key == other.key:
            return Rejection("record.itself", f"{keep.key} cannot be merged into itself")
        filled = {**other.body, **keep.body}
        body = keep.body if found.problems(filled) else filled
        edits = (
            Edit(key=other.key, after=None, expected=other.version, merged_into=keep.key),
            Edit(key=keep.key, after=body, expected=keep.version, absorbs=other.key),
        )
        return self._carried_out(actor, id, edits, "merge", channel)

    def split(self, actor: Actor, id: str, key: str, *, channel: str) -> RecordChange | Rejection:
        """Takes a merge back: the record is again as it was, and so is the kept one where it did
        not change since."""
        found = self._collections.to_edit(actor, id)
        if isinstance(found, Rejection):
            return found
        kept_key = self._tables.leads_to(actor.organisation, id, key)
        history = self._tables.history(actor.organisation, id, key, before=None, limit=2)
        if kept_key is None or len(history) < 2 or history[1].after is None:
            return Rejection("record.not_merged", f"{key} was not merged", {"key": key})
        edits = [Edit(key=key, after=history[1].after, expected=0, unmerged=True)]
        edits += self._given_back(actor, id, kept_key, key)
        return self._carried_out(actor, id, tuple(edits), "split", channel)

    def _given_back(self, actor: Actor, id: str, kept_key: str, key: str) -> Iterator[Edit]:
        steps = self._tables.history(actor.organisation, id, kept_key, before=None, limit=2)
        if len(steps) == 2 and (steps[0].way, steps[0].more) == ("absorbed", key):
            now, before = steps
            yield Edit(key=kept_key, after=before.after, expected=now.version, returns=key)

    def _carried_out(
        self, actor: Actor, id: str, edits: tuple[Edit, ...], way: str, channel: str
    ) -> RecordChange | Rejection:
        work = ChangeRecords(actor=actor, channel=channel, collection=id, edits=edits, way=way)
        done = self._runner.change_records(work)
        return done if isinstance(done, Rejection) else done[0]


def duplicates(collection: Collection, records: Iterable[Record]) -> list[Duplicates]:
    """Records that share a normalised value, joined into groups."""
    compared = ways_of(collection)
    known = {each.key: each for each in records}
    sharing: dict[tuple[str, str], list[str]] = defaultdict(list)
    for record in known.values():
        for way, value in sorted(set(_values(record.body, compared))):
            sharing[way, value].append(record.key)
    groups = _joined([keys for keys in sharing.values() if len(keys) > 1])
    ways: dict[str, set[str]] = defaultdict(set)
    for (way, _), keys in sharing.items():
        if len(keys) > 1:
            ways[groups[keys[0]]].add(way)
    members: dict[str, list[str]] = defaultdict(list)
    for key in sorted(groups):
        members[groups[key]].append(key)
    found = [
        Duplicates(
            tuple(known[key] for key in keys), tuple(way for way in WAYS if way in ways[root])
        )
        for root, keys in members.items()
    ]
    return sorted(found, key=lambda each: (-len(each.ways), each.records[0].key))


def ways_of(collection: Collection) -> dict[tuple[str, ...], str]:
    """Path → way, for the fields that tell whether two records are the same."""
    found = {}
    for path, node in walk(collection.form.root):
        said = node.schema.get(ANNOTATION)
        if said in WAYS:
            found[path] = said
        elif said is None and node.format == "email":
            found[path] = "email"
        elif said is None and len(path) == 1 and path[0] in NAMES and node.kind == "string":
            found[path] = "name"
    return found


def normalised(way: str, value: str) -> str | None:
    """What is the same in two values that mean the same; None for what says nothing."""
    text = folded(value)
    if way == "email":
        text = text.strip()
    elif way == "code":
        text = _COUNTRY.sub("", "".join(filter(str.isalnum, text)), count=1)
    else:
        text = " ".join(_without_form(re.sub(r"[^\w]+", " ", text).split()))
    return text if len(text) >= _SHORTEST[way] else None


def _without_form(words: Sequence[str]) -> Sequence[str]:
    """The words of a name without the legal form at its end."""
    for form in _FORMS:
        if len(words) > len(form) and list(words[-len(form) :]) == form:
            return words[: -len(form)]
    return words


def _values(
    body: Mapping[str, Any], compared: Mapping[tuple[str, ...], str]
) -> Iterator[tuple[str, str]]:
    for path, way in compared.items():
        value: Any = body
        for part in path:
            value = value.get(part) if isinstance(value, Mapping) else None
        same = normalised(way, value) if isinstance(value, str) else None
        if same is not None:
            yield way, same


def _joined(several: Iterable[Sequence[str]]) -> dict[str, str]:
    """Each key with the one that stands for its group."""
    root: dict[str, str] = {}

    def find(key: str) -> str:
        while root.setdefault(key, key) != key:
            key = root[key]
        return key

    for keys in several:
        for key in keys[1:]:
            root[find(key)] = find(keys[0])
    return {key: find(key) for key in list(root)}
