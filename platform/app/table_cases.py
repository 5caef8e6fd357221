"""Test cases that a table suggests, and the rows that tests and scenarios leave out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from orderloom.platform.app.application import Application
from orderloom.platform.app.decision_tests import compiled_decision
from orderloom.platform.app.given_values import GivenValues
from orderloom.platform.app.scenario import ScenarioResult
from orderloom.platform.app.simulate import Progress, Simulate
from orderloom.platform.app.simulation import Simulation, open_world
from orderloom.platform.app.tables import one_decision
from orderloom.platform.codec import loads
from orderloom.platform.definitions import Bundle
from orderloom.platform.problem import Refused, Rejection
from orderloom.rules import Decision, EvaluationError, FeelError, boundary_cases, to_json


@dataclass(frozen=True, slots=True)
class SuggestedCases:
    """`tests`: as a decision's `tests`, each with the present answer; `left_out`: cases with dates,
    times or durations of inputs without a type, which plain data cannot give."""

    tests: tuple[dict[str, Any], ...]
    left_out: int = 0


def suggested_cases(bundle: Bundle, decision: str) -> SuggestedCases:
    """Both sides of every edge of a table's rows. Raises `Refused`."""
    document = one_decision(bundle, decision)
    compiled = _compiled(bundle, document.id)
    outputs = list(document.value.get("outputs") or ())
    single = outputs[0]["name"] if len(outputs) == 1 else ""
    made: list[dict[str, Any]] = []
    left_out = 0
    values = GivenValues(bundle)
    for case in boundary_cases(compiled):
        given = to_json(case.given)
        if values.lifted(compiled, given) != case.given:
            left_out += 1
            continue
        if case.error:
            made.append({"given": given, "error": True})
            continue
        answer = to_json(case.outputs)
        named = single and not isinstance(answer, list)
        made.append({"given": given, "expect": {single: answer} if named else answer})
    return SuggestedCases(tuple(made), left_out)


@dataclass(slots=True)
class Coverage:
    """`rows`: of each table of a bundle the ids of its rows; `tested`, `played`: those that a test
    or a scenario matched."""

    rows: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tested: dict[str, set[str]] = field(default_factory=dict)
    played: dict[str, set[str]] = field(default_factory=dict)

    def never(self, decision: str) -> tuple[str, ...]:
        """The rows that nothing matched, in the order of the table."""
        matched = self.tested.get(decision, set()) | self.played.get(decision, set())
        return tuple(row for row in self.rows[decision] if row not in matched)

    def to_json(self) -> dict[str, Any]:
        """`{rows, covered, decisions: {id: {rows, tests, scenarios, never}}}`."""
        found = {
            id_: {
                "rows": len(rows),
                "tests": len(self.tested.get(id_, set()) & set(rows)),
                "scenarios": len(self.played.get(id_, set()) & set(rows)),
                "never": list(self.never(id_)),
            }
            for id_, rows in self.rows.items()
        }
        total = sum(len(rows) for rows in self.rows.values())
        never = sum(len(self.never(id_)) for id_ in self.rows)
        return {"rows": total, "covered": total - never, "decisions": found}


def row_coverage(
    bundle: Bundle, *, progress: Progress = lambda done, total: None
) -> tuple[Coverage, list[ScenarioResult]]:
    """Runs the tests and scenarios of a bundle and tells which rows they reached.

    What scenarios matched is read from the audit of their orders. Raises `Refused`.
    """
    coverage = Coverage()
    values = GivenValues(bundle)
    documents = {one.id: one.value for one in bundle.documents if one.kind == "decision"}
    for id_, value in documents.items():
        compiled = _compiled(bundle, id_)
        if compiled.table is not None:
            coverage.rows[id_] = tuple(row.id for row in compiled.table.rows)
        for test in value.get("tests") or ():
            given = values.lifted(compiled, test.get("given") or {})
            _note(coverage.tested, documents, id_, *_matched(compiled, given))

    class Noted(Simulation):
        """A world whose orders' entries are looked through before it ends."""

        def close(self) -> None:
            for decision, rows, trace in _decided(self._app):
                _note(coverage.played, documents, decision, rows, trace)
            super().close()

    results = Simulate(partial(open_world, simulation=Noted)).run(bundle, progress=progress)
    return coverage, results


def _compiled(bundle: Bundle, id_: str) -> Decision:
    try:
        return compiled_decision(bundle, id_)
    except FeelError as error:
        params = {"decision": id_, "problem": str(error)}
        raise Refused(Rejection("decision.failed", str(error), params)) from error


def _matched(decision: Decision, given: Mapping[str, Any]) -> tuple[list[str], Mapping[str, Any]]:
    try:
        found = decision.evaluate(given)
    except (EvaluationError, FeelError):
        return [], {}
    return list(found.matched), found.trace


def _note(
    found: dict[str, set[str]],
    documents: Mapping[str, Mapping[str, Any]],
    decision: str,
    rows: list[str],
    trace: Mapping[str, Any],
) -> None:
    """The rows of a decision and, by its trace, of those that it required."""
    id_ = decision.partition("@")[0]
    found.setdefault(id_, set()).update(rows)
    requires = documents.get(id_, {}).get("requires") or {}
    for name, one in (trace.get("requires") or {}).items():
        if name in requires:
            _note(found, documents, str(requires[name]), list(one.get("rows") or ()), {})


def _decided(app: Application) -> Iterator[tuple[str, list[str], Mapping[str, Any]]]:
    """Decision, rows and trace of every entry that tells of one."""
    for stream in app.store.audit.streams():
        for entry in stream.entries:
            body = loads(entry.body)
            if body["t"] == "decided" and body.get("rows"):
                trace = loads(entry.trace) if entry.trace else {}
                yield body["decision"], [str(row) for row in body["rows"]], trace
            if body["t"] == "checked":
                # A ticket has the id of its row.
                tickets = [str(one["id"]) for one in (body.get("tasks") or {}).values()]
                yield body.get("def", ""), tickets, {}
