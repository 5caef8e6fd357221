"""The figures drawn over the picture of the process: how many went which way, how long they took.

Ways of the definition that nobody took are faint; ways that the definition does not have stand
out: a move by hand, or one that only another version has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from orderloom.platform.app.length_words import length_words
from orderloom.platform.app.mining_figures import Figures, times
from orderloom.platform.app.picture_graph import ANYWHERE, Box, Graph, Way
from orderloom.platform.app.picture_svg import HEATS, PAGE, WEIGHTS, lifted, svg_of
from orderloom.platform.words import Words


def drawn(graph: Graph, found: Figures, words: Words) -> str:
    """The SVG, in the colours of the page that it stands in."""
    designed = set(ways_of(graph.boxes, graph.ways))
    boxes = [each for each in graph.boxes if each.id != ANYWHERE]
    known = {each.id for each in _all(boxes)}
    # Stages of other versions stand beside.
    boxes += [Box(id_, id_, "plain", False, ()) for id_ in found.stages if id_ not in known]
    counts = {(source, target): len(of) for (_, source, target), of in found.edges.items()}
    most = max(counts.values(), default=0)
    taken = [
        Way(
            source,
            target,
            _said(len(lengths), times(lengths).median, words),
            weight=step(len(lengths), most, len(WEIGHTS) - 1),
            look=""
            if (source, target) in designed or _from_anywhere(designed, target)
            else "aside",
        )
        for (_, source, target), lengths in sorted(found.edges.items())
    ]
    unused = [
        Way(source, target, "", look="unused")
        for source, target in sorted(designed)
        if (source, target) not in counts and source != ANYWHERE
    ]
    heats = _heats(found)
    noted = tuple(_noted(each, found, heats, words) for each in boxes)
    return svg_of(Graph(graph.title, noted, (*taken, *unused)), words, theme=PAGE)


def ways_of(boxes: Sequence[Box], ways: Sequence[Way]) -> Iterator[tuple[str, str]]:
    """From which box to which the definition leads, on each level as it is drawn there."""
    for way in lifted(boxes, ways):
        yield way.source, way.target
    for box in boxes:
        if box.inner:
            yield from ways_of(box.inner, ways)


def step(value: int, most: int, steps: int) -> int:
    """Which of so many equal steps up to `most`: 1 for the least."""
    return max(1, -(-value * steps // most)) if most else 1


def _from_anywhere(designed: Iterable[tuple[str, str]], target: str) -> bool:
    return (ANYWHERE, target) in set(designed)


def _said(count: int, median: int, words: Words) -> str:
    return f"{words.number(count)} · {length_words(median, words)}"


def _heats(found: Figures) -> Mapping[str, int]:
    """The more of the time of all orders goes by in a stage, the stronger it is filled."""
    totals = {id_: sum(stay.lengths) for id_, stay in found.stages.items()}
    most = max(totals.values(), default=0)
    return {id_: step(total, most, len(HEATS) - 1) for id_, total in totals.items() if total}


def _noted(box: Box, found: Figures, heats: Mapping[str, int], words: Words) -> Box:
    stay = found.stages.get(box.id)
    inner = tuple(_noted(each, found, heats, words) for each in box.inner)
    if stay is None:
        return replace(box, inner=inner)
    note = words.number(stay.visits)
    if stay.lengths and box.kind != "final":
        note = _said(stay.visits, times(stay.lengths).median, words)
    return replace(box, inner=inner, note=note, heat=0 if box.inner else heats.get(box.id, 0))


def _all(boxes: Iterable[Box]) -> Iterator[Box]:
    for box in boxes:
        yield box
        yield from _all(box.inner)
