"""Which watches there are: the newest version in force of each, compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Final

from orderloom.platform.codec import loads
from orderloom.platform.store.definition_rows import DefinitionTables, DefinitionVersion
from orderloom.rules import Ruleset
from orderloom.rules.ruleset import WATCH
from orderloom.rules.ruleset_reading import compile_ruleset

# How long what others published may stay unseen, in seconds.
FRESH: Final = 2.0


@dataclass(frozen=True, slots=True)
class Watch:
    """A watch of an organisation, at the version in force `since` then."""

    organisation: int
    id: str
    version: int
    since: datetime
    ruleset: Ruleset

    @property
    def reference(self) -> str:
        return f"{self.id}@{self.version}"


class Watched:
    """The watches of all organisations. `fresh`: seconds that an answer is kept."""

    def __init__(self, tables: DefinitionTables, *, fresh: float = FRESH) -> None:
        self._tables = tables
        self._fresh = fresh
        self._compiled: dict[str, Ruleset] = {}
        self._found: tuple[Watch, ...] = ()
        self._asked = float("-inf")

    def now(self, at: datetime) -> tuple[Watch, ...]:
        """Those in force at an instant."""
        if monotonic() - self._asked >= self._fresh:
            self._found = tuple(self._in_force(at))
            self._asked = monotonic()
        return self._found

    def _in_force(self, at: datetime) -> Iterator[Watch]:
        newest: dict[tuple[int, str], DefinitionVersion] = {}
        for version in self._tables.of_kind("ruleset"):
            if version.effective_from is not None and version.effective_from > at:
                continue
            known = newest.setdefault((version.organisation, version.id), version)
            if known.number < version.number:
                newest[version.organisation, version.id] = version
        for version in newest.values():
            ruleset = self._ruleset(version)
            if ruleset is not None:
                since = version.effective_from or version.published_at
                yield Watch(version.organisation, version.id, version.number, since, ruleset)

    def _ruleset(self, version: DefinitionVersion) -> Ruleset | None:
        if version.digest not in self._compiled:
            document: Mapping[str, object] = loads(version.body)
            self._compiled[version.digest] = compile_ruleset(document, digest=version.digest)
        ruleset = self._compiled[version.digest]
        return ruleset if ruleset.mode == WATCH else None
