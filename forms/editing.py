"""Who may change which field in which stages (`edit`, language 7)."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from orderloom.forms.problem import FormError

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EditRule:
    """`fields` with all below them; `stages` with those inside, `draft` or `any`; `roles` empty:
    everybody who works on the order."""

    fields: tuple[Path, ...]
    places: frozenset[str]
    roles: frozenset[str]

    def allows(self, path: Path, *, stages: Set[str], draft: bool, roles: Set[str]) -> bool:
        """Whether this rule lets one of `roles` change the field. `stages`: with outer ones."""
        if not any(path[: len(field)] == field for field in self.fields):
            return False
        if self.roles and not self.roles & roles:
            return False
        if "any" in self.places:
            return True
        return "draft" in self.places if draft else bool(self.places & stages)


def compile_edit(document: Mapping[str, Any]) -> tuple[EditRule, ...] | None:
    """The rules; None where the form says nothing. Raises `FormError`."""
    if "edit" not in document:
        return None
    rules = []
    for index, given in enumerate(document["edit"] or ()):
        place = f"edit[{index}]"
        if not isinstance(given, Mapping):
            raise FormError(place, "a rule is a map of fields, in, by")
        rules.append(
            EditRule(
                fields=tuple(tuple(name.split(".")) for name in _names(given, "fields", place)),
                places=frozenset(_names(given, "in", place)),
                roles=frozenset(_names(given, "by", place)),
            )
        )
    return tuple(rules)


def _names(rule: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
    value = rule.get(key) or ()
    listed = (value,) if isinstance(value, str | Mapping) else tuple(value)
    names = [each.get("role") if isinstance(each, Mapping) else each for each in listed]
    found = tuple(name for name in names if isinstance(name, str))
    if len(found) < len(names):
        raise FormError(f"{place}.{key}", "here stand names")
    return found
