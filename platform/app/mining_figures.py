"""What the courses of many orders come to: a map with counts and times, variants, who takes how
long, what is done again, where orders wait, what went aside.

Pure; one pass over the courses, kept in whole numbers so that the same orders always give the same
figures. A figure about time is about what has ended; what goes on is only counted.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from orderloom.platform.app.mining import Asked, Course, Shape, Visit, asides, tasks, visits

Working = Callable[[int, int], int]
Edge = tuple[str, str, str]
Variant = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Times:
    """Lengths in microseconds, of `count` cases; all 0 where there is none."""

    count: int
    total: int
    mean: int
    median: int
    p90: int


@dataclass(slots=True)
class Stay:
    """A stage. `orders` were in it, `here` are; `again`: entered once more by the same order, by
    `returned` orders; `waiting`: of the time in it that with which a task lay with people."""

    visits: int = 0
    orders: int = 0
    here: int = 0
    again: int = 0
    returned: int = 0
    waiting: int = 0
    lengths: array[int] = field(default_factory=lambda: array("q"))


@dataclass(slots=True)
class Figures:
    """`edges`: (stage around, or empty; from; to) → lengths from entering the one to entering the
    other. `variants`: stages without others in them, in the order in which they were entered →
    orders, and lengths of those that ended. `people`: (task, person) → from being asked to the
    answer. `rounds`: approval steps and tasks asked more than once by the same order. `deviations`:
    code → orders, times."""

    orders: int = 0
    ended: int = 0
    failed: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    whole: array[int] = field(default_factory=lambda: array("q"))
    stages: dict[str, Stay] = field(default_factory=dict)
    starts: Counter[str] = field(default_factory=Counter)
    edges: dict[Edge, array[int]] = field(default_factory=dict)
    variants: dict[Variant, Lengths] = field(default_factory=dict)
    people: dict[tuple[str, str], array[int]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    rounds: dict[str, list[int]] = field(default_factory=dict)
    deviations: dict[str, list[int]] = field(default_factory=dict)


@dataclass(slots=True)
class Lengths:
    """How many orders, and how long those took that ended."""

    orders: int = 0
    ended: array[int] = field(default_factory=lambda: array("q"))


def figures(
    courses: Iterable[Course],
    shape_of: Callable[[int], Shape],
    *,
    working: Working | None = None,
) -> Figures:
    """`shape_of`: by version. `working`: the working time between two instants, where there is a
    calendar; else all time counts for people."""
    found = Figures()
    shapes: dict[int, tuple[Shape, frozenset[str]]] = {}
    for course in courses:
        known = shapes.get(course.version)
        if known is None:
            shape = shape_of(course.version)
            known = shapes[course.version] = (shape, shape.inner)
        stays = visits(course, known[0])
        asked = tasks(course)
        _whole(found, course)
        _variant(found, course, stays, known[1])
        _edges(found, stays, known[0])
        _stages(found, stays, asked, known[1])
        _people(found, asked, working)
        _aside(found, course)
    return found


def times(lengths: Sequence[int]) -> Times:
    """Mean and median are rounded to whole microseconds; `p90`: nine of ten are not longer."""
    if not lengths:
        return Times(0, 0, 0, 0, 0)
    ordered = sorted(lengths)
    count, total = len(ordered), sum(ordered)
    half = count // 2
    median = ordered[half] if count % 2 else (ordered[half - 1] + ordered[half]) // 2
    return Times(count, total, total // count, median, ordered[-(-count * 9 // 10) - 1])


def variant_of(stays: Sequence[Visit], inner: frozenset[str]) -> Variant:
    """The stages without others in them, as they were entered."""
    return tuple(each.stage for each in stays if each.stage not in inner)


def _whole(found: Figures, course: Course) -> None:
    found.orders += 1
    if course.ended is None:
        return
    found.ended += 1
    found.failed += course.failed
    found.outcomes[course.outcome] += 1
    found.whole.append(course.ended - course.created)


def _variant(found: Figures, course: Course, stays: Sequence[Visit], inner: frozenset[str]) -> None:
    lengths = found.variants.setdefault(variant_of(stays, inner), Lengths())
    lengths.orders += 1
    if course.ended is not None:
        lengths.ended.append(course.ended - course.created)


def follows(stays: Sequence[Visit], shape: Shape) -> Iterator[tuple[Edge, int]]:
    """What follows what inside the same visit of the stage around, and how long after it was
    entered. Parts that run side by side follow none."""
    last: dict[int, Visit] = {}
    for stay in stays:
        around = stays[stay.within].stage if stay.within >= 0 else ""
        if around in shape.parallel:
            continue
        before = last.get(stay.within)
        last[stay.within] = stay
        if before is not None:
            yield (around, before.stage, stay.stage), stay.entered - before.entered


def _edges(found: Figures, stays: Sequence[Visit], shape: Shape) -> None:
    if stays:
        found.starts[stays[0].stage] += 1
    for edge, length in follows(stays, shape):
        lengths = found.edges.get(edge)
        if lengths is None:
            lengths = found.edges[edge] = array("q")
        lengths.append(length)


def _stages(
    found: Figures, stays: Sequence[Visit], asked: Sequence[Asked], inner: frozenset[str]
) -> None:
    spans = _joined(asked)
    seen: dict[str, int] = {}
    for stay in stays:
        id_, left = stay.stage, stay.left
        stage = found.stages.get(id_)
        if stage is None:
            stage = found.stages[id_] = Stay()
        stage.visits += 1
        before = seen.get(id_, 0)
        seen[id_] = before + 1
        if not before:
            stage.orders += 1
        else:
            stage.again += 1
            stage.returned += before == 1
        if left is None:
            stage.here += 1
            continue
        stage.lengths.append(left - stay.entered)
        if spans and id_ not in inner:
            stage.waiting += _overlap(spans, stay.entered, left)


def _people(found: Figures, asked: Sequence[Asked], working: Working | None) -> None:
    rounds: Counter[str] = Counter()
    for each in asked:
        found.asked[each.id] += 1
        rounds[each.id] += 1
        if each.answered is None or not each.by:
            continue
        key = (each.id, each.by)
        lengths = found.people.get(key)
        if lengths is None:
            lengths = found.people[key] = array("q")
        spent = each.answered - each.asked
        lengths.append(spent if working is None else working(each.asked, each.answered))
    for id_, count in rounds.items():
        if count > 1:
            again = found.rounds.setdefault(id_, [0, 0])
            again[0] += 1
            again[1] += count - 1


def _aside(found: Figures, course: Course) -> None:
    for code, count in Counter(asides(course)).items():
        told = found.deviations.setdefault(code, [0, 0])
        told[0] += 1
        told[1] += count


def _joined(asked: Sequence[Asked]) -> list[tuple[int, int]]:
    """The spans in which something lay with people, none of them touching another."""
    spans = sorted(
        (each.asked, end)
        for each in asked
        if (end := each.answered if each.answered is not None else each.spared) is not None
    )
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _overlap(spans: Sequence[tuple[int, int]], start: int, end: int) -> int:
    """How much of start … end lies in the spans, which are in order."""
    total = 0
    for first, last in spans:
        if first >= end:
            break
        if last > start:
            total += (last if last < end else end) - (first if first > start else start)
    return total


def shares(found: Mapping[str, Stay], inner: frozenset[str]) -> dict[str, tuple[int, int]]:
    """Stage without others in it → its part of all time in such stages, and of its own time that
    which went by while people were asked; both in thousandths."""
    totals = {id_: sum(stay.lengths) for id_, stay in found.items() if id_ not in inner}
    whole = sum(totals.values())
    return {
        id_: (
            total * 1000 // whole if whole else 0,
            found[id_].waiting * 1000 // total if total else 0,
        )
        for id_, total in totals.items()
    }
