"""Orders from files of other systems: mapped, created in batches, each record once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from orderloom.platform.app.mapping import Mapped, OrderMapping
from orderloom.platform.app.records import Record, read_records
from orderloom.platform.app.runner import Runner
from orderloom.platform.codec import canonical
from orderloom.platform.engine.commands import Actor, Command, Create
from orderloom.platform.problem import Refused, Rejection

BATCH = 64
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why one record did not become an order. `line`: where the record begins in its file."""

    line: int
    key: str | None
    code: str
    message: str
    path: str | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many records were read, and what became of them."""

    read: int = 0
    created: int = 0
    duplicates: int = 0
    rejected: int = 0
    problems: tuple[RowProblem, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """The four counts, and the problems where there are any."""
        counts: dict[str, Any] = {
            "read": self.read,
            "created": self.created,
            "duplicates": self.duplicates,
            "rejected": self.rejected,
        }
        if self.problems:
            counts["problems"] = [
                {
                    "line": problem.line,
                    "key": problem.key,
                    "code": problem.code,
                    "message": problem.message,
                    "path": problem.path,
                }
                for problem in self.problems
            ]
        return counts


class Imports:
    """Imports by mapping; `organisation` is whose orders they become."""

    def __init__(self, runner: Runner, *, organisation: int = 1) -> None:
        self._runner = runner
        self._organisation = organisation

    def run(
        self, mapping: OrderMapping, source: Path, *, progress: Progress = lambda done, total: None
    ) -> ImportReport:
        """Imports a folder or a file. Raises `Refused` where a file is missing."""
        folder = source if source.is_dir() else source.parent
        path = source / (mapping.records or "") if source.is_dir() else source
        if not path.is_file():
            name = mapping.records or path.name
            raise Refused(Rejection("mapping.no_file", f"there is no {name}", {"file": name}))
        sides = mapping.side_files(folder)
        records = list(read_records(path))
        tally = _Tally()
        for done, batch in _batches(records):
            self._batch(mapping, sides, batch, tally)
            progress(done, len(records))
        return tally.report()

    def _batch(
        self, mapping: OrderMapping, sides: dict[str, Any], batch: list[Record], tally: _Tally
    ) -> None:
        commands: list[Command] = []
        rows: list[tuple[int, str]] = []
        for record in batch:
            value = record.value
            mapped = value if isinstance(value, Rejection) else mapping.apply(value, sides)
            if mapped is None:
                continue
            tally.read += 1
            if isinstance(mapped, Rejection):
                tally.refuse(record.line, mapped.params.get("key"), mapped)
                continue
            commands.append(self._command(mapping, mapped))
            rows.append((record.line, mapped.key))
        for (line, key), reply in zip(rows, self._runner.submit_many(commands), strict=True):
            if isinstance(reply, Rejection):
                tally.refuse(line, key, reply)
            elif reply.replayed:
                tally.duplicates += 1
            else:
                tally.created += 1

    def _command(self, mapping: OrderMapping, mapped: Mapped) -> Command:
        return Command(
            body=Create(process=mapping.process, data=mapped.data, source=mapping.source),
            actor=Actor(
                id=f"c:{mapping.source}",
                kind="connector",
                name=mapping.source,
                organisation=self._organisation,
            ),
            channel="import",
            key=mapped.key,
            key_scope=f"import:{mapping.name}",
            # The source's key alone: a record is the same record whatever was corrected in it.
            request_digest=hashlib.sha256(canonical([mapping.name, mapped.key])).digest(),
            remembers_refusal=False,
        )


@dataclass(slots=True)
class _Tally:
    read: int = 0
    created: int = 0
    duplicates: int = 0
    problems: list[RowProblem] = field(default_factory=list)

    def refuse(self, line: int, key: str | None, rejection: Rejection) -> None:
        first = rejection.details[0] if rejection.details else rejection
        self.problems.append(
            RowProblem(line, key, rejection.code, rejection.message, first.path or rejection.path)
        )

    def report(self) -> ImportReport:
        return ImportReport(
            self.read, self.created, self.duplicates, len(self.problems), tuple(self.problems)
        )


def _batches(records: list[Record]) -> Iterator[tuple[int, list[Record]]]:
    rest, done = iter(records), 0
    while batch := list(islice(rest, BATCH)):
        done += len(batch)
        yield done, batch
