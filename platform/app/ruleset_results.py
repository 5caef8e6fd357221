"""The tests that rulesets carry (`tests:` of language 5), as results of a bundle's tests: what the
library and the plain oracle answer must be the same, and as expected."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from orderloom.platform.app.ruleset_tests import check_ruleset_tests
from orderloom.platform.app.ruleset_worker import RulesetWorker
from orderloom.platform.app.scenario import ScenarioResult
from orderloom.platform.definitions import Bundle, Document
from orderloom.rules import RulesetError, compile_ruleset


def ruleset_tests(bundle: Bundle) -> Iterator[ScenarioResult]:
    """One result a test. The child process is started where there are tests, and ended."""
    documents = [
        each for each in bundle.documents if each.kind == "ruleset" and each.value.get("tests")
    ]
    if not documents:
        return
    with closing(RulesetWorker()) as worker:
        for document in documents:
            yield from _of(document, worker)


def _of(document: Document, worker: RulesetWorker) -> Iterator[ScenarioResult]:
    try:
        ruleset = compile_ruleset(document.value)
    except RulesetError as error:
        yield _result(document, 0, str(error))
        return
    for test in check_ruleset_tests(ruleset, worker):
        problem = f"worker and oracle differ: {test.problem}" if test.diverged else test.problem
        yield _result(document, test.index, problem)


def _result(document: Document, index: int, problem: str) -> ScenarioResult:
    return ScenarioResult(
        scenario=f"{document.id} {index + 1}",
        file=document.file,
        line=document.line_of(("tests", index)),
        problem=problem,
    )
