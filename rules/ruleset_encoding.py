"""Facts and tests as the library is given them: by declared type, so that nothing is coerced.

No field is ever left out, for the library stops at one that is missing: a field of its own (`e…`)
says which are empty, and every comparison asks it first. A test that is more than one value
or one range is evaluated beforehand, and its answer is a field (`c…`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from orderloom.rules.cell import Span
from orderloom.rules.ruleset import FactType, FieldTest, Pattern, Ruleset
from orderloom.rules.ruleset_codes import NotEncodable, encode
from orderloom.rules.ruleset_oracle import passes

_SIGNS: Final = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte", "!=": "$neq"}

_NOTHING: Final = 0

Condition = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FactCode:
    """How one kind of fact is encoded. `asked`: patterns whose tests are answered beforehand."""

    fact: FactType
    scale: int
    places: Mapping[str, int]
    asked: Mapping[str, tuple[Pattern, int]] = field(default_factory=dict)

    def fields(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of one fact, whose values `typed` has let through. Raises `RulesetStopped`
        where a test that is answered beforehand fails."""
        found: dict[str, Any] = {}
        for name, type_ in self.fact.fields.items():
            value, place = values[name], self.places[name]
            found[f"e{place}"] = "N" if value is not None else "Y"
            found[f"f{place}"] = _NOTHING if value is None else encode(value, type_, self.scale)
        for pattern, number in self.asked.values():
            found[f"c{number}"] = "Y" if passes(pattern, values) else "N"
        return found

    def tests(self, pattern: Pattern) -> list[Condition]:
        """The conditions of a pattern's tests, equality first."""
        exact: list[Condition] = []
        ranges: list[Condition] = []
        for one in pattern.tests:
            asked = self.asked.get(_asked(one))
            if asked is not None:
                exact.append({f"c{asked[1]}": "Y"})
                continue
            for condition in self._native(one):
                (ranges if _signed(condition) else exact).append(condition)
        exact += [{f"e{self.places[one.field]}": "N"} for one in pattern.joins]
        return exact + ranges

    def joins(
        self, pattern: Pattern, codes: Mapping[str, FactCode], names: Mapping[str, str]
    ) -> list[Condition]:
        """The conditions of its references; `codes`: of the facts of earlier patterns, and `names`
        that the library knows these patterns by, both by alias."""
        found: list[Condition] = []
        for one in sorted(pattern.joins, key=lambda join: join.sign != "="):
            place = codes[one.alias].places[one.other]
            theirs = {names[one.alias]: f"f{place}"}
            condition: Condition = {f"f{self.places[one.field]}": theirs}
            found.insert(0, {"q": {names[one.alias]: f"e{place}"}})
            found.append(condition if one.sign == "=" else {_SIGNS[one.sign]: condition})
        return found

    def _native(self, one: FieldTest) -> list[Condition]:
        place = self.places[one.field]
        spans = one.cell.spans if one.cell is not None else ()
        if not spans:
            return [{f"e{place}": "Y"}]
        span = spans[0]
        type_ = self.fact.fields[one.field]
        low, high = (_end(end, type_, self.scale) for end in (span.low, span.high))
        found: list[Condition] = [{f"e{place}": "N"}]
        if _is_point(span):
            return [*found, {f"f{place}": low}]
        if low is not None:
            found.append({"$gte" if span.low_closed else "$gt": {f"f{place}": low}})
        if high is not None:
            found.append({"$lte" if span.high_closed else "$lt": {f"f{place}": high}})
        return found


def codes_of(ruleset: Ruleset) -> dict[str, FactCode]:
    """The code of each kind of fact."""
    patterns = [one for rule in ruleset.rules for one in (*rule.all, *rule.none)]
    return {
        name: FactCode(
            fact=fact,
            scale=ruleset.scale,
            places={field: place for place, field in enumerate(fact.fields)},
            asked=_all_asked(fact, patterns, ruleset.scale),
        )
        for name, fact in ruleset.facts.items()
    }


def _all_asked(
    fact: FactType, patterns: Iterable[Pattern], scale: int
) -> dict[str, tuple[Pattern, int]]:
    found: dict[str, tuple[Pattern, int]] = {}
    for pattern in patterns:
        for one in pattern.tests if pattern.fact == fact.name else ():
            if _asked(one) not in found and not is_native(one, fact.fields[one.field], scale):
                found[_asked(one)] = Pattern(pattern.alias, fact.name, (one,)), len(found)
    return found


def is_native(one: FieldTest, type_: str, scale: int) -> bool:
    """Whether the library itself can test it: one value, one range, or null alone."""
    cell = one.cell
    if cell is None or cell.negated or len(cell.spans) + cell.null != 1:
        return False
    if not cell.spans:
        return True
    span = cell.spans[0]
    if not _is_point(span) and type_ in ("string", "boolean"):
        return False
    return _fits(span, type_, scale)


def _is_point(span: Span) -> bool:
    return span.point and span.high_closed


def _fits(span: Span, type_: str, scale: int) -> bool:
    try:
        for end in (span.low, span.high):
            _end(end, type_, scale)
    except NotEncodable:
        return False
    return True


def _end(value: Any, type_: str, scale: int) -> str | int | None:
    return None if value is None else encode(value, type_, scale)


def _asked(one: FieldTest) -> str:
    return f"{one.field} {one.test.text}"


def _signed(condition: Condition) -> bool:
    return next(iter(condition)).startswith("$")
