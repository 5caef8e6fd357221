"""The sealer: every entry becomes a leaf of one tree, whose root is signed (engine 6)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from orderloom.audit.checkpoint import Checkpoint, SigningKey, sign
from orderloom.platform.app.anchoring import Anchoring
from orderloom.platform.app.metrics import Metrics
from orderloom.platform.app.seal_checks import Gap, leaves_to_seal, lost
from orderloom.platform.app.seal_keys import KeyFault, KeyFile
from orderloom.platform.app.tree import Tree
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.store.columns import moment, stamp
from orderloom.platform.store.seal_rows import (
    Behind,
    CheckpointRow,
    KeyRow,
    SealTables,
    WatchRow,
)

log = logging.getLogger(__name__)

# Entries of one checkpoint; how long a transaction may hold others back.
MOST: Final = 10_000
PATIENCE: Final = timedelta(seconds=60)
# Names in `audit_watch`.
SEAL, DELAY, COUNT = "seal", "delay", "count"
_FIRST: Final = CheckpointRow(no=0, size=0, root=b"", at="", note="")


class Sealing:
    """Seals what was committed. Any number may run against one database: of two that make the same
    checkpoint the second loses. `log_id`: the installation's; `most`: entries of a checkpoint."""

    def __init__(
        self,
        tables: SealTables,
        log_id: str,
        keys: KeyFile,
        now: Callable[[], datetime],
        *,
        metrics: Metrics,
        anchoring: Anchoring,
        most: int = MOST,
    ) -> None:
        self.keys = keys
        self.anchoring = anchoring
        self._tables = tables
        self._log = log_id
        self._now = now
        self._metrics = metrics
        self._most = most

    def seal(self, *, always: bool = False) -> CheckpointRow | None:
        """Seals all that is committed now, in one checkpoint or several; the newest one, None
        where there is none. `always`: one more even if nothing is new. Raises `Refused`
        (`seal.stopped`) where something is wrong, which is also kept to be seen."""
        return self._seal(always=always)

    def rotate(self, *, lost: bool = False) -> CheckpointRow:
        """A fresh key from the next checkpoint on, which the one before signs too; `lost`: it
        cannot, and whoever verifies must be told the new one. Raises `Refused`."""
        try:
            if lost:
                self.keys.replace()
            elif not self.keys.read() and self._tables.latest() is not None:
                raise KeyFault("key.missing", f"there is no {self.keys.path}")
            else:
                self.keys.rotate()
            made = self._seal(always=True, alone=lost)
            self.keys.forget()
        except KeyFault as fault:
            raise _refused(fault.code, str(fault)) from fault
        if made is None:
            raise _refused("outrun", "another sealer was quicker, again and again")
        return made

    def verifier(self) -> str:
        """The public form of the current key, made where the log has none yet. Raises `Refused`."""
        try:
            keys = self.keys.read()
            if not keys:
                if self._tables.latest() is not None:
                    raise KeyFault("key.missing", f"there is no {self.keys.path}")
                keys = self.keys.make()
        except KeyFault as fault:
            raise _refused(fault.code, str(fault)) from fault
        return str(keys[0].verifier)

    def known_verifier(self) -> str | None:
        """The public form of the key in the file; None where none can be read."""
        try:
            keys = self.keys.read()
        except KeyFault:
            return None
        return str(keys[0].verifier) if len(keys) == 1 else None

    def is_full(self) -> bool:
        """Whether enough was committed for a checkpoint of its own."""
        return self._tables.waiting(self._tables.latest()) >= self._most

    def run_once(self) -> int:
        """How many entries were sealed. Never raises for what is wrong with them: it is kept to be
        seen, and tried again."""
        before = self._tables.latest()
        try:
            after = self.seal()
        except Refused:
            after = before
        self.anchoring.run_once()
        if after is not None:
            self._count(after)
        return (after.size if after else 0) - (before.size if before else 0)

    def _seal(self, *, always: bool = False, alone: bool = False) -> CheckpointRow | None:
        while True:
            last = self._tables.latest()
            try:
                made = self._one(last, always=always, alone=alone)
            except KeyFault as fault:
                raise self._stopped(fault.code, str(fault)) from fault
            except LookupError as error:
                raise self._stopped("seal.tree", str(error)) from error
            if made is None:
                self._going(last)
                return last
            row, full = made
            if row is None:
                continue
            always = False
            if not full:
                self._going(row)
                return row

    def _one(
        self, last: CheckpointRow | None, *, always: bool, alone: bool
    ) -> tuple[CheckpointRow | None, bool] | None:
        """The next checkpoint and whether there may be more to seal; None: there is nothing; no
        checkpoint: another sealer was first."""
        before = last or _FIRST
        behind = self._tables.behind(last, self._most)
        self._held(behind)
        if not behind.ids and not always and (last is None or behind.era == before.era):
            self._stands(behind, last)
            return None
        leaves = leaves_to_seal(behind, self._log)
        if isinstance(leaves, Gap):
            raise self._gap(leaves)
        tree = Tree(before.size, self._tables.tile)
        if last is not None and tree.root() != last.root:
            raise LookupError(f"the tree is not that of checkpoint {last.no}")
        self._stands(behind, last)
        keys, key = self._signers(last, before.no + 1, alone=alone)
        tree.append(leaves)
        made = Checkpoint(self.keys.name, tree.size, tree.root())
        row = CheckpointRow(
            no=before.no + 1,
            size=made.size,
            root=made.root,
            at=stamp(self._now()),
            note=sign(made.text, keys),
            cursor=behind.cursor,
            era=behind.era,
            floor=behind.floor,
        )
        added = self._tables.add(row, tree.changed(), key)
        if added:
            self._metrics.sealed.inc(len(leaves))
        return (row if added else None), len(leaves) >= self._most

    def _stands(self, behind: Behind, last: CheckpointRow | None) -> None:
        """Stops where the last entry that is sealed no longer stands where it stood."""
        if last is None:
            return
        for leaf in self._tables.leaves(last.size - 1, last.size):
            gap = lost(behind, leaf)
            if gap is not None:
                raise self._gap(gap)

    def _gap(self, gap: Gap) -> Refused:
        named = replace(gap, name=self._tables.name_of(gap.stream))
        return self._stopped("seal.gap", str(named))

    def _signers(
        self, last: CheckpointRow | None, no: int, *, alone: bool
    ) -> tuple[tuple[SigningKey, ...], KeyRow | None]:
        """The keys that sign, and the row of the first one where it is new."""
        keys = self.keys.read()
        if not keys:
            if last is not None:
                raise KeyFault(
                    "key.missing", f"the log is signed, and {self.keys.path} is not there"
                )
            keys = self.keys.make()
        known = [each.verifier for each in self._tables.signers()]
        fresh = KeyRow(no=no, at=stamp(self._now()), verifier=str(keys[0].verifier), alone=alone)
        if not known or (fresh.verifier != known[-1] and alone):
            return keys[:1], fresh
        if fresh.verifier == known[-1]:
            return keys[:1], None
        if known[-1] not in [str(key.verifier) for key in keys]:
            raise KeyFault("key.unknown", f"the log is signed by {known[-1]}, another key")
        return keys, fresh

    def _held(self, behind: Behind) -> None:
        """Tells when a transaction has been open for so long that entries wait for it."""
        waited = timedelta()
        if behind.held_since is not None:
            waited = max(self._now() - moment(behind.held_since), timedelta())
        self._metrics.seal_behind.set(waited / timedelta(seconds=1))
        if waited > PATIENCE:
            self._tell(DELAY, "seal.delayed", f"entries since {behind.held_since} wait")
        else:
            self._tell(DELAY)

    def _count(self, last: CheckpointRow) -> None:
        """Once a day: as many entries as leaves."""
        row, now = self._tables.watches().get(COUNT), self._now()
        if row is not None and row.at and moment(row.at).date() >= now.date():
            return
        counted = self._tables.counted(last)
        told = WatchRow(name=COUNT, no=last.no, at=stamp(now))
        if counted != last.size:
            text = f"{counted} entries, {last.size} leaves"
            log.error("entries and leaves differ", extra={"fault": text})
            told = replace(told, fault=f"seal.count: {text}", since=told.at, failures=1)
        self._tables.watched(told)

    def _going(self, last: CheckpointRow | None) -> None:
        self._metrics.seal_stopped.set(0)
        if last is not None:
            self._metrics.seal_size.set(last.size)
        self._tell(SEAL)

    def _stopped(self, code: str, text: str) -> Refused:
        self._metrics.seal_stopped.set(1)
        self._tell(SEAL, code, text)
        return _refused(code, text)

    def _tell(self, name: str, code: str = "", text: str = "") -> None:
        """Keeps what is wrong, or that it no longer is; nothing is written where it is known."""
        row = self._tables.watches().get(name)
        told = f"{code}: {text}" if code else ""
        if (row.fault if row else "") == told:
            return
        now = stamp(self._now())
        if told:
            log.error("sealing: %s", name, extra={"fault": told})
        self._tables.watched(
            WatchRow(
                name=name, at=now, fault=told, since=now if told else "", failures=1 if told else 0
            )
        )


def _refused(code: str, text: str) -> Refused:
    message = f"Nothing more is sealed: {text}."
    return Refused(Rejection("seal.stopped", message, {"reason": text, "cause": code}))
