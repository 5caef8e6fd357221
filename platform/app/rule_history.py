"""What became of rules: versions, who changed them, what changed, how often rows were used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from orderloom.platform.app.definition_history import Change, DefinitionHistory
from orderloom.platform.app.newest import newest
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.rule_use import RuleUse
from orderloom.platform.codec import loads
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.definition_rows import DefinitionTables
from orderloom.platform.store.rule_use_rows import RuleUseTables, Used
from orderloom.platform.words import Words

PERMISSION: Final = "audit.read"
KINDS: Final = ("decision", "approval", "ruleset")
# Whoever opens the page waits for so many entries that were not counted yet.
MOST_COUNTED: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """A rule in its newest version; `used`: over all versions and rows."""

    kind: str
    id: str
    title: str
    version: int
    at: datetime
    used: Used | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersion:
    """A version with its rows: id, how often, when last; rows that never matched have 0."""

    change: Change
    rows: tuple[tuple[str, int, datetime | None], ...]


class RuleHistory:
    """For `audit.read`; what definitions say is for `definition.read`."""

    def __init__(
        self,
        definitions: DefinitionTables,
        history: DefinitionHistory,
        tables: RuleUseTables,
        use: RuleUse,
    ) -> None:
        self._definitions = definitions
        self._history = history
        self._tables = tables
        self.use = use

    def all(self, actor: Actor) -> tuple[RuleLine, ...] | Rejection:
        """Every decision, approval and ruleset, by kind and title."""
        refused = needs(actor, PERMISSION) or needs(actor, "definition.read")
        if refused is not None:
            return refused
        self.use.catch_up(MOST_COUNTED)
        words, totals = Words(actor.language), self._tables.totals(actor.organisation)
        published = newest(self._definitions.versions(actor.organisation))
        found = [
            RuleLine(
                kind=kind,
                id=id_,
                title=words.choose(loads(version.body).get("title")) or id_,
                version=version.number,
                at=version.published_at,
                used=totals.get((kind, id_)),
            )
            for (kind, id_), version in published.items()
            if kind in KINDS
        ]
        return tuple(sorted(found, key=lambda one: (KINDS.index(one.kind), one.title.casefold())))

    def one(
        self, actor: Actor, kind: str, id_: str
    ) -> tuple[RuleLine, tuple[RuleVersion, ...]] | Rejection:
        """A rule with its versions, the newest first."""
        lines = self.all(actor)
        if isinstance(lines, Rejection):
            return lines
        line = next((each for each in lines if (each.kind, each.id) == (kind, id_)), None)
        if line is None:
            params = {"kind": kind, "reference": id_}
            return Rejection("definition.not_found", f"There is no {kind} {id_}.", params)
        changes = self._history.versions(actor, kind, id_)
        if isinstance(changes, Rejection):
            return changes
        used: dict[int, dict[str, Used]] = {}
        for key, use in self._tables.of(actor.organisation, kind, id_):
            used.setdefault(key.version, {})[key.row] = use
        return line, tuple(
            RuleVersion(
                change=each,
                rows=self._rows(actor, kind, id_, each.number, used.get(each.number, {})),
            )
            for each in changes
        )

    def _rows(
        self, actor: Actor, kind: str, id_: str, number: int, used: dict[str, Used]
    ) -> tuple[tuple[str, int, datetime | None], ...]:
        version = self._definitions.version(actor.organisation, kind, id_, number)
        body = loads(version.body) if version is not None else {}
        listed = body.get("steps" if kind == "approval" else "rules") or ()
        named = [str(each["id"]) for each in listed if isinstance(each, dict) and each.get("id")]
        rows = dict.fromkeys([*named, *sorted(used)])
        return tuple(
            (row, used[row].times if row in used else 0, used[row].last if row in used else None)
            for row in rows
        )
