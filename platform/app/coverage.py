"""What the scenarios and decision tests of a bundle use: stages, transitions, rows of decisions."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from orderloom.platform.app.bundles import refused_by
from orderloom.platform.app.decision_tests import decision_tests
from orderloom.platform.app.scenario import ScenarioResult
from orderloom.platform.app.simulate import Progress, Simulate
from orderloom.platform.codec import digest as digest_of
from orderloom.platform.definitions import Bundle, check, errors
from orderloom.platform.definitions.compile import compile_documents
from orderloom.platform.definitions.model import Process, Stage, Transition
from orderloom.platform.problem import Refused
from orderloom.platform.words import Words
from orderloom.rules.witness import listening

# Bundles whose coverage is remembered.
KEPT: Final = 8
Place = tuple[str, str]  # (process or decision, stage, path of a transition, or row)


@dataclass
class Used:
    """What was seen at work."""

    stages: set[Place] = field(default_factory=set)
    transitions: set[Place] = field(default_factory=set)
    rows: set[Place] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Spot:
    """One thing that can be used. `event`: what leads over a transition, empty where nothing need
    happen; `to`: ids of the stages it leads to."""

    owner: str
    id: str
    title: Any = None
    stage: str = ""
    event: str = ""
    to: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        return self.owner, self.id


@dataclass(frozen=True, slots=True)
class Part:
    """All things of one sort, and those among them that nothing uses."""

    all: tuple[Spot, ...]
    unused: tuple[Spot, ...]

    @property
    def used(self) -> int:
        return len(self.all) - len(self.unused)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """`failed`: scenarios that went otherwise than they say, which hides what lies behind. `rows`:
    used by a scenario or by a test of a decision; `tested`: those among the used ones that no
    scenario uses, only tests."""

    bundle: str
    scenarios: int
    failed: tuple[ScenarioResult, ...]
    stages: Part
    transitions: Part
    rows: Part
    tested: int

    @property
    def complete(self) -> bool:
        return not (self.stages.unused or self.transitions.unused or self.rows.unused)


@contextmanager
def watched() -> Iterator[Used]:
    """Notes every stage entered, transition taken and row matched; what runs is the real thing."""
    seen = Used()
    sorts = {"stage": seen.stages, "transition": seen.transitions, "row": seen.rows}
    with listening(lambda kind, owner, place: sorts[kind].add((owner, place))):
        yield seen


@dataclass(frozen=True, slots=True)
class _Content:
    """A bundle that equals another with the same definitions and scenarios."""

    digest: str
    bundle: Bundle = field(compare=False)
    simulate: Simulate = field(compare=False)


def kept_coverage(bundle: Bundle, simulate: Simulate) -> Coverage:
    """The same as `coverage`, played once for each content: a page may be looked at again."""
    parts = (*bundle.documents, *bundle.scenarios)
    content = [dict(bundle.meta), *(dict(each.value) for each in parts)]
    findings = [[each.code, each.path] for each in bundle.findings]
    return _kept(_Content(digest_of([*content, findings]), bundle, simulate))


@lru_cache(maxsize=KEPT)
def _kept(content: _Content) -> Coverage:
    return coverage(content.bundle, content.simulate)


def coverage(
    bundle: Bundle, simulate: Simulate, *, progress: Progress = lambda done, total: None
) -> Coverage:
    """Plays a bundle and tells what was not used. Nothing leaves. Raises `Refused` with the
    findings of a bundle that has errors."""
    wrong = errors((*bundle.findings, *check(bundle)))
    if wrong:
        raise Refused(refused_by(wrong))
    stages, transitions, rows = spots(bundle)
    with watched() as by_tests:
        deque(decision_tests(bundle), maxlen=0)
    with watched() as seen:
        results = simulate.scenarios(bundle, progress=progress)
    alone = {spot.place for spot in rows} & (by_tests.rows - seen.rows)
    return Coverage(
        bundle=str(bundle.meta.get("bundle") or ""),
        scenarios=len(results),
        failed=tuple(each for each in results if not each.passed),
        stages=_part(stages, seen.stages),
        transitions=_part(transitions, seen.transitions),
        rows=_part(rows, seen.rows | by_tests.rows),
        tested=len(alone),
    )


def everything(bundle: Bundle) -> Used:
    """All that there is to use in a bundle. History stages are not entered themselves."""
    return Used(*({spot.place for spot in each} for each in spots(bundle)))


def spots(bundle: Bundle) -> tuple[tuple[Spot, ...], tuple[Spot, ...], tuple[Spot, ...]]:
    """Stages, transitions and rows of a bundle without errors, in the order of its documents."""
    documents = [each.value for each in bundle.documents]
    stages: list[Spot] = []
    transitions: list[Spot] = []
    rows: list[Spot] = []
    for document in documents:
        if document["kind"] == "decision":
            rows += _rows(document)
        if document["kind"] == "process":
            release = compile_documents(documents, process=document["id"], meta=bundle.meta)
            stages += _stages(release.process)
            transitions += _transitions(release.process)
    return tuple(stages), tuple(transitions), tuple(rows)


def coverage_json(found: Coverage) -> dict[str, Any]:
    """For programs."""
    return {
        "bundle": found.bundle,
        "scenarios": found.scenarios,
        "failed": [each.to_json() for each in found.failed],
        "stages": _json(found.stages, ("owner", "process"), ("id", "stage")),
        "transitions": _json(
            found.transitions,
            ("owner", "process"),
            ("id", "path"),
            *((name, name) for name in ("stage", "event", "to")),
        ),
        "rows": {
            **_json(found.rows, ("owner", "decision"), ("id", "row")),
            "tested_only": found.tested,
        },
    }


def coverage_lines(found: Coverage, words: Words) -> list[str]:
    """For people: how much is used, then a line for each thing that is not."""
    lines = []
    for name in ("stages", "transitions", "rows"):
        part: Part = getattr(found, name)
        counted = {"used": part.used, "count": len(part.all)}
        lines.append(words.text(f"play.covered.{name}", **counted))
        lines += [f"  {each.owner}: {_shown(each)}" for each in part.unused]
    if found.failed:
        lines.append(words.text("play.covered.failed", count=len(found.failed)))
    return lines


def _shown(spot: Spot) -> str:
    """A stage or row by its id, a transition by where it leads."""
    if not spot.event and not spot.to and not spot.stage:
        return spot.id
    return f"{spot.stage or '*'} —{spot.event or '…'}→ {', '.join(spot.to) or '='} ({spot.id})"


def _json(part: Part, *names: tuple[str, str]) -> dict[str, Any]:
    unused = [{new: _plain(getattr(each, old)) for old, new in names} for each in part.unused]
    return {"all": len(part.all), "used": part.used, "unused": unused}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _part(spots: Sequence[Spot], used: set[Place]) -> Part:
    return Part(tuple(spots), tuple(each for each in spots if each.place not in used))


def _rows(document: Mapping[str, Any]) -> list[Spot]:
    rows = document.get("rules") or ()
    return [Spot(document["id"], str(row["id"]), row.get("note")) for row in rows]


def _stages(process: Process) -> list[Spot]:
    return [
        Spot(process.id, stage.id, stage.title)
        for stage in process.stages.values()
        if stage.kind != "history"
    ]


def _transitions(process: Process) -> list[Spot]:
    return [
        Spot(process.id, each.path, stage.title, stage.id, event, each.targets)
        for stage in (process.root, *process.stages.values())
        for event, each in _leaving(stage)
    ]


def _leaving(stage: Stage) -> Iterator[tuple[str, Transition]]:
    yield from (("", each) for each in stage.always)
    yield from (("done", each) for each in stage.done or ())
    for name, listed in stage.on:
        yield from ((name, each) for each in listed)
    for timer in stage.timers:
        yield from (("after", each) for each in timer.transitions)
