"""SQLite: the raw limit, the same rows by the bare driver, and the engine, each in three ways."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from orderloom.platform.bench import engine
from orderloom.platform.bench.contestant import Against, Contestant
from orderloom.platform.bench.raw_sqlite import SETTINGS, raw_sqlite
from orderloom.platform.bench.recording import record
from orderloom.platform.bench.same_rows import replayed_on_sqlite

# name -> goals of (the same rows, the raw limit)
GOALS: Final = {
    "FULL": ("≥ 0.90", "≥ 0.90"),
    "NORMAL": ("≥ 0.65", "≥ 0.50"),
    "group-50": ("≥ 0.60", "≥ 0.30"),
}


def sqlite_contestants(folder: Path, counts: Sequence[int]) -> list[Contestant]:
    """Nine contestants. `counts`: orders of each call that will be made."""
    recordings = {
        group: record(f"sqlite:///{folder / f'recorded-{group}.db'}", group=group, counts=counts)
        for group in {group for _, group in SETTINGS.values()}
    }
    found = raw_sqlite(folder)
    for name, (synchronous, group) in SETTINGS.items():
        same = f"same rows sqlite {name}"
        replayed = partial(
            replayed_on_sqlite, folder / f"same-{name}.db", synchronous, recordings[group]
        )
        opened = partial(
            engine.opened,
            f"sqlite:///{folder / f'engine-{name}.db'}",
            sync=synchronous.lower(),
            group=group,
        )
        rows_goal, raw_goal = GOALS[name]
        against = (Against(same, rows_goal), Against(f"raw sqlite {name}", raw_goal))
        found.append(Contestant(same, replayed, (Against(f"raw sqlite {name}"),)))
        found.append(Contestant(f"engine sqlite {name}", opened, against))
    return found
