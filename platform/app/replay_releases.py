"""The release that an order pinned, for a replay: what is stored must be what was pinned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from orderloom.platform.app.registry import Registry
from orderloom.platform.app.replay_report import Difference
from orderloom.platform.codec import digest, loads
from orderloom.platform.definitions import definition_digest
from orderloom.platform.definitions.model import Release
from orderloom.platform.problem import Refused
from orderloom.platform.store.definition_rows import DefinitionTables, ReleaseRow


@dataclass(frozen=True, slots=True)
class Pinned:
    """`release`: None where it cannot be compiled any more. `different`: definitions whose text is
    not the one that was published."""

    release: Release | None
    different: tuple[Difference, ...] = ()


class PinnedReleases:
    """Releases by number, each looked at once."""

    def __init__(self, tables: DefinitionTables, registry: Registry) -> None:
        self._tables = tables
        self._registry = registry
        self._known: dict[int, Pinned] = {}

    def by_no(self, no: int) -> Pinned:
        """The release and what is wrong with it."""
        if no not in self._known:
            self._known[no] = self._look(no)
        return self._known[no]

    def _look(self, no: int) -> Pinned:
        row = self._tables.release(no)
        if row is None:
            return Pinned(None, (Difference(problem="release", what=f"release {no}"),))
        wrong = tuple(self._altered(row))
        try:
            return Pinned(self._registry.by_no(no), wrong)
        except (Refused, ValueError, KeyError, TypeError, LookupError, AttributeError) as error:
            # Whatever was put in its place is no definition.
            one = Difference(problem="broken", definition=row.process, what=str(error))
            return Pinned(None, (*wrong, one))

    def _altered(self, row: ReleaseRow) -> Iterator[Difference]:
        if digest([list(pin) for pin in row.versions]) != row.digest:
            yield Difference(problem="release", what=f"release {row.no}")
        for kind, _, id_, number, wanted in row.versions:
            version = self._tables.version(row.organisation, kind, id_, number)
            name = f"{kind} {id_}@{number}"
            if version is None:
                yield Difference(problem="missing", definition=name)
            elif version.digest != wanted or _digest(version.body) != wanted:
                yield Difference(problem="definition", definition=name)


def _digest(body: bytes) -> str:
    try:
        return definition_digest(loads(body))
    except (ValueError, TypeError):
        return ""
