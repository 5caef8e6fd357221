"""One scenario as read, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orderloom.platform.problem import Rejection


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioResult:
    """`problem`: what went otherwise, empty when it passed. `step`: number of the step, from 1.
    `file` and `line`: where the scenario (or the step) stands."""

    scenario: str
    file: str
    line: int
    problem: str = ""
    step: int | None = None

    @property
    def passed(self) -> bool:
        return not self.problem

    def to_json(self) -> dict[str, Any]:
        """For `--format json`."""
        return {
            "scenario": self.scenario,
            "file": self.file,
            "line": self.line,
            "passed": self.passed,
            "step": self.step,
            "problem": self.problem,
        }


class Unexpected(Exception):
    """A scenario went otherwise than it says; the text tells how. `refused`: where a step was."""

    def __init__(self, problem: str, refused: Rejection | None = None) -> None:
        super().__init__(problem)
        self.refused = refused


def name_of(scenario: Mapping[str, Any]) -> str:
    """The scenario's id."""
    return str(scenario.get("scenario", ""))
