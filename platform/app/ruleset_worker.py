"""Rulesets and watches, run by a child process that may be killed: a ruleset that loops, crashes or
takes too long stops itself alone, and whoever asked gets a named failure.

One `RulesetWorker` a server; its child starts with the first call, and again after each death. A
call whose child died for no fault of its own is made once more. A ruleset by which the child died
`DEATHS` times in a row is not run for `pause` seconds, then tried again.
"""

from __future__ import annotations

import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Any, Final

from orderloom.platform.app.ruleset_frames import inferred_of
from orderloom.platform.app.ruleset_process import CHILD, Died, RulesetProcess
from orderloom.platform.app.ruleset_session import WatchSession
from orderloom.rules import Inferred, Ruleset, RulesetFailed

SECONDS: Final = 5.0
PAUSE: Final = 60.0
DEATHS: Final = 3
LOADED: Final = 64
Facts = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(slots=True)
class _Record:
    """Calls of one ruleset that failed by a death, in a row, and until when it rests."""

    deaths: int = 0
    until: float = 0.0


class RulesetWorker:
    """Runs rulesets, for any number of threads, one after the other.

    `seconds`: the longest that one call may take. `tick`: a clock of seconds that never goes back.
    """

    def __init__(
        self,
        seconds: float = SECONDS,
        *,
        pause: float = PAUSE,
        command: Sequence[str] = CHILD,
        tick: Callable[[], float] = time.monotonic,
    ) -> None:
        self.seconds = seconds
        self.pause = pause
        self.generation = 0
        self._command = tuple(command)
        self._tick = tick
        self._lock = RLock()
        self._children: list[RulesetProcess] = []
        self._loaded: OrderedDict[str, None] = OrderedDict()
        self._records: dict[str, _Record] = {}
        self._watches = 0
        weakref.finalize(self, _end_all, self._children)

    @property
    def pid(self) -> int | None:
        """The process of the child, where one runs."""
        return self._children[0].pid if self._children else None

    def infer(self, ruleset: Ruleset, facts: Facts) -> Inferred | RulesetFailed:
        """What follows from the facts of one order: plain data, by the kinds that have `from` (as
        `facts_of` gives them). Never raises for what a ruleset does."""

        def ask() -> dict[str, Any]:
            self._load(ruleset)
            return self.call({"do": "infer", "digest": ruleset.digest, "facts": facts})

        answer = self.guarded(ruleset, ask)
        return answer if isinstance(answer, RulesetFailed) else inferred_of(answer)

    def watch(self, ruleset: Ruleset) -> WatchSession:
        """A session of a watch: to be fed by one reader of the log, and closed."""
        with self._lock:
            self._watches += 1
            return WatchSession(self, ruleset, f"{self._watches}")

    def close(self) -> None:
        """Ends the child. A later call starts another."""
        with self._lock:
            self._forget()

    def guarded(
        self, ruleset: Ruleset, ask: Callable[[], dict[str, Any]]
    ) -> dict[str, Any] | RulesetFailed:
        """What `ask` answers, made once more where the child died, or why there is no answer."""
        with self._lock:
            record = self._records.setdefault(ruleset.digest, _Record())
            if record.until > self._tick():
                detail = f"the child died by it {record.deaths} times in a row"
                return _failed(ruleset, "quarantined", detail)
            died: Died | None = None
            for _ in range(2):
                try:
                    answer = ask()
                except Died as error:
                    died = error
                    self._forget()
                    if error.timeout:
                        break
                    continue
                except (TypeError, ValueError) as error:
                    # Of values that no message can hold; the child has not seen them.
                    return _failed(ruleset, "refused", str(error))
                record.deaths = 0
                return self._told(ruleset, answer)
            return self._dead(ruleset, record, died)

    def call(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of the child, which is started where none runs. Raises `Died`."""
        if not self._children:
            self.generation += 1
            self._loaded.clear()
            self._children.append(RulesetProcess(self.seconds, self._command))
        return self._children[0].call(request)

    def _load(self, ruleset: Ruleset) -> None:
        if ruleset.digest in self._loaded:
            self._loaded.move_to_end(ruleset.digest)
            return
        request = {"do": "load", "digest": ruleset.digest, "document": ruleset.document}
        answer = self.call(request)
        if "reason" in answer:
            raise ValueError(answer["detail"])
        self._loaded[ruleset.digest] = None
        if len(self._loaded) > LOADED:
            oldest, _ = self._loaded.popitem(last=False)
            self.call({"do": "drop", "digest": oldest})

    def _told(self, ruleset: Ruleset, answer: dict[str, Any]) -> dict[str, Any] | RulesetFailed:
        if "reason" not in answer:
            return answer
        if answer.get("lost"):
            self._loaded.pop(ruleset.digest, None)
        return _failed(ruleset, answer["reason"], answer["detail"], answer["rule"])

    def _dead(self, ruleset: Ruleset, record: _Record, died: Died | None) -> RulesetFailed:
        record.deaths += 1
        if record.deaths >= DEATHS:
            record.until = self._tick() + self.pause
        timeout = died is not None and died.timeout
        return _failed(ruleset, "timeout" if timeout else "crashed", died.detail if died else "")

    def _forget(self) -> None:
        self.generation += 1
        _end_all(self._children)
        self._loaded.clear()


def _failed(ruleset: Ruleset, reason: str, detail: str, rule: str | None = None) -> RulesetFailed:
    return RulesetFailed(ruleset.id, ruleset.digest, reason, detail, rule)


def _end_all(children: list[RulesetProcess]) -> None:
    while children:
        children.pop().end()
