"""Rulesets on durable_rules: the only file that knows the library. It is to be imported by a
process that may die (`platform/app/ruleset_child.py`): the library can loop or crash.

Its engine is called without the library's own host, whose two background threads race with actions
and leak. What it must never meet: the words that name its operators come from here alone. Every
pattern begins with a marker of its kind, equality stands before ranges, nothing asks for presence,
no `$or`, no arithmetic, one session (`SID`), a rule that matches the marker of each run, so that
its state can be deleted. After any error of the library the ruleset is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import durable_rules_engine as engine  # type: ignore[import-not-found]

from orderloom.platform.codec import dumps, loads
from orderloom.rules.ruleset import Rule, Ruleset
from orderloom.rules.ruleset_chain import Fact, Match, chain
from orderloom.rules.ruleset_encoding import Condition, FactCode, codes_of
from orderloom.rules.ruleset_facts import Facts
from orderloom.rules.ruleset_result import Inferred

SID: Final = "1"
_NAME: Final = "r"
_MARKER: Final = {"k": "run"}
# What a fact is answered with: taken; no rule has a pattern for it; known; nothing to run.
_DONE: Final = (0, 1, 2, 3)


class LibraryError(RuntimeError):
    """The library reported an error of its own; the ruleset is not to be used again."""


class Network:
    """One compiled set of rules: facts go in, what matches comes out. Raises `LibraryError`."""

    def __init__(self, rules: Mapping[str, list[Condition]]) -> None:
        definition = {name: {"all": patterns} for name, patterns in rules.items()}
        definition["run"] = {"all": [{"m": _MARKER}]}
        self.open = False
        self.handle = self._call(engine.create_ruleset, _NAME, dumps(definition).decode())

    def start(self) -> None:
        """Begins a run, which `finish` ends."""
        self.open = True
        self._change(engine.assert_fact, {"sid": SID, "id": "m", **_MARKER})

    def add(self, id_: int, fields: Mapping[str, Any]) -> list[tuple[str, dict[str, int]]]:
        """One more fact: the rules that match with it, and the ids of the facts by alias."""
        return self._change(engine.assert_fact, _message(id_, fields))

    def remove(self, id_: int, fields: Mapping[str, Any]) -> None:
        """Takes a fact back."""
        self._change(engine.retract_fact, _message(id_, fields))

    def finish(self) -> None:
        """Forgets all facts. Allowed after `start` alone: its rule has run."""
        if self.open:
            self._call(engine.delete_state, self.handle, SID)
            self.open = False

    def free(self) -> None:
        """Gives its memory back; not to be used after."""
        self._call(engine.delete_ruleset, self.handle)

    def _change(
        self, change: Callable[..., Any], fact: Mapping[str, Any]
    ) -> list[tuple[str, dict[str, int]]]:
        code, state = self._call(change, self.handle, dumps(fact).decode())
        if code not in _DONE:
            raise LibraryError(f"error {code}")
        found: list[tuple[str, dict[str, int]]] = []
        started = (
            self._call(engine.start_action_for_state, self.handle, state) if not code else None
        )
        message = started[1] if started else None
        while message:
            for name, matched in loads(message).items():
                found.append(
                    (name, {alias: int(one.get("i", 0)) for alias, one in matched.items()})
                )
            message = self._call(engine.complete_and_start_action, self.handle, state)
        return found

    def _call(self, call: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return call(*arguments)
        except engine.error as error:
            raise LibraryError(str(error)) from None


def _message(id_: int, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"sid": SID, "id": str(id_), "i": id_, "o": 1, "q": "N", **fields}


def closed(joins: list[Condition], alias: str) -> list[Condition]:
    """References to other patterns, of which none that is false may stand last: the library would
    read beyond the end of the list. `alias`: one of those patterns."""
    return [*joins, {"$gte": {"o": {alias: "o"}}}] if joins else []


class DurableInference:
    """A ruleset ready to infer, again and again."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.codes = codes_of(ruleset)
        self.markers = {name: f"k{place}" for place, name in enumerate(ruleset.facts)}
        self.layers = {
            layer: Network({str(index): self._patterns(ruleset.rules[index]) for index in layer})
            for layer in ruleset.layers
        }

    def infer(self, facts: Facts, *, library: str) -> Inferred:
        """What follows from `facts`. Raises `RulesetStopped`, or `LibraryError`: drop this then."""
        try:
            inferred = chain(self.ruleset, facts, self._start, library=library)
        except LibraryError:
            raise
        except Exception:
            self._finish()
            raise
        self._finish()
        return inferred

    def free(self) -> None:
        """Gives the memory of its networks back; not to be used after."""
        for network in self.layers.values():
            network.free()

    def _finish(self) -> None:
        for network in self.layers.values():
            network.finish()

    def _start(self, layer: tuple[int, ...], known: Sequence[Fact]) -> _Layer:
        network = self.layers[layer]
        network.start()
        absent = {one.fact for index in layer for one in self.ruleset.rules[index].none}
        for fact in known:
            if fact.kind in absent:
                # Of what may have to be absent there is a second image, there before all else.
                fields = self.fields(fact, f"n{self.markers[fact.kind]}")
                network.add(-fact.number - 1, {**fields, "i": fact.number})
        return _Layer(self, network, layer)

    def fields(self, fact: Fact, marker: str) -> dict[str, Any]:
        return {"k": marker, **self.codes[fact.kind].fields(fact.values)}

    def _patterns(self, rule: Rule) -> list[Condition]:
        aliases = {one.alias: f"a{place}" for place, one in enumerate(rule.all)}
        kinds = {one.alias: self.codes[one.fact] for one in rule.all}
        made: list[Condition] = []
        for one in rule.all:
            code = self.codes[one.fact]
            marker = {"k": self.markers[one.fact]}
            joins = closed(code.joins(one, kinds, aliases), "a0")
            made.append({aliases[one.alias]: {"$and": [marker, *code.tests(one), *joins]}})
        for place, one in enumerate(rule.none):
            code = self.codes[one.fact]
            others = [
                {"$neq": {"i": {aliases[other.alias]: "i"}}}
                for other in rule.all
                if other.fact == one.fact
            ]
            marker = {"k": f"n{self.markers[one.fact]}"}
            joins = closed([*code.joins(one, kinds, aliases), *others], "a0")
            made.append({f"n{place}$not": {"$and": [marker, *code.tests(one), *joins]}})
        return made


class _Layer:
    """A `Matcher` on one network."""

    def __init__(self, owner: DurableInference, network: Network, layer: Sequence[int]) -> None:
        self.owner = owner
        self.network = network
        rules = owner.ruleset.rules
        self.sizes = {str(index): (index, len(rules[index].all)) for index in layer}
        self.heard = {one.fact for index in layer for one in rules[index].all}

    def add(self, fact: Fact) -> Iterable[Match]:
        if fact.kind not in self.heard:
            return
        fields = self.owner.fields(fact, self.owner.markers[fact.kind])
        for name, ids in self.network.add(fact.number, fields):
            index, size = self.sizes[name]
            yield index, tuple(ids[f"a{place}"] for place in range(size))


__all__ = ["DurableInference", "FactCode", "LibraryError", "Network"]
