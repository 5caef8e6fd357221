"""Which orders stand behind a figure: the same question asked of each course by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from orderloom.platform.app.mining import Course, Shape, asides, tasks, visits
from orderloom.platform.app.mining_figures import Variant, follows, variant_of

Holds = Callable[[Course, Shape, Sequence[str]], bool]


def behind(course: Course, shape: Shape, of: Sequence[str]) -> bool:
    """Whether the order counts in the figure. `of`: which table, and what its row is about, as
    `MapLine.of` has it. Nothing holds for what is no figure."""
    holds = KINDS.get(of[0]) if of else None
    return holds is not None and holds(course, shape, of[1:])


def variant_key(variant: Variant) -> str:
    """A variant in an address: it may be long there."""
    return " ".join(variant)


def _all(course: Course, shape: Shape, of: Sequence[str]) -> bool:
    return True


def _ended(course: Course, shape: Shape, of: Sequence[str]) -> bool:
    return course.ended is not None


def _failed(course: Course, shape: Shape, of: Sequence[str]) -> bool:
    return course.ended is not None and course.failed


def _edge(course: Course, shape: Shape, of: Sequence[str]) -> bool:
    wanted = tuple(of)
    return any(edge == wanted for edge, _ in follows(visits(course, shape), shape))


def _stage(course: Course, shape: Shape, of: Sequence[str]) -> bool:
    return _times_in(course, shape)[of[0]] > 0


def _here(course: Course, shape: Shape, of: Sequence[str]) -> bool:
    stays = visits(course, shape)
    return any(stay.stage == of[0] and stay.left is None for stay in stays)


def _again(course: Course, shape: Shape, of: Sequence[str]) -> bool:
    return _times_in(course, shape)[of[0]] > 1


def _variant(course: Course, shape: Shape, of: Sequence[str]) -> bool:
    return variant_key(variant_of(visits(course, shape), shape.inner)) == of[0]


def _person(course: Course, shape: Shape, of: Sequence[str]) -> bool:
    return any(
        (each.id, each.by) == (of[0], of[1]) and each.answered is not None for each in tasks(course)
    )


def _rounds(course: Course, shape: Shape, of: Sequence[str]) -> bool:
    return sum(each.id == of[0] for each in tasks(course)) > 1


def _aside(course: Course, shape: Shape, of: Sequence[str]) -> bool:
    return of[0] in asides(course)


def _times_in(course: Course, shape: Shape) -> Counter[str]:
    return Counter(stay.stage for stay in visits(course, shape))


KINDS: Final[Mapping[str, Holds]] = {
    "all": _all,
    "ended": _ended,
    "failed": _failed,
    "edge": _edge,
    "stage": _stage,
    "here": _here,
    "again": _again,
    "variant": _variant,
    "person": _person,
    "rounds": _rounds,
    "aside": _aside,
}
# How many words each needs.
WORDS: Final[Mapping[str, int]] = {
    **dict.fromkeys(KINDS, 1),
    **dict.fromkeys(("all", "ended", "failed"), 0),
    "edge": 3,
    "person": 2,
}
