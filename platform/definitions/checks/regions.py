"""Regions (language 3.9): two that are active together do not write one path."""

from __future__ import annotations

from collections.abc import Iterator

from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.plain import members
from orderloom.platform.definitions.checks.process_view import ProcessView, StageView
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.document import Path
from orderloom.platform.definitions.finding import Finding
from orderloom.rules import FeelError, parse_target

Written = list[tuple[Path, str, tuple[str, ...]]]  # place, as written, plain path


@checks
def two_writers(context: Context) -> Iterator[Finding]:
    """Each path is set in one region of a parallel stage at most."""
    for view in context.processes:
        for stage in view.stages.values():
            if stage.kind == "parallel":
                yield from _clashes(view, stage)


def _clashes(view: ProcessView, stage: StageView) -> Iterator[Finding]:
    earlier: list[tuple[str, Path, str, tuple[str, ...]]] = []
    for region in stage.children:
        mine = _written(view, region)
        for path, text, names in mine:
            for other, place, written, plain in earlier:
                if text == written or (_covers(names, plain) and "[" not in text + written):
                    yield view.document.finding(
                        path,
                        "data.two_writers",
                        other=other,
                        region=region,
                        target=text,
                        line=view.document.line_of(place),
                    )
                    break
        earlier += [(region, *one) for one in mine]


def _covers(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _written(view: ProcessView, region: str) -> Written:
    inside = set(view.below(region))
    found: Written = []
    for action in view.actions:
        if action.stage not in inside or action.undo or not action.own:
            continue
        for key in ("set", "append"):
            for path, target, _ in members(action.body.get(key), (*action.path, key)):
                try:
                    found.append((path, target, parse_target(target).names))
                except (FeelError, RecursionError):
                    continue
    return found
