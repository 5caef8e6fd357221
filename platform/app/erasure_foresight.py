"""What an erasure would take away and what would stay, before anybody confirms it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from orderloom.audit.personal import BESIDE
from orderloom.platform.app.erasing import ERASED, goes, is_about
from orderloom.platform.app.erasures import Erasures, Place
from orderloom.platform.app.field_words import field_label
from orderloom.platform.app.registry import Registry
from orderloom.platform.codec import dumps
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store import Store
from orderloom.platform.words import Words

MARK: Final = 16
Counted = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceForeseen:
    """`goes`: what people call a field → how many values of it go. `stays`: values of others that
    are kept, `about`: the order is about the person; else only words of theirs go."""

    place: Place
    goes: Counted
    stays: int = 0
    about: bool = True

    @property
    def count(self) -> int:
        """How many values go."""
        return sum(count for _, count in self.goes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """`unnamed`: collections with a record of that key that name no personal fields. `mark`: of
    what was foreseen; another one says that it has changed since."""

    places: tuple[PlaceForeseen, ...]
    unnamed: tuple[str, ...]
    mark: str

    @property
    def now(self) -> tuple[PlaceForeseen, ...]:
        """What goes at once."""
        return tuple(each for each in self.places if each.place.ended)

    @property
    def later(self) -> tuple[PlaceForeseen, ...]:
        """What goes when its order ends."""
        return tuple(each for each in self.places if not each.place.ended)


class ErasureForesight:
    """For `privacy.erase` alone; changes nothing."""

    def __init__(self, store: Store, erasures: Erasures, registry: Registry) -> None:
        self._store = store
        self._erasures = erasures
        self._registry = registry

    def of(
        self, actor: Actor, *, person: str | None = None, number: str | None = None
    ) -> Foreseen | Rejection:
        """Of a person, or of all that is personal in an order; `order.not_found`."""
        places: Sequence[Place] | Rejection
        if person is not None:
            places = self._erasures.places(actor, person)
        else:
            found = self._erasures.place(actor, number or "")
            places = found if isinstance(found, Rejection) else (found,)
        if isinstance(places, Rejection):
            return places
        words = Words(actor.language)
        foreseen = tuple(self._place(actor, each, person, words) for each in places)
        named = person is not None
        unnamed = self._erasures.unnamed(actor.organisation, person) if named and person else ()
        return Foreseen(places=foreseen, unnamed=tuple(unnamed), mark=_mark(foreseen))

    def _place(self, actor: Actor, place: Place, person: str | None, words: Words) -> PlaceForeseen:
        if place.collection:
            return PlaceForeseen(place=place, goes=tuple((each, 1) for each in place.fields))
        stored = self._store.reads.orders_by_id(actor.organisation, [place.order])[place.order]
        release = self._registry.by_no(stored.release)
        kept = self._store.erasures.kept(actor.organisation, place.order)
        kept = [each for each in kept if each.type != ERASED]
        whole = person is None or is_about(kept, person)
        going = [each for each in kept if goes(each, person, whole=whole)]
        return PlaceForeseen(
            place=place,
            goes=labelled((each.path for each in going), release, words),
            stays=len(kept) - len(going),
            about=whole,
        )


def labelled(paths: Iterable[str], release: Release, words: Words) -> Counted:
    """What people call each field, with how often it comes."""
    counted = Counter(label_of(path, release, words) for path in paths)
    return tuple(sorted(counted.items(), key=lambda each: each[0].casefold()))


def label_of(path: str, release: Release, words: Words) -> str:
    """What people call the place of a personal value: a field of the order's form or of what a
    task brought, or words that somebody wrote."""
    if path in BESIDE:
        return words.text(f"privacy.text.{path}")
    return field_label(release.form, path, words)


def _mark(places: Sequence[PlaceForeseen]) -> str:
    told = [
        [each.place.order, each.place.collection, each.place.ended, each.count] for each in places
    ]
    return hashlib.sha256(dumps(told)).hexdigest()[:MARK]
