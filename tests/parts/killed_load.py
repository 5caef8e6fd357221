"""A program that is killed: it loads a database with commands and says which were acknowledged.

Started once, it forks a child for each line `<url> <home> <acknowledged file>` that it reads, so
that a round costs no imports. It prints the child's process id, and `end` when the child is gone.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from orderloom.platform.bootstrap import build
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Actor, Command
from orderloom.platform.problem import Rejection
from orderloom.platform.settings import Settings

THREADS = 3


def main() -> None:
    for line in sys.stdin:
        url, home, file = line.split()
        child = os.fork()
        if child == 0:
            load(url, Path(home), Path(file))
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("end", flush=True)


def load(url: str, home: Path, file: Path) -> None:
    """Commands from several threads until the program is killed."""
    app = build(Settings(home=home, database_url=url))
    alice = app.accounts.by_login("alice")
    assert alice is not None
    told = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def tell(order: int, revision: int) -> None:
        os.write(told, f"{order} {revision}\n".encode())

    def spend() -> None:
        unit = "IT"
        while True:
            order = one(alice, c.Create(process="spending", data={}))
            one(alice, c.SendEvent("take", {"unit": unit, "n": 3}), order)
            one(alice, c.SendEvent("spend", {"unit": unit, "n": 1}), order)
            one(alice, c.SendEvent("give-back", {"unit": unit, "n": 1}), order)
            one(alice, c.SendEvent("swap", {"unit": unit, "other": "HR", "n": 1}), order)
            if order % 2:
                one(alice, c.SendEvent("end"), order)

    def one(actor: Actor, body: c.Body, order: int = 0) -> int:
        reply = app.handle(Command(body=body, actor=actor, order=order))
        if isinstance(reply, Rejection):
            return order
        tell(reply.order, reply.revision)
        return reply.order

    threads = [threading.Thread(target=spend) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
