"""The engine beside the peers of goal 2 that are installed, each order durable at every step."""

from functools import partial
from pathlib import Path
from typing import Final

from orderloom.platform.bench import engine
from orderloom.platform.bench.contestant import Against, Contestant
from orderloom.platform.bench.peers import spiff

NOT_MEASURED: Final = (
    "bpmn-engine: runs on Node, with a program of its own",
    "DBOS: wants its own server beside the program",
)
SHARED: Final = "SpiffWorkflow, specs in memory"
DEFAULT: Final = "SpiffWorkflow, default serialisation"


def missing_peers() -> list[str]:
    """What is not measured here, and why."""
    return [*([] if spiff.installed() else ["SpiffWorkflow: not installed"]), *NOT_MEASURED]


def peers(folder: Path) -> list[Contestant]:
    """The engine and SpiffWorkflow; none where it is not installed."""
    if not spiff.installed():
        return []
    opened = partial(engine.opened, f"sqlite:///{folder / 'beside-peers.db'}")
    return [
        Contestant(
            "engine sqlite FULL", opened, (Against(SHARED, "≥ 5"), Against(DEFAULT, "≥ 18"))
        ),
        Contestant(SHARED, partial(spiff.opened, folder / "spiff-shared.db", in_memory=True)),
        Contestant(DEFAULT, partial(spiff.opened, folder / "spiff-default.db", in_memory=False)),
    ]
