"""Rulesets as documents write them, compiled; all that is wrong with one, each at its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from orderloom.platform.codec import digest as digest_of
from orderloom.rules.error import FeelError
from orderloom.rules.expression import Expression, parse_expression
from orderloom.rules.ruleset import (
    FIELDS,
    INFERENCE,
    RULES,
    SCALE,
    TYPES,
    WATCH,
    Assertion,
    FactType,
    Pattern,
    Rule,
    Ruleset,
    RulesetError,
    RulesetProblem,
    Send,
)
from orderloom.rules.ruleset_layers import NotLayered, layers_of
from orderloom.rules.ruleset_patterns import PatternReader, Place, conditions
from orderloom.rules.temporal import parse_duration
from orderloom.rules.written import feel_text

_LONGEST: Final = timedelta(days=3660)


def compile_ruleset(definition: Mapping[str, Any], *, digest: str | None = None) -> Ruleset:
    """The ruleset of a definition; `digest`: of its version, where known.

    Raises `RulesetError` with every problem.
    """
    ruleset, problems = read_ruleset(definition, digest=digest)
    if ruleset is None or problems:
        raise RulesetError(problems)
    return ruleset


def check_ruleset(definition: Mapping[str, Any]) -> tuple[RulesetProblem, ...]:
    """All that is wrong with a definition; nothing: it compiles."""
    return read_ruleset(definition)[1]


def read_ruleset(
    definition: Mapping[str, Any], *, digest: str | None = None
) -> tuple[Ruleset | None, tuple[RulesetProblem, ...]]:
    """The ruleset, or None, and its problems."""
    reader = _Reader(definition)
    ruleset = reader.ruleset(digest)
    return (None if reader.problems else ruleset), tuple(reader.problems)


class _Reader:
    """Reads one definition and notes what is wrong."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        self.definition = definition
        self.problems: list[RulesetProblem] = []
        self.mode = definition.get("mode", INFERENCE)
        self.facts: dict[str, FactType] = {}

    def report(self, code: str, path: Place, /, **params: Any) -> None:
        self.problems.append(RulesetProblem(f"ruleset.{code}", path, params))

    def ruleset(self, digest: str | None) -> Ruleset:
        if self.mode not in (INFERENCE, WATCH):
            self.report("mode", ("mode",), value=self.mode)
        for name, one in _members(self.definition.get("facts")):
            self.facts[name] = self._fact(name, one)
        rules = self._rules()
        layers = self._layers(rules)
        key, within = self._watched() if self.mode == WATCH else (None, None)
        return Ruleset(
            id=str(self.definition.get("id", "")),
            mode=self.mode,
            digest=digest or digest_of(self.definition),
            document=self.definition,
            facts=self.facts,
            rules=rules,
            layers=layers,
            scale=self._scale(),
            key=key,
            within=within,
        )

    def _scale(self) -> int:
        scale = self.definition.get("scale", SCALE)
        if isinstance(scale, int) and not isinstance(scale, bool) and 0 <= scale <= 9:
            return scale
        self.report("shape", ("scale",), expected="0..9")
        return SCALE

    def _fact(self, name: str, one: Any) -> FactType:
        place: Place = ("facts", name)
        if not isinstance(one, Mapping):
            self.report("shape", place, expected="type")
            return FactType(name, {})
        fields = {}
        for field, type_ in _members(one.get("type")):
            fields[field] = type_ if type_ in TYPES else "string"
            if type_ not in TYPES:
                self.report("type", (*place, "type", field), value=type_, known=list(TYPES))
        if len(fields) > FIELDS:
            where = (*place, "type")
            self.report("too_many", where, what="fields", limit=FIELDS, count=len(fields))
        source = one.get("from")
        event = one.get("event")
        if self.mode == WATCH and not isinstance(event, str):
            self.report("shape", place, expected="event")
        if self.mode != WATCH and event is not None:
            self.report("then", (*place, "event"), mode=self.mode)
        values = {
            field: read
            for field, text in _members(one.get("with"))
            if (read := self._value(text, (*place, "with", field), name, field, fields))
        }
        return FactType(
            name=name,
            fields=fields,
            source=None if source is None else self.expression(source, (*place, "from")),
            event=event if isinstance(event, str) else None,
            values=values,
        )

    def _value(
        self, text: Any, place: Place, fact: str, field: str, fields: Mapping[str, str]
    ) -> Expression | None:
        if field not in fields:
            self.report("unknown_field", place, fact=fact, name=field, known=list(fields))
            return None
        return self.expression(text, place)

    def expression(self, text: Any, place: Place) -> Expression | None:
        """What is written there; None with a problem where it cannot be read."""
        try:
            written = feel_text(text)
        except TypeError:
            self.report("shape", place, expected="expression")
            return None
        try:
            return parse_expression(written)
        except FeelError as error:
            self.report(
                "expression", place, text=written, reason=error.message, position=error.position
            )
            return None

    def _rules(self) -> tuple[Rule, ...]:
        written = self.definition.get("rules")
        if not isinstance(written, list | tuple) or not written:
            self.report("shape", ("rules",), expected="rules")
            return ()
        if len(written) > RULES:
            self.report("too_many", ("rules",), what="rules", limit=RULES, count=len(written))
            return ()
        rules = tuple(self._rule(index, one) for index, one in enumerate(written))
        self._told_twice([rule.id for rule in rules])
        conditions(rules, self.report)
        return rules

    def _told_twice(self, ids: list[str]) -> None:
        for index, id_ in enumerate(ids):
            if id_ in ids[:index]:
                self.report("duplicate", ("rules", index, "id"), what="rule", name=id_)

    def _rule(self, index: int, one: Any) -> Rule:
        place: Place = ("rules", index)
        if not isinstance(one, Mapping):
            self.report("shape", place, expected="rule")
            return Rule(str(index), ())
        id_ = str(one.get("id", index + 1))
        patterns = PatternReader(self.facts, self._heard, self.report, watch=self.mode == WATCH)
        all_ = patterns.read(one.get("all"), (*place, "all"))
        none = patterns.read(one.get("none"), (*place, "none"), absent=True)
        if not all_:
            self.report("no_pattern", (*place, "all"), rule=id_)
        asserts, sends = self._then(one.get("then"), (*place, "then"), all_)
        return Rule(id_, all_, none, asserts, sends)

    def _heard(self, name: str) -> FactType | None:
        """The fact of that name; of a watch also the bare event, which then is one."""
        if name not in self.facts and self.mode == WATCH and "." in name:
            self.facts[name] = FactType(name, {}, event=name)
        return self.facts.get(name)

    def _then(
        self, written: Any, place: Place, patterns: tuple[Pattern, ...]
    ) -> tuple[tuple[Assertion, ...], tuple[Send, ...]]:
        asserts: list[Assertion] = []
        sends: list[Send] = []
        if not isinstance(written, list | tuple) or not written:
            self.report("then", place, mode=self.mode)
            return (), ()
        for index, one in enumerate(written):
            here = (*place, index)
            if self.mode == WATCH and isinstance(one, Mapping) and "send" in one:
                sends += self._send(one["send"], (*here, "send"), patterns)
            elif self.mode == INFERENCE and isinstance(one, Mapping) and "assert" in one:
                asserts += self._assertion(one, here, patterns)
            else:
                self.report("then", here, mode=self.mode)
        return tuple(asserts), tuple(sends)

    def _send(self, one: Any, place: Place, patterns: tuple[Pattern, ...]) -> list[Send]:
        if not isinstance(one, Mapping) or not isinstance(one.get("event"), str):
            self.report("shape", place, expected="event")
            return []
        data = self._with(one.get("data"), (*place, "data"), patterns)
        return [Send(one["event"], str(one.get("to", "orders")), data)]

    def _assertion(
        self, one: Mapping[str, Any], place: Place, patterns: tuple[Pattern, ...]
    ) -> list[Assertion]:
        fact = self.facts.get(one["assert"]) if isinstance(one["assert"], str) else None
        if fact is None:
            self.report(
                "unknown_fact", (*place, "assert"), name=one["assert"], known=list(self.facts)
            )
            return []
        values = self._with(one.get("with"), (*place, "with"), patterns)
        for field in values:
            if field not in fact.fields:
                self.report(
                    "unknown_field",
                    (*place, "with", field),
                    **{"fact": fact.name, "name": field, "known": list(fact.fields)},
                )
        return [Assertion(fact.name, values)]

    def _with(
        self, written: Any, place: Place, patterns: tuple[Pattern, ...]
    ) -> dict[str, Expression]:
        aliases = {one.alias: self.facts[one.fact] for one in patterns}
        found: dict[str, Expression] = {}
        for name, text in _members(written):
            read = self.expression(text, (*place, name))
            if read is not None:
                self._known(read, aliases, (*place, name))
                found[name] = read
        return found

    def _known(self, read: Expression, aliases: Mapping[str, FactType], place: Place) -> None:
        for path in sorted(read.paths):
            if path[0] not in aliases:
                self.report("unknown_name", place, name=path[0], known=list(aliases))
            elif len(path) > 1 and path[1] not in aliases[path[0]].fields:
                fact = aliases[path[0]]
                self.report(
                    "unknown_field",
                    place,
                    **{"fact": fact.name, "name": path[1], "known": list(fact.fields)},
                )

    def _layers(self, rules: tuple[Rule, ...]) -> tuple[tuple[int, ...], ...]:
        try:
            return layers_of(rules)
        except NotLayered as error:
            rule = rules[error.rule]
            derived = {one.fact for other in rules for one in other.asserts}
            absent = next((one.fact for one in rule.none if one.fact in derived), "")
            self.report("layers", ("rules", error.rule, "none"), rule=rule.id, fact=absent)
            return ()

    def _watched(self) -> tuple[Expression | None, timedelta | None]:
        key = self.definition.get("key")
        if key is None:
            self.report("key", ("key",))
        within = self.definition.get("within")
        duration = parse_duration(within) if isinstance(within, str) else None
        if not isinstance(duration, timedelta) or not timedelta() < duration <= _LONGEST:
            self.report("within", ("within",), value=within)
            duration = None
        return (None if key is None else self.expression(key, ("key",))), duration


def _members(value: Any) -> Iterable[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, Mapping) else []
