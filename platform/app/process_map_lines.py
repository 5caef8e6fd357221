"""Figures as rows of tables: titled, sorted, each with what the orders behind it are found by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from orderloom.platform.app.mining import Shape
from orderloom.platform.app.mining_behind import variant_key
from orderloom.platform.app.mining_figures import Figures, shares, times
from orderloom.platform.app.process_map_models import MapLine
from orderloom.platform.words import Words

MOST_VARIANTS: Final = 30


@dataclass(frozen=True, slots=True)
class Titles:
    """What things are called: the process; stages, tasks and people by id."""

    process: str
    stages: Mapping[str, str] = field(default_factory=dict)
    tasks: Mapping[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)

    def of(self, id_: str) -> str:
        """A stage; its id where it has no title."""
        return self.stages.get(id_, id_)

    def task(self, id_: str) -> str:
        """A task or a step of an approval; its id where it has no title."""
        return self.tasks.get(id_, id_)

    def person(self, id_: str) -> str:
        """A person; the id of who is no more."""
        return self.people.get(id_, id_)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """See `MapView`."""

    edges: tuple[MapLine, ...]
    stages: tuple[MapLine, ...]
    variants: tuple[MapLine, ...]
    more_variants: int
    people: tuple[MapLine, ...]
    rework: tuple[MapLine, ...]
    deviations: tuple[MapLine, ...]


def lines_of(found: Figures, shape: Shape, titles: Titles) -> Lines:
    """All tables, what is most first."""
    return Lines(
        edges=_edges(found, titles),
        stages=_stages(found, shape, titles),
        variants=_variants(found, titles)[:MOST_VARIANTS],
        more_variants=max(len(found.variants) - MOST_VARIANTS, 0),
        people=_people(found, titles),
        rework=_rework(found, titles),
        deviations=_deviations(found),
    )


def said_of(of: Sequence[str], titles: Titles, words: Words) -> str:
    """Which figure it is, in words."""
    kind, rest = of[0], of[1:]
    if kind == "edge":
        return words.text(
            "mining.behind.edge", source=titles.of(rest[1]), target=titles.of(rest[2])
        )
    if kind == "variant":
        stages = " → ".join(titles.of(each) for each in rest[0].split())
        return words.text("mining.behind.variant", stages=stages)
    if kind == "person":
        person = titles.person(rest[1])
        return words.text("mining.behind.person", task=titles.task(rest[0]), person=person)
    if kind == "aside":
        key = f"mining.aside.{rest[0]}"
        return words.text(key) if words.has(key) else rest[0]
    what = (titles.task if kind == "rounds" else titles.of)(rest[0]) if rest else ""
    return words.text(f"mining.behind.{kind}", what=what)


def _edges(found: Figures, titles: Titles) -> tuple[MapLine, ...]:
    lines = [
        MapLine(
            title=f"{titles.of(source)} → {titles.of(target)}",
            of=("edge", around, source, target),
            count=len(lengths),
            times=times(lengths),
            around=titles.of(around) if around else "",
        )
        for (around, source, target), lengths in found.edges.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.count, line.of)))


def _stages(found: Figures, shape: Shape, titles: Titles) -> tuple[MapLine, ...]:
    parts = shares(found.stages, shape.inner)
    lines = []
    for id_, stay in found.stages.items():
        part, waiting = parts.get(id_, (0, 0))
        lines.append(
            MapLine(
                title=titles.of(id_),
                of=("stage", id_),
                count=stay.visits,
                share=part,
                times=times(stay.lengths),
                more={"orders": stay.orders, "here": stay.here, "waiting": waiting},
                aside=id_ in shape.inner,
            )
        )
    return tuple(sorted(lines, key=lambda line: (-line.share, -line.count, line.of)))


def _variants(found: Figures, titles: Titles) -> tuple[MapLine, ...]:
    lines = [
        MapLine(
            title=" → ".join(titles.of(each) for each in variant),
            of=("variant", variant_key(variant)),
            count=lengths.orders,
            share=lengths.orders * 1000 // found.orders if found.orders else 0,
            times=times(lengths.ended),
        )
        for variant, lengths in found.variants.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.count, line.of)))


def _people(found: Figures, titles: Titles) -> tuple[MapLine, ...]:
    lines = [
        MapLine(
            title=titles.task(task),
            person=titles.person(by),
            of=("person", task, by),
            count=len(lengths),
            times=times(lengths),
        )
        for (task, by), lengths in found.people.items()
    ]
    return tuple(sorted(lines, key=lambda line: (line.title.casefold(), -line.count, line.of)))


def _rework(found: Figures, titles: Titles) -> tuple[MapLine, ...]:
    """Stages that an order entered again, tasks that were asked again."""
    stages = [
        MapLine(
            title=titles.of(id_),
            of=("again", id_),
            count=stay.returned,
            share=stay.returned * 1000 // stay.orders,
            more={"times": stay.again},
        )
        for id_, stay in found.stages.items()
        if stay.returned
    ]
    asked = [
        MapLine(
            title=titles.task(id_),
            of=("rounds", id_),
            count=orders,
            share=orders * 1000 // found.orders,
            more={"times": again},
            aside=True,
        )
        for id_, (orders, again) in found.rounds.items()
    ]
    return tuple(sorted((*stages, *asked), key=lambda line: (-line.count, line.of)))


def _deviations(found: Figures) -> tuple[MapLine, ...]:
    lines = [
        MapLine(
            title=code,
            of=("aside", code),
            count=orders,
            share=orders * 1000 // found.orders,
            more={"times": often},
        )
        for code, (orders, often) in found.deviations.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.count, line.of)))
