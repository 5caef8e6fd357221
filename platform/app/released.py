"""By which version of its process an order runs, told by the digest that its entries name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from orderloom.platform.app.registry import Registry
from orderloom.platform.problem import Refused
from orderloom.platform.store.definition_rows import DefinitionTables


class Released:
    """The releases as they are now; made for one look."""

    def __init__(self, tables: DefinitionTables, registry: Registry) -> None:
        self._rows = {(row.process, row.digest): row for row in tables.every_release()}
        self._registry = registry
        self._parents: dict[int, Mapping[str, str | None]] = {}

    def number(self, process: str, digest: str) -> int:
        """The version of the process; 0: not known."""
        row = self._rows.get((process, digest))
        pins = () if row is None else row.versions
        return next((n for kind, _, id_, n, _ in pins if (kind, id_) == ("process", process)), 0)

    def version(self, process: str, digest: str) -> str:
        """The process as `id@version`; without a number where nobody knows it."""
        number = self.number(process, digest)
        return f"{process}@{number}" if number else process

    def parents(self, process: str, digest: str) -> Mapping[str, str | None]:
        """Stage → the stage that it lies in, None at the top; empty where nobody knows it."""
        row = self._rows.get((process, digest))
        if row is None:
            return {}
        if row.no not in self._parents:
            self._parents[row.no] = self._found(row.no)
        return self._parents[row.no]

    def structure(self, process: str, digest: str) -> tuple[str, Callable[[str], str | None]]:
        """`version`, and `parents` as a function."""
        return self.version(process, digest), self.parents(process, digest).get

    def _found(self, no: int) -> Mapping[str, str | None]:
        try:
            stages = self._registry.by_no(no).process.stages
        except Refused:
            return {}
        return {
            id_: stage.ancestors[-1] if stage.ancestors else None for id_, stage in stages.items()
        }
