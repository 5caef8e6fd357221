"""What waits for the runner, and whose turn is next: a person before a list (decision 0009)."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, eq=False)
class Ticket:
    """Work of one caller. `wake` is set when it is done, or to lead the next batch; who leads at
    once and is done with that needs none."""

    commands: Sequence[Any]
    answers: list[Any] = field(default_factory=list)
    error: BaseException | None = None
    wake: threading.Event | None = None

    @property
    def done(self) -> bool:
        return self.error is not None or len(self.answers) == len(self.commands)

    @property
    def is_list(self) -> bool:
        """Several commands at once: an import, the bulk endpoint, a sweep."""
        return len(self.commands) > 1

    @property
    def left(self) -> int:
        return len(self.commands) - len(self.answers)

    def sleeper(self) -> threading.Event:
        """What its caller waits for, and others set."""
        if self.wake is None:
            self.wake = threading.Event()
        return self.wake


class Waiting:
    """Tickets in two queues. Single commands go first; a list gets every second turn, so that it
    comes to its end too. Only for use under the runner's lock, but for what is counted."""

    def __init__(self) -> None:
        self._singles: deque[Ticket] = deque()
        self._lists: deque[Ticket] = deque()
        self._owed = False

    @property
    def singles(self) -> int:
        """How many single commands wait."""
        return len(self._singles)

    def __bool__(self) -> bool:
        return bool(self._singles or self._lists)

    def put(self, ticket: Ticket) -> None:
        """At the end of its queue."""
        (self._lists if ticket.is_list else self._singles).append(ticket)

    @property
    def next(self) -> Ticket | None:
        """Who is first in the batch that `take` would give; None where nobody waits."""
        queue = self._turn()
        return queue[0] if queue else None

    def take(self, most: int) -> list[Ticket]:
        """The next batch: tickets of one queue, so many that they have `most` commands left, or
        little more."""
        queue, batch, count = self._turn(), [], 0
        while queue and count < most:
            ticket = queue.popleft()
            batch.append(ticket)
            count += ticket.left
        self._owed = queue is self._singles and bool(self._lists)
        return batch

    def _turn(self) -> deque[Ticket]:
        lists_turn = self._lists and (self._owed or not self._singles)
        return self._lists if lists_turn else self._singles
