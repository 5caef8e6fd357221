"""The tests that a ruleset carries run on the library and on the oracle."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from parts import dying_child

from orderloom.platform.app.ruleset_tests import check_ruleset_tests
from orderloom.platform.app.ruleset_worker import RulesetWorker
from orderloom.platform.codec import load_yaml
from orderloom.rules import compile_ruleset

FLAGS = """
kind: ruleset
id: {id}
mode: inference
facts:
  line: {{type: {{sku: string, hazard: boolean}}, from: lines}}
  flag: {{type: {{code: string}}}}
rules:
  - id: hazmat
    all: [{{l: line, if: {{hazard: "true"}}}}]
    then: [{{assert: flag, with: {{code: '"HAZMAT"'}}}}]
tests: [{test}]
"""
CARDS = """
kind: ruleset
id: {id}
mode: watch
key: customer.id
within: PT10M
facts:
  decline: {{event: failed.authorise, type: {{amount: number}}}}
rules:
  - id: declines
    all: [{{d: decline, count: 2}}]
    then: [{{send: {{event: suspected, to: orders}}}}]
  - id: silent
    all: [{{p: order.placed}}]
    none: [{{q: order.paid}}]
    then: [{{send: {{event: unpaid, to: orders}}}}]
tests: [{test}]
"""
GIVEN = "given: {line: [{sku: A, hazard: true}]}"
TWO = """given: [
  {event: failed.authorise, at: "2026-03-01T10:00:00Z", key: C1, data: {amount: 5}},
  {event: failed.authorise, at: "2026-03-01T10:09:00Z", key: C1, data: {amount: 6}}]"""
PLACED = 'given: [{event: order.placed, at: "2026-03-01T10:00:00Z", key: C1}]'


@pytest.fixture(scope="module")
def worker() -> Iterator[RulesetWorker]:
    running = RulesetWorker(20.0, command=(str(Path(dying_child.__file__)),))
    yield running
    running.close()


def checked(worker: RulesetWorker, text: str, id_: str, test: str) -> Any:
    whole = load_yaml(text.format(id=id_, test="{" + test + "}")).value
    (found,) = check_ruleset_tests(compile_ruleset(whole), worker)
    return found


@pytest.mark.parametrize(
    ("text", "id_", "test", "problem", "diverged"),
    [
        (FLAGS, "flags", f"{GIVEN}, expect: {{flag: [{{code: HAZMAT}}]}}", "", False),
        (FLAGS, "flags", f"{GIVEN}, expect: {{flag: []}}", "result.flag is", False),
        (FLAGS, "flags", f"{GIVEN}, error: true", "expected an error", False),
        (FLAGS, "flags", "given: {line: [{sku: 5}]}, error: true", "", False),
        (FLAGS, "flags", "given: {line: [{sku: 5}]}, expect: {}", "line.sku is no string", False),
        (FLAGS, "flags", "given: {line: 5}, expect: {}", "cannot be run", False),
        (FLAGS, "lie", f"{GIVEN}, expect: {{flag: []}}", "the oracle", True),
        (FLAGS, "error", f"{GIVEN}, error: true", "error 303", True),
        (
            *(CARDS, "cards"),
            f'{TWO}, expect: [{{rule: declines, key: C1, at: "2026-03-01T11:09:00+01:00"}}]',
            *("", False),
        ),
        (CARDS, "cards", f"{TWO}, expect: []", "result is", False),
        (CARDS, "cards", f"{PLACED}, expect: []", "", False),
        (
            *(CARDS, "cards"),
            f'{PLACED}, until: "2026-03-01T10:10:00Z", expect: [{{rule: silent}}]',
            *("", False),
        ),
        (CARDS, "cards", "given: [{event: x.y, at: today, key: 1}], expect: []", "moment", False),
        (CARDS, "lie", f"{TWO}, expect: []", "the oracle", True),
        (CARDS, "crash", f"{TWO}, expect: [{{rule: declines}}]", "crashed", True),
    ],
)
def test_how_a_test_ends(
    worker: RulesetWorker, text: str, id_: str, test: str, problem: str, diverged: bool
) -> None:
    found = checked(worker, text, id_, test)
    assert found.diverged is diverged
    assert (problem in found.problem) if problem else found.problem == ""
