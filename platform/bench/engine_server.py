"""The engine behind HTTP, as `orderloom serve` runs it, in a process of its own.

`python -m orderloom.platform.bench.engine_server URL` says `{"address", "tokens", "session",
"csrf"}`, then answers each line with a line of JSON: `waiting N` and `moving N` make orders that
wait for a manager's verdict, or for events; `busy` starts what a server may have beside a click
(two threads that compute, one that creates orders in bulk), `quiet` ends it; `commits` counts
transactions. The end of its input ends it.
"""

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.app.application import Application
from orderloom.platform.app.reply import Reply
from orderloom.platform.bench.engine import STEPS, Load, application, create
from orderloom.platform.bootstrap import server
from orderloom.platform.codec import dumps
from orderloom.platform.problem import Rejection

GROUP: Final = 50
PASSWORD: Final = "warp-and-weft-7"  # noqa: S105 - of a server that lasts as long as the bench
PEOPLE: Final = {"alice": "sales", "bob": "manager", "carol": "finance"}


@dataclass
class Served:
    """What the lines of the input are answered with."""

    app: Application
    load: Load
    stop: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def answer(self, line: str) -> Any:
        word, _, number = line.partition(" ")
        if word == "waiting":
            return [f"{reply.order}.{task}" for reply, task in self._waiting(int(number))]
        if word == "moving":
            return [reply.state.number for reply in self._stepped(int(number), 2)]
        if word == "busy":
            return self.busy()
        if word == "quiet":
            return self.quiet()
        return self.app.store.database.commits

    def busy(self) -> int:
        self.stop.clear()
        todo: list[Callable[[], None]] = [self._compute, self._compute, self._bulk]
        self.threads = [threading.Thread(target=each, daemon=True) for each in todo]
        for thread in self.threads:
            thread.start()
        return len(self.threads)

    def quiet(self) -> int:
        """How many orders were made in bulk so far."""
        self.stop.set()
        for thread in self.threads:
            thread.join()
        return self.load.made

    def _compute(self) -> None:
        number = 0
        while not self.stop.is_set():
            for _ in range(10_000):
                number = (number * 31 + 7) % 1_000_003

    def _bulk(self) -> None:
        while not self.stop.is_set():
            self._stepped(GROUP, 0)

    def _waiting(self, count: int) -> list[tuple[Reply, str]]:
        return [(reply, task) for reply in self._stepped(count, 0) for task in reply.state.tasks]

    def _stepped(self, count: int, steps: int) -> list[Reply]:
        replies = self.load.send([create(self.load.made + n) for n in range(count)])
        self.load.made += count
        for step in STEPS[:steps]:
            replies = self.load.step(replies, step)
        return replies


def _add_people(app: Application) -> dict[str, str]:
    """Everybody's token."""
    tokens = {}
    for login, role in PEOPLE.items():
        made = app.accounts.add_user(login, id=login, password=PASSWORD, roles=[role])
        token = app.accounts.create_token(login)
        if isinstance(made, Rejection) or isinstance(token, Rejection):
            raise RuntimeError(f"{login} cannot be added: {made} {token}")
        tokens[login] = token
    return tokens


def _main(url: str) -> None:
    with application(url) as app:
        tokens = _add_people(app)
        session = app.accounts.sign_in("bob", PASSWORD, "127.0.0.1")
        if not isinstance(session, SignedIn):
            raise RuntimeError(f"bob cannot sign in: {session}")
        with server(app) as running:
            served = Served(app, Load(app, GROUP))
            _say(
                {
                    "address": running.address,
                    "tokens": tokens,
                    "session": session.token,
                    "csrf": session.csrf,
                }
            )
            for line in sys.stdin:
                _say(served.answer(line.strip()))
            served.quiet()


def _say(value: Any) -> None:
    print(dumps(value).decode(), flush=True)


if __name__ == "__main__":
    _main(sys.argv[1])
