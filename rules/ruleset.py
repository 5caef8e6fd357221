"""Rulesets (language 5): forward chaining over one order's facts, and watches over many orders'
events. What they are; `ruleset_reading.py` makes them of documents, `durable_adapter.py` runs them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from orderloom.rules.cell import Test
from orderloom.rules.expression import Expression

INFERENCE: Final = "inference"
WATCH: Final = "watch"
TYPES: Final = ("string", "number", "boolean", "date", "date and time")
RULES: Final = 50
CONDITIONS: Final = 300
PATTERNS: Final = 8
COUNT: Final = 12
PATTERNS_OF_FACT: Final = 50
FIELDS: Final = 40
ASSERTIONS: Final = 1_000
FACTS: Final = 2_000
MATCHES: Final = 20_000
SCALE: Final = 6


@dataclass(frozen=True, slots=True)
class FactType:
    """A kind of fact. `fields`: types by name. `source`: where an order's facts come from (`from`),
    None for what rules derive. Of a watch: `event`, the name that is heard, and `values`, what its
    fields are, read from the event by their name where not given."""

    name: str
    fields: Mapping[str, str]
    source: Expression | None = None
    event: str | None = None
    values: Mapping[str, Expression] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldTest:
    """Unary tests on one field. `cell`: them as a set of values, where they are one."""

    field: str
    test: Expression
    cell: Test | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """`field sign alias.other`. Never true where one of the two is empty."""

    field: str
    sign: str
    alias: str
    other: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """One fact that has to be there (under `none`: that must not). `count`, in watches: so many."""

    alias: str
    fact: str
    tests: tuple[FieldTest, ...] = ()
    joins: tuple[Join, ...] = ()
    count: int = 1


@dataclass(frozen=True, slots=True)
class Assertion:
    """`assert: fact, with: {field: expression}`; what is not given is empty."""

    fact: str
    values: Mapping[str, Expression]


@dataclass(frozen=True, slots=True)
class Send:
    """`send: {event, to, data}` of a watch. `to` is as written; `orders`: the key's open ones."""

    event: str
    to: str
    data: Mapping[str, Expression]


@dataclass(frozen=True, slots=True)
class Rule:
    """`all` of the patterns match different facts, and no further fact matches one of `none`."""

    id: str
    all: tuple[Pattern, ...]
    none: tuple[Pattern, ...] = ()
    asserts: tuple[Assertion, ...] = ()
    sends: tuple[Send, ...] = ()


@dataclass(frozen=True, slots=True)
class Ruleset:
    """`digest`: of the document. `scale`: digits after the point of its numbers. `layers`: indices
    of the rules that run together; those of a later layer may ask for the absence of what earlier
    ones derive. Of a watch: `key` (one expression, read beside the order) and `within`."""

    id: str
    mode: str
    digest: str
    document: Mapping[str, Any]
    facts: Mapping[str, FactType]
    rules: tuple[Rule, ...]
    layers: tuple[tuple[int, ...], ...] = ()
    scale: int = SCALE
    key: Expression | None = None
    within: timedelta | None = None

    def derived(self) -> tuple[str, ...]:
        """The facts that rules derive, in the order of the document."""
        made = {one.fact for rule in self.rules for one in rule.asserts}
        return tuple(name for name in self.facts if name in made)

    def events(self) -> tuple[str, ...]:
        """The names of events that a watch hears: `carrier` hears `carrier.delivered` too."""
        heard = (one.event for one in self.facts.values())
        return tuple(dict.fromkeys(name for name in heard if name is not None))


@dataclass(frozen=True, slots=True)
class RulesetProblem:
    """What is wrong with a definition. `path`: from its top. `params`: of the message, by name.

    Codes, with their params: `ruleset.mode` (value), `ruleset.too_many` (what, limit, count),
    `ruleset.unknown_fact` (name, known), `ruleset.unknown_field` (fact, name, known),
    `ruleset.type` (value, known), `ruleset.duplicate` (what, name), `ruleset.shape` (expected),
    `ruleset.expression` (text, reason, position), `ruleset.test_type` (field, type, text),
    `ruleset.join` (text), `ruleset.join_alias` (alias, known), `ruleset.join_type` (field, other),
    `ruleset.watch_join` (text), `ruleset.unknown_name` (name, known), `ruleset.no_pattern` (rule),
    `ruleset.then` (mode), `ruleset.layers` (rule, fact), `ruleset.key`, `ruleset.within`.
    """

    code: str
    path: tuple[str | int, ...]
    params: Mapping[str, Any] = field(default_factory=dict)


class RulesetError(ValueError):
    """A definition that cannot be compiled; `problems` says why."""

    def __init__(self, problems: tuple[RulesetProblem, ...]) -> None:
        first = problems[0]
        where = ".".join(str(part) for part in first.path)
        super().__init__(f"{first.code} at {where}: {dict(first.params)}")
        self.problems = problems


class RulesetStopped(Exception):
    """A run that has no answer. `reason`: `loop` (more than is allowed) or `refused` (a value that
    cannot be encoded, an expression that fails). `rule`: whose, where it is one's."""

    def __init__(self, reason: str, detail: str, rule: str | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.rule = rule
