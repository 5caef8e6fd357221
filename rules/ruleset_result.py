"""What rulesets answer: derived facts with the chain behind each, hits of watches, or a failure.
All values are plain data, as JSON has it, without what is empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Because:
    """A fact that a rule matched: the `index`-th of its kind, from 0, given ones before those of
    `Inferred.facts`."""

    fact: str
    index: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Derivation:
    """One step of the chain: `rule` derived this `fact` from these, in the order of its `all`."""

    rule: str
    fact: str
    values: Mapping[str, Any]
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Inferred:
    """`facts`: the derived ones, every kind of them, each once, in the order they were found.
    `chain`: one step for each. `library`: what inferred, with its version."""

    facts: Mapping[str, tuple[Mapping[str, Any], ...]]
    chain: tuple[Derivation, ...]
    library: str


@dataclass(frozen=True, slots=True)
class RulesetFailed:
    """A ruleset has no answer. `reason`: `crashed`, `timeout`, `loop`, `refused` or `quarantined`
    (it failed several times in a row and is not run for a while). `rule`: the one it is about."""

    ruleset: str
    digest: str
    reason: str
    detail: str
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """An audited event as a watch hears it: `id` in the log, `key` of the watch, and its fields by
    each kind of fact that it is. `behind`: rules for which it belongs to a hit that is known."""

    id: str
    time: datetime
    key: Any
    facts: Mapping[str, Mapping[str, Any]]
    behind: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sent:
    """What a hit asks to be sent."""

    event: str
    to: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule of a watch was met: for which key, by which events (ids, in order), and when: the time
    of the last event, or, where absence was awaited, the end of the time."""

    rule: str
    key: Any
    time: datetime
    events: tuple[str, ...]
    sends: tuple[Sent, ...]
    awaited: bool = False

    @property
    def identity(self) -> str:
        """The same for the same hit, found again: by it hits are told apart."""
        return "|".join((self.rule, *self.events))
