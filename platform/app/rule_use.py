"""Counts how often each row of a rule was used, after the commit, from the one feed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from orderloom.platform.store.definition_rows import DefinitionTables
from orderloom.platform.store.feed_rows import FeedEntry, FeedTables
from orderloom.platform.store.read_rows import ReadTables
from orderloom.platform.store.rule_use_rows import RowKey, RuleUseTables, Used

BATCH: Final = 500
TRIES: Final = 3
DECIDING: Final = frozenset(
    {"decided", "checked", "inferred", "watch.hit", "approval.opened", "approval.verdict"}
)
Row = tuple[str, str, int, str]


class RuleUse:
    """Any number may run against one database: nothing is counted twice."""

    def __init__(
        self,
        feed: FeedTables,
        tables: RuleUseTables,
        reads: ReadTables,
        definitions: DefinitionTables,
    ) -> None:
        self._feed = feed
        self._tables = tables
        self._reads = reads
        self._definitions = definitions

    def run_once(self, limit: int = BATCH) -> int:
        """Counts what is new, a batch at most; how many entries it was. Raises `StoreError`."""
        for _ in range(TRIES):
            before = self._tables.cursor()
            entries, after = self._feed.feed(before, limit=limit, types=DECIDING)
            if not entries and not before.high:
                return 0
            if self._tables.add(before, after, self._counted(entries)) and entries:
                return len(entries)
        return 0

    def catch_up(self, most: int) -> int:
        """Counts what is new, up to so many entries; how many it was."""
        done = 0
        while done < most and (read := self.run_once()):
            done += read
        return done

    def rebuild(self) -> int:
        """Counts anew from the first entry on."""
        self._tables.clear()
        done = 0
        while read := self.run_once(BATCH * 4):
            done += read
        return done

    def _counted(self, entries: Sequence[FeedEntry]) -> dict[RowKey, Used]:
        pins = self._pins(entries)
        found: dict[RowKey, Used] = {}
        for entry in entries:
            at = datetime.fromisoformat(entry.at)
            for kind, id_, version, row in rows_of(entry, pins.get(entry.stream, {})):
                key = RowKey(entry.organisation, kind, id_, version, row)
                had = found.get(key)
                found[key] = Used(1, at) if had is None else Used(had.times + 1, max(had.last, at))
        return found

    def _pins(self, entries: Sequence[FeedEntry]) -> dict[int, dict[str, int]]:
        """Stream → approval → the version that its order keeps: entries do not name it."""
        wanted: dict[int, set[int]] = {}
        for entry in entries:
            if entry.type.startswith("approval."):
                wanted.setdefault(entry.organisation, set()).add(entry.stream)
        found = {}
        for organisation, streams in wanted.items():
            for id_, order in self._reads.orders_by_id(organisation, streams).items():
                release = self._definitions.release(order.release)
                found[id_] = {
                    reference: number
                    for kind, reference, _, number, _ in (release.versions if release else ())
                    if kind == "approval"
                }
        return found


def rows_of(entry: FeedEntry, pins: Mapping[str, int]) -> Iterator[Row]:
    """(kind, id, version, row) of what an entry says was used."""
    facts = entry.facts
    if entry.type == "decided":
        id_, version = _named(facts)
        for row in facts.get("rows") or ("",):
            yield "decision", id_, version, str(row)
    elif entry.type == "checked":
        id_, version = _named(facts)
        for task in _records(facts.get("tasks")):
            yield "decision", id_, version, str((task.get("why") or {}).get("rule") or "")
    elif entry.type == "inferred":
        id_, version = _named(facts)
        rules = [str(step.get("rule")) for step in facts.get("chain") or ()]
        for rule in rules or [""]:
            yield "ruleset", id_, version, rule
    elif entry.type == "watch.hit":
        id_, version = _named(facts)
        yield "ruleset", id_, version, str(facts.get("rule") or "")
    else:
        for task in _records(facts.get("tasks")):
            if task.get("kind") == "approval":
                id_ = str(task.get("approval"))
                yield "approval", id_, pins.get(id_, 0), str(task.get("id"))


def _named(facts: Mapping[str, Any]) -> tuple[str, int]:
    id_, _, version = str(facts.get("def") or "").partition("@")
    return id_, int(version) if version.isdigit() else 0


def _records(value: Any) -> list[Mapping[str, Any]]:
    return list(value.values()) if isinstance(value, Mapping) else []
