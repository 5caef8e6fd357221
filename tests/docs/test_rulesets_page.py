"""The rulesets of `docs/rulesets.md` are sound, and their tests pass."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from parts.shared_data import REPOSITORY

from orderloom.platform.app.ruleset_tests import RulesetTest, check_ruleset_tests
from orderloom.platform.app.ruleset_worker import RulesetWorker
from orderloom.platform.codec import load_yaml
from orderloom.rules import compile_ruleset
from orderloom.rules.ruleset import ASSERTIONS, CONDITIONS, COUNT, FACTS, FIELDS, MATCHES, RULES

PAGE = (REPOSITORY / "docs" / "rulesets.md").read_text(encoding="utf-8")
BLOCKS = [load_yaml(text).value for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
RULESETS = [one for one in BLOCKS if "kind" in one]


@pytest.fixture(scope="module")
def worker() -> Iterator[RulesetWorker]:
    running = RulesetWorker(20.0)
    yield running
    running.close()


def test_the_page_has_both_modes_and_tests_of_a_watch() -> None:
    assert [one["mode"] for one in RULESETS] == ["inference", "watch"]
    assert [list(one) for one in BLOCKS if "kind" not in one] == [["tests"]]


@pytest.mark.parametrize("definition", RULESETS, ids=[one["id"] for one in RULESETS])
def test_its_rulesets_run(worker: RulesetWorker, definition: dict[str, Any]) -> None:
    tests = next(one for one in BLOCKS if "kind" not in one)
    whole = {**tests, **definition} if definition["mode"] == "watch" else definition
    assert check_ruleset_tests(compile_ruleset(whole), worker) == (RulesetTest(0),)


def test_its_limits_are_those_of_the_code() -> None:
    for limit in (RULES, COUNT, FIELDS, CONDITIONS, FACTS, ASSERTIONS, MATCHES):
        assert f"{limit:,}" in PAGE[PAGE.index("| limit |") :]
