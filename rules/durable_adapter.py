"""Rulesets on durable_rules: the only file that knows the library. It is to be imported by a
process that may die (`platform/app/ruleset_child.py`): the library can loop or crash.

What it must never meet: the words that name its operators come from here alone. Every pattern
begins with a marker of its kind, equality stands before ranges, nothing asks for presence alone, no
`$or`, no arithmetic, one session (`SID`), a rule that matches the marker of each run, so
that its state can be deleted. After any error of the library the ruleset is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import durable_rules_engine  # type: ignore[import-not-found]
from durable import engine

from orderloom.rules.ruleset import Rule, Ruleset
from orderloom.rules.ruleset_chain import Fact, Match, chain
from orderloom.rules.ruleset_encoding import Condition, FactCode, codes_of
from orderloom.rules.ruleset_facts import Facts
from orderloom.rules.ruleset_result import Inferred

SID: Final = "1"
_NAME: Final = "r"
_MARKER: Final = {"k": "run"}
_DONE: Final = (0, 1, 2, 3)


class LibraryError(RuntimeError):
    """The library reported an error of its own; the ruleset is not to be used again."""


class SafeHost(engine.Host):  # type: ignore[misc]
    """A host without the library's background threads, whose actions race and leak."""

    def _run(self) -> None:
        pass


class CheckedRuleset(engine.Ruleset):  # type: ignore[misc]
    """A ruleset whose errors are told."""

    def _handle_result(self, result: Sequence[int], message: Any) -> int:
        if result[0] not in _DONE:
            raise LibraryError(f"error {result[0]}")
        # 1: no rule has a pattern for it; 2: it is known; neither has anything to run.
        return result[1] if result[0] == 0 else 0

    def free(self) -> None:
        """Gives its memory back."""
        durable_rules_engine.delete_ruleset(self._handle)


class Network:
    """One compiled set of rules: facts go in, what matches comes out."""

    def __init__(self, rules: Mapping[str, list[Condition]]) -> None:
        self.found: list[tuple[str, dict[str, int]]] = []
        self.open = False
        host = SafeHost()
        definition: dict[str, Any] = {
            name: {"all": patterns, "run": self._action(name)} for name, patterns in rules.items()
        }
        definition["run"] = {"all": [{"m": _MARKER}], "run": lambda closure: None}
        self.ruleset = CheckedRuleset(_NAME, host, definition)
        host._ruleset_directory[_NAME] = self.ruleset
        self.host = host

    def start(self) -> None:
        """Begins a run, which `finish` ends."""
        self.open = True
        self._assert({"id": "m", **_MARKER})

    def add(self, id_: int, fields: Mapping[str, Any]) -> list[tuple[str, dict[str, int]]]:
        """One more fact: the rules that match with it, and the ids of the facts by alias."""
        self.found.clear()
        self._assert({"id": str(id_), "i": id_, "o": 1, "q": "N", **fields})
        return list(self.found)

    def remove(self, id_: int, fields: Mapping[str, Any]) -> None:
        """Takes a fact back."""
        self._run(self.ruleset.retract_fact, {"id": str(id_), "i": id_, "o": 1, "q": "N", **fields})

    def finish(self) -> None:
        """Forgets all facts. Allowed after `start` alone: its rule has run."""
        if self.open:
            self.ruleset.delete_state(SID)
            self.open = False

    def _assert(self, fact: dict[str, Any]) -> None:
        self._run(self.ruleset.assert_fact, fact)

    def _run(self, call: Callable[[dict[str, Any]], int], fact: dict[str, Any]) -> None:
        failed: list[Any] = []
        handle = call({"sid": SID, **fact})
        if handle:
            self.ruleset.do_actions(handle, lambda error, state: failed.append(error))
        wrong = next((error for error in failed if error), None)
        if wrong is not None:
            raise LibraryError(str(wrong))

    def _action(self, name: str) -> Callable[[Any], None]:
        def run(closure: Any) -> None:
            self.found.append((name, _ids(closure)))

        return run


def closed(joins: list[Condition], alias: str) -> list[Condition]:
    """References to other patterns, of which none that is false may stand last: the library would
    read beyond the end of the list. `alias`: one of those patterns."""
    return [*joins, {"$gte": {"o": {alias: "o"}}}] if joins else []


def _ids(closure: Any) -> dict[str, int]:
    """The facts of a match by alias: as the library gives them, several as attributes."""
    return {alias: int(one["i"]) for alias, one in (closure._m or {}).items()}


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
            network.ruleset.free()

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
