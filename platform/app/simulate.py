"""Runs scenarios and decision tests: an application in memory, a fixed clock, nothing leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from orderloom.platform.app.decision_tests import decision_tests
from orderloom.platform.app.ruleset_results import ruleset_tests
from orderloom.platform.app.scenario import ScenarioResult, Unexpected, name_of
from orderloom.platform.app.scenario_expect import differences
from orderloom.platform.app.scenario_steps import QUIET, UnknownStep
from orderloom.platform.app.scenario_world import ScenarioWorld
from orderloom.platform.definitions import Bundle, Document, check, errors

Progress = Callable[[int, int], None]
DEFAULT_NOW: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# Makes a world for a bundle, at an instant, with those who act in a scenario.
OpenWorld = Callable[[Bundle, datetime, Mapping[str, Any]], ScenarioWorld]


class Simulate:
    """Scenario runner; `open_world` gives each scenario a world of its own."""

    def __init__(self, open_world: OpenWorld) -> None:
        self._open_world = open_world

    def run(
        self, bundle: Bundle, *, progress: Progress = lambda done, total: None
    ) -> list[ScenarioResult]:
        """Every test of a decision or ruleset, and every scenario of a bundle, in order."""
        tests = [*decision_tests(bundle), *ruleset_tests(bundle)]
        return [*tests, *self.scenarios(bundle, progress=progress)]

    def scenarios(
        self, bundle: Bundle, *, progress: Progress = lambda done, total: None
    ) -> list[ScenarioResult]:
        """The scenarios alone."""
        results: list[ScenarioResult] = []
        broken = "; ".join(f"{each.code}: {each.message}" for each in errors(check(bundle)))
        for done, document in enumerate(bundle.scenarios, start=1):
            results.append(
                self._scenario(bundle, document) if not broken else _not_run(document, broken)
            )
            progress(done, len(bundle.scenarios))
        return results

    def _scenario(self, bundle: Bundle, document: Document) -> ScenarioResult:
        value = document.value
        step, problem = 0, ""
        given = value.get("given") or {}
        world: ScenarioWorld | None = None
        try:
            world = self._open_world(bundle, instant_of(given.get("now")), value)
            world.begin(value["process"], given)
            for each in value.get("steps") or []:
                step += 1
                self._step(world, each)
        except (Unexpected, UnknownStep) as error:
            problem = str(error)
        finally:
            if world is not None:
                world.close()
        place = document.line_of(("steps", step - 1)) if problem and step else None
        return ScenarioResult(
            scenario=name_of(value),
            file=document.file,
            line=place or document.line,
            problem=problem,
            step=step or None if problem else None,
        )

    def _step(self, world: ScenarioWorld, step: dict[str, Any]) -> None:
        if not QUIET & step.keys():
            world.act(step)
            return
        if "pass" in step:
            world.wait(str(step["pass"]))
        if "until" in step:
            world.until(instant_of(step["until"]))
        if "expect" in step:
            found = differences(step["expect"], world.seen(step.get("of")))
            if found:
                raise Unexpected("; ".join([*found, *world.hints()]))


def _not_run(document: Document, problem: str) -> ScenarioResult:
    """No scenario is played in a bundle with errors."""
    return ScenarioResult(
        scenario=name_of(document.value), file=document.file, line=document.line, problem=problem
    )


def instant_of(text: str | None) -> datetime:
    """A moment of a scenario; without one the time at which all begin. Raises `ValueError`."""
    if text is None:
        return DEFAULT_NOW
    moment = datetime.fromisoformat(str(text))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
