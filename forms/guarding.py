"""Fields that a layout shows to some people and not to others: its conditions that read `actor`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orderloom.forms.formulas import holds
from orderloom.forms.layout import Section
from orderloom.rules import Expression

Path = tuple[str, ...]
ACTOR = "actor"
# Of each field, for every place where it stands, the conditions that read who looks.
Guards = Mapping[Path, tuple[tuple[Expression, ...], ...]]


def guards_of(sections: Sequence[Section]) -> Guards:
    """Fields that are kept from somebody. What is hidden because of the data alone is nobody's
    secret, and what stands in one place for everybody is none either."""
    places: dict[Path, list[tuple[Expression, ...]]] = {}
    for section in sections:
        for placed in section.fields:
            conditions = tuple(
                each
                for each in (section.visible, placed.visible)
                if each is not None and ACTOR in each.names
            )
            places.setdefault(placed.path, []).append(conditions)
    return {path: tuple(found) for path, found in places.items() if all(found)}


def kept_from(guards: Guards, scope: Mapping[str, Any]) -> frozenset[Path]:
    """The fields that no place shows; `scope`: the names of the data, and `actor`."""
    return frozenset(
        path
        for path, places in guards.items()
        if not any(all(holds(one, scope, default=True) for one in place) for place in places)
    )


def perhaps_kept_from(guards: Guards, actor: Mapping[str, Any]) -> frozenset[Path]:
    """The fields that may be kept from somebody in some order: also where it hangs on its data."""
    scope = {ACTOR: dict(actor)}
    return frozenset(
        path
        for path, places in guards.items()
        if not any(
            all(each.names <= {ACTOR} and holds(each, scope, default=True) for each in place)
            for place in places
        )
    )
