"""The outbox: at least once outside, once inside (engine 9).

A job is claimed by lease, sent, and its answer submitted as `CallResult`; the state knows whether
it waits for the call, so a second answer changes nothing. The row goes after the answer is in.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from orderloom.platform.app.logs import about_order
from orderloom.platform.app.metrics import Metrics
from orderloom.platform.engine.commands import SYSTEM, CallResult, Command
from orderloom.platform.problem import Rejection
from orderloom.platform.store import StoreError
from orderloom.platform.store.work_rows import Job, WorkTables

LEASE: Final = timedelta(seconds=60)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one try. `error`: `{kind, code, message}`; `again`: the next try may differ.

    `retry`: what the operation allows, where the job's definition was found.
    """

    result: Any = None
    error: Mapping[str, Any] | None = None
    again: bool = False
    retry: Retry | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """`times` tries in all; the first pause, each further one `factor` times as long."""

    times: int = 5
    first: timedelta = timedelta(seconds=2)
    factor: int = 2
    most: timedelta = timedelta(hours=1)

    def pause(self, attempt: int, chance: int) -> timedelta:
        """The pause after try `attempt` (1, 2, …): at least half of the exponential one, up to all
        of it. `chance`: 0 to 999."""
        doubled: timedelta = self.first
        for _ in range(attempt - 1):
            doubled = min(doubled * self.factor, self.most)
        return doubled / 2 + doubled * chance / 2000


# An answer that nobody could take (the database is full, the order is locked): call and answer
# come again, ever more seldom.
AGAIN: Final = Retry(first=timedelta(seconds=30))


class Call(Protocol):
    """Makes one outgoing call (`calls.py` with a sender of `platform/delivery`)."""

    def __call__(self, job: Job, /) -> Answer: ...

    def longest(self, job: Job) -> timedelta:
        """The time it may take."""


class Post(Protocol):
    """Brings one message to its people; done again, nobody is told twice."""

    def __call__(self, job: Job, /) -> Answer: ...


class Submit(Protocol):
    """The runner: one command, one transaction."""

    def submit(self, command: Command) -> object: ...


class Outbox:
    """Claims jobs and carries them out. Any number of threads and processes may run one.

    `now`: the application's clock. `chance`: a number of 0 to 999, for the jitter.
    """

    def __init__(
        self,
        work: WorkTables,
        runner: Submit,
        now: Callable[[], datetime],
        *,
        call: Call,
        post: Post,
        chance: Callable[[], int],
        metrics: Metrics | None = None,
        lease: timedelta = LEASE,
    ) -> None:
        self._work = work
        self._runner = runner
        self._now = now
        self._call = call
        self._post = post
        self._chance = chance
        self._metrics = metrics or Metrics()
        self._lease = lease

    def run_once(self, limit: int = 1) -> int:
        """Claims up to `limit` due jobs and carries them out; how many there were."""
        jobs = self.claim(limit)
        for job in jobs:
            self.carry_out(job)
        return len(jobs)

    def claim(self, limit: int) -> tuple[Job, ...]:
        """Claims due jobs for this caller alone."""
        now = self._now()
        return self._work.claim(now, until=now + self._lease, limit=limit)

    def carry_out(self, job: Job) -> None:
        """Makes one try of a claimed job, and what follows from it."""
        with about_order(job.order):
            self._carry_out(job)

    def _carry_out(self, job: Job) -> None:
        if job.kind == "message":
            self._settle_message(job, self._tried(self._post, job))
            return
        answer = self._tried(self._call_in_time, job)
        if self._tries_again(job, answer):
            self._count(job, "again")
            return
        self._count(job, "failed" if answer.error else "done")
        body = CallResult(job.n, result=answer.result, error=answer.error)
        command = Command(body=body, actor=SYSTEM, order=job.order, channel="worker")
        reply = self._runner.submit(command)
        if isinstance(reply, Rejection) and reply.code != "order.not_found":
            log.warning("answer refused", extra={"code": reply.code, "job": job.id})
            self._work.postpone(job, due=self._now() + AGAIN.pause(job.attempts, self._chance()))
            return
        self._work.remove(job)

    def _call_in_time(self, job: Job) -> Answer:
        longest = self._call.longest(job)
        if longest >= self._lease:
            self._work.extend(job, until=self._now() + longest + self._lease)
        return self._call(job)

    def _tried(self, carry: Callable[[Job], Answer], job: Job) -> Answer:
        """One try. A bug is an answer too, else the job would come back for ever; a fault of the
        database is none: the claim runs out and the job is tried again."""
        try:
            return carry(job)
        except StoreError:
            raise
        except Exception:
            log.exception("job failed", extra={"job": job.id})
            error = {"kind": "invalid", "code": "internal", "message": "broken on our side"}
            return Answer(error=error, again=True)

    def _settle_message(self, job: Job, answer: Answer) -> None:
        if self._tries_again(job, answer):
            return
        if answer.error is not None:
            log.warning("message not delivered", extra=_extra(job, answer))
        self._work.remove(job)

    def _tries_again(self, job: Job, answer: Answer) -> bool:
        if answer.error is None:
            return False
        retry = answer.retry or Retry()
        log.info("delivery failed", extra=_extra(job, answer))
        if not answer.again or job.attempts >= retry.times:
            return False
        pause = retry.pause(job.attempts, self._chance())
        self._work.postpone(job, due=self._now() + pause)
        return True

    def _count(self, job: Job, result: str) -> None:
        self._metrics.calls.labels(str(_named(job, "connector")), result).inc()


def _extra(job: Job, answer: Answer) -> dict[str, Any]:
    error = answer.error or {}
    return {
        "job": job.id,
        "attempts": job.attempts,
        "connector": _named(job, "connector"),
        "operation": _named(job, "operation"),
        "kind": error.get("kind"),
        "code": error.get("code"),
    }


def _named(job: Job, name: str) -> Any:
    """A part of the job's body, also of one that is not as it should be."""
    return job.body.get(name) if isinstance(job.body, Mapping) else None
