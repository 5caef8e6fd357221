"""`kill -9` in the middle of a load that moves balances (engine 14). Kills at chosen points:
`test_kill_points.py`."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.balance_bundle import spending

from orderloom.platform.app.application import Application
from orderloom.platform.app.balance_differences import balance_differences
from orderloom.platform.app.differences import differences

SPENDING_ROUNDS = 12
PROGRAM = Path(__file__).parents[1] / "parts" / "killed_load.py"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_what_is_reserved_is_whole_after_every_crash(url: str, tmp_path: Path) -> None:
    """Reserved = what orders hold = what was moved ≤ what there is, each round."""
    amounts = {"IT": 100_000, "HR": 100}
    with spending(tmp_path, database=url, amounts=amounts) as app:
        for _ in _killed(app, url, tmp_path, rounds=SPENDING_ROUNDS, seed=12):
            assert list(balance_differences(app.store)) == []


def _killed(
    app: Application, url: str, folder: Path, *, rounds: int, seed: int
) -> Iterator[dict[int, int]]:
    """Loads and kills, round by round; gives what a round acknowledged, which is all there. At the
    end tables and entries agree."""
    chance = random.Random(seed)
    orders: set[int] = set()
    with _loader() as loader:
        for number in range(rounds):
            told = folder / f"told-{number}"
            line = f"{url} {folder / 'home'} {told}"
            _one_round(loader, line, told, chance.uniform(0.0, 0.12))
            found = _read(told)
            orders |= found.keys()
            _all_there(app, found)
            yield found
    assert len(orders) > rounds
    assert list(differences(app.store, app.registry)) == []


class _loader:
    """The loading program, started once."""

    def __enter__(self) -> subprocess.Popen[str]:
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self.process

    def __exit__(self, *_: object) -> None:
        self.process.communicate()
        assert self.process.returncode == 0


def _one_round(loader: subprocess.Popen[str], line: str, told: Path, after: float) -> None:
    assert loader.stdin is not None
    assert loader.stdout is not None
    loader.stdin.write(f"{line}\n")
    loader.stdin.flush()
    child = int(loader.stdout.readline())
    until = time.monotonic() + 60
    while not told.exists() or told.stat().st_size == 0:
        assert time.monotonic() < until, "the load did not begin"
        time.sleep(0.002)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    assert loader.stdout.readline() == "end\n"


def _read(told: Path) -> dict[int, int]:
    """Order → the highest revision that was acknowledged. The last line may be half."""
    found: dict[int, int] = {}
    for line in told.read_text().split("\n")[:-1]:
        order, revision = (int(part) for part in line.split())
        found[order] = max(revision, found.get(order, 0))
    return found


def _all_there(app: Application, acknowledged: dict[int, int]) -> None:
    stored = app.store.reads.orders_by_id(1, list(acknowledged))
    lost = {
        order: revision
        for order, revision in acknowledged.items()
        if order not in stored or stored[order].revision < revision
    }
    assert lost == {}
