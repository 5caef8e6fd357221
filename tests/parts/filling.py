"""A program whose disk is full for a while: `<home> <url>`; it prints what became of its commands.

The operating system limits the size of its files, so that writing fails below the database's code.
Prints JSON: `before`, `during`, `after` (codes of refusals, "" where accepted), `rows` (what an
entry's table held before, during, after).
"""

from __future__ import annotations

import resource
import signal
import sys
from pathlib import Path
from typing import Any

from orderloom.platform.app.application import Application
from orderloom.platform.codec import dumps
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Command
from orderloom.platform.problem import Rejection
from orderloom.platform.settings import Settings
from parts.migrated import build

# More than the log of writes has room for without a file growing.
MANY = 40
TITLE = "Desk " * 30


def main() -> None:
    home, url = Path(sys.argv[1]), sys.argv[2]
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    app = build(Settings(home=home, database_url=url))
    found: dict[str, list[Any]] = {"before": [one(app)], "rows": [app.store.audit.count()]}
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = Path(f"{url.removeprefix('sqlite:///')}-wal")
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 10_000, hard))
    found["during"] = [one(app) for _ in range(MANY)]
    found["rows"].append(app.store.audit.count())
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    found["after"] = [one(app) for _ in range(3)]
    found["rows"].append(app.store.audit.count())
    sys.stdout.write(dumps(found).decode())
    app.close()


def one(app: Application) -> str:
    """The code of a refusal, empty where an order was made."""
    alice = app.accounts.by_login("alice")
    assert alice is not None
    body = c.Create("request", {"title": TITLE, "total": 250})
    reply = app.handle(Command(body=body, actor=alice))
    return reply.code if isinstance(reply, Rejection) else ""


if __name__ == "__main__":
    main()
