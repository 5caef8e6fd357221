"""Makes a log of ours to compare by: a seeded set of orders in a database of `ORDERLOOM_HOME`."""

from __future__ import annotations

import sys
from pathlib import Path

from parts.application import add_cast
from parts.jobs import BEGAN, publish_jobs, wander

from orderloom.platform.bootstrap import build
from orderloom.platform.settings import Settings


def main(folder: Path, orders: int) -> None:
    """Leaves beside it how many entries the log has: `counted`."""
    app = build(Settings(home=folder / "home", clock=BEGAN))
    try:
        add_cast(app)
        publish_jobs(app, folder / "jobs")
        wander(app, orders)
        (folder / "counted").write_text(f"{app.store.audit.count()} {orders}", encoding="utf-8")
    finally:
        app.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
