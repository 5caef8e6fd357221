"""What the worker reads and writes, as plain values: jobs, waiting messages, due orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from orderloom.platform.engine.commands import ParentRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A row of the outbox. `kind`: `call` (body: `connector operation args`) or `message` (body:
    `message names to`). `attempts`: how often it was claimed, this time included."""

    id: int
    organisation: int
    order: int
    n: int
    kind: str
    body: Mapping[str, Any]
    attempts: int
    due: datetime
    lane: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A row of the inbox. `kind`: `create` (body: `process data parent`), `event` or others."""

    to_order: int
    organisation: int
    from_stream: int
    from_n: int
    kind: str
    body: Mapping[str, Any]
    at: datetime

    @property
    def parent(self) -> ParentRef | None:
        """Of a `create`: the order and activity that asked for it."""
        parent = self.body.get("parent")
        return None if parent is None else ParentRef(**parent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message kept for one person to read in the pages. At most one per order, number, user."""

    organisation: int
    user: str
    order: int
    n: int
    subject: str
    body: str
    at: datetime


class WorkTables(Protocol):
    """The SQL of the worker (`store.work`): each call is one short transaction of its own."""

    def claim(self, now: datetime, *, until: datetime, limit: int) -> tuple[Job, ...]:
        """Up to `limit` jobs that are due (`due <= now`) and not claimed beyond `now`; of a lane
        only the oldest. They are claimed until then, `attempts` counted up. Whatever the number
        of callers and processes, no job is claimed twice before its claim has run out. Polled
        often: where nothing is due, nothing is locked or written."""

    def extend(self, job: Job, *, until: datetime) -> None:
        """A claim is kept for longer, unless it ran out and somebody else has the job."""

    def postpone(self, job: Job, *, due: datetime) -> None:
        """The job is tried again then; its claim ends. A job that is gone stays gone, and one that
        somebody else has claimed since stays theirs."""

    def remove(self, job: Job) -> None:
        """The job is done; no error if it is gone already."""

    def waiting(self, now: datetime, limit: int) -> tuple[int, ...]:
        """Ids of orders that messages wait for whose `at <= now`, the longest waiting first. `at`
        is when it was written, or the `not_before` of its body."""

    def letters(self, order: int) -> tuple[Letter, ...]:
        """All messages waiting for an order, ascending by (stream, n)."""

    def taken(self, letters: tuple[Letter, ...]) -> None:
        """The messages were taken; no error if they are gone already."""

    def due_orders(self, now: datetime, limit: int) -> tuple[int, ...]:
        """Ids of orders whose `wake_at <= now`, the earliest first; read without locks."""

    def next_wake(self) -> datetime | None:
        """The earliest `wake_at`, or due moment of a job."""

    def keep_notice(self, notice: Notice) -> None:
        """Keeps a notice; a second one for the same order, number and user is dropped."""

    def sweep(self, before: datetime, *, limit: int) -> int:
        """Forgets up to `limit` of the requests that were answered before then, the oldest first;
        how many."""
