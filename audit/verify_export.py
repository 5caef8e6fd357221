"""Checks an export of format 2: entries, then the tree, then who signed it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from orderloom.audit.verify_beside import Kept, compared
from orderloom.audit.verify_block import Found, check_block
from orderloom.audit.verify_extras import check_extras
from orderloom.audit.verify_notes import Key, Note, read_note
from orderloom.audit.verify_plan import CHECKPOINTS, Plan, read_plan
from orderloom.audit.verify_rows import CHANGED, CUT, FORGED, MISSING, REORDERED, Problem, Report
from orderloom.audit.verify_seal import Seal, believed, read_seal
from orderloom.audit.verify_sums import check_tree
from orderloom.audit.verify_workers import Workers, workers
from orderloom.audit.verify_zip import NOTE, Damaged

# Signatures that a worker looks at in one go.
NOTES_AT_ONCE = 64
# Fewer entries than this are looked at sooner than another process has begun.
WORTH_PROCESSES = 100_000
NO_CHECKPOINT = "No checkpoint: nobody has signed for these entries."
OWN_KEYS = (
    "The keys came with this file: signatures are trusted only as far as the file is."
    " Ask the owner of the log for the verifier key and give it by --key."
)
NO_SIGNATURE = (
    "Nobody has signed the manifest: what stands beside the entries (numbers of orders, reports)"
    " is trusted only as far as the file is."
)


def verify_export(
    path: Path,
    *,
    progress: Callable[[int], None] | None = None,
    keys: Iterable[Key] = (),
    kept: Kept | None = None,
    unsigned: bool = False,
    processes: int | None = None,
) -> Report:
    """Checks the file against itself and against what was kept elsewhere. `keys`: those to trust,
    else those that the file brings. `unsigned`: nobody need have signed the manifest of a log that
    is sealed. Raises `OSError` if it cannot be read."""
    with path.open("rb") as file:
        try:
            plan = read_plan(file)
        except Damaged as damage:
            return Report(0, 0, (Problem(None, None, damage.problem, damage.part),))
        check = Check(file, plan, tuple(keys), kept or Kept(), progress or (lambda done: None))
        check.unsigned = unsigned
        usual = (os.cpu_count() or 1) if plan.entries > WORTH_PROCESSES else 1
        with workers(path, file, (plan, check.seal), processes or usual) as crew:
            check.run(crew)
        return check.report()


class Check:
    """One file under examination. `named`: problems of entries; `parts`: of all else."""

    def __init__(
        self,
        file: BinaryIO,
        plan: Plan,
        keys: tuple[Key, ...],
        kept: Kept,
        progress: Callable[[int], None],
    ) -> None:
        self.file = file
        self.plan = plan
        self.kept = kept
        self.given = keys
        self.progress = progress
        self.named: list[Problem] = []
        self.parts: list[Problem] = []
        self.warnings: list[str] = []
        self.unsigned = False
        self.streams = 0
        self.sealed = 0
        self.seal = Seal()
        self.trusted: set[Key] = set()
        self.roots: Mapping[int, bytes] = {}
        self._guarded(self._read_seal)

    def run(self, crew: Workers) -> None:
        """All that is to be checked, in turn."""
        self._entries(crew)
        self._guarded(lambda: self._tree(crew))
        self._signatures(crew)
        self._guarded(self._manifest)
        self._guarded(lambda: self.parts.extend(check_extras(self.file, self.plan)))
        self._guarded(self._compare)

    def report(self) -> Report:
        """What was found, entries first."""
        facts: dict[str, Any] = {
            "format": 2,
            "content": self.plan.content,
            "log": self.plan.log,
            "checkpoints": len(self.seal.signed),
            "sealed": self.sealed,
            "unsealed": self.plan.entries - self.sealed,
            "keys": [str(key) for key in self.given or self.seal.keys],
            "trust": "key" if self.given else "file",
        }
        if self.warnings:
            facts["warnings"] = self.warnings
        return Report(self.plan.entries, self.streams, (*self.named, *self.parts), facts)

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Damaged as damage:
            self.parts.append(Problem(None, None, damage.problem, damage.part))

    def _read_seal(self) -> None:
        if not self.plan.signed:
            self.warnings.append(NO_CHECKPOINT)
            if self.given:
                raise Damaged(CHECKPOINTS, MISSING)
        elif not self.given:
            self.warnings.append(OWN_KEYS)
        self.seal = read_seal(self.file, self.plan)
        self.named += self.seal.named

    def _entries(self, crew: Workers) -> None:
        """Every block for itself; pieces of one stream must fit together."""
        last = None
        done = 0
        for block, found in zip(
            self.plan.blocks, crew.run(_block, range(len(self.plan.blocks))), strict=True
        ):
            done += found.rows
            self.progress(done)
            self.streams += found.streams
            for problem in found.problems:
                (self.parts if problem.order is None else self.named).append(problem)
            first = found.first
            if first is None:
                continue
            goes_on = last is not None and (last.stream, last.head, last.end) == (
                first.stream,
                first.head,
                first.start,
            )
            if last is not None and not goes_on:
                self._ended(last.name, last.end, last.head.count, odd=last.numbers is not None)
            if (first.start and not goes_on) or (
                not first.start and last is not None and first.stream <= last.stream
            ):
                self.parts.append(Problem(None, None, REORDERED, block.streams.name))
            last = found.last
        if last is not None:
            self._ended(last.name, last.end, last.head.count, odd=last.numbers is not None)

    def _ended(self, name: str | int, end: int, count: int, *, odd: bool) -> None:
        """A stream's last piece was that."""
        if end < count and not odd and name not in {each.order for each in self.named}:
            self.named.append(Problem(name, end + 1, CUT))

    def _tree(self, crew: Workers) -> None:
        sealed = check_tree(self.file, self.plan, self.seal, self.kept.sizes, crew)
        self.sealed = sealed.count
        self.parts += sealed.problems
        self.roots = sealed.roots

    def _signatures(self, crew: Workers) -> None:
        """A checkpoint must be signed by somebody who is believed."""
        signed = self.seal.signed
        notes = [each.checkpoint.note for each in signed]
        known = tuple(dict.fromkeys((*self.given, *self.seal.keys)))
        groups = [
            (notes[at : at + NOTES_AT_ONCE], known) for at in range(0, len(notes), NOTES_AT_ONCE)
        ]
        by = [each for group in crew.run(_signers, groups) for each in group]
        wrong, self.trusted = believed(by, self.given or self.seal.keys)
        for at in wrong:
            self.parts.append(Problem(None, None, FORGED, f"checkpoint {signed[at].no}"))

    def _manifest(self) -> None:
        """The note about the manifest, which covers all that no entry does."""
        text, _, signatures = self.plan.note.partition("\n\n")
        if f"{text}\n" != f"orderloom/{self.plan.log}/export\n{self.plan.digest}\n":
            raise Damaged(NOTE)
        if not signatures and (self.unsigned or not self.plan.signed):
            self.warnings.append(NO_SIGNATURE)
            return
        try:
            by = read_note(self.plan.note).signed_by(self.trusted)
        except ValueError:
            raise Damaged(NOTE, CHANGED if signatures else MISSING) from None
        if not by:
            raise Damaged(NOTE, FORGED)

    def _compare(self) -> None:
        named, parts = compared(self.file, self.plan, self.kept, self.roots)
        self.named += named
        self.parts += parts


def _block(file: BinaryIO, shared: tuple[Plan, Seal], number: int) -> Found:
    plan, _ = shared
    return check_block(file, plan.blocks[number], plan.hashes, plan.log)


def _signers(
    file: BinaryIO, shared: tuple[Plan, Seal], task: tuple[Sequence[Note], tuple[Key, ...]]
) -> list[tuple[Key, ...] | None]:
    notes, keys = task
    return [note.signed_by(keys) for note in notes]
