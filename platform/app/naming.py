"""People by name; a role with those who have it now, since its name alone finds nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from orderloom.platform.app.reading import Seen
from orderloom.platform.app.view_models import PersonView
from orderloom.platform.engine.outcome import Approvers

# How many of those who have a role are named.
MOST_NAMED: Final = 4


def named(seen: Seen, principals: Iterable[str]) -> tuple[PersonView, ...]:
    """People by name; a role with those who have it now, since its name alone finds nobody."""
    given = list(principals)
    return tuple(
        replace(person, name=_with_holders(seen, principal, person.name))
        for principal, person in zip(given, seen.people(given), strict=True)
    )


def voters_of(seen: Seen, votes: Sequence[Mapping[str, Any]]) -> tuple[PersonView, ...]:
    """Who gave each vote, with the one for whom they did."""
    people = seen.people(f"u:{vote['by']}" for vote in votes)
    others = seen.people(f"u:{vote.get('for') or vote['by']}" for vote in votes)
    return tuple(
        person if person.id == other.id else _standing_in(seen, person, other)
        for person, other in zip(people, others, strict=True)
    )


def _standing_in(seen: Seen, person: PersonView, other: PersonView) -> PersonView:
    name = seen.words.text("web.task.in_place_of", name=person.name, other=other.name)
    return replace(person, name=name)


def _with_holders(seen: Seen, principal: str, title: str) -> str:
    if not principal.startswith("r:"):
        return title
    ids = seen.desk.ask(Approvers(role=principal[2:]), seen.actor.organisation)
    if not isinstance(ids, Sequence) or not ids:
        return title
    names = sorted(person.name for person in seen.people(f"u:{id_}" for id_ in ids[:MOST_NAMED]))
    more = ["…"] if len(ids) > MOST_NAMED else []
    return f"{title} ({', '.join([*names, *more])})"
