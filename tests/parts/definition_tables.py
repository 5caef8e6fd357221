"""The definition tables in memory, with the same promises as `store.definitions`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from orderloom.platform.store.definition_rows import (
    DefinitionVersion,
    Draft,
    KeptScenario,
    ReleaseRow,
)
from orderloom.platform.store.order_rows import Conflict


class MemoryDefinitions:
    """Fulfils `DefinitionTables`."""

    def __init__(self) -> None:
        self.rows: list[DefinitionVersion] = []
        self.metas: dict[tuple[int, str], Mapping[str, Any]] = {}
        self.texts: dict[tuple[int, str], str] = {}
        self.played: dict[tuple[int, str], list[KeptScenario]] = {}
        self.saved: dict[tuple[int, str, str], Draft] = {}
        self.releases: list[ReleaseRow] = []
        self.reads = 0

    def publish(
        self, versions: Sequence[DefinitionVersion], *, bundle: str, meta: Mapping[str, Any]
    ) -> None:
        taken = {(row.organisation, row.kind, row.id, row.number) for row in self.rows}
        if any((row.organisation, row.kind, row.id, row.number) in taken for row in versions):
            raise Conflict("a number is taken")
        for row in versions:
            self.rows.append(row)
            self.saved.pop((row.organisation, row.kind, row.id), None)
            self.metas[row.organisation, bundle] = meta

    def mark(self, organisation: int) -> object:
        own = [row for row in self.rows if row.organisation == organisation]
        return len(own), [each for each in self.metas.items() if each[0][0] == organisation]

    def next_force(self, organisation: int, after: datetime) -> datetime | None:
        own = (row.effective_from for row in self.rows if row.organisation == organisation)
        return min((each for each in own if each is not None and each > after), default=None)

    def version(
        self, organisation: int, kind: str, id: str, number: int
    ) -> DefinitionVersion | None:
        found = self._all(organisation, kind, id)
        return next((row for row in found if row.number == number), None)

    def newest(self, organisation: int, kind: str, id: str) -> DefinitionVersion | None:
        return max(self._all(organisation, kind, id), key=lambda row: row.number, default=None)

    def in_force(
        self, organisation: int, kind: str, id: str, at: datetime
    ) -> DefinitionVersion | None:
        self.reads += 1
        found = [
            row
            for row in self._all(organisation, kind, id)
            if row.effective_from is None or row.effective_from <= at
        ]
        return max(found, key=lambda row: row.number, default=None)

    def versions(self, organisation: int) -> Sequence[DefinitionVersion]:
        found = [row for row in self.rows if row.organisation == organisation]
        return sorted(found, key=lambda row: (row.kind, row.id, -row.number))

    def of_kind(self, kind: str) -> Sequence[DefinitionVersion]:
        return [row for row in self.rows if row.kind == kind]

    def bundle(self, organisation: int, bundle: str) -> Mapping[str, Any] | None:
        return self.metas.get((organisation, bundle))

    def keep_bundle(
        self,
        organisation: int,
        bundle: str,
        *,
        meta: Mapping[str, Any],
        scenarios: Sequence[KeptScenario],
        text: str = "",
    ) -> None:
        self.metas[organisation, bundle] = meta
        self.texts[organisation, bundle] = text
        self.played[organisation, bundle] = list(scenarios)

    def bundle_text(self, organisation: int, bundle: str) -> str:
        return self.texts.get((organisation, bundle), "")

    def scenarios(self, organisation: int, bundle: str) -> Sequence[KeptScenario]:
        return self.played.get((organisation, bundle), [])

    def bundles(self, organisation: int) -> Sequence[str]:
        return sorted(name for org, name in self.metas if org == organisation)

    def save_draft(self, draft: Draft) -> None:
        self.saved[draft.organisation, draft.kind, draft.id] = draft

    def replace_draft(self, draft: Draft, *, instead_of: str | None) -> bool:
        key = (draft.organisation, draft.kind, draft.id)
        there = self.saved.get(key)
        if (there.tag if there is not None else None) != instead_of:
            return False
        self.saved[key] = draft
        return True

    def draft(self, organisation: int, kind: str, id: str) -> Draft | None:
        return self.saved.get((organisation, kind, id))

    def drafts(self, organisation: int) -> Sequence[Draft]:
        return [row for key, row in sorted(self.saved.items()) if key[0] == organisation]

    def drop_draft(self, organisation: int, kind: str, id: str) -> None:
        self.saved.pop((organisation, kind, id), None)

    def release(self, no: int) -> ReleaseRow | None:
        return self.releases[no - 1] if 0 < no <= len(self.releases) else None

    def every_release(self) -> Sequence[ReleaseRow]:
        return list(self.releases)

    def make_release(
        self,
        organisation: int,
        *,
        process: str,
        digest: str,
        bundle: str,
        versions: Sequence[tuple[str, str, str, int, str]],
    ) -> ReleaseRow:
        for row in self.releases:
            if (row.organisation, row.process, row.digest) == (organisation, process, digest):
                return row
        row = ReleaseRow(
            organisation=organisation,
            no=len(self.releases) + 1,
            process=process,
            digest=digest,
            bundle=bundle,
            versions=tuple(versions),
        )
        self.releases.append(row)
        return row

    def _all(self, organisation: int, kind: str, id: str) -> list[DefinitionVersion]:
        return [r for r in self.rows if (r.organisation, r.kind, r.id) == (organisation, kind, id)]
