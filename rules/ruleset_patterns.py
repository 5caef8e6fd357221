"""Patterns of rulesets: one fact, unary tests on its fields, references to earlier patterns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from orderloom.rules import syntax as s
from orderloom.rules.cell import Test, test_of
from orderloom.rules.error import FeelError
from orderloom.rules.expression import Expression, parse_unary
from orderloom.rules.ruleset import (
    CONDITIONS,
    COUNT,
    PATTERNS,
    PATTERNS_OF_FACT,
    FactType,
    FieldTest,
    Join,
    Pattern,
    Rule,
)
from orderloom.rules.written import feel_text

Place = tuple[str | int, ...]
_KINDS: Final = {
    **{"string": "string", "number": "number", "boolean": "boolean"},
    **{"date": "date", "date and time": "zoned"},
}
_ORDERED: Final = ("number", "date", "date and time")
_RESERVED: Final = frozenset(("if", "count"))


class Report(Protocol):
    """Notes a problem: its code without `ruleset.`, its place and its params."""

    def __call__(self, code: str, path: Place, /, **params: Any) -> None: ...


class PatternReader:
    """Reads the patterns of one rule. What they may refer to are those read before."""

    def __init__(
        self,
        facts: Mapping[str, FactType],
        heard: Callable[[str], FactType | None],
        report: Report,
        *,
        watch: bool,
    ) -> None:
        self.facts = facts
        self.heard = heard
        self.report = report
        self.watch = watch
        self.aliases: dict[str, FactType] = {}

    def read(self, written: Any, place: Place, *, absent: bool = False) -> tuple[Pattern, ...]:
        """The patterns of a list; those of an absence bind no name."""
        if written is None:
            return ()
        if not isinstance(written, list | tuple):
            self.report("shape", place, expected="patterns")
            return ()
        if len(written) > PATTERNS:
            self.report("too_many", place, what="patterns", limit=PATTERNS, count=len(written))
            return ()
        found = (
            self._pattern(one, (*place, index), absent=absent) for index, one in enumerate(written)
        )
        return tuple(one for one in found if one is not None)

    def _pattern(self, one: Any, place: Place, *, absent: bool) -> Pattern | None:
        names = [name for name in one if name not in _RESERVED] if isinstance(one, Mapping) else []
        if len(names) != 1 or not isinstance(one[names[0]], str):
            self.report("shape", place, expected="pattern")
            return None
        alias, fact = names[0], self.heard(one[names[0]])
        if fact is None:
            known = list(self.facts)
            self.report("unknown_fact", (*place, alias), name=one[alias], known=known)
            return None
        if alias in self.aliases:
            self.report("duplicate", (*place, alias), what="alias", name=alias)
        tests, joins = self._conditions(one.get("if"), fact, (*place, "if"))
        count = self._count(one, place, absent=absent)
        if not absent:
            self.aliases[alias] = fact
        return Pattern(alias, fact.name, tests, joins, count)

    def _count(self, one: Mapping[str, Any], place: Place, *, absent: bool) -> int:
        count = one.get("count", 1)
        whole = isinstance(count, int) and not isinstance(count, bool)
        if not whole or not 1 <= count <= COUNT or (count > 1 and (absent or not self.watch)):
            self.report("shape", (*place, "count"), expected=f"1..{COUNT}")
            return 1
        return int(count)

    def _conditions(
        self, written: Any, fact: FactType, place: Place
    ) -> tuple[tuple[FieldTest, ...], tuple[Join, ...]]:
        tests: list[FieldTest] = []
        joins: list[Join] = []
        if written is not None and not isinstance(written, Mapping):
            self.report("shape", place, expected="tests")
            return (), ()
        for field, text in (written or {}).items():
            here = (*place, field)
            if field not in fact.fields:
                known = list(fact.fields)
                self.report("unknown_field", here, fact=fact.name, name=field, known=known)
                continue
            read = self._unary(text, here)
            if read is None:
                continue
            if read.names - {"?"}:
                joins += self._join(field, read, fact, here)
            else:
                tests += self._test(field, read, fact, here)
        return tuple(tests), tuple(joins)

    def _unary(self, text: Any, place: Place) -> Expression | None:
        try:
            written = feel_text(text)
            return parse_unary(written)
        except FeelError as error:
            self.report(
                "expression", place, text=written, reason=error.message, position=error.position
            )
        except TypeError:
            self.report("shape", place, expected="tests")
        return None

    def _test(self, field: str, read: Expression, fact: FactType, place: Place) -> list[FieldTest]:
        if isinstance(read.node, s.Tests) and not read.node.parts:
            return []
        cell = test_of(read)
        type_ = fact.fields[field]
        if cell is not None and _alien(cell, _KINDS[type_]):
            self.report("test_type", place, field=field, type=type_, text=read.text)
            return []
        return [FieldTest(field, read, cell)]

    def _join(self, field: str, read: Expression, fact: FactType, place: Place) -> list[Join]:
        if self.watch:
            self.report("watch_join", place, text=read.text)
            return []
        found = _reference(read.node)
        if found is None:
            self.report("join", place, text=read.text)
            return []
        sign, alias, other = found
        if alias not in self.aliases:
            self.report("join_alias", place, alias=alias, known=list(self.aliases))
            return []
        theirs = self.aliases[alias]
        if other not in theirs.fields:
            known = list(theirs.fields)
            self.report("unknown_field", place, fact=theirs.name, name=other, known=known)
            return []
        mine = fact.fields[field]
        if mine != theirs.fields[other] or (sign not in ("=", "!=") and mine not in _ORDERED):
            self.report("join_type", place, field=field, other=f"{alias}.{other}")
            return []
        return [Join(field, sign, alias, other)]


def conditions(rules: Sequence[Rule], report: Report) -> None:
    """Reports more conditions in one ruleset than what runs it can tell apart."""
    count = sum(
        1 + len(one.tests) + len(one.joins) for rule in rules for one in (*rule.all, *rule.none)
    )
    if count > CONDITIONS:
        report("too_many", ("rules",), what="conditions", limit=CONDITIONS, count=count)
    for index, rule in enumerate(rules):
        events = sum(one.count for one in rule.all)
        if events > COUNT:
            report("too_many", ("rules", index), what="events", limit=COUNT, count=events)
    uses = Counter(one.fact for rule in rules for one in (*rule.all, *rule.none))
    for name, used in uses.items():
        if used > PATTERNS_OF_FACT:
            limit = PATTERNS_OF_FACT
            report("too_many", ("facts", name), what="patterns", limit=limit, count=used)


def _alien(cell: Test, kind: str) -> bool:
    return any(span.kind != kind for span in cell.spans)


def _reference(node: s.Node) -> tuple[str, str, str] | None:
    """Sign, alias and field of `= l.sku`, or of `l.sku` alone."""
    if not isinstance(node, s.Tests) or node.negated or len(node.parts) != 1:
        return None
    part = node.parts[0]
    sign, operand = (part.sign, part.operand) if isinstance(part, s.Comparison) else ("=", part)
    if isinstance(operand, s.Path) and isinstance(operand.source, s.Name):
        return sign, operand.source.name, operand.name
    return None
