"""The examples have no findings, their scenarios pass, and nothing in them is unused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from parts.examples import EXAMPLES, Played, folder

from orderloom.platform.app.bundles import findings_of
from orderloom.platform.app.coverage import everything
from orderloom.platform.definitions import Bundle

pytestmark = pytest.mark.slow

Play = Callable[[str], Played]


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_has_no_findings(name: str) -> None:
    assert findings_of(folder(name)) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_scenario_and_decision_test_passes(name: str, played: Play) -> None:
    assert [each for each in played(name).results if not each.passed] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_order_of_a_scenario_comes_out_the_same_again(name: str, played: Play) -> None:
    found = played(name).replayed.to_json()
    assert (found["different"], found["not_repeatable"], found["known_changes"]) == ([], 0, 0)
    assert found["decisions"] > 10 * len(played(name).bundle.scenarios)
    assert found["folded"] < found["decisions"] / 20


@pytest.mark.parametrize("name", EXAMPLES)
def test_there_are_scenarios_enough_and_refusals_among_them(name: str, played: Play) -> None:
    scenarios = [each.value for each in played(name).bundle.scenarios]
    refused = {step["refused"] for each in scenarios for step in each["steps"] if "refused" in step}
    assert len(scenarios) >= 8
    assert {"order.not_found", "form.not_editable", "approval.already_voted"} <= refused
    assert {"approval.reason_required", "event.not_allowed", "ticket.may_not_waive"} <= refused


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_stage_is_entered(name: str, played: Play) -> None:
    there = everything(played(name).bundle)
    assert there.stages
    assert sorted(there.stages - played(name).used.stages) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_transition_is_taken(name: str, played: Play) -> None:
    there = everything(played(name).bundle)
    assert there.transitions
    assert sorted(there.transitions - played(name).used.transitions) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_row_of_a_decision_is_matched(name: str, played: Play) -> None:
    there = everything(played(name).bundle)
    assert there.rows
    assert sorted(there.rows - played(name).used.rows) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_text_is_in_three_languages(name: str, played: Play) -> None:
    bundle = played(name).bundle
    texts = list(_texts(bundle))
    assert len(texts) > 100
    assert [text for text in texts if set(text) != {"en", "pl", "sk"}] == []
    assert [text for text in texts if not all(each.strip() for each in text.values())] == []


def test_the_two_tables_have_the_size_of_the_reference_work(played: Play) -> None:
    documents = {each.id: each.value for each in played("b2b-order").bundle.documents}
    assert len(documents["approval-tier"]["rules"]) == 20
    assert len(documents["routing"]["rules"]) == 50


def _texts(bundle: Bundle) -> Iterator[Mapping[str, str]]:
    for document in (bundle.meta, *(each.value for each in bundle.documents)):
        yield from _below(document)


def _below(value: Any) -> Iterator[Mapping[str, str]]:
    """Maps of languages, wherever they stand but in tests."""
    if isinstance(value, list):
        for item in value:
            yield from _below(item)
    elif isinstance(value, Mapping):
        if "en" in value:
            yield value
            return
        for key, item in value.items():
            yield from _below(item) if key != "tests" else ()
