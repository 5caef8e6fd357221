"""The whole log in the database verified: chains, the tree over them, checkpoints, the anchor."""

from __future__ import annotations

import os
import threading
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from orderloom.audit.chain import PLACE
from orderloom.audit.verify_rows import (
    CHANGED,
    CUT,
    INSERTED,
    MISSING,
    Head,
    Problem,
    Report,
    Row,
    verify,
)
from orderloom.platform.app.verify_part import (
    Found,
    match,
    verify_ends,
    verify_part,
    verify_personal,
)
from orderloom.platform.app.verify_seal import seal_problems
from orderloom.platform.store import Store
from orderloom.platform.store.seal_rows import CheckpointRow
from orderloom.platform.store.verify_reading import Part, VerifyReads, database_url, reads_at

Progress = Callable[[int, int], None]
# Tiles of a part; personal values of one; a log with fewer entries is verified in this process.
TILES: Final = 64
VALUES: Final = 50_000
SMALL: Final = 60_000
# So many broken streams are looked at one by one; more, and the whole log is read again.
FEW: Final = 50
# What a child keeps between parts.
_mine: list[VerifyReads] = []


def verify_database(
    store: Store,
    *,
    verifier: str | None = None,
    kept: str | None = None,
    anchor: Path | None = None,
    progress: Progress = lambda done, total: None,
    processes: int | None = None,
) -> dict[str, Any]:
    """`{ok, checked, streams, checkpoint, unsealed, first?, problems?}` of the whole log.

    `verifier`: the key that the last checkpoint must be signed by, from outside of the database;
    `kept`: one that somebody kept, which may have been followed by others that it vouches for;
    `anchor`: a file of checkpoints that must be those of the tree. Nothing is written.
    """
    last = store.seal.latest()
    reads = VerifyReads(store.database)
    total = store.audit.count()
    found = Found()
    many = processes or (1 if total < SMALL else min(os.cpu_count() or 1, 8))
    parts = reads.parts(last.size if last else 0, TILES)
    for one in _each(store, parts, reads.people(VALUES), many):
        _add(found, one)
        progress(found.checked, total)
    problems = [*_broken(store, found)]
    seal = [*seal_problems(store, last, found.tiles, verifier=verifier, kept=kept, anchor=anchor)]
    problems += _unmatched(store, reads, found, last, told=not seal)
    problems += seal
    report = Report(found.checked, found.streams, tuple(_once(problems)))
    return {**report.to_json(), **_facts(last, found)}


def _each(
    store: Store, parts: list[Part], people: list[tuple[int, int]], processes: int
) -> Iterator[Found]:
    if processes == 1:
        reads = VerifyReads(store.database)
        yield verify_ends(reads)
        for part in parts:
            yield verify_part(reads, store.log, part)
        for after, upto in people:
            yield verify_personal(reads, after, upto)
        return
    # A fresh interpreter takes a second to begin; a copy of this one, where no other thread could
    # be in the middle of something, takes none.
    way = "fork" if threading.active_count() == 1 else "spawn"
    with ProcessPoolExecutor(
        processes,
        mp_context=get_context(way),
        initializer=_begin,
        initargs=(database_url(store.database),),
    ) as pool:
        # The ends take longest and begin first, so that nobody waits for them alone.
        waiting = [pool.submit(_ends)]
        waiting += [pool.submit(_part, store.log, part) for part in parts]
        waiting += [pool.submit(_personal, after, upto) for after, upto in people]
        for done in as_completed(waiting):
            yield done.result()


def _begin(url: str) -> None:
    _mine[:] = [reads_at(url)]


def _part(log: str, part: Part) -> Found:
    return verify_part(_mine[0], log, part)


def _personal(after: int, upto: int) -> Found:
    return verify_personal(_mine[0], after, upto)


def _ends() -> Found:
    return verify_ends(_mine[0])


def _add(found: Found, one: Found) -> None:
    found.checked += one.checked
    found.streams += one.streams
    found.unsealed += one.unsealed
    for stream, seq in one.bad.items():
        found.mark(stream, seq)
    found.tiles += one.tiles
    found.extra |= one.extra
    found.lost |= one.lost
    match(found.extra, found.lost)


def _broken(store: Store, found: Found) -> list[Problem]:
    """The broken streams, each looked at entry by entry to say what happened. Where that finds
    nothing the stream was only being written to meanwhile."""
    if not found.bad:
        return []
    few = len(found.bad) <= FEW
    heads: dict[int, Head] = {}
    rows = _rows(store, sorted(found.bad) if few else [None], heads)
    return list(verify(rows, heads, log=store.log).problems)


def _rows(store: Store, streams: Iterable[int | None], heads: dict[int, Head]) -> Iterator[Row]:
    """Rows stream by stream; each stream's head is known before its first row is looked at."""
    for wanted in streams:
        for stream in store.audit.streams(wanted):
            if stream.head or stream.count:
                heads[stream.stream] = Head(stream.count, stream.head, stream.name)
            for entry in stream.entries:
                kept = {each.slot: (each.salt, each.value) for each in entry.personal}
                yield Row(
                    stream.stream, entry.seq, entry.hash, entry.body, entry.trace, kept or None
                )


def _unmatched(
    store: Store, reads: VerifyReads, found: Found, last: CheckpointRow | None, *, told: bool
) -> Iterator[Problem]:
    """Leaves without their entry, and, where the tree is `told` whole, entries without a leaf."""
    if _moved(found):
        yield Problem(None, None, CHANGED, "places")
    lost: dict[int, list[int]] = {}
    for where in found.lost:
        stream, seq = PLACE.unpack(where)
        lost.setdefault(stream, []).append(seq)
    for stream, seqs in sorted(lost.items()):
        seq = min(seqs)
        name = store.seal.name_of(stream) or _name_in_tree(store, stream) or stream
        there = reads.at([(stream, each) for each in seqs])
        if there:
            yield Problem(name, min(seq for _, seq in there), CHANGED)
            continue
        count = reads.count_of(stream)
        yield Problem(name, seq, CUT if 0 < count < seq else MISSING)
    unsealed = 0
    for where in sorted(found.extra):
        if where in found.lost:
            continue
        stream, seq = PLACE.unpack(where)
        if store.seal.is_waiting(stream, seq, last):
            unsealed += 1
        elif told:
            yield Problem(store.seal.name_of(stream) or stream, seq, INSERTED)
    found.unsealed += unsealed


def _moved(found: Found) -> bool:
    """Takes out leaves that are there and are said to be other entries'."""
    hashes = {hash_: where for where, hash_ in found.lost.items()}
    moved = [where for where, hash_ in found.extra.items() if hash_ in hashes]
    for where in moved:
        found.lost.pop(hashes[found.extra.pop(where)], None)
    return bool(moved)


def _name_in_tree(store: Store, stream: int) -> str:
    """The number that an order had when it was sealed, of which nothing else may be left."""
    for tile in store.seal.tiles(0):
        for at, name in tile.names.items():
            if PLACE.unpack_from(tile.places, at * PLACE.size)[0] == stream:
                return name
    return ""


def _once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """One a stream or part: the first that is told of it."""
    seen: set[Any] = set()
    for problem in problems:
        about = problem.part if problem.order is None else problem.order
        if about not in seen:
            seen.add(about)
            yield problem


def _facts(last: CheckpointRow | None, found: Found) -> dict[str, Any]:
    told = None
    if last is not None:
        told = {"no": last.no, "size": last.size, "root": b64encode(last.root).decode()}
    return {"checkpoint": told, "unsealed": found.unsealed}
