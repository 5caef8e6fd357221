"""The ruleset child is killed, hangs and crashes: nothing is lost, nobody waits for ever, and only
the ruleset at fault stops, by its name."""

import os
import random
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from parts import dying_child

from orderloom.platform.app.ruleset_process import RulesetProcess
from orderloom.platform.app.ruleset_worker import DEATHS, RulesetWorker
from orderloom.rules import (
    Hit,
    Inferred,
    Ruleset,
    RulesetFailed,
    WatchEvent,
    compile_ruleset,
    infer_slowly,
)
from orderloom.rules.ruleset_watch_oracle import WatchSlowly

pytestmark = pytest.mark.slow

DYING = (str(Path(dying_child.__file__)),)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
KILLS = 20


def flags(id_: str = "flags") -> Ruleset:
    return compile_ruleset(
        {
            **{"kind": "ruleset", "id": id_, "mode": "inference"},
            "facts": {
                "line": {"type": {"sku": "string", "hazard": "boolean"}, "from": "lines"},
                "flag": {"type": {"code": "string"}},
            },
            "rules": [
                {
                    **{"id": "hazmat", "all": [{"l": "line", "if": {"hazard": "true"}}]},
                    "then": [{"assert": "flag", "with": {"code": '"HAZMAT"'}}],
                },
                {
                    **{"id": "hold", "all": [{"f": "flag", "if": {"code": '"HAZMAT"'}}]},
                    "then": [{"assert": "flag", "with": {"code": '"HOLD"'}}],
                },
            ],
        }
    )


def cards(id_: str = "cards") -> Ruleset:
    return compile_ruleset(
        {
            **{"kind": "ruleset", "id": id_, "mode": "watch", "key": "key", "within": "PT10M"},
            "rules": [
                {
                    **{"id": "declines", "all": [{"a": "failed.authorise", "count": 3}]},
                    "then": [{"send": {"event": "fraud.suspected", "to": "orders"}}],
                },
                {
                    **{"id": "silent", "all": [{"a": "order.placed"}]},
                    "none": [{"p": "order.paid"}],
                    "then": [{"send": {"event": "unpaid", "to": "orders"}}],
                },
            ],
        }
    )


def counting(id_: str = "counting") -> Ruleset:
    """Concludes a larger number from every number."""
    return compile_ruleset(
        {
            **{"kind": "ruleset", "id": id_, "mode": "inference"},
            "facts": {"n": {"type": {"value": "number"}, "from": "numbers"}},
            "rules": [
                {
                    **{"id": "next", "all": [{"n": "n"}]},
                    "then": [{"assert": "n", "with": {"value": "n.value + 1"}}],
                }
            ],
        }
    )


FACTS = {"line": [{"sku": "A", "hazard": False}, {"sku": "B", "hazard": True}]}


@pytest.fixture
def dying() -> Iterator[RulesetWorker]:
    running = RulesetWorker(1.0, pause=60.0, command=DYING, tick=lambda: 0.0)
    yield running
    running.close()


class Killer:
    """Kills the child of a worker, again and again, at random moments of a load."""

    def __init__(self, worker: RulesetWorker, seed: int) -> None:
        self.worker = worker
        self.chance = random.Random(seed)
        self.done = Event()
        self.kills = 0
        self.thread = Thread(target=self._run)

    def _run(self) -> None:
        while self.kills < KILLS:
            self.done.wait(self.chance.uniform(0.0, 0.08))
            pid = self.worker.pid
            if pid is None:
                continue
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.kills += 1

    def __enter__(self) -> "Killer":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.thread.join()


def test_twenty_kills_lose_no_answer() -> None:
    worker, ruleset = RulesetWorker(20.0, pause=0.0), flags()
    expected = infer_slowly(ruleset, FACTS)

    def ask(_: int) -> str:
        answer = worker.infer(ruleset, FACTS)
        if isinstance(answer, RulesetFailed):
            assert (answer.ruleset, answer.reason) == ("flags", "crashed")
            return answer.reason
        assert (answer.facts, answer.chain) == (expected.facts, expected.chain)
        return "answered"

    answers: list[str] = []
    with ThreadPoolExecutor(4) as pool, Killer(worker, 7) as killer:
        while killer.kills < KILLS:
            answers += pool.map(ask, range(40))
    answers += [ask(0)]
    worker.close()
    assert killer.kills == KILLS
    # A caller has its named failure only where the child died twice under its hands.
    assert answers[-1] == "answered"
    assert answers.count("crashed") <= KILLS // 2


def events(count: int) -> list[WatchEvent]:
    chance = random.Random(3)
    names = ("failed.authorise", "failed.authorise", "order.placed", "order.paid")
    return [
        WatchEvent(
            id=str(number),
            time=BEGIN + timedelta(seconds=number * 20),
            key=chance.choice(["C1", "C2", "C3"]),
            facts={chance.choice(names): {}},
        )
        for number in range(count)
    ]


def test_twenty_kills_lose_no_hit_and_find_none_twice() -> None:
    worker, ruleset = RulesetWorker(20.0, pause=0.0), cards()
    session, slow = worker.watch(ruleset), WatchSlowly(ruleset)
    expected: list[Hit] = []
    found: list[Hit] = []
    log = iter(events(100_000))
    with Killer(worker, 11) as killer:
        while killer.kills < KILLS:
            some = [next(log) for _ in range(10)]
            expected += [hit for one in some for hit in slow.feed(one)]
            answer = session.feed(some)
            while isinstance(answer, RulesetFailed):
                # Nothing of a failed call counts: it is fed again.
                assert (answer.ruleset, answer.reason) == ("cards", "crashed")
                answer = session.feed(some)
            found += answer
    worker.close()
    assert expected
    assert found == expected


def test_a_session_is_rebuilt_from_the_log() -> None:
    ruleset, log = cards(), events(400)
    slow = WatchSlowly(ruleset)
    expected = [hit for one in log for hit in slow.feed(one)]
    worker = RulesetWorker(20.0)
    first = worker.watch(ruleset)
    before = first.feed(log[:200])
    assert isinstance(before, tuple)
    second = worker.watch(ruleset)
    since = log[199].time - timedelta(minutes=10)
    again = second.rebuild([one for one in log[:200] if one.time >= since], before)
    rest = second.feed(log[200:])
    worker.close()
    assert again == ()
    assert isinstance(rest, tuple)
    assert [*before, *rest] == expected


def test_of_a_call_that_fails_nothing_counts() -> None:
    worker, ruleset, log = RulesetWorker(20.0), cards(), events(1200)
    expected = worker.watch(ruleset).feed(log)
    session = worker.watch(ruleset)
    before = session.feed(log[:50])
    # The second half of what is fed at once cannot be told to the child.
    failed = session.feed([*log[50:1100], replace(log[1100], key=object())])
    rest = session.feed(log[50:])
    worker.close()
    assert _reason(failed) == "refused"
    assert isinstance(before, tuple)
    assert isinstance(rest, tuple)
    assert (*before, *rest) == expected


def test_hits_that_were_not_recorded_are_told_by_the_rebuilt_session() -> None:
    ruleset, log = cards(), events(60)
    worker = RulesetWorker(20.0)
    hits = worker.watch(ruleset).feed(log)
    assert isinstance(hits, tuple)
    assert len(hits) > 2
    again = worker.watch(ruleset).rebuild(log, hits[:-1])
    worker.close()
    assert again == hits[-1:]


@pytest.mark.parametrize(
    ("id_", "reason"), [("crash", "crashed"), ("hang", "timeout"), ("error", "refused")]
)
def test_a_ruleset_at_fault_stops_itself_alone(dying: RulesetWorker, id_: str, reason: str) -> None:
    good, bad = flags(), flags(id_)
    for _ in range(2):
        failed = dying.infer(bad, FACTS)
        assert isinstance(failed, RulesetFailed)
        assert (failed.ruleset, failed.digest, failed.reason) == (id_, bad.digest, reason)
        assert isinstance(dying.infer(good, FACTS), Inferred)


def test_a_watch_goes_on_after_another_ruleset_crashed(dying: RulesetWorker) -> None:
    ruleset, log = cards(), events(80)
    slow = WatchSlowly(ruleset)
    expected = [hit for one in log for hit in slow.feed(one)]
    session = dying.watch(ruleset)
    before = session.feed(log[:40])
    assert isinstance(dying.infer(flags("crash"), FACTS), RulesetFailed)
    after = session.feed(log[40:])
    assert isinstance(before, tuple)
    assert isinstance(after, tuple)
    assert [*before, *after] == expected


def test_a_watch_at_fault_names_itself(dying: RulesetWorker) -> None:
    session = dying.watch(cards("crash"))
    failed = session.feed(events(1))
    assert isinstance(failed, RulesetFailed)
    assert (failed.ruleset, failed.reason) == ("crash", "crashed")


def test_deaths_in_a_row_end_in_a_rest_and_a_new_try() -> None:
    now = [0.0]
    worker = RulesetWorker(1.0, pause=60.0, command=DYING, tick=lambda: now[0])
    bad = flags("crash")
    reasons = [_reason(worker.infer(bad, FACTS)) for _ in range(DEATHS + 2)]
    now[0] = 61.0
    reasons.append(_reason(worker.infer(bad, FACTS)))
    reasons.append(_reason(worker.infer(bad, FACTS)))
    assert isinstance(worker.infer(flags(), FACTS), Inferred)
    worker.close()
    assert reasons == [*["crashed"] * DEATHS, *["quarantined"] * 2, "crashed", "quarantined"]


def test_endless_conclusions_are_a_loop_by_name() -> None:
    worker = RulesetWorker(20.0)
    failed = worker.infer(counting(), {"n": [{"value": 1}]})
    good = worker.infer(flags(), FACTS)
    worker.close()
    assert isinstance(failed, RulesetFailed)
    assert (failed.ruleset, failed.reason, failed.rule) == ("counting", "loop", "next")
    assert isinstance(good, Inferred)


def test_a_ruleset_that_takes_too_long_is_killed() -> None:
    slow = dict(flags("slow").document)
    slow["rules"] = [
        {
            **{"id": "long", "all": [{"l": "line"}]},
            "then": [
                {"assert": "flag", "with": {"code": "string(sum(for i in 1..400000 return i))"}}
            ],
        }
    ]
    worker = RulesetWorker(0.5)
    ruleset = compile_ruleset(slow)
    many = {"line": [{"sku": str(number)} for number in range(100)]}
    failed = worker.infer(ruleset, many)
    good = worker.infer(flags(), FACTS)
    worker.close()
    assert _reason(failed) == "timeout"
    assert isinstance(good, Inferred)


def test_a_closed_worker_leaves_no_process_and_starts_again() -> None:
    worker = RulesetWorker(20.0)
    assert worker.pid is None
    assert isinstance(worker.infer(flags(), FACTS), Inferred)
    first = worker.pid
    assert first is not None
    worker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    assert isinstance(worker.infer(flags(), FACTS), Inferred)
    worker.close()


def test_the_child_ends_with_its_server() -> None:
    child = RulesetProcess(5.0)
    child.call({"do": "load", "digest": "d", "document": flags().document})
    child._process.stdin.close()  # type: ignore[union-attr]
    assert child._process.wait(10) == 0
    child.end()


def _reason(answer: Any) -> str:
    assert isinstance(answer, RulesetFailed), answer
    return answer.reason
