"""By which version of its process an order runs, told by the digest that its entries name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from orderloom.platform.app.mining import Shape
from orderloom.platform.app.registry import Registry
from orderloom.platform.definitions.model import Calendar, Release
from orderloom.platform.problem import Refused
from orderloom.platform.store.definition_rows import DefinitionTables


class Released:
    """The releases as they are now; made for one look."""

    def __init__(self, tables: DefinitionTables, registry: Registry) -> None:
        self._rows = {(row.process, row.digest): row for row in tables.every_release()}
        self._registry = registry
        self._shapes: dict[int, Shape] = {}

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
        return {} if row is None else self._shape(row.no).parents

    def structure(self, process: str, digest: str) -> tuple[str, Callable[[str], str | None]]:
        """`version`, and `parents` as a function."""
        return self.version(process, digest), self.parents(process, digest).get

    def release(self, process: str, version: int) -> Release | None:
        """The newest release of a version of a process; None where it cannot be had."""
        no = self._newest(process, version)
        try:
            return None if no is None else self._registry.by_no(no)
        except Refused:
            return None

    def shape(self, process: str, version: int) -> Shape:
        """What a version of a process says of its stages; nothing where nobody knows it."""
        no = self._newest(process, version)
        return Shape() if no is None else self._shape(no)

    def calendar(self, process: str, version: int) -> Calendar | None:
        """The calendar of working time that a version counts by, where it has one."""
        release = self.release(process, version)
        return None if release is None else release.calendar

    def _newest(self, process: str, version: int) -> int | None:
        numbers = (
            row.no
            for row in self._rows.values()
            if row.process == process and self.number(process, row.digest) == version
        )
        return max(numbers, default=None)

    def _shape(self, no: int) -> Shape:
        known = self._shapes.get(no)
        if known is None:
            known = self._shapes[no] = self._found(no)
        return known

    def _found(self, no: int) -> Shape:
        try:
            stages = self._registry.by_no(no).process.stages
        except Refused:
            return Shape()
        return Shape(
            {id_: each.ancestors[-1] if each.ancestors else None for id_, each in stages.items()},
            frozenset(id_ for id_, each in stages.items() if each.kind == "parallel"),
        )
