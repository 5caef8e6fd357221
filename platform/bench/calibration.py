"""Says how fast this machine is, so that microseconds measured on two machines can be compared."""

import hashlib
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LOOPS = 2_000_000
MEGABYTES = 64
FLUSHES = 100


@dataclass(frozen=True)
class Calibration:
    """`loop_ns`: one round of a pure Python loop. `fdatasync_us`: one flush of 4 kB."""

    cores: int
    loop_ns: int
    sha256_mb_s: int
    fdatasync_us: int


def calibrate(folder: Path) -> Calibration:
    """Measure; `folder` is on the disk that the databases will be on. Medians of three."""
    return Calibration(
        cores=os.cpu_count() or 1,
        loop_ns=round(_median(_loop) / LOOPS * 1_000_000_000),
        sha256_mb_s=round(MEGABYTES / _median(_hash)),
        fdatasync_us=round(_median(lambda: _flush(folder)) / FLUSHES * 1_000_000),
    )


def _median(work: Callable[[], None]) -> float:
    def timed() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return statistics.median(timed() for _ in range(3))


def _loop() -> None:
    total = 0
    for number in range(LOOPS):
        total += number & 7


def _hash() -> None:
    block = bytes(1_000_000)
    digest = hashlib.sha256()
    for _ in range(MEGABYTES):
        digest.update(block)
    digest.digest()


def _flush(folder: Path) -> None:
    file = folder / "calibration"
    with file.open("wb") as handle:
        for _ in range(FLUSHES):
            handle.write(bytes(4096))
            handle.flush()
            os.fdatasync(handle.fileno())
    file.unlink()
