"""Which definitions an order runs by: releases that pin versions, compiled once per digest."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final, Generic, TypeVar

from orderloom.platform.codec import digest as digest_of
from orderloom.platform.codec import loads
from orderloom.platform.definitions.compile import compile_release
from orderloom.platform.definitions.model import Release, Version
from orderloom.platform.definitions.references import (
    AS_OF_TODAY,
    BUILT_IN_MESSAGES,
    child_processes,
    references,
    sources,
)
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.store.definition_rows import (
    DefinitionTables,
    DefinitionVersion,
    ReleaseRow,
)

VERSION: Final = re.compile("[1-9][0-9]{0,8}")
MOST_COMPILED: Final = 256
# How long another process's publishing may stay unseen.
FRESH: Final = timedelta(seconds=1)

Key = tuple[str, str]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Resolved:
    """Everything a process refers to. Keys are (kind, reference as written)."""

    process: str
    bundle: str
    documents: Mapping[Key, Mapping[str, Any]]
    versions: Mapping[Key, Version]
    children: frozenset[str]

    def pins(self) -> tuple[tuple[str, str, str, int, str], ...]:
        """What an order keeps for its life: all but what is always as of today."""
        return tuple(
            (kind, reference, version.id, version.number, version.digest)
            for (kind, reference), version in sorted(self.versions.items())
            if not self._floats(kind, reference)
        )

    def _floats(self, kind: str, reference: str) -> bool:
        if kind in AS_OF_TODAY or reference.endswith("@latest"):
            return True
        return kind == "process" and reference in self.children


@dataclass(frozen=True, slots=True)
class _Seen(Generic[T]):
    """What was resolved, and until when that counts: from an instant of the clock to another, and
    by the machine's own seconds. It stays while nobody publishes (`mark`), but not when another
    version comes into force (`ends`)."""

    at: datetime
    until: datetime
    seconds: float
    found: T
    mark: object
    ends: datetime | None

    def is_fresh(self, now: datetime) -> bool:
        # The clock may be fixed, and then says nothing about what others published since.
        return self.at <= now < self.until and monotonic() < self.seconds


class Registry:
    """Releases by process or number. Safe to use from several threads.

    Raises `Refused` with `process.unknown` or `definition.missing`.
    """

    def __init__(self, tables: DefinitionTables, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._now = now
        self._lock = threading.RLock()
        self._compiled: OrderedDict[str, Release] = OrderedDict()
        self._current: dict[tuple[int, str], _Seen[Release]] = {}
        self._numbered: dict[int, _Seen[Release]] = {}
        self._processes: dict[int, _Seen[tuple[str, ...]]] = {}
        self._numbers: dict[tuple[int, str], int] = {}
        self._rows: dict[int, ReleaseRow] = {}

    def current(self, process: str, organisation: int, now: datetime) -> Release:
        """The release by which an order of `process` would start at `now`."""
        seen = self._current.get((organisation, process))
        if seen is not None and seen.is_fresh(now):
            return seen.found
        with self._lock:
            seen = self._current.get((organisation, process))
            mark = self._tables.mark(organisation)
            if seen is not None and _stays(seen, now, mark):
                ends = seen.ends
                self._current[(organisation, process)] = _seen(now, seen.found, mark, ends)
                return seen.found
            resolved = self._resolve(organisation, process, now, {})
            pins = resolved.pins()
            row = self._tables.make_release(
                organisation,
                process=process,
                digest=digest_of([list(pin) for pin in pins]),
                bundle=resolved.bundle,
                versions=pins,
            )
            release = self._compile(organisation, row, resolved)
            ends = self._tables.next_force(organisation, now)
            self._current[(organisation, process)] = _seen(now, release, mark, ends)
            return release

    def by_no(self, no: int) -> Release:
        """The release that an order pinned, with connectors and collections of today."""
        now = self._now()
        seen = self._numbered.get(no)
        if seen is not None and seen.is_fresh(now):
            return seen.found
        with self._lock:
            seen = self._numbered.get(no)
            row = self._row(no)
            mark = self._tables.mark(row.organisation)
            if seen is not None and _stays(seen, now, mark):
                self._numbered[no] = _seen(now, seen.found, mark, seen.ends)
                return seen.found
            pinned = {(kind, ref): (id_, n) for kind, ref, id_, n, _ in row.versions}
            resolved = self._resolve(row.organisation, row.process, now, pinned)
            release = self._compile(row.organisation, row, resolved)
            ends = self._tables.next_force(row.organisation, now)
            self._numbered[no] = _seen(now, release, mark, ends)
            return release

    def number_of(self, release: Release, organisation: int) -> int:
        """The number under which orders store a release that this registry gave out."""
        with self._lock:
            return self._numbers[(organisation, release.digest)]

    def latest(self, kind: str, id: str, organisation: int = 1) -> DefinitionVersion | None:
        """The newest version in force."""
        return self._tables.in_force(organisation, kind, id, self._now())

    def processes(self, organisation: int) -> tuple[str, ...]:
        """Ids of the processes of which orders can be made now."""
        now = self._now()
        seen = self._processes.get(organisation)
        if seen is not None and seen.is_fresh(now):
            return seen.found
        mark = self._tables.mark(organisation)
        if seen is not None and _stays(seen, now, mark):
            self._processes[organisation] = _seen(now, seen.found, mark, seen.ends)
            return seen.found
        found = self._startable(organisation, now)
        ends = self._tables.next_force(organisation, now)
        self._processes[organisation] = _seen(now, found, mark, ends)
        return found

    def forget(self) -> None:
        """Reads the tables anew at the next call (after publishing)."""
        with self._lock:
            self._current.clear()
            self._processes.clear()
            self._numbered.clear()

    def _startable(self, organisation: int, now: datetime) -> tuple[str, ...]:
        found = {
            row.id: row
            for row in reversed(self._tables.versions(organisation))
            if row.kind == "process" and (row.effective_from is None or row.effective_from <= now)
        }
        return tuple(
            id_ for id_, row in sorted(found.items()) if loads(row.body).get("fragment") is not True
        )

    def _row(self, no: int) -> ReleaseRow:
        if no not in self._rows:
            row = self._tables.release(no)
            if row is None:
                raise LookupError(f"no release {no}")
            self._rows[no] = row
        return self._rows[no]

    def _compile(self, organisation: int, row: ReleaseRow, resolved: Resolved) -> Release:
        self._numbers[(organisation, row.digest)] = row.no
        self._rows[row.no] = row
        whole = sorted((*key, v.number, v.digest) for key, v in resolved.versions.items())
        key = digest_of([organisation, row.digest, *([list(each) for each in whole])])
        if key in self._compiled:
            self._compiled.move_to_end(key)
            return self._compiled[key]
        release = compile_release(
            resolved.process,
            resolved.documents,
            resolved.versions,
            self._tables.bundle(organisation, resolved.bundle) or {},
        )
        # Orders know their release by what they pinned, whatever floats beside it.
        release = replace(release, digest=row.digest)
        self._compiled[key] = release
        if len(self._compiled) > MOST_COMPILED:
            self._compiled.popitem(last=False)
        return release

    def _resolve(
        self,
        organisation: int,
        process: str,
        at: datetime,
        pinned: Mapping[Key, tuple[str, int]],
    ) -> Resolved:
        documents: dict[Key, Mapping[str, Any]] = {}
        versions: dict[Key, Version] = {}
        bundle = ""
        waiting: list[Key] = [("process", process)]
        while waiting:
            key = waiting.pop()
            if key in documents:
                continue
            row = self._find(organisation, key, at, pinned)
            if row is None:
                raise Refused(_missing(process, key))
            document = loads(row.body)
            documents[key] = document
            versions[key] = Version(row.kind, row.id, row.number, row.digest)
            if key == ("process", process):
                bundle = row.bundle
                meta = self._tables.bundle(organisation, bundle) or {}
                waiting += [("calendar", meta["calendar"])] if meta.get("calendar") else []
            waiting += references(document)
        for key in [("message", id_) for id_ in sorted(BUILT_IN_MESSAGES)]:
            row = self._added(organisation, key, at, pinned)
            if row is not None and row.bundle == bundle:
                documents[key] = loads(row.body)
                versions[key] = Version(row.kind, row.id, row.number, row.digest)
        for key in [("ruleset", id_) for id_ in sources(documents["process", process])]:
            row = self._added(organisation, key, at, pinned)
            if row is not None:
                documents[key] = loads(row.body)
                versions[key] = Version(row.kind, row.id, row.number, row.digest)
        children = frozenset(child_processes(documents["process", process])) - {process}
        for child in children:
            # Only its title is lent: a child order has a release of its own.
            row = self._find(organisation, ("process", child), at, {})
            if row is not None:
                documents["process", child] = loads(row.body)
                versions["process", child] = Version(row.kind, row.id, row.number, row.digest)
        return Resolved(process, bundle, documents, versions, children)

    def _added(
        self,
        organisation: int,
        key: Key,
        at: datetime,
        pinned: Mapping[Key, tuple[str, int]],
    ) -> DefinitionVersion | None:
        """What may be there or not: words that a bundle says instead of the product, watches whose
        events a process takes. Pinned with all else, so never added to an order that started
        without it."""
        if pinned and key not in pinned:
            return None
        return self._find(organisation, key, at, pinned)

    def _find(
        self,
        organisation: int,
        key: Key,
        at: datetime,
        pinned: Mapping[Key, tuple[str, int]],
    ) -> DefinitionVersion | None:
        kind, reference = key
        if key in pinned:
            id_, number = pinned[key]
            return self._tables.version(organisation, kind, id_, number)
        id_, _, wanted = reference.partition("@")
        if wanted and wanted != "latest":
            number = int(wanted) if VERSION.fullmatch(wanted) else 0
            return self._tables.version(organisation, kind, id_, number)
        return self._tables.in_force(organisation, kind, id_, at)


def _seen(now: datetime, found: T, mark: object, ends: datetime | None) -> _Seen[T]:
    until = now + FRESH if ends is None else min(now + FRESH, ends)
    return _Seen(now, until, monotonic() + FRESH.total_seconds(), found, mark, ends)


def _stays(seen: _Seen[T], now: datetime, mark: object) -> bool:
    """Whether resolving it again would find the same; `mark` is of now."""
    return seen.at <= now and (seen.ends is None or now < seen.ends) and seen.mark == mark


def _missing(process: str, key: Key) -> Rejection:
    kind, reference = key
    if key == ("process", process):
        message = f"there is no process {process}"
        return Rejection("process.unknown", message, {"process": process}, path="process")
    params = {"kind": kind, "reference": reference, "process": process}
    return Rejection(
        "definition.missing", f"{process} needs {kind} {reference}, which is not published", params
    )
