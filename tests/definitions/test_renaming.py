"""A copy of a bundle under other ids says the same: it is found good, and its scenarios pass."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.start_names import FIXED, free, new_number, prefix_of
from orderloom.platform.bootstrap import demo_bundles, simulator
from orderloom.platform.codec.yaml_rewrite import rewritten
from orderloom.platform.definitions import Bundle, Document, check, errors
from orderloom.platform.definitions.parsing import parse_file
from orderloom.platform.definitions.renaming import renamed, renamed_meta, renamed_scenario

# As many scenarios of each are played; all of them take minutes.
PLAYED = 6


def copied(bundle: Bundle) -> Bundle:
    """All ids are others; texts go the way that a new bundle's go."""
    names = {
        (each.kind, each.id): f"copy-of-{each.id}"
        for each in bundle.documents
        if (each.kind, each.id) not in FIXED
    }
    documents: list[Document] = []
    for each in bundle.documents:
        value = renamed(each.value, names)
        parsed = parse_file(f"{value['id']}.yaml", rewritten(each.text, value).encode())
        assert parsed.findings == ()
        documents += parsed.documents
    scenarios = [
        replace(each, value=renamed_scenario(each.value, names)) for each in bundle.scenarios
    ]
    return Bundle(renamed_meta(bundle.meta, names), tuple(documents), tuple(scenarios))


@pytest.mark.parametrize("path", demo_bundles(), ids=lambda path: path.name)
def test_every_reference_is_found(path: Path) -> None:
    made = copied(open_bundle(path))
    assert errors(check(made)) == ()
    few = replace(made, scenarios=made.scenarios[:: len(made.scenarios) // PLAYED or 1])
    assert [each.problem for each in simulator().run(few) if not each.passed] == []


PROCESS = {
    "kind": "process",
    "id": "one",
    "form": "one",
    "start": {"by": ["one"], "from": ["one", "shop"]},
    "events": {"one": {"from": "shop", "form": "one"}},
    "stages": {
        "one": {
            "entry": [{"decide": "one@7", "as": "one"}, {"read": {"collection": "one"}, "as": "x"}],
            "do": [
                {"approval": "one", "on": {"approved": "two"}},
                {"call": "shop.one", "with": {"form": "one"}},
                {"task": "one", "form": "one", "start": "manual"},
            ],
        }
    },
}
NAMES = {
    ("process", "one"): "p",
    ("form", "one"): "f",
    ("decision", "one"): "d",
    ("approval", "one"): "a",
    ("connector", "shop"): "s",
    ("collection", "one"): "c",
}


def test_what_is_called_the_same_and_is_no_definition_stays() -> None:
    assert renamed(PROCESS, NAMES) == {
        "kind": "process",
        "id": "p",
        "form": "f",
        "start": {"by": ["one"], "from": ["p", "s"]},
        "events": {"one": {"from": "s", "form": "f"}},
        "stages": {
            "one": {
                "entry": [{"decide": "d@7", "as": "one"}, {"read": {"collection": "c"}, "as": "x"}],
                "do": [
                    {"approval": "a", "on": {"approved": "two"}, "id": "one"},
                    {"call": "s.one", "with": {"form": "one"}},
                    {"task": "one", "form": "f", "start": "manual"},
                ],
            }
        },
    }


HOSTILE = [
    {"kind": "process", "id": None, "stages": [None, 7, {"do": [None, "x", {"approval": 3}]}]},
    {"kind": "process", "id": "one", "events": {"a": None}, "start": [], "on": "x"},
    {"kind": "decision", "id": "one", "requires": ["one"], "reads": None},
    {"kind": "form", "id": "one", "schema": None},
    {"kind": "connector", "id": "one", "inbound": {"a": None, "b": {"event": 3}}},
    {"kind": "approval", "id": "one", "matrix": {"a": 1}},
    {},
]


@pytest.mark.parametrize("value", HOSTILE)
def test_what_has_no_shape_is_copied_as_it_is(value: dict[str, object]) -> None:
    made = renamed(value, NAMES)
    assert {key: each for key, each in made.items() if key != "id"} == {
        key: each for key, each in value.items() if key != "id"
    }


@pytest.mark.parametrize(
    ("pattern", "taken", "expected"),
    [
        ("SO-{seq:6}", (), "SO-{seq:6}"),
        ("SO-{seq:6}", ("SO-{seq:6}",), "SP-{seq:6}"),
        ("SO-{seq:6}", ("SO-{seq:6}", "SP-{seq:6}"), "SP-2-{seq:6}"),
        ("{yyyy}/{seq:6}", ("{yyyy}/{seq:6}",), "SP-{yyyy}/{seq:6}"),
        ("{parent}-{seq:2}", ("{parent}-{seq:2}",), "{parent}-{seq:2}"),
        ({"pattern": "A{seq:6}"}, ("A{seq:6}",), {"pattern": "SP{seq:6}"}),
        (7, (), 7),
    ],
)
def test_numbers_of_orders(pattern: object, taken: tuple[str, ...], expected: object) -> None:
    assert new_number(pattern, prefix_of("spring-products"), taken) == expected


def test_a_free_name() -> None:
    taken = {"a", "b", "b-2"}
    assert free(["a", "b"], taken.__contains__) == "b-3"
    assert free(["a", "c"], taken.__contains__) == "c"
