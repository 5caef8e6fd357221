"""A process as an SVG: for pages, mails and papers, with its words as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from orderloom.platform.app.picture_graph import ANYWHERE, LONGEST, Box, Graph, Way
from orderloom.platform.app.picture_layout import Arrow, Placed, Point, Size, placed
from orderloom.platform.words import Words

PAGE: Final = "page"
# Colours of both themes, as the pages have them.
THEMES: Final[Mapping[str, Mapping[str, str]]] = {
    "light": {
        "page": "#ffffff",
        "box": "#ffffff",
        "group": "#f8f9fc",
        "line": "#8d97aa",
        "ink": "#1a2135",
        "quiet": "#545e75",
        "end": "#1f9254",
        "bad": "#d13438",
        "brand": "#4250c9",
    },
    "dark": {
        "page": "#161c2d",
        "box": "#1d2539",
        "group": "#1a2134",
        "line": "#69748d",
        "ink": "#e7eaf3",
        "quiet": "#a8b2c8",
        "end": "#3fbf78",
        "bad": "#ef6a6a",
        "brand": "#8d97f5",
    },
    # Inside a page, whose theme may change while it is open.
    PAGE: {
        "page": "var(--ol-surface)",
        "box": "var(--ol-surface)",
        "group": "var(--ol-sunken)",
        "line": "var(--ol-field)",
        "ink": "var(--ol-ink)",
        "quiet": "var(--ol-ink-2)",
        "end": "var(--ok)",
        "bad": "var(--bad)",
        "brand": "var(--ol-link)",
    },
}
WIDTH: Final = 156
LINE: Final = 16
HEAD: Final = 30
# Of the widest letters of the font at hand, in tenths of a pixel: words always fit.
LETTER: Final = 80
SMALL: Final = 62
PER_LINE: Final = (WIDTH - 20) * 10 // LETTER
# By weight and heat: words on the fill keep their contrast.
WEIGHTS: Final = ("1.4", "1.4", "2.2", "3.2", "4.4", "6")
HEATS: Final = ("0", "0.06", "0.12", "0.19", "0.27")
# Wider than this what is in a stage is laid out downwards.
WIDEST: Final = 640
FONT: Final = "Inter,system-ui,-apple-system,'Segoe UI',sans-serif"


@dataclass(frozen=True, slots=True)
class _Part:
    """A box with what is in it laid out, from the left or `down`. `lines`: of its title."""

    box: Box
    size: Size
    lines: tuple[str, ...]
    parts: tuple[_Part, ...]
    inside: Placed | None
    ways: tuple[Way, ...]
    down: bool = False


def svg_of(graph: Graph, words: Words, *, theme: str = "light") -> str:
    """The picture, the same to the byte for the same process. `theme`: light or dark."""
    colours = THEMES.get(theme, THEMES["light"])
    whole = _group(graph.boxes, graph.ways)
    width, height = whole.size.width, whole.size.height
    name = words.text("source.picture.of", title=graph.title)
    return "".join(
        (
            '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="t d"',
            f' lang={quoteattr(words.language)} width="{width}" height="{height}"',
            f' viewBox="0 0 {width} {height}" font-family={quoteattr(FONT)} font-size="13">',
            f'<title id="t">{_text(name)}</title><desc id="d">{_text(told(graph, words))}</desc>',
            '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8"',
            ' markerHeight="8" orient="auto-start-reverse">',
            f'<path d="M0 0 8 4 0 8z" fill="{colours["line"]}"/></marker>',
            _heads(graph, colours),
            "</defs>",
            f'<rect width="{width}" height="{height}" fill="{colours["page"]}"/>',
            *_drawn(whole, (0, 0), colours),
            "</svg>",
        )
    )


def _heads(graph: Graph, colours: Mapping[str, str]) -> str:
    """Heads of thick arrows and of those that stand out: they do not grow with the line."""
    if all(each.weight == 1 and not each.look for each in graph.ways):
        return ""
    return "".join(
        f'<marker id="{name}" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="{size}"'
        f' markerHeight="{size}" markerUnits="userSpaceOnUse" orient="auto-start-reverse">'
        f'<path d="M0 0 8 4 0 8z" fill="{colours[colour]}"/></marker>'
        for name, colour, size in (("b", "line", 15), ("c", "bad", 12))
    )


def told(graph: Graph, words: Words) -> str:
    """The picture in words: what leads where."""
    titles = {each.id: each.title for each in _all(graph.boxes)}
    said = [
        words.text(
            "source.picture.way" if each.said else "source.picture.way_plain",
            source=titles.get(each.source, each.source),
            target=titles.get(each.target, each.target),
            said=each.said,
        )
        for each in graph.ways
    ]
    return " ".join(said)


# ── sizes ────────────────────────────────────────────────────────────────────────────────────


def _group(boxes: Sequence[Box], ways: Sequence[Way], *, kind: str = "plain") -> _Part:
    """A row of levels; arrows that lead deeper lead to the box around. What runs side by side
    stands so."""
    parts = tuple(_part(each, ways) for each in boxes)
    inside = () if kind == "parallel" else lifted(boxes, ways)
    laid, down = _laid(parts, inside, down=False), False
    if kind == "compound" and laid.size.width > WIDEST:
        laid, down = _laid(parts, inside, down=True), True
    return _Part(Box("", "", kind, False, tuple(boxes)), laid.size, (), parts, laid, inside, down)


def _laid(parts: Sequence[_Part], ways: Sequence[Way], *, down: bool) -> Placed:
    sizes = {each.box.id: each.size for each in parts}
    if not down:
        return placed(sizes, [Arrow(each.source, each.target, _room(each.said)) for each in ways])
    turned = placed(
        {id_: Size(size.height, size.width) for id_, size in sizes.items()},
        [Arrow(each.source, each.target) for each in ways],
    )
    return Placed(
        {id_: _turned(corner) for id_, corner in turned.corners.items()},
        tuple(tuple(_turned(bend) for bend in way) for way in turned.ways),
        Size(turned.size.height, turned.size.width),
    )


def _turned(point: Point) -> Point:
    return point[1], point[0]


def _part(box: Box, ways: Sequence[Way]) -> _Part:
    lines = _lines(box.title)
    said = len(lines) + bool(box.note)
    if not box.inner:
        return _Part(box, Size(WIDTH, 18 + LINE * said), lines, (), None, ())
    group = _group(box.inner, ways, kind=box.kind)
    top = 14 + LINE * said
    size = Size(max(group.size.width, WIDTH), group.size.height + top)
    return _Part(box, size, lines, group.parts, group.inside, group.ways, group.down)


def lifted(boxes: Sequence[Box], ways: Sequence[Way]) -> tuple[Way, ...]:
    """The arrows between these boxes, of what is in them too."""
    home = {inner.id: box.id for box in boxes for inner in _all((box,))}
    found: dict[tuple[str, str], list[Way]] = {}
    for each in ways:
        source, target = home.get(each.source), home.get(each.target)
        if source is None or target is None or (source == target and each.source != each.target):
            continue
        if source == target and source != each.source:
            continue
        found.setdefault((source, target), []).append(each)
    return tuple(
        replace(
            all_[0],
            source=source,
            target=target,
            said=", ".join(dict.fromkeys(each.said for each in all_ if each.said)),
        )
        for (source, target), all_ in found.items()
    )


def _all(boxes: Sequence[Box]) -> Iterator[Box]:
    for box in boxes:
        yield box
        yield from _all(box.inner)


def _lines(title: str) -> tuple[str, ...]:
    """A title in two lines at most."""
    words, lines = title.split() or [title], [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= PER_LINE or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > 2:
        lines = [lines[0], " ".join(lines[1:])]
    return tuple(_short(line, PER_LINE) for line in lines)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _room(said: str) -> int:
    return len(_short(said, LONGEST)) * SMALL // 10


# ── drawing ──────────────────────────────────────────────────────────────────────────────────


def _drawn(part: _Part, at: Point, colours: Mapping[str, str]) -> Iterator[str]:
    if part.inside is None:
        return
    by_id = {each.box.id: each for each in part.parts}
    corners = {
        id_: (at[0] + corner[0], at[1] + corner[1]) for id_, corner in part.inside.corners.items()
    }
    lines = []
    for way, bends in zip(part.ways, part.inside.ways, strict=True):
        moved = [(at[0] + x, at[1] + y) for x, y in bends]
        lines.append((way, _line(way, corners, by_id, moved, down=part.down)))
    for way, line in lines:
        yield from _arrow(way, line, colours)
    # No arrow runs over words.
    for way, line in lines:
        yield from _label(way, line, colours)
    for id_, each in by_id.items():
        yield from _box(each, corners[id_], colours)


def _box(part: _Part, at: Point, colours: Mapping[str, str]) -> Iterator[str]:
    (x, y), box, size = at, part.box, part.size
    edge = colours["bad"] if box.failed else colours["end"] if box.kind == "final" else ""
    dashed = ' stroke-dasharray="5 4"' if box.kind in ("anywhere", "history") else ""
    fill = colours["group"] if box.inner else colours["box"]
    yield "<g>"
    yield f"<title>{_text(box.title)}</title>"
    yield (
        f'<rect x="{x}" y="{y}" width="{size.width}" height="{size.height}" rx="8" fill="{fill}"'
        f' stroke="{edge or colours["line"]}" stroke-width="{2 if edge else 1}"{dashed}/>'
    )
    if box.heat:
        yield (
            f'<rect x="{x}" y="{y}" width="{size.width}" height="{size.height}" rx="8"'
            f' fill="{colours["brand"]}" fill-opacity="{HEATS[box.heat]}"/>'
        )
    for n, line in enumerate(part.lines):
        yield (
            f'<text x="{x + 10}" y="{y + 20 + LINE * n}" font-weight="600"'
            f' fill="{colours["ink"]}">{_text(line)}</text>'
        )
    said = len(part.lines) + bool(box.note)
    if box.note:
        yield (
            f'<text x="{x + 10}" y="{y + 20 + LINE * (said - 1)}" font-size="11"'
            f' fill="{colours["ink"]}">{_text(box.note)}</text>'
        )
    yield from _drawn(part, (x, y + 14 + LINE * said - 8), colours)
    yield "</g>"


@dataclass(frozen=True, slots=True)
class _Line:
    """What is drawn of an arrow: a path, and where its words stand."""

    path: str
    label: Point


def _line(
    way: Way,
    corners: Mapping[str, Point],
    parts: Mapping[str, _Part],
    bends: Sequence[Point],
    *,
    down: bool,
) -> _Line:
    start, end = corners[way.source], corners[way.target]
    source, target = parts[way.source].size, parts[way.target].size
    if way.source == way.target:
        x, y = start[0] + source.width - 30, start[1]
        return _Line(f"M{x} {y}c0 -18 22 -18 22 -2", (x + 2, y - 12))
    if down:
        start, end = _turned(start), _turned(end)
        source, target = (Size(size.height, size.width) for size in (source, target))
        bends = [_turned(bend) for bend in bends]
    # Levels lie side by side; a box of the same level is reached from its far side.
    on = start[0] + source.width <= end[0]
    back = end[0] + target.width <= start[0]
    # What leads back keeps beside what leads on.
    aside = 7 if back else 0
    first = (start[0] + (0 if back else source.width), start[1] + source.height // 2 + aside)
    last = (end[0] + (0 if on else target.width), end[1] + target.height // 2 + aside)
    points = _curve([first, *bends, last], back=back, beside=not on and not back)
    middle = _between(points)
    turned = [_turned(each) for each in points] if down else points
    said = [f"{x} {y}" for x, y in turned]
    label = _turned(middle) if down else middle
    thick = way.weight - 1
    beside = 13 + thick if back else -4 - thick
    return _Line(f"M{said[0]}C{' '.join(said[1:])}", (label[0], label[1] + beside))


def _between(points: Sequence[Point]) -> Point:
    """The middle of the first curve that goes on: what only leads out of a level is straight."""
    ends = points[::3]
    pairs = list(pairwise(ends))
    (x, y), (to, there) = next((each for each in pairs if each[0][1] != each[1][1]), pairs[-1])
    return (x + to) // 2, (y + there) // 2


def _curve(points: Sequence[Point], *, back: bool, beside: bool) -> list[Point]:
    """The points of cubic curves one after another: the first, then three for each."""
    if beside:
        (x, y), (to, there) = points[0], points[-1]
        out = max(x, to) + 26
        return [(x, y), (out, y), (out, there), (to, there)]
    sign = -1 if back else 1
    made = [points[0]]
    for (x, y), (to, there) in pairwise(points):
        bow = sign * max(abs(to - x) // 2, 0 if y == there else 12)
        made += [(x + bow, y), (to - bow, there), (to, there)]
    return made


def _arrow(way: Way, line: _Line, colours: Mapping[str, str]) -> Iterator[str]:
    dashed = ' stroke-dasharray="5 4"' if way.source == ANYWHERE or way.look else ""
    stroke = colours["bad" if way.look == "aside" else "line"]
    faint = ' stroke-opacity="0.6"' if way.look == "unused" else ""
    yield f"<g><title>{_text(way.said)}</title>" if way.said else "<g>"
    yield (
        f'<path d="{line.path}" fill="none" stroke="{stroke}" stroke-width="{WEIGHTS[way.weight]}"'
        f'{dashed}{faint} marker-end="url(#{_head(way)})"/>'
    )
    yield "</g>"


def _label(way: Way, line: _Line, colours: Mapping[str, str]) -> Iterator[str]:
    shown = _short(way.said, LONGEST)
    if shown:
        halo = 3 if way.weight == 1 else 5
        yield (
            f'<text x="{line.label[0]}" y="{line.label[1]}" font-size="11" text-anchor="middle"'
            f' fill="{colours["quiet"]}" stroke="{colours["page"]}" stroke-width="{halo}"'
            f' paint-order="stroke">{_text(shown)}</text>'
        )


def _head(way: Way) -> str:
    if way.look == "aside":
        return "c"
    return "b" if way.weight > 1 else "a"


def _text(value: str) -> str:
    """As text of XML 1.0, which has no control signs."""
    return escape("".join(each if _is_plain(each) else "�" for each in value))


def _is_plain(sign: str) -> bool:
    code = ord(sign)
    return sign in "\t\n\r" or (
        code >= 32 and not 0xD800 <= code <= 0xDFFF and code not in (0xFFFE, 0xFFFF)
    )
