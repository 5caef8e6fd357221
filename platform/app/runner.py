"""The one door to the writers: commands of many threads, few transactions (engine 10).

Whoever finds nobody at work takes all that waits as one batch; the others sleep until their
command is done, or until it is their turn to lead. A lone command waits for nobody.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter, sleep
from typing import Any, Final, cast

from prometheus_client import Counter

from orderloom.platform.app.administering import Administer
from orderloom.platform.app.appointing import Appoint, Dismiss
from orderloom.platform.app.balance_book import OutOfTurn
from orderloom.platform.app.beside_orders import Beside, BesideOrders
from orderloom.platform.app.clock import Clock
from orderloom.platform.app.directory import Directory
from orderloom.platform.app.erasing import Erase, Erased
from orderloom.platform.app.handle import Handler
from orderloom.platform.app.in_turn import LOCKS_MORE, NOWHERE, Places, in_turn, order_of
from orderloom.platform.app.inferring import AskedOutside, InferFacts
from orderloom.platform.app.kept_orders import KeptOrders
from orderloom.platform.app.metrics import Metrics
from orderloom.platform.app.outside_reads import OutsideReads
from orderloom.platform.app.presence import Presence
from orderloom.platform.app.questions import Questions
from orderloom.platform.app.record_keeping import ChangeRecords
from orderloom.platform.app.recorder import Recorder, Salt, fresh_salt
from orderloom.platform.app.refusals import Announced, Noted
from orderloom.platform.app.registry import Registry
from orderloom.platform.app.releases import releases_for
from orderloom.platform.app.reply import NOTED, UNKNOWN, Reply
from orderloom.platform.app.runtime import versions
from orderloom.platform.app.series import Blocks, Series
from orderloom.platform.app.unit_of_work import UnitOfWork
from orderloom.platform.app.waiting import Ticket, Waiting
from orderloom.platform.engine.commands import Command
from orderloom.platform.engine.outcome import Question
from orderloom.platform.problem import Rejection
from orderloom.platform.store import Store, StoreError, Unknown
from orderloom.platform.store.collection_rows import RecordChange
from orderloom.platform.store.order_rows import Conflict, OrderWrite, ProjectionWrite, StreamHead
from orderloom.platform.store.substitution_rows import Substitution

__all__ = ["Reply", "Runner"]

BATCH: Final = 64
# As long as a batch may keep others waiting: those of this process, and of other programs. One
# of lists ends for whoever sends a single command as soon as it has done a little.
BATCH_SECONDS: Final = 0.02
LIST_SECONDS: Final = 0.01
LEAST_SECONDS: Final = 0.002
# So long lists stay away from the processor while somebody waits for an answer.
WAY_SECONDS: Final = 0.02
GLANCE: Final = 0.001
LONGEST: Final = 0.2
# Where a crowd came last, so many are worth waiting for as long as they keep coming; a lone
# command waits for nobody.
GATHERING: Final = 0.002
MOST_WAITS: Final = 4
TRIES: Final = 8
# So often a command comes again with what was found for it: its order may change meanwhile.
MOST_INFERENCES: Final = 8
FAILED: Final = frozenset({"internal", "unavailable", "outcome.unknown"})
PAUSE: Final = 0.005
Answer = Reply | Rejection
Written = Sequence[tuple[OrderWrite, ProjectionWrite]]

log = logging.getLogger(__name__)


Work = Command | Beside
Works = Sequence[Work]


class Runner:
    """Carries commands out. Safe to use from many threads."""

    def __init__(
        self,
        store: Store,
        registry: Registry,
        directory: Directory,
        clock: Clock,
        *,
        infer: InferFacts,
        metrics: Metrics | None = None,
        salt: Salt = fresh_salt,
        assume_files: bool = False,
    ) -> None:
        self._store = store
        self._registry = registry
        self._commands = store.commands
        self._questions = Questions(
            directory, store.collections, now=clock.now, assume_files=assume_files
        )
        self._outside = OutsideReads(store, registry)
        self._recorder = recorder = Recorder(self._commands.runtime(versions()), salt)
        self._handler = Handler(self._questions, recorder, now=clock.now)
        self._beside = BesideOrders(self._handler, recorder, now=clock.now)
        self._infer = infer
        self._now = clock.now
        self._blocks = Blocks(self._commands)
        self._kept = KeptOrders()
        self._metrics = metrics or Metrics()
        self._security: StreamHead | None = None
        self._mutex = threading.Lock()
        self._waiting = Waiting()
        self.presence = Presence()
        self._busy = False
        self._crowd = 1
        self._wanted = BATCH
        self._enough = threading.Event()
        self._counters: dict[tuple[type, str], Counter] = {}
        self.committed: Callable[[], None] = lambda: None
        # Told what became durable; it must be quick.
        self.written: Callable[[Written], None] = lambda written: None

    def submit(self, command: Command) -> Answer:
        """One command: durable, or refused and noted. An `unavailable` was not carried out."""
        began = perf_counter()
        try:
            return self.submit_many([command])[0]
        finally:
            self._metrics.command_seconds.observe(perf_counter() - began)

    def submit_many(self, commands: Sequence[Command]) -> list[Answer]:
        """Many commands, each with its own answer, in their order."""
        if not commands:
            return []
        ticket = Ticket(commands)
        if ticket.is_list:
            with self.presence.aside():
                waited = self._wait_for(ticket)
        else:
            waited = self._wait_for(ticket)
        answers = [self._informed(*each) for each in zip(commands, waited, strict=True)]
        for command, answer in zip(commands, answers, strict=True):
            self._count(command, answer)
        return answers

    def _informed(self, command: Command, answer: Any) -> Answer:
        """What is answered outside of the transaction is found on the caller's thread; then the
        command joins another batch."""
        for _ in range(MOST_INFERENCES):
            if not isinstance(answer, AskedOutside):
                return cast(Answer, answer)
            command = replace(command, known={**command.known, **answer.answered(self._infer)})
            (answer,) = self._wait_for(Ticket([command]))
        message = "The order changed each time that something was found for it; nothing was done."
        return Rejection("unavailable", message)

    def ask(self, question: Question, organisation: int) -> Any:
        """Answers a question of the interpreter outside of any transaction (for views)."""
        return self._questions.answer(question, organisation, lambda: self._outside)

    def appoint(self, work: Appoint | Dismiss) -> Substitution | Rejection:
        """Sets or ends that somebody stands in for another; noted in the audit."""
        return cast(Substitution | Rejection, self._wait_for(Ticket([work]))[0])

    def change_records(self, work: ChangeRecords) -> tuple[RecordChange, ...] | Rejection:
        """Changes records of a collection, all or none; noted in the audit."""
        return cast(tuple[RecordChange, ...] | Rejection, self._wait_for(Ticket([work]))[0])

    def erase(self, work: Erase) -> Erased | Rejection:
        """Takes personal values away, of an order that has ended or of a record."""
        return cast(Erased | Rejection, self._wait_for(Ticket([work]))[0])

    def administer(self, work: Administer) -> Rejection | None:
        """Changes what is above single orders, together with its entries; why not, else None."""
        answer: Rejection = self._wait_for(Ticket([work]))[0]
        return None if answer is NOTED else answer

    def note(self, noted: Noted) -> None:
        """Notes a refusal that came before any order was looked at (401, 403, malformed). How
        many there may be is for the caller to bound (`noting`)."""
        self._wait_for(Ticket([noted]))

    def announce(self, announced: Announced) -> bool:
        """Writes down what somebody did that belongs to no order; whether it is durable."""
        return self._wait_for(Ticket([announced]))[0] is NOTED

    def close(self) -> None:
        """Waits for the batch that is under way."""
        while True:
            with self._mutex:
                if not self._busy:
                    return
            sleep(PAUSE)

    # ── batches ──────────────────────────────────────────────────────────────────────────────

    def _wait_for(self, ticket: Ticket) -> list[Any]:
        with self._mutex:
            leads, self._busy = not self._busy, True
            if not leads:
                ticket.sleeper()
            self._waiting.put(ticket)
            if self._waiting.singles >= self._wanted:
                self._enough.set()
        while not ticket.done:
            if not leads:
                ticket.sleeper().wait()
                ticket.sleeper().clear()
            leads = False
            if not ticket.done:
                self._lead(ticket)
        if ticket.error is not None:
            raise ticket.error
        return ticket.answers

    def _lead(self, own: Ticket) -> None:
        """Carries out one batch of what waits, then hands over."""
        self._gather()
        self._give_way()
        with self._mutex:
            batch = self._waiting.take(BATCH)
            if own not in batch:
                # Another will carry it out, and must find whom to wake.
                own.sleeper()
        if not batch[0].is_list:
            self._crowd = len(batch)
        try:
            self._carry_out(batch)
        except BaseException as error:
            for ticket in batch:
                ticket.error = error
            raise
        finally:
            self._hand_over(batch)

    def _gather(self) -> None:
        """Waits for as many as came together last, while more keep coming."""
        if self._crowd < 2:
            return
        for _ in range(MOST_WAITS):
            with self._mutex:
                before = self._waiting.singles
                if before == 0 or before >= self._crowd:
                    return
                self._enough.clear()
                self._wanted = self._crowd
            self._enough.wait(GATHERING)
            self._wanted = BATCH
            if self._waiting.singles == before:
                return

    def _give_way(self) -> None:
        """Before a turn of lists: lets those be answered who are being worked for."""
        until = perf_counter() + WAY_SECONDS
        while self.presence.count and not self._waiting.singles and perf_counter() < until:
            sleep(GLANCE)

    def _hand_over(self, batch: Sequence[Ticket]) -> None:
        unfinished = [ticket for ticket in batch if not ticket.done]
        with self._mutex:
            for ticket in unfinished:
                ticket.sleeper()
                self._waiting.put(ticket)
            heir = self._waiting.next
            self._busy = heir is not None
        for ticket in batch:
            if ticket.done and ticket.wake is not None:
                ticket.wake.set()
        if heir is not None:
            heir.sleeper().set()

    def _carry_out(self, batch: Sequence[Ticket]) -> None:
        waiting = [
            (ticket, command)
            for ticket in batch
            for command in ticket.commands[len(ticket.answers) :]
        ][:BATCH]
        answers = self._answers(waiting, lists=batch[0].is_list)
        for (ticket, _), answer in zip(waiting, answers, strict=False):
            ticket.answers.append(answer)

    def _answers(self, waiting: Sequence[tuple[Ticket, Work]], *, lists: bool) -> list[Answer]:
        works = [work for _, work in waiting]
        try:
            return in_turn(self._in_transaction, works, lists=lists)
        except Unknown:
            log.exception("nobody knows whether a batch was done")
            return [UNKNOWN for _ in works]
        except Exception:
            # Only the culprit fails: each runs by itself.
            log.debug("once more, one by one", exc_info=True)
        return [self._alone(work) for work in works]

    def _alone(self, work: Work) -> Answer:
        for attempt in range(TRIES):
            try:
                return cast(Answer, in_turn(self._in_transaction, [work])[0])
            except Conflict:
                sleep(PAUSE * attempt)
            except Unknown:
                log.exception("nobody knows whether a command was done")
                return UNKNOWN
            except StoreError as error:
                log.error("database", extra={"fault": str(error)})
                break
            except Exception:
                # Nobody else's command may suffer from it.
                log.exception("bug")
                return Rejection("internal", "Something is broken on our side.")
        message = "The database could not take the change; nothing was done."
        return Rejection("unavailable", message)

    def _batch(self, works: Works, unit: UnitOfWork, places: Places, *, lists: bool) -> list[Any]:
        """Interprets commands until the time of a batch is over; at least one."""
        began = perf_counter()
        commands = [work for work in works if isinstance(work, Command)]
        keys = [(str(c.key_scope), c.key) for c in commands if c.key is not None]
        unit.look_up(keys)
        unit.load([id_ for c in commands if (id_ := order_of(c))])
        unit.balances.lock(places)
        answers: list[Any] = []
        for work in works:
            if answers and (
                isinstance(work, LOCKS_MORE) or self._is_over(perf_counter() - began, lists=lists)
            ):
                break
            if not isinstance(work, Command):
                answers.append(self._beside.carry_out(work, unit))
            else:
                answer = self._handled(work, unit)
                if isinstance(answer, OutOfTurn):
                    if not answers:
                        raise answer
                    break
                answers.append(answer)
            if isinstance(work, LOCKS_MORE):
                break
        return answers

    def _handled(self, command: Command, unit: UnitOfWork) -> Answer | AskedOutside | OutOfTurn:
        drawn = unit.series.mark()
        try:
            return self._handler.handle(command, unit)
        except (AskedOutside, OutOfTurn) as asked:
            unit.series.back(drawn)
            return asked

    def _is_over(self, seconds: float, *, lists: bool) -> bool:
        if lists:
            pressed = self._waiting.singles or self.presence.count
            return seconds > (LEAST_SECONDS if pressed else LIST_SECONDS)
        return seconds > (BATCH_SECONDS if self._waiting else LONGEST)

    def _in_transaction(
        self, works: Sequence[Work], places: Places = NOWHERE, *, lists: bool = False
    ) -> list[Answer]:
        commands = [work for work in works if isinstance(work, Command)]
        releases = releases_for(commands, self._registry, self._store.reads, self._now())
        with self._commands.transaction() as transaction:
            unit = UnitOfWork(
                transaction,
                self._registry,
                self._recorder,
                self._kept,
                Series(self._blocks, transaction, one_writer=self._commands.one_writer),
                log=self._commands.log,
                releases=releases,
                security=self._security,
            )
            answers = self._batch(works, unit, places, lists=lists)
            unit.flush()
        try:
            self._after(unit)
        except Exception:
            # It is durable, whatever fails now: it must not be done again.
            log.exception("after the commit")
        return answers

    def _after(self, unit: UnitOfWork) -> None:
        self._security = unit.security
        unit.keep()
        self._metrics.commits.inc()
        self.written(unit.written)
        self.committed()

    def _count(self, command: Command, answer: Answer) -> None:
        result = "accepted"
        if isinstance(answer, Rejection):
            result = "failed" if answer.code in FAILED else "refused"
        key = (type(command.body), result)
        counter = self._counters.get(key)
        if counter is None:
            # Found once: the library looks for it under a lock, by the text of each label.
            counter = self._metrics.commands.labels(key[0].__name__, result)
            self._counters[key] = counter
        counter.inc()
