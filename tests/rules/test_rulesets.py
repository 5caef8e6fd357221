"""Rulesets: what is refused and where, what follows and why, what is encoded and how."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from orderloom.platform.app.ruleset_worker import RulesetWorker
from orderloom.platform.codec import load_yaml
from orderloom.rules import (
    Because,
    Derivation,
    FeelError,
    Hit,
    Inferred,
    RulesetError,
    RulesetFailed,
    Sent,
    check_ruleset,
    compile_ruleset,
    event_of,
    facts_of,
)
from orderloom.rules.ruleset import ASSERTIONS, RULES

FLAGS = """
kind: ruleset
id: order-flags
title: Order flags
mode: inference
facts:
  line: {type: {sku: string, hazard: boolean, qty: number}, from: lines}
  paper: {type: {sku: string}, from: papers}
  flag: {type: {code: string, sku: string}}
rules:
  - id: hazmat
    all: [{l: line, if: {hazard: "true"}}]
    then: [{assert: flag, with: {code: '"HAZMAT"', sku: l.sku}}]
  - id: hold
    all: [{f: flag, if: {code: '"HAZMAT"'}}]
    none: [{p: paper, if: {sku: f.sku}}]
    then: [{assert: flag, with: {code: '"HOLD"', sku: f.sku}}]
"""
CARDS = """
kind: ruleset
id: card-testing
title: Card testing
mode: watch
key: customer.id
within: PT10M
facts:
  decline: {event: failed.authorise, type: {amount: number}, with: {amount: total}}
rules:
  - id: declines
    all: [{d: decline, count: 3}]
    then: [{send: {event: fraud.suspected, to: orders, data: {amounts: d.amount}}}]
"""
UNPAID = """
kind: ruleset
id: unpaid
title: Unpaid
mode: watch
key: order.number
within: P3D
rules:
  - id: unpaid
    all: [{a: order.placed}]
    none: [{p: order.paid}]
    then: [{send: {event: unpaid, to: orders}}]
"""
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)


def definition(text: str) -> dict[str, Any]:
    value: dict[str, Any] = load_yaml(text).value
    return value


@pytest.fixture(scope="module")
def worker() -> Iterator[RulesetWorker]:
    running = RulesetWorker(20.0)
    yield running
    running.close()


def test_a_chain_over_one_order_with_the_reason_of_each_step(worker: RulesetWorker) -> None:
    ruleset = compile_ruleset(definition(FLAGS))
    scope = {
        "lines": [{"sku": "A", "hazard": False, "qty": 1}, {"sku": "B", "hazard": True, "qty": 2}],
        "papers": None,
    }
    found = worker.infer(ruleset, facts_of(ruleset, scope))
    hazmat, hold = {"code": "HAZMAT", "sku": "B"}, {"code": "HOLD", "sku": "B"}
    line = {"sku": "B", "hazard": True, "qty": 2}
    assert isinstance(found, Inferred)
    assert found.facts == {"flag": (hazmat, hold)}
    assert found.chain == (
        Derivation("hazmat", "flag", hazmat, (Because("line", 1, line),)),
        Derivation("hold", "flag", hold, (Because("flag", 0, hazmat),)),
    )
    assert found.library.startswith("durable_rules 2.")


def test_an_absence_with_a_reference(worker: RulesetWorker) -> None:
    ruleset = compile_ruleset(definition(FLAGS))
    lines = [{"sku": sku, "hazard": True} for sku in ("A", "B")]
    found = worker.infer(ruleset, {"line": lines, "paper": [{"sku": "A"}]})
    assert isinstance(found, Inferred)
    assert [one["sku"] for one in found.facts["flag"] if one["code"] == "HOLD"] == ["B"]


def test_a_customers_third_decline_within_the_time(worker: RulesetWorker) -> None:
    ruleset = compile_ruleset(definition(CARDS))
    moments = [("C1", 0), ("C2", 1), ("C1", 4), ("C2", 5), ("C1", 9), ("C2", 12), ("C1", 10)]
    events = [
        event_of(
            ruleset,
            {"customer": {"id": customer}, "total": Decimal(minute)},
            id=f"e{place}",
            time=BEGIN + timedelta(minutes=minute),
            name="failed.authorise",
            data={},
        )
        for place, (customer, minute) in enumerate(moments)
    ]
    session = worker.watch(ruleset)
    found = session.feed([one for one in events if one is not None])
    session.close()
    # The second customer's three are eleven minutes apart; the fourth of the first begins anew.
    sent = Sent("fraud.suspected", "orders", {"amounts": [0, 4, 9]})
    time = BEGIN + timedelta(minutes=9)
    assert found == (Hit("declines", "C1", time, ("e0", "e2", "e4"), (sent,)),)


@pytest.mark.parametrize(
    ("paid_after", "hits"),
    [(timedelta(days=2), 0), (timedelta(days=3), 1), (None, 1)],
    ids=["paid in time", "paid at the end", "not paid"],
)
def test_an_order_not_paid_for_three_days(
    worker: RulesetWorker, paid_after: timedelta | None, hits: int
) -> None:
    ruleset = compile_ruleset(definition(UNPAID))
    session = worker.watch(ruleset)
    moments = [("order.placed", timedelta()), ("order.paid", paid_after)]
    for name, after in moments:
        if after is not None:
            one = event_of(
                ruleset,
                {"order": {"number": "SO-1"}},
                id=name,
                time=BEGIN + after,
                name=name,
                data={},
            )
            assert one is not None
            early = session.feed([one], now=BEGIN + timedelta(days=2, hours=23))
            assert isinstance(early, tuple)
            assert len(early) == (1 if after >= timedelta(days=3) else 0)
            hits -= len(early)
    found = session.feed(now=BEGIN + timedelta(days=3))
    session.close()
    assert isinstance(found, tuple)
    assert len(found) == hits
    for hit in found:
        assert (hit.key, hit.time, hit.awaited) == ("SO-1", BEGIN + timedelta(days=3), True)


def test_events_that_a_watch_does_not_hear() -> None:
    ruleset = compile_ruleset(definition(CARDS))
    at: dict[str, Any] = {"id": "1", "time": BEGIN, "data": {}}
    scope = {"customer": {"id": None}, "total": 1}
    assert event_of(ruleset, scope, name="failed.authorise", **at) is None
    assert event_of(ruleset, {}, name="failed.capture", **at) is None
    named = {"customer": {"id": "C"}, "total": 1}
    assert event_of(ruleset, named, name="failed.authorise.card", **at) is not None
    assert ruleset.events() == ("failed.authorise",)


def changed(text: str, path: str, value: Any) -> dict[str, Any]:
    whole = definition(text)
    *way, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    inner: Any = whole
    for part in way:
        inner = inner[part]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return whole


RULE = {"id": "x", "all": [{"l": "line"}], "then": [{"assert": "flag", "with": {}}]}
SELF = {
    **{"id": "x", "all": [{"l": "line"}], "none": [{"f": "flag"}]},
    "then": [{"assert": "flag", "with": {"code": '"X"'}}],
}


@pytest.mark.parametrize(
    ("text", "path", "value", "code", "place"),
    [
        (FLAGS, "mode", "backward", "mode", "mode"),
        (FLAGS, "scale", 12, "shape", "scale"),
        (FLAGS, "facts/line/type/qty", "list", "type", "facts/line/type/qty"),
        (FLAGS, "facts/line/from", "lines[", "expression", "facts/line/from"),
        (FLAGS, "rules", [], "shape", "rules"),
        (FLAGS, "rules", [RULE] * (RULES + 1), "too_many", "rules"),
        (FLAGS, "rules", [RULE, RULE], "duplicate", "rules/1/id"),
        (FLAGS, "rules/0/all", [], "no_pattern", "rules/0/all"),
        (FLAGS, "rules/0/all/0", {"l": "lime"}, "unknown_fact", "rules/0/all/0/l"),
        (FLAGS, "rules/0/all/0", {"l": 5}, "shape", "rules/0/all/0"),
        (FLAGS, "rules/0/all/0/if/sku", "> 5", "test_type", "rules/0/all/0/if/sku"),
        (FLAGS, "rules/0/all/0/if/sku", "5", "test_type", "rules/0/all/0/if/sku"),
        (FLAGS, "rules/0/all/0/if/sku", "((", "expression", "rules/0/all/0/if/sku"),
        (FLAGS, "rules/0/all/0/if/size", "5", "unknown_field", "rules/0/all/0/if/size"),
        (FLAGS, "rules/0/all/0/if/sku", "x.sku", "join_alias", "rules/0/all/0/if/sku"),
        (FLAGS, "rules/1/none/0/if/sku", "f.size", "unknown_field", "rules/1/none/0/if/sku"),
        (FLAGS, "rules/1/none/0/if/sku", "> f.sku", "join_type", "rules/1/none/0/if/sku"),
        (FLAGS, "rules/1/none/0/if/sku", 'f.sku + "x"', "join", "rules/1/none/0/if/sku"),
        (FLAGS, "rules/1/none/0", {"f": "paper"}, "duplicate", "rules/1/none/0/f"),
        (FLAGS, "rules/0/all/0/count", 2, "shape", "rules/0/all/0/count"),
        (FLAGS, "rules/0/then", [], "then", "rules/0/then"),
        (FLAGS, "rules/0/then/0", {"send": {"event": "x"}}, "then", "rules/0/then/0"),
        (FLAGS, "rules/0/then/0/assert", "flog", "unknown_fact", "rules/0/then/0/assert"),
        (FLAGS, "rules/0/then/0/with/size", "1", "unknown_field", "rules/0/then/0/with/size"),
        (FLAGS, "rules/0/then/0/with/sku", "m.sku", "unknown_name", "rules/0/then/0/with/sku"),
        (FLAGS, "rules/0/then/0/with/sku", "l.size", "unknown_field", "rules/0/then/0/with/sku"),
        (FLAGS, "rules/0/then/0/with/sku", "today()", "unknown_name", "rules/0/then/0/with/sku"),
        (FLAGS, "rules/0", SELF, "layers", "rules/0/none"),
        (FLAGS, "facts/line/event", "x.y", "then", "facts/line/event"),
        (CARDS, "key", ..., "key", "key"),
        (CARDS, "within", ..., "within", "within"),
        (CARDS, "within", "P1M", "within", "within"),
        (CARDS, "within", "PT0S", "within", "within"),
        (CARDS, "rules/0/all/0/count", 13, "shape", "rules/0/all/0/count"),
        (CARDS, "rules/0/all/0/d", "declin", "unknown_fact", "rules/0/all/0/d"),
        (CARDS, "facts/decline/event", ..., "shape", "facts/decline"),
        (CARDS, "rules/0/then/0", {"assert": "decline"}, "then", "rules/0/then/0"),
        (CARDS, "rules/0/then/0/send", {"to": "x"}, "shape", "rules/0/then/0/send"),
        (
            *(
                CARDS,
                "rules/0/all",
                [{"a": "decline"}, {"b": "decline", "if": {"amount": "a.amount"}}],
            ),
            *("watch_join", "rules/0/all/1/if/amount"),
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_place(
    text: str, path: str, value: Any, code: str, place: str
) -> None:
    whole = changed(text, path, value)
    problems = check_ruleset(whole)
    assert (f"ruleset.{code}", place) in [
        (one.code, "/".join(str(part) for part in one.path)) for one in problems
    ]
    with pytest.raises(RulesetError):
        compile_ruleset(whole)


@pytest.mark.parametrize("text", [FLAGS, CARDS, UNPAID])
def test_nothing_is_wrong_with_the_examples(text: str) -> None:
    assert check_ruleset(definition(text)) == ()


@pytest.mark.parametrize(
    "broken", [{}, {"rules": 5}, {"rules": [5], "facts": 7}, {"facts": {"a": 1}}]
)
def test_any_document_is_checked_without_falling(broken: dict[str, Any]) -> None:
    assert check_ruleset(broken)


@pytest.mark.parametrize(
    ("facts", "detail"),
    [
        ({"line": [{"sku": 5}]}, "line.sku is no string: 5"),
        ({"line": [{"qty": "5"}]}, "line.qty is no number: 5"),
        ({"line": [{"qty": True}]}, "line.qty is no number: True"),
        ({"line": [{"qty": Decimal("0.0000001")}]}, "6 digits after the point"),
        ({"line": [{"qty": 10**15}]}, "too large"),
        ({"lime": []}, "no fact lime"),
        ({"line": [{}] * 2001}, "more than 2000 facts"),
    ],
)
def test_what_cannot_be_encoded_is_refused_by_name(
    worker: RulesetWorker, facts: dict[str, Any], detail: str
) -> None:
    found = worker.infer(compile_ruleset(definition(FLAGS)), facts)
    assert isinstance(found, RulesetFailed)
    assert (found.ruleset, found.reason) == ("order-flags", "refused")
    assert detail in found.detail


def test_an_expression_that_fails_names_its_rule(worker: RulesetWorker) -> None:
    whole = changed(FLAGS, "rules/0/then/0/with/sku", "string(1 / 0) + l.sku")
    found = worker.infer(compile_ruleset(whole), {"line": [{"hazard": True}]})
    assert isinstance(found, RulesetFailed)
    assert (found.reason, found.rule) == ("refused", "hazmat")


def test_as_many_conclusions_as_are_allowed(worker: RulesetWorker) -> None:
    ruleset = compile_ruleset(definition(FLAGS))
    lines = [{"sku": str(number), "hazard": True} for number in range(ASSERTIONS // 2)]
    found = worker.infer(ruleset, {"line": lines})
    assert isinstance(found, Inferred)
    assert len(found.chain) == ASSERTIONS
    more = worker.infer(ruleset, {"line": [*lines, {"sku": "more", "hazard": True}]})
    assert isinstance(more, RulesetFailed)
    assert more.reason == "loop"


def test_the_largest_ruleset_runs(worker: RulesetWorker) -> None:
    whole = changed(FLAGS, "rules/1/none", [])
    whole["rules"] = [
        {
            "id": f"r{number}",
            "all": [{"l": "line", "if": {"qty": f"[{number}..1000]", "sku": f'not("{number}")'}}],
            "then": [{"assert": "flag", "with": {"code": f'"{number}"'}}],
        }
        for number in range(RULES)
    ]
    found = worker.infer(compile_ruleset(whole), {"line": [{"sku": "a", "qty": RULES}]})
    assert isinstance(found, Inferred)
    assert len(found.facts["flag"]) == RULES


def test_the_longest_rule_runs(worker: RulesetWorker) -> None:
    whole = definition(FLAGS)
    aliases = [f"p{number}" for number in range(8)]
    joins = [{"qty": f"> {before}.qty"} for before in aliases]
    patterns = [
        {alias: "line", "if": join} for alias, join in zip(aliases, [{}, *joins], strict=False)
    ]
    none = [{f"n{number}": "line", "if": {"qty": f"> {aliases[-1]}.qty"}} for number in range(8)]
    then = [{"assert": "flag", "with": {"code": '"X"', "sku": "p7.sku"}}]
    whole["rules"] = [{"id": "long", "all": patterns, "none": none, "then": then}]
    lines = [{"sku": str(number), "qty": number} for number in range(9)]
    found = worker.infer(compile_ruleset(whole), {"line": lines})
    assert isinstance(found, Inferred)
    assert found.facts["flag"] == ({"code": "X", "sku": "8"},)


def test_more_pairs_than_the_library_keeps_apart(worker: RulesetWorker) -> None:
    whole = definition(FLAGS)
    patterns = [{"a": "line"}, {"b": "line", "if": {"sku": "a.sku"}}]
    then = [{"assert": "flag", "with": {"code": '"PAIR"', "sku": "b.sku"}}]
    whole["rules"] = [{"id": "pair", "all": patterns, "then": then}]
    lines = [{"sku": "same", "qty": number} for number in range(100)]
    found = worker.infer(compile_ruleset(whole), {"line": lines})
    assert isinstance(found, Inferred)
    assert len(found.facts["flag"]) == 1


def test_facts_are_contexts_of_the_declared_fields() -> None:
    ruleset = compile_ruleset(definition(FLAGS))
    found = facts_of(ruleset, {"lines": {"sku": "A", "other": 1}, "papers": []})
    assert found == {"line": ({"sku": "A"},), "paper": ()}
    with pytest.raises(FeelError):
        facts_of(ruleset, {"lines": [1], "papers": []})


def test_the_reason_counts_given_facts_before_derived_ones(worker: RulesetWorker) -> None:
    whole = definition(FLAGS)
    whole["facts"]["flag"]["from"] = "flags"
    given: dict[str, Any] = {
        "flag": [{"code": "NEW", "sku": "A"}],
        "line": [{"sku": "B", "hazard": True}],
    }
    found = worker.infer(compile_ruleset(whole), given)
    assert isinstance(found, Inferred)
    assert [one["code"] for one in found.facts["flag"]] == ["HAZMAT", "HOLD"]
    assert [one.because[0].index for one in found.chain] == [0, 1]
