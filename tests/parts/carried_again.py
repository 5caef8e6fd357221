"""The commands of a world carried out again, as a replay of their entries would."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any, cast

from orderloom.audit.entry import Entry
from orderloom.platform.app.replay_actors import Actors
from orderloom.platform.app.replay_commands import Again, Repeater
from orderloom.platform.engine import Actor
from orderloom.platform.store.replay_rows import LoggedEntry
from parts.carried import Carried
from parts.world import World


@dataclass
class CarriedAgain:
    """`same` and `untold` by the kind of command; `wrong`: those that come out otherwise although
    their entries tell them whole."""

    same: Counter[str] = field(default_factory=Counter)
    untold: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[Carried, Again]] = field(default_factory=list)


def carried_again(world: World) -> CarriedAgain:
    """Every command of the world. One that went round until it was stopped is left out: how long
    that takes is another thing in a world of tests."""
    found, repeater = CarriedAgain(), Repeater(_Users(world))
    for one in world.carried:
        if any(_loops(event.facts) for event in one.events) or not one.events:
            continue
        again = repeater.again(one.release, 1, one.before, entries_of(one))
        kind = type(one.body).__name__
        if again.same:
            found.same[kind] += 1
        elif again.told:
            found.wrong.append((one, again))
        else:
            found.untold[kind] += 1
    return found


def entries_of(one: Carried) -> list[LoggedEntry]:
    """The entries that the recorder would have written."""
    count = len(one.events)
    made = []
    for index, event in enumerate(one.events):
        answers = one.answers or None if index == 0 else None
        entry = Entry(
            type=event.type,
            facts=dict(event.facts),
            at=event.facts["at"],
            actor=one.actor.id,
            channel="api",
            place=(1, index, count),
            runtime=1,
            version=1,
            on_behalf_of=one.on_behalf_of,
            answers=answers,
        )
        made.append(LoggedEntry(index + 1, entry, event, answers, erased=False))
    return made


class _Users(Actors):
    """Those of the world, as the directory has them."""

    def __init__(self, world: World) -> None:
        super().__init__(cast(Any, None))
        self._users = world.users

    def _made(self, id_: str, organisation: int) -> Actor:
        if id_ in self._users:
            return replace(self._users[id_], in_place_of={})
        if id_ == "link" or id_ == "system" or id_[1:2] == ":":
            return super()._made(id_, organisation)
        return Actor(id=id_)


def _loops(value: Any) -> bool:
    if isinstance(value, dict):
        return value.get("kind") == "loop" or any(_loops(inner) for inner in value.values())
    return isinstance(value, list) and any(_loops(inner) for inner in value)
