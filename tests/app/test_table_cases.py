"""Cases that the examples' tables suggest hold as tests, with the answers that they have now."""

from __future__ import annotations

from dataclasses import replace

import pytest
from parts.examples import folder

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.decision_tests import decision_tests
from orderloom.platform.app.table_cases import suggested_cases
from orderloom.platform.codec import dump_yaml, load_yaml


@pytest.mark.parametrize(
    ("bundle", "decision", "count"),
    [
        ("b2b-order", "planning-rate", 4),
        ("b2b-order", "payment-days", 4),
        ("b2b-order", "approval-tier", 100),
        ("purchase-order", "purchase-matrix", 10),
        ("b2b-order", "gross-weight", 0),
    ],
)
def test_suggested_cases_hold_once_accepted(bundle: str, decision: str, count: int) -> None:
    read = open_bundle(folder(bundle))
    made = suggested_cases(read, decision)
    assert (len(made.tests) >= count, made.left_out) == (True, 0)
    written = load_yaml(dump_yaml({"tests": list(made.tests)})).value["tests"]
    accepted = replace(
        read,
        documents=tuple(
            replace(one, value={**one.value, "tests": written if one.id == decision else []})
            for one in read.documents
            if one.kind == "decision"
        ),
    )
    results = list(decision_tests(accepted))
    assert len(results) == len(made.tests)
    assert [one.problem for one in results if not one.passed] == []


def test_a_table_whose_answers_change_fails_its_cases() -> None:
    read = open_bundle(folder("b2b-order"))
    tests = suggested_cases(read, "payment-days").tests
    documents = []
    for one in read.documents:
        if one.kind == "decision" and one.id == "payment-days":
            rules = [{**row, "then": ["1"]} for row in one.value["rules"]]
            documents.append(replace(one, value={**one.value, "rules": rules, "tests": tests}))
    results = list(decision_tests(replace(read, documents=tuple(documents))))
    assert results
    assert any(one.problem for one in results)
