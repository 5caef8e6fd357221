"""Records of collections are changed: rows, history and one audit entry, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orderloom.platform.app.record_balances import below_reserved, levels_after
from orderloom.platform.app.recorder import Recorder
from orderloom.platform.app.security import security_entry
from orderloom.platform.app.unit_of_work import UnitOfWork
from orderloom.platform.codec import digest
from orderloom.platform.engine import SYSTEM, Event
from orderloom.platform.engine.commands import Actor
from orderloom.platform.engine.step import iso
from orderloom.platform.problem import Rejection
from orderloom.platform.store.collection_rows import RecordChange, RecordState, RecordWrite


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What a record is to become; `after` None: it goes. `expected`: the version that the change
    was made of, 0 for none. `merged_into`: where its key leads from now on; `unmerged`: it leads
    there no more; `absorbs`: the key that leads here from now on, `returns`: no more."""

    key: str
    after: Mapping[str, Any] | None
    expected: int
    merged_into: str | None = None
    unmerged: bool = False
    absorbs: str | None = None
    returns: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRecords:
    """Edits of one collection, all or none. `way`: what was done: `edit import merge split`."""

    actor: Actor
    channel: str
    collection: str
    edits: tuple[Edit, ...]
    way: str = "edit"
    on_behalf_of: None = None


class RecordKeeping:
    """Permission and schema were judged before; here only whether nothing changed meanwhile."""

    def __init__(self, recorder: Recorder, *, now: Callable[[], datetime]) -> None:
        self._recorder = recorder
        self._now = now

    def carry_out(
        self, work: ChangeRecords, unit: UnitOfWork
    ) -> tuple[RecordChange, ...] | Rejection:
        """What happened to each record, or why nothing did."""
        organisation, now = work.actor.organisation, self._now()
        keys = [each.key for each in work.edits]
        found = unit.records(organisation, work.collection, keys)
        reserved = unit.reserved(organisation, work.collection, keys)
        for edit in work.edits:
            refused = (
                _stale(edit, found[edit.key])
                or below_reserved(edit.key, edit.after, reserved.get(edit.key, {}))
                or _held_as(edit, work, unit)
            )
            if refused is not None:
                return refused
        writes = [
            RecordWrite(
                change=RecordChange(
                    organisation=organisation,
                    collection=work.collection,
                    key=edit.key,
                    version=found[edit.key].last + 1,
                    at=now,
                    by=work.actor.id,
                    way=_way(edit),
                    after=edit.after,
                    more=edit.merged_into or edit.absorbs or edit.returns,
                ),
                merged_into=edit.merged_into,
                unmerged=edit.unmerged,
            )
            for edit in work.edits
        ]
        unit.changes.records += [*_past(work, found, now), *writes]
        after = [(each.key, each.after) for each in work.edits]
        unit.changes.levels += levels_after(organisation, work.collection, after, reserved)
        changes = tuple(each.change for each in writes)
        event = _event(work, changes, found, now)
        security_entry(event, work, unit, self._recorder)
        return changes


def _stale(edit: Edit, state: RecordState) -> Rejection | None:
    if state.version != edit.expected:
        params = {"key": edit.key, "version": state.version}
        return Rejection("record.stale", f"{edit.key} is at version {state.version}", params)
    if state.merged_into is not None and not edit.unmerged:
        params = {"key": edit.key, "kept": state.merged_into}
        return Rejection("record.merged", f"{edit.key} leads to {state.merged_into}", params)
    return None


def _held_as(edit: Edit, work: ChangeRecords, unit: UnitOfWork) -> Rejection | None:
    """Whether orders hold amounts of the kept record by the key that is to lead elsewhere. Nobody
    can take more of it: it is locked too."""
    if not edit.unmerged:
        return None
    place = (work.actor.organisation, work.collection)
    kept = unit.records(*place, [edit.key])[edit.key].merged_into
    if kept is not None:
        unit.records(*place, [kept])
    if not unit.held_as(*place, edit.key):
        return None
    message = f"orders hold amounts by the key {edit.key}"
    return Rejection("record.reserved_as", message, {"key": edit.key})


def _past(
    work: ChangeRecords, found: Mapping[str, RecordState], now: datetime
) -> list[RecordWrite]:
    """What was there before its history began (data of a demo) becomes its first step, so that
    nothing is lost."""
    return [
        RecordWrite(
            change=RecordChange(
                organisation=work.actor.organisation,
                collection=work.collection,
                key=key,
                version=state.version,
                at=now,
                by=SYSTEM.id,
                way="added",
                after=state.body,
            ),
            past=True,
        )
        for key, state in found.items()
        if state.version > state.told
    ]


def _way(edit: Edit) -> str:
    if edit.unmerged:
        return "split"
    if edit.absorbs is not None or edit.returns is not None:
        return "absorbed" if edit.absorbs is not None else "returned"
    if edit.merged_into is not None:
        return "merged"
    if edit.after is None:
        return "deleted"
    return "changed" if edit.expected else "added"


def _event(
    work: ChangeRecords,
    changes: tuple[RecordChange, ...],
    found: Mapping[str, RecordState],
    now: datetime,
) -> Event:
    """The entry names what changed and seals the values by a digest; the values themselves, which
    may be people's, stand in the history."""
    facts: dict[str, Any] = {"collection": work.collection, "way": work.way, "at": iso(now)}
    if work.way == "import":
        for way in ("added", "changed"):
            facts[way] = sum(change.way == way for change in changes)
        return Event("records.imported", {**facts, "digest": digest_of(changes)})
    (change, *_) = changes
    before = found[change.key].body or {}
    after = change.after or {}
    facts |= {"key": change.key, "version": change.version, "way": change.way}
    facts["fields"] = sorted(
        name for name in {*before, *after} if before.get(name) != after.get(name)
    )
    if change.more is not None:
        facts["kept"] = change.more
    return Event("record.changed", {**facts, "digest": digest_of(changes)})


def digest_of(changes: tuple[RecordChange, ...]) -> str:
    """SHA-256 over key, version and value of each change."""
    return digest([[each.key, each.version, each.after] for each in changes])
