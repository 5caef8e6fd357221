"""What a ruleset that is being changed concludes of facts, or what a watch notices of events, rule
by rule; and how its own tests end. It runs in a child process that may be killed: nothing it does
reaches an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from orderloom.platform.app.ruleset_worker import RulesetWorker
from orderloom.platform.app.scenario_expect import mismatches
from orderloom.platform.codec import digest, dumps
from orderloom.platform.words import Words
from orderloom.rules import (
    EvaluationError,
    FeelError,
    Hit,
    Inferred,
    Ruleset,
    RulesetError,
    RulesetFailed,
    WatchEvent,
    compile_ruleset,
    facts_of,
    to_json,
)
from orderloom.rules.ruleset import INFERENCE
from orderloom.rules.ruleset_facts import facts_by_event
from orderloom.rules.temporal import parse_moment

MOST_STEPS: Final = 200
MOST_FACTS: Final = 200
MOST_EVENTS: Final = 200
MOST_TESTS: Final = 50
FAULTS: Final = (EvaluationError, FeelError, ValueError, TypeError, LookupError, AttributeError)


def ruleset_preview(
    value: Mapping[str, Any],
    given: Mapping[str, Any],
    *,
    names: Mapping[str, Any],
    worker: RulesetWorker,
    words: Words,
) -> dict[str, Any]:
    """`given`: `facts` by kind, or of a watch `events` and `until`, as tests write them (None: the
    facts of the sample's `names`); `tests`: whether they are run. Of a value of the right shape."""
    try:
        ruleset = compile_ruleset(value, digest=digest(value))
    except (RulesetError, *FAULTS) as error:
        return {"why": words.text("kinds.no_ruleset", why=str(error)[:300])}
    found: dict[str, Any] = {
        "mode": ruleset.mode,
        "kinds": [_kind(ruleset, name) for name in ruleset.facts],
        "tests": _tests(ruleset, worker) if given.get("tests") else None,
    }
    try:
        if ruleset.mode == INFERENCE:
            return {**found, **_inferred(ruleset, given, names, worker, words)}
        return {**found, **_watched(ruleset, given, worker, words)}
    except FAULTS as error:
        return {**found, "why": words.text("kinds.no_facts", why=str(error)[:300])}


# ── inference ────────────────────────────────────────────────────────────────────────────────


def _inferred(
    ruleset: Ruleset,
    given: Mapping[str, Any],
    names: Mapping[str, Any],
    worker: RulesetWorker,
    words: Words,
) -> dict[str, Any]:
    facts = given.get("facts")
    if facts is None:
        facts = _of_sample(ruleset, names)
    if not isinstance(facts, Mapping):
        raise ValueError("a map of kinds is expected")
    count = sum(len(some) for some in facts.values() if isinstance(some, Sequence))
    found: dict[str, Any] = {"facts": dumps(facts).decode()}
    if count > MOST_FACTS:
        return {**found, "why": words.text("kinds.too_many_facts", most=MOST_FACTS)}
    answer = worker.infer(ruleset, facts)
    if isinstance(answer, RulesetFailed):
        return {**found, "why": _failed(answer, words)}
    return {**found, **_concluded(ruleset, answer, words)}


def _of_sample(ruleset: Ruleset, names: Mapping[str, Any]) -> dict[str, Any]:
    """What the sample has of each kind; none of a kind whose expression it cannot answer."""
    try:
        return {name: list(some) for name, some in facts_of(ruleset, names).items()}
    except FAULTS:
        return {name: [] for name, fact in ruleset.facts.items() if fact.source is not None}


def _concluded(ruleset: Ruleset, answer: Inferred, words: Words) -> dict[str, Any]:
    titles = _titles(ruleset, words)
    fired = [step.rule for step in answer.chain]
    return {
        "rules": [
            {"id": rule.id, "title": titles[rule.id], "fired": fired.count(rule.id)}
            for rule in ruleset.rules
        ],
        "steps": [
            {
                "rule": step.rule,
                "title": titles[step.rule],
                "fact": step.fact,
                "values": dict(step.values),
                "because": [
                    {"fact": each.fact, "place": each.index + 1, "values": dict(each.values)}
                    for each in step.because
                ],
            }
            for step in answer.chain[:MOST_STEPS]
        ],
        "more": max(0, len(answer.chain) - MOST_STEPS),
    }


# ── watch ────────────────────────────────────────────────────────────────────────────────────


def _watched(
    ruleset: Ruleset, given: Mapping[str, Any], worker: RulesetWorker, words: Words
) -> dict[str, Any]:
    written = given.get("events")
    if written is None:
        tests = ruleset.document.get("tests") or ()
        written = list(tests[0].get("given") or ()) if tests else []
        given = {**given, "until": given.get("until") or (tests[0].get("until") if tests else None)}
    if not isinstance(written, list):
        raise ValueError("a list of events is expected")
    until = str(given.get("until") or "")
    found: dict[str, Any] = {"events": dumps(written).decode(), "until": until}
    if len(written) > MOST_EVENTS:
        return {**found, "why": words.text("kinds.too_many_facts", most=MOST_EVENTS)}
    answer = _heard(ruleset, written, until, worker)
    if isinstance(answer, RulesetFailed):
        return {**found, "why": _failed(answer, words)}
    titles = _titles(ruleset, words)
    fired = [hit.rule for hit in answer]
    return {
        **found,
        "rules": [
            {"id": rule.id, "title": titles[rule.id], "fired": fired.count(rule.id)}
            for rule in ruleset.rules
        ],
        "hits": [{**_told(hit), "title": titles[hit.rule]} for hit in answer[:MOST_STEPS]],
        "more": max(0, len(answer) - MOST_STEPS),
    }


def _heard(
    ruleset: Ruleset, written: Sequence[Any], until: str, worker: RulesetWorker
) -> tuple[Hit, ...] | RulesetFailed:
    events = [_event(ruleset, one, number) for number, one in enumerate(written, 1)]
    session = worker.watch(ruleset)
    try:
        return session.feed(events, now=_moment(until) if until else None)
    finally:
        session.close()


def _event(ruleset: Ruleset, one: Any, number: int) -> WatchEvent:
    if not isinstance(one, Mapping):
        raise ValueError(f"event {number} is no map")
    facts = facts_by_event(ruleset, str(one["event"]), one.get("data") or {})
    return WatchEvent(str(one.get("id", number)), _moment(str(one["at"])), one["key"], facts)


def _moment(text: str) -> datetime:
    found = parse_moment(text)
    if found is None or found.tzinfo is None:
        raise ValueError(f"{text[:40]} is not a moment with its zone")
    return found


def _told(hit: Hit) -> dict[str, Any]:
    return {
        "rule": hit.rule,
        "key": hit.key,
        "at": to_json(hit.time),
        "events": list(hit.events),
        "sends": [{"event": each.event, "data": dict(each.data)} for each in hit.sends],
    }


# ── tests ────────────────────────────────────────────────────────────────────────────────────


def _tests(ruleset: Ruleset, worker: RulesetWorker) -> list[dict[str, Any]]:
    """How each ends. Publishing asks the plain oracle besides."""
    tests = ruleset.document.get("tests") or []
    return [
        {"place": place, "title": test.get("title"), "problem": _problem(ruleset, test, worker)}
        for place, test in enumerate(tests[:MOST_TESTS], 1)
    ]


def _problem(ruleset: Ruleset, test: Mapping[str, Any], worker: RulesetWorker) -> str:
    try:
        found = _run(ruleset, test, worker)
    except FAULTS as error:
        return str(error)[:300]
    if isinstance(found, RulesetFailed):
        return "" if test.get("error") else f"{found.reason}: {found.detail}"[:300]
    if test.get("error"):
        return "expected an error"
    return "; ".join(mismatches(test.get("expect"), found, "result"))[:500]


def _run(ruleset: Ruleset, test: Mapping[str, Any], worker: RulesetWorker) -> Any:
    if ruleset.mode == INFERENCE:
        answer = worker.infer(ruleset, test.get("given") or {})
        if isinstance(answer, RulesetFailed):
            return answer
        return {kind: list(some) for kind, some in answer.facts.items()}
    hits = _heard(ruleset, test.get("given") or [], str(test.get("until") or ""), worker)
    if isinstance(hits, RulesetFailed):
        return hits
    return [_as_expected(hit, test.get("expect"), place) for place, hit in enumerate(hits)]


def _as_expected(hit: Hit, expected: Any, place: int) -> dict[str, Any]:
    """A hit with its moment as the test writes it, where it is the same one."""
    told = {**_told(hit), "sends": [{**each, "to": "orders"} for each in _told(hit)["sends"]]}
    written = expected[place] if isinstance(expected, list) and place < len(expected) else None
    at = written.get("at") if isinstance(written, Mapping) else None
    return {**told, "at": at} if isinstance(at, str) and parse_moment(at) == hit.time else told


def _titles(ruleset: Ruleset, words: Words) -> dict[str, str]:
    return {
        str(rule["id"]): words.choose(rule.get("title")) or str(rule["id"])
        for rule in ruleset.document.get("rules") or ()
    }


def _kind(ruleset: Ruleset, name: str) -> dict[str, Any]:
    fact = ruleset.facts[name]
    return {"name": name, "fields": dict(fact.fields), "given": fact.source is not None}


def _failed(failed: RulesetFailed, words: Words) -> str:
    rule = f" ({failed.rule})" if failed.rule else ""
    return words.text("kinds.failed", reason=f"{failed.reason}{rule}", why=failed.detail[:300])
