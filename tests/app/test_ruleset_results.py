"""The tests that rulesets carry are run with the scenarios, and stop publishing."""

from __future__ import annotations

from pathlib import Path

import pytest
from parts.watched_shop import CARDS, FLAGS, write_shop

from orderloom.platform.app import ruleset_results
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.ruleset_results import ruleset_tests
from orderloom.platform.app.ruleset_tests import RulesetTest
from orderloom.platform.bootstrap import simulator

WATCHED = (
    CARDS
    + """\
tests:
  - given:
      - {event: declined, at: "2026-03-06T10:00:00Z", key: C-1, data: {amount: 1}}
      - {event: declined, at: "2026-03-06T10:01:00Z", key: C-1, data: {amount: 2}}
      - {event: declined, at: "2026-03-06T10:02:00Z", key: C-1, data: {amount: 3}}
    expect: [{rule: thrice, key: C-1}]
"""
)


def test_each_test_is_a_result(tmp_path: Path) -> None:
    bundle = open_bundle(write_shop(tmp_path, cards=WATCHED))
    found = [(each.scenario, each.problem) for each in ruleset_tests(bundle)]
    assert found == [("cards 1", ""), ("flags 1", "")]
    assert [each.scenario for each in simulator().run(bundle)] == ["cards 1", "flags 1"]


def test_what_is_expected_otherwise_is_told_at_its_line(tmp_path: Path) -> None:
    wrong = FLAGS.replace("expect: {flag: [{code: HAZMAT}, ", "expect: {flag: [{code: HAZARD}, ")
    (found,) = ruleset_tests(open_bundle(write_shop(tmp_path, flags=wrong)))
    assert "HAZARD" in found.problem
    line = wrong.splitlines().index(next(each for each in wrong.splitlines() if "HAZARD" in each))
    assert (found.file, found.line) == ("flags.yaml", line + 1)


def test_where_worker_and_oracle_differ_nothing_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def differing(*_: object) -> tuple[RulesetTest, ...]:
        return (RulesetTest(0, "the library answers A, the oracle B", diverged=True),)

    monkeypatch.setattr(ruleset_results, "check_ruleset_tests", differing)
    (found,) = ruleset_tests(open_bundle(write_shop(tmp_path)))
    assert found.problem == "worker and oracle differ: the library answers A, the oracle B"
    assert not found.passed
