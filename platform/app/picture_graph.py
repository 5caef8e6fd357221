"""A process as boxes and arrows: stages with what is in them, and what leads where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from orderloom.platform.app.span_words import span_words
from orderloom.platform.definitions import Document
from orderloom.platform.definitions.checks.process_view import (
    ProcessView,
    StageView,
    TransitionView,
    process_view,
)
from orderloom.platform.definitions.compile_activities import OUTCOMES
from orderloom.platform.words import Words

LONGEST: Final = 20
# The place from which a process's own transitions lead: it is no stage.
ANYWHERE: Final = "\0anywhere"


@dataclass(frozen=True, slots=True)
class Box:
    """`kind`: plain compound parallel final history anywhere; `failed`: an end without success.
    `note`: a small line below the title; `heat`: how strongly it is filled, 0 to 4."""

    id: str
    title: str
    kind: str
    failed: bool
    inner: tuple[Box, ...]
    note: str = ""
    heat: int = 0


@dataclass(frozen=True, slots=True)
class Way:
    """`said`: what leads there, in words; perhaps empty. `weight`: how thick the arrow is, 1 to 5;
    `look`: `unused` is faint, `aside` stands out."""

    source: str
    target: str
    said: str
    weight: int = 1
    look: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    title: str
    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]


def graph_of(document: Document, fragments: Mapping[str, Mapping[str, Any]], words: Words) -> Graph:
    """Never raises, whatever the document looks like. `fragments`: processes by id."""
    view = process_view(document, lambda name: fragments.get(name.partition("@")[0], {}))
    top = [each for each in view.stages.values() if each.parent is None]
    events = document.value.get("events")
    ways = list(_ways(view, events if isinstance(events, Mapping) else {}, words))
    boxes = [_box(view, each, words) for each in top]
    if any(each.source == ANYWHERE for each in ways):
        said = words.text("source.picture.anywhere")
        boxes.append(Box(ANYWHERE, said, "anywhere", False, ()))
    title = _said(document.value.get("title"), words) or document.id
    return Graph(title, tuple(boxes), _joined(ways))


def _box(view: ProcessView, stage: StageView, words: Words) -> Box:
    inner = [view.stages[id_] for id_ in stage.children if id_ in view.stages]
    return Box(
        id=stage.id,
        title=_said(stage.body.get("title"), words) or stage.id,
        kind=stage.kind,
        failed=stage.body.get("failed") is True,
        inner=tuple(_box(view, each, words) for each in inner),
    )


def _ways(view: ProcessView, events: Mapping[str, Any], words: Words) -> Iterator[Way]:
    for each in view.transitions:
        source = each.stage or ANYWHERE
        for _, target in each.targets:
            if target in view.stages and (each.stage is None or each.stage in view.stages):
                yield Way(source, target, _why(each, events, words))


def _why(way: TransitionView, events: Mapping[str, Any], words: Words) -> str:
    condition = way.body.get("if")
    if way.trigger == "on":
        return _event(way.event or "", events, words)
    if way.trigger == "after":
        return _clock(way, words)
    return str(condition) if isinstance(condition, str) else ""


def _event(name: str, events: Mapping[str, Any], words: Words) -> str:
    declared = events.get(name)
    if isinstance(declared, Mapping) and "title" in declared:
        return _said(declared["title"], words) or name
    first, _, rest = name.partition(".")
    outcome = rest.partition(".")[0]
    if first == "approval" and outcome in OUTCOMES:
        return words.text(f"source.picture.{outcome}")
    return words.text(f"source.picture.{first}") if first in ("done", "failed") else name


def _clock(way: TransitionView, words: Words) -> str:
    span = next((str(each) for each in reversed(way.path) if isinstance(each, str)), "")
    written = way.body.get("at") or way.body.get("every") or span
    try:
        return words.text("source.picture.after", span=span_words(str(written), words))
    except ValueError:
        return str(written)


def _joined(ways: list[Way]) -> tuple[Way, ...]:
    """One arrow for all that leads from one box to another."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for each in ways:
        found.setdefault((each.source, each.target), {})[each.said] = None
    return tuple(
        Way(source, target, ", ".join(one for one in said if one))
        for (source, target), said in found.items()
    )


def _said(title: Any, words: Words) -> str:
    """A text for people, whatever stands there."""
    if isinstance(title, Mapping):
        title = title.get(words.language) or next(iter(title.values()), "")
    return title if isinstance(title, str) else ""
