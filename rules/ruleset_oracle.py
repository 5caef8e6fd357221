"""Inference in plain Python, slow and short: what the library's answers are compared with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from orderloom.rules.error import FeelError
from orderloom.rules.operators import equal, order
from orderloom.rules.ruleset import Join, Pattern, Rule, Ruleset, RulesetStopped
from orderloom.rules.ruleset_chain import Fact, Match, chain
from orderloom.rules.ruleset_facts import Facts
from orderloom.rules.ruleset_result import Inferred

LIBRARY: Final = "oracle"


def infer_slowly(ruleset: Ruleset, facts: Facts) -> Inferred:
    """What follows from `facts`. Raises `RulesetStopped`."""
    return chain(
        ruleset,
        facts,
        lambda layer, known: _Plain(ruleset, layer, known),
        library=LIBRARY,
    )


def passes(pattern: Pattern, values: Mapping[str, Any]) -> bool:
    """Whether a fact of its kind passes the tests of a pattern.

    Raises `RulesetStopped` where a test fails, or is null.
    """
    for one in pattern.tests:
        try:
            found = one.test.evaluate({"?": values[one.field]})
        except FeelError as error:
            raise RulesetStopped("refused", f"{pattern.fact}.{one.field}: {error}") from None
        if found is None:
            raise RulesetStopped("refused", f"{pattern.fact}.{one.field}: {one.test.text} is null")
        if not found:
            return False
    return True


class _Plain:
    """Tries every combination that has the new fact in it."""

    def __init__(self, ruleset: Ruleset, layer: Sequence[int], known: Sequence[Fact]) -> None:
        self.rules = [(index, ruleset.rules[index]) for index in layer]
        self.known = known
        self.taken: list[Fact] = []
        self.patterns = [one for rule in ruleset.rules for one in (*rule.all, *rule.none)]
        self.heard = {one.fact for _, rule in self.rules for one in rule.all}
        absent = {one.fact for _, rule in self.rules for one in rule.none}
        for fact in known:
            if fact.kind in absent:
                self._tried(fact)

    def _tried(self, fact: Fact) -> None:
        """Every test on a fact is answered, so that one that fails is told in any order."""
        for pattern in self.patterns:
            if pattern.fact == fact.kind:
                for one in pattern.tests:
                    passes(replace(pattern, tests=(one,)), fact.values)

    def add(self, fact: Fact) -> Iterable[Match]:
        if fact.kind not in self.heard:
            return
        self._tried(fact)
        self.taken.append(fact)
        for index, rule in self.rules:
            for facts in self._matching(rule, ()):
                if fact in facts and not self._present(rule, facts):
                    yield index, tuple(one.number for one in facts)

    def _matching(self, rule: Rule, facts: tuple[Fact, ...]) -> Iterator[tuple[Fact, ...]]:
        if len(facts) == len(rule.all):
            yield facts
            return
        pattern = rule.all[len(facts)]
        for fact in self.taken:
            if fact not in facts and _matches(pattern, fact, _bound(rule, facts)):
                yield from self._matching(rule, (*facts, fact))

    def _present(self, rule: Rule, facts: tuple[Fact, ...]) -> bool:
        bound = _bound(rule, facts)
        return any(
            _matches(pattern, fact, bound)
            for pattern in rule.none
            for fact in self.known
            if fact not in facts
        )


def _bound(rule: Rule, facts: tuple[Fact, ...]) -> dict[str, Fact]:
    return {pattern.alias: fact for pattern, fact in zip(rule.all, facts, strict=False)}


def _matches(pattern: Pattern, fact: Fact, bound: Mapping[str, Fact]) -> bool:
    return (
        fact.kind == pattern.fact
        and all(_joined(one, fact, bound[one.alias]) for one in pattern.joins)
        and passes(pattern, fact.values)
    )


def _joined(join: Join, fact: Fact, other: Fact) -> bool:
    mine, theirs = fact.values[join.field], other.values[join.other]
    if mine is None or theirs is None:
        return False
    if join.sign in ("=", "!="):
        return bool(equal(mine, theirs)) == (join.sign == "=")
    return bool(order(join.sign, mine, theirs))
