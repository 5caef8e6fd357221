"""`kill -9` in a flush, in a commit, in a seal, anywhere: the log can be verified after each, holds
whole commands and everything that was acknowledged, and goes on (engine 14).

The summary of the run ends with `<rounds> rounds, <violations> violations`.
"""

from __future__ import annotations

import random
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from parts import kill_points
from parts.application import small_application
from sqlalchemy import text

from orderloom.audit.merkle import leaf_hash, root
from orderloom.platform.app.application import Application
from orderloom.platform.app.auditing import verify_store
from orderloom.platform.app.differences import differences
from orderloom.platform.app.replaying import Replaying
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Command
from orderloom.platform.problem import Rejection
from orderloom.platform.store.replay_rows import Chosen

ROUNDS = 100  # on each database
PROGRAM = Path(kill_points.__file__)
# point → how its number is drawn
NUMBERS: dict[str, Callable[[random.Random], int]] = {
    "before": lambda chance: chance.randint(1, 60),
    "after": lambda chance: chance.randint(1, 60),
    "commit": lambda chance: chance.randint(1, 3000),
    "committed": lambda chance: chance.randint(1, 6),
    "moving": lambda chance: chance.randint(1, 1000),
    "seal": lambda chance: chance.randint(1, 12),
    "sealed": lambda chance: chance.randint(1, 12),
    "signing": lambda chance: chance.randint(1, 1500),
    "any": lambda chance: chance.randint(1, 80_000),
}
Record = Callable[[str, object], None]


@dataclass
class Killed:
    """Rounds against one database. `after`: the highest order that was looked at; `wrong`: what
    was not as it must be."""

    app: Application
    url: str
    folder: Path
    chance: random.Random
    after: int = 0
    rounds: int = 0
    wrong: list[str] = field(default_factory=list)

    def round(self, loader: subprocess.Popen[str], point: str) -> None:
        """The program is killed at the point; what is stored is looked at."""
        told = self.folder / f"told-{self.rounds}"
        number = NUMBERS[point](self.chance)
        home = self.folder / "home"
        seed = self.chance.randint(0, 1 << 30)
        assert loader.stdin is not None
        assert loader.stdout is not None
        loader.stdin.write(f"{self.url} {home} {told} {point} {number} {seed}\n")
        loader.stdin.flush()
        loader.stdout.readline()
        ended = loader.stdout.readline().strip()
        assert ended in ("end 9", "end 14"), f"{point} {number}: {ended}"
        self.rounds += 1
        place = f"{point} {number}"
        self.wrong += [f"{place}: {problem}" for problem in self._problems(told)]

    def _problems(self, told: Path) -> Iterator[str]:
        verdict = verify_store(self.app)
        if not verdict["ok"]:
            yield f"verify: {verdict['first']}"
        yield from self._lost(told)
        yield from self._unsealed()
        newest = self.app.store.replays.part_end(self.after, Chosen(), 10_000)
        if newest is not None:
            report = Replaying(self.app).part(self.after, newest, Chosen())
            yield from (str(each.to_json()) for each in report.different)
            self.after = newest

    def _lost(self, told: Path) -> Iterator[str]:
        """Entries that were acknowledged and are not there. The last line may be half."""
        if not told.exists():
            return
        with self.app.store.database.reading() as connection:
            for line in told.read_text().split("\n")[:-1]:
                stream, seq, hash_ = line.split()
                found = connection.execute(
                    text("SELECT hash FROM audit_entry WHERE stream = :stream AND seq = :seq"),
                    {"stream": int(stream), "seq": int(seq)},
                ).scalar()
                if found is None or _hex(found) != hash_:
                    yield f"lost: {line}"

    def _unsealed(self) -> Iterator[str]:
        """What the newest checkpoint signs is what the tree says, of entries that are there."""
        last = self.app.store.seal.latest()
        if last is None:
            return
        leaves = list(self.app.store.seal.leaves(0, last.size))
        if root([leaf.hash for leaf in leaves]) != last.root:
            yield f"checkpoint {last.no}: another root"
        with self.app.store.database.reading() as connection:
            rows = connection.execute(text("SELECT stream, seq, hash FROM audit_entry")).all()
        there = {(stream, seq): leaf_hash(b64decode(hash_)) for stream, seq, hash_ in rows}
        sealed = {(leaf.stream, leaf.seq): leaf.hash for leaf in leaves}
        if len(sealed) != last.size:
            yield f"checkpoint {last.no}: an entry was sealed twice"
        if any(there.get(place) != hash_ for place, hash_ in sealed.items()):
            yield f"checkpoint {last.no}: it signs what is not there"

    def goes_on(self) -> None:
        """A command is accepted, every entry is sealed, and nothing differs in any order."""
        alice = self.app.accounts.by_login("alice")
        assert alice is not None
        body = c.Create("request", {"title": "Desk", "total": 250})
        reply = self.app.handle(Command(body=body, actor=alice))
        if isinstance(reply, Rejection):
            self.wrong.append(f"refused: {reply.code}")
        self.wrong += differences(self.app.store, self.app.registry)
        self.app.sealing.seal()
        last = self.app.store.seal.latest()
        if last is None or last.size != self.app.store.audit.count():
            self.wrong.append("not every entry was sealed")
        self.wrong += self._unsealed()
        if not verify_store(self.app)["ok"]:
            self.wrong.append("verify: at the end")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_log_is_whole_after_every_kill(
    url: str, tmp_path: Path, record_property: Record
) -> None:
    points = [name for name in NUMBERS if name != "moving" or url.startswith("sqlite")]
    with small_application(tmp_path, database=url) as app:
        killed = Killed(app, url, tmp_path, random.Random(14))
        with _loader() as loader:
            for number in range(ROUNDS):
                killed.round(loader, points[number % len(points)])
        killed.goes_on()
        assert killed.after > ROUNDS // 4
    record_property("kill_rounds", killed.rounds)
    record_property("kill_violations", len(killed.wrong))
    assert killed.wrong == []


class _loader:
    """The program that is killed, started once."""

    def __enter__(self) -> subprocess.Popen[str]:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "parts.kill_points"],
            cwd=PROGRAM.parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self.process

    def __exit__(self, *_: object) -> None:
        self.process.communicate()
        assert self.process.returncode == 0


def _hex(stored: str) -> str:
    return b64decode(stored).hex()
