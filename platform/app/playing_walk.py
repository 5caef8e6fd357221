"""A walk: the scenario that arises while somebody plays a process through, step by step.

It travels with the page; what it says is played from the start each time (decision 0034).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from orderloom.platform.codec import CodecError, dumps, loads_strict
from orderloom.platform.definitions import Document, errors, shape_findings
from orderloom.platform.problem import Rejection

Step = Mapping[str, Any]
# As many as are played in about a second.
MOST_STEPS: Final = 400
MOST_BYTES: Final = 500_000
# What a walk is called until it is saved.
UNNAMED: Final = "walk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """`given` and `steps` as in a scenario (language 9)."""

    process: str
    given: Mapping[str, Any]
    steps: tuple[Step, ...] = ()

    def scenario(self, id_: str = UNNAMED, **more: Any) -> dict[str, Any]:
        """The scenario that it is."""
        head = {"scenario": id_, **more, "process": self.process}
        return {**head, "given": dict(self.given), "steps": [dict(step) for step in self.steps]}

    def text(self) -> str:
        """As the page keeps it."""
        return dumps(self.scenario()).decode()

    def upto(self, count: int) -> Walk:
        """Only the first steps."""
        return replace(self, steps=self.steps[: max(count, 0)])

    def and_then(self, step: Step) -> Walk | Rejection:
        """One step more, or `play.too_many_steps`."""
        return bounded(replace(self, steps=(*self.steps, step)))

    def answers(self, operation: str) -> Sequence[Mapping[str, Any]]:
        """What calls of an operation are answered with, in turn."""
        return (self.given.get("calls") or {}).get(operation) or ()

    def answered(self, operation: str, nth: int, answer: Mapping[str, Any]) -> Walk:
        """The same where the `nth` call (from 0) of an operation is answered so."""
        before = list(self.answers(operation))
        while len(before) <= nth:
            before.append(before[-1] if before else answer)
        before[nth] = answer
        calls = {**(self.given.get("calls") or {}), operation: before}
        return replace(self, given={**self.given, "calls": calls})


def read_walk(text: str, process: str) -> Walk | Rejection:
    """The walk that a page sent. `play.malformed`: it is none of this process."""
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        return Rejection("play.too_long", "The walk is too long.", {"most": MOST_BYTES})
    try:
        value = loads_strict(text)
    except CodecError as error:
        return malformed(error.message)
    if not isinstance(value, Mapping):
        return malformed("a map is expected")
    if value.get("process") != process:
        return malformed(f"it is not of {process}")
    return walk_of(value)


def walk_of(scenario: Mapping[str, Any]) -> Walk | Rejection:
    """A scenario as a walk, whose shape is good then."""
    document = Document(
        kind="scenario",
        id=str(scenario.get("scenario") or UNNAMED),
        file="",
        line=1,
        value=scenario,
    )
    wrong = errors(shape_findings(document))
    if wrong:
        return malformed(f"{wrong[0].path}: {wrong[0].message}")
    walk = Walk(
        process=str(scenario["process"]),
        given=scenario.get("given") or {},
        steps=tuple(scenario.get("steps") or ()),
    )
    return bounded(walk)


def bounded(walk: Walk) -> Walk | Rejection:
    """The walk, unless it has too many steps."""
    if len(walk.steps) > MOST_STEPS:
        message = f"A walk has at most {MOST_STEPS} steps."
        return Rejection("play.too_many_steps", message, {"most": MOST_STEPS})
    return walk


def malformed(problem: str) -> Rejection:
    """What came is no walk."""
    return Rejection("play.malformed", f"This is no walk: {problem}.", {"problem": problem})
