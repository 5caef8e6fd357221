"""Forward chaining: facts are taken one by one, what they let rules conclude is added, until
nothing new follows. Which facts match is a matcher's: the library's, or the oracle's plain one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from orderloom.rules.error import FeelError
from orderloom.rules.identity import key
from orderloom.rules.ruleset import ASSERTIONS, MATCHES, Assertion, Rule, Ruleset, RulesetStopped
from orderloom.rules.ruleset_facts import Facts, plain, typed, typed_facts
from orderloom.rules.ruleset_result import Because, Derivation, Inferred

Match = tuple[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Fact:
    """`number`: its place among all of a run. `index`: in its kind, given ones before derived."""

    number: int
    kind: str
    index: int
    values: dict[str, Any]


class Matcher(Protocol):
    """Finds what matches in one layer. It is told at its start of every fact that can be absent."""

    def add(self, fact: Fact) -> Iterable[Match]:
        """Takes one more fact: the rules (indices) and facts (numbers, in the order of `all`) that
        match with it and those taken before. In any order, perhaps twice."""


Start = Callable[[tuple[int, ...], Sequence[Fact]], Matcher]


def chain(ruleset: Ruleset, facts: Facts, start: Start, *, library: str) -> Inferred:
    """What follows from `facts`; `start` gives the matcher of a layer.

    Raises `RulesetStopped`: more than `ASSERTIONS` conclusions or `MATCHES` matches, a value that
    is refused, an expression that fails.
    """
    run = _Run(ruleset, facts)
    for layer in ruleset.layers:
        run.layer(start(layer, tuple(run.facts)))
    derived: dict[str, list[dict[str, Any]]] = {name: [] for name in ruleset.derived()}
    for step in run.chain:
        derived[step.fact].append(dict(step.values))
    found = {name: tuple(some) for name, some in derived.items()}
    return Inferred(found, tuple(run.chain), library)


class _Run:
    """One inference: the facts so far, and the chain."""

    def __init__(self, ruleset: Ruleset, facts: Facts) -> None:
        self.ruleset = ruleset
        self.facts: list[Fact] = []
        self.chain: list[Derivation] = []
        self.matches = 0
        self.known: set[Hashable] = set()
        self.counts: dict[str, int] = {}
        for kind, values in typed_facts(ruleset, facts):
            self._take(kind, values)

    def layer(self, matcher: Matcher) -> None:
        at = 0
        while at < len(self.facts):
            found = sorted(set(matcher.add(self.facts[at])))
            self.matches += len(found)
            for rule, numbers in found:
                self._conclude(self.ruleset.rules[rule], [self.facts[one] for one in numbers])
            at += 1

    def _conclude(self, rule: Rule, facts: list[Fact]) -> None:
        if self.matches > MATCHES:
            raise RulesetStopped("loop", f"more than {MATCHES} matches", rule.id)
        scope = {pattern.alias: fact.values for pattern, fact in zip(rule.all, facts, strict=True)}
        for one in rule.asserts:
            values = self._values(rule, one, scope)
            if self._identity(one.fact, values) in self.known:
                continue
            if len(self.chain) >= ASSERTIONS:
                raise RulesetStopped("loop", f"more than {ASSERTIONS} conclusions", rule.id)
            self._take(one.fact, values)
            because = tuple(Because(f.kind, f.index, plain(f.values)) for f in facts)
            self.chain.append(Derivation(rule.id, one.fact, plain(values), because))

    def _values(self, rule: Rule, one: Assertion, scope: dict[str, Any]) -> dict[str, Any]:
        try:
            values = {name: read.evaluate(scope) for name, read in one.values.items()}
        except FeelError as error:
            raise RulesetStopped("refused", f"{one.fact}: {error.message}", rule.id) from None
        return typed(self.ruleset.facts[one.fact], values, self.ruleset.scale, rule=rule.id)

    def _take(self, kind: str, values: dict[str, Any]) -> None:
        index = self.counts.get(kind, 0)
        self.counts[kind] = index + 1
        self.known.add(self._identity(kind, values))
        self.facts.append(Fact(len(self.facts), kind, index, values))

    def _identity(self, kind: str, values: dict[str, Any]) -> Hashable:
        return (kind, tuple(key(value) for value in values.values()))
