"""What the scenarios and decision tests of a bundle use: stages, transitions, rows of decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from orderloom.platform.definitions import Bundle
from orderloom.platform.definitions.compile import compile_documents
from orderloom.platform.definitions.model import Process, Stage, Transition
from orderloom.platform.engine import settle
from orderloom.platform.engine.selection import Choice
from orderloom.platform.engine.step import Internal, Step
from orderloom.rules import Decision, Result

Place = tuple[str, str]  # (process or decision, stage, path of a transition, or row)


@dataclass
class Used:
    """What was seen at work."""

    stages: set[Place] = field(default_factory=set)
    transitions: set[Place] = field(default_factory=set)
    rows: set[Place] = field(default_factory=set)


@contextmanager
def watched() -> Iterator[Used]:
    """Notes every stage entered, transition taken and row matched; what runs is the real thing."""
    used = Used()
    microstep, entries, evaluate = settle._microstep, settle._run_entries, Decision.evaluate

    def seen_step(step: Step, choices: Sequence[Choice], event: Internal) -> None:
        process = step.release.process.id
        used.transitions |= {(process, choice.transition.path) for choice in choices}
        microstep(step, choices, event)

    def seen_entries(step: Step, stages: Sequence[str], event: Internal) -> None:
        used.stages |= {(step.release.process.id, stage) for stage in stages}
        entries(step, stages, event)

    def seen_decision(decision: Decision, scope: Mapping[str, Any]) -> Result:
        result = evaluate(decision, scope)
        used.rows |= {(decision.id, row) for row in result.matched}
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settle, "_microstep", seen_step)
        patch.setattr(settle, "_run_entries", seen_entries)
        patch.setattr(Decision, "evaluate", seen_decision)
        yield used


def everything(bundle: Bundle) -> Used:
    """All that there is to use in a bundle. History stages are not entered themselves."""
    found = Used()
    documents = [each.value for each in bundle.documents]
    for document in documents:
        if document["kind"] == "decision":
            rows = document.get("rules") or ()
            found.rows |= {(document["id"], str(row["id"])) for row in rows}
        if document["kind"] == "process":
            release = compile_documents(documents, process=document["id"], meta=bundle.meta)
            _of_process(release.process, found)
    return found


def _of_process(process: Process, found: Used) -> None:
    for stage in (process.root, *process.stages.values()):
        if stage.id and stage.kind != "history":
            found.stages.add((process.id, stage.id))
        found.transitions |= {(process.id, each.path) for each in _transitions(stage)}


def _transitions(stage: Stage) -> Iterator[Transition]:
    yield from stage.always
    yield from stage.done or ()
    for _, listed in stage.on:
        yield from listed
    for timer in stage.timers:
        yield from timer.transitions
