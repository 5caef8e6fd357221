"""Whatever a document has become, `check` tells findings; it never fails."""

from __future__ import annotations

import os
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from parts.shared_data import REPOSITORY

from orderloom.platform.definitions import Bundle, check, read_bundle

GOOD = Path(__file__).parents[1] / "data" / "findings" / "bundle"
WRITTEN_BEFORE = REPOSITORY.parent / "shared" / "design" / "bundles"
EXAMPLES = int(os.environ.get("ORDERLOOM_MUTATIONS", "40"))


def read(path: Path) -> Bundle:
    bundle = read_bundle(path)
    assert isinstance(bundle, Bundle)
    return bundle


BUNDLE = read(GOOD)
JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(None, True, 0, -1, "", "x", "a-b", "if", "@", "x@y@z", "1 +", "line in", '"', "P1D"),
        *([], {}, [[]], [None], {"": None}, {"to": "x"}, {"id": 5}, {"if": {}}, [{"to": []}]),
        *({"use": "packing-steps"}, {"stages": {"a": None}}, {"stages": [1, {"id": "b"}]}),
        *({"parallel": None}, {"rules": "x"}, {"type": "object", "properties": []}),
    ]
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for key, item in value.items():
            found += places(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += places(item, (*path, index))
    return found


def mutated(draw: st.DrawFn, value: Any) -> Any:
    """The value with a part replaced, removed, renamed or put somewhere else."""
    made = deepcopy(value)
    place = draw(st.sampled_from(places(made)))
    around = made
    for part in place[:-1]:
        around = around[part]
    last = place[-1]
    how = draw(st.sampled_from(["replace", "remove", "rename", "move"]))
    if how == "remove":
        del around[last]
    elif how == "rename" and isinstance(around, dict):
        around[draw(st.sampled_from(["x", "id", "to", "a b", "stages", "do"]))] = around.pop(last)
    elif how == "move":
        other = made
        for part in draw(st.sampled_from(places(made))):
            other = other[part]
        around[last] = deepcopy(other)
    else:
        around[last] = draw(JUNK)
    return made


@st.composite
def bundles(draw: st.DrawFn) -> Bundle:
    documents = list(BUNDLE.documents)
    scenarios = list(BUNDLE.scenarios)
    for _ in range(draw(st.integers(1, 3))):
        among = draw(st.sampled_from([documents, documents, documents, scenarios]))
        index = draw(st.integers(0, len(among) - 1))
        value = mutated(draw, among[index].value)
        among[index] = replace(among[index], value=value)
    meta = BUNDLE.meta
    if draw(st.integers(0, 9)) == 0:
        meta = mutated(draw, meta)
    return replace(BUNDLE, documents=tuple(documents), scenarios=tuple(scenarios), meta=meta)


@pytest.mark.slow
@settings(
    derandomize=True,
    deadline=None,
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(bundles())
def test_a_changed_document_has_findings_and_no_fault(bundle: Bundle) -> None:
    for finding in check(bundle):
        assert finding.code
        assert finding.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"raise": "renewal.due"}, {"raise": []}),
        ({"use": "packing-steps", "done": "sending"}, {"use": {}}),
        ({"quorum": 1}, {}),
        ([{"tag": "sent"}], [[]]),
    ],
)
def test_parts_of_another_kind_have_findings(old: Any, new: Any) -> None:
    def put(value: Any) -> Any:
        if value == old:
            return new
        if isinstance(value, dict):
            return {key: put(item) for key, item in value.items()}
        return [put(item) for item in value] if isinstance(value, list) else value

    made = tuple(replace(one, value=put(one.value)) for one in BUNDLE.documents)
    assert made != BUNDLE.documents
    assert check(replace(BUNDLE, documents=made))


# What is really wrong with them, beside what comes later.
MISTAKES = {
    "omnichannel": {
        ("field.unknown", "columns.3"),  # the channel is the order's, not the form's
        # A reservation that is not named by `as`.
        (
            "expression.unknown_name",
            "stages.fulfilment.stages.backordered.stages.parcels-later.do.0.for_each",
        ),
        # A ticket names fields that nobody may edit where it is open.
        ("ticket.shut", "rules.1.then.fields"),
    },
    "quote": {
        # Lines may be changed after their own approval, and nobody is told.
        ("approval.voided_unhandled", "edit.0"),
        ("approval.voided_unhandled", "edit.2"),
        ("ticket.shut", "rules.0.then.fields"),
    },
}


@pytest.mark.shared_data
@pytest.mark.parametrize("name", MISTAKES)
def test_bundles_that_were_written_before_have_explained_findings(name: str) -> None:
    folder = WRITTEN_BEFORE / name
    if not folder.is_dir():
        pytest.skip("the shared bundles are not here")
    found = {(one.code, one.path) for one in check(read(folder))}
    later = {one for one in found if one[0].endswith(".unavailable")}
    assert later
    # What scenarios may say is for the test of their shape.
    shape = {one for one in found if one[0].startswith("shape.")}
    assert found - later - shape == MISTAKES[name]
