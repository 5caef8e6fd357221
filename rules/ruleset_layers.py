"""Which rules run together: a rule that asks for the absence of a fact runs after all that derive
it, for nothing that was concluded is taken back."""

from __future__ import annotations

from collections.abc import Sequence

from orderloom.rules.ruleset import Rule


class NotLayered(ValueError):
    """A rule needs the absence of a fact that it, or what follows from it, derives."""

    def __init__(self, rule: int) -> None:
        super().__init__(rule)
        self.rule = rule


def layers_of(rules: Sequence[Rule]) -> tuple[tuple[int, ...], ...]:
    """Indices of rules, layer by layer. Raises `NotLayered`."""
    levels = [0] * len(rules)
    known: dict[str, int] = {}
    changed = True
    while changed:
        changed = False
        for index, rule in enumerate(rules):
            level = max((levels[index], *_needed(rule, known)))
            if level > len(rules):
                raise NotLayered(index)
            changed = changed or level > levels[index]
            levels[index] = level
            for fact in {one.fact for one in rule.asserts}:
                changed = changed or known.get(fact, -1) < level
                known[fact] = max(known.get(fact, 0), level)
    return tuple(
        tuple(index for index, level in enumerate(levels) if level == layer)
        for layer in sorted(set(levels))
    )


def _needed(rule: Rule, known: dict[str, int]) -> list[int]:
    present = [known.get(pattern.fact, 0) for pattern in rule.all]
    absent = [known[one.fact] + 1 for one in rule.none if one.fact in known]
    return present + absent
