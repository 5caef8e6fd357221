"""The tests that a ruleset carries, run twice: by the library and by the plain oracle. Where they
differ the ruleset must not be published, whatever is expected.

Of an inference: `given: {line: [{sku: A, hazard: true}]}`, the facts by kind, and
`expect: {flag: [{code: HAZMAT}]}`, the derived ones in order. Of a watch: `given: [{event: name,
at: moment, key: value, data: {…}}]`, perhaps `until: moment`, and `expect: [{rule: id, key: value,
at: moment}]`, the hits in order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orderloom.platform.app.ruleset_worker import RulesetWorker
from orderloom.platform.app.scenario_expect import mismatches
from orderloom.rules import (
    FeelError,
    Hit,
    Inferred,
    Ruleset,
    RulesetFailed,
    RulesetStopped,
    WatchEvent,
    infer_slowly,
    to_json,
)
from orderloom.rules.ruleset_facts import facts_by_event
from orderloom.rules.ruleset_watch_oracle import WatchSlowly
from orderloom.rules.temporal import parse_moment


@dataclass(frozen=True, slots=True)
class RulesetTest:
    """How one test ended. `index`: in `tests`, from 0. `problem`: empty when it passed. `diverged`:
    the library and the oracle differ; publishing stops there."""

    index: int
    problem: str = ""
    diverged: bool = False


def check_ruleset_tests(ruleset: Ruleset, worker: RulesetWorker) -> tuple[RulesetTest, ...]:
    """One result a test of `ruleset.document`."""
    tests = ruleset.document.get("tests") or []
    run = _inference if ruleset.mode == "inference" else _watch
    return tuple(_checked(ruleset, worker, run, index, test) for index, test in enumerate(tests))


def _checked(
    ruleset: Ruleset, worker: RulesetWorker, run: Any, index: int, test: Mapping[str, Any]
) -> RulesetTest:
    try:
        library, oracle, comparable = run(ruleset, worker, test)
    except (FeelError, ValueError, LookupError, TypeError) as error:
        return RulesetTest(index, f"the test cannot be run: {error}")
    if isinstance(library, str) and not isinstance(oracle, str):
        return RulesetTest(index, library, diverged=True)
    if library != oracle:
        return RulesetTest(index, f"the library answers {library}, the oracle {oracle}", True)
    if isinstance(library, str):
        return RulesetTest(index, "" if test.get("error") else library)
    if test.get("error"):
        return RulesetTest(index, "expected an error")
    return RulesetTest(index, "; ".join(mismatches(test.get("expect"), comparable, "result")))


def _inference(
    ruleset: Ruleset, worker: RulesetWorker, test: Mapping[str, Any]
) -> tuple[Any, Any, Any]:
    facts = test.get("given") or {}
    library = worker.infer(ruleset, facts)
    oracle: Inferred | str
    try:
        oracle = infer_slowly(ruleset, facts)
    except RulesetStopped as stopped:
        oracle = f"{stopped.reason}: {stopped.detail}"
    if isinstance(library, RulesetFailed):
        return f"{library.reason}: {library.detail}", oracle, None
    if isinstance(oracle, str):
        return library, oracle, None
    facts_found = {kind: list(some) for kind, some in library.facts.items()}
    return (library.facts, library.chain), (oracle.facts, oracle.chain), facts_found


def _watch(
    ruleset: Ruleset, worker: RulesetWorker, test: Mapping[str, Any]
) -> tuple[Any, Any, Any]:
    given: Sequence[Mapping[str, Any]] = test.get("given") or []
    events = [_event(ruleset, one, number) for number, one in enumerate(given, 1)]
    until = _moment(test["until"]) if test.get("until") else None
    session = worker.watch(ruleset)
    library = session.feed(events, now=until)
    session.close()
    slow = WatchSlowly(ruleset)
    oracle: list[Hit] = []
    for event in events:
        oracle += slow.feed(event)
    oracle += slow.advance(until) if until is not None else []
    if isinstance(library, RulesetFailed):
        return f"{library.reason}: {library.detail}", tuple(oracle), None
    found = [_told(hit, test.get("expect") or [], place) for place, hit in enumerate(library)]
    return library, tuple(oracle), found


def _event(ruleset: Ruleset, one: Mapping[str, Any], number: int) -> WatchEvent:
    facts = facts_by_event(ruleset, one["event"], one.get("data") or {})
    id_ = str(one.get("id", number))
    return WatchEvent(id_, _moment(one["at"]), one["key"], facts)


def _moment(text: str) -> datetime:
    found = parse_moment(text)
    if found is None or found.tzinfo is None:
        raise ValueError(f"{text} is not a moment with its zone")
    return found


def _told(hit: Hit, expected: Sequence[Any], place: int) -> dict[str, Any]:
    """A hit as tests write it; its moment in the words of the test where it is the same one."""
    written = expected[place] if place < len(expected) else None
    at: Any = written.get("at") if isinstance(written, Mapping) else None
    same = isinstance(at, str) and parse_moment(at) == hit.time
    return {
        **{"rule": hit.rule, "key": hit.key, "events": list(hit.events)},
        "at": at if same else to_json(hit.time),
        "sends": [{"event": s.event, "to": s.to, "data": dict(s.data)} for s in hit.sends],
    }
