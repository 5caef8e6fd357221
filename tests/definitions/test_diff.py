"""What differs between two versions of a definition, in sentences."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parts.examples import folder

from orderloom.platform.codec import canonical, load_yaml
from orderloom.platform.definitions import Bundle, Document, read_bundle
from orderloom.platform.definitions.diff import Difference, differences
from orderloom.platform.definitions.diff.plain import plain
from orderloom.platform.definitions.schema import SCHEMAS, schema
from orderloom.platform.words import LANGUAGES, Words

TABLE = Path(__file__).parents[1] / "data" / "differences.yaml"
ROWS: list[dict[str, Any]] = load_yaml(TABLE.read_bytes()).value


def definition(kind: str, value: Mapping[str, Any]) -> Document:
    whole = {"kind": kind, "id": "it", "title": "It", **value}
    return Document(kind=kind, id="it", file="it.yaml", line=1, value=whole)


def compared(kind: str, before: Any, after: Any) -> tuple[Difference, ...]:
    return differences([definition(kind, before)], [definition(kind, after)])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['kind']}-{ROWS.index(row)}")
def test_it_is_said(row: Mapping[str, Any]) -> None:
    found = compared(row["kind"], row["before"], row["after"])
    words = {language: Words(language) for language in LANGUAGES if language in row}
    told = {tongue: [each.sentence(say) for each in found] for tongue, say in words.items()}
    assert told == {tongue: row[tongue] for tongue in words}
    assert [each.to_json(Words("en"))["path"] for each in found] == row["path"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['kind']}-{ROWS.index(row)}")
def test_the_way_back_tells_the_same_places(row: Mapping[str, Any]) -> None:
    there = compared(row["kind"], row["before"], row["after"])
    back = compared(row["kind"], row["after"], row["before"])
    assert len(back) == len(there)
    other = {"added": "removed", "removed": "added"}
    assert sorted(other.get(each.change, each.change) for each in back) == sorted(
        each.change for each in there
    )


def test_whole_definitions() -> None:
    old, new = definition("form", {}), definition("message", {})
    sentences = [each.sentence(Words("en")) for each in differences([old], [new])]
    assert sentences == ["Message “It” added", "Form “It” removed"]


# ── nothing is passed over, and nothing is made up ───────────────────────────────────────────


def documents() -> list[Document]:
    bundle = read_bundle(folder("b2b-order"))
    assert isinstance(bundle, Bundle)
    return list(bundle.documents)


DOCUMENTS = documents()


def test_a_bundle_does_not_differ_from_itself() -> None:
    assert differences(DOCUMENTS, [copy.deepcopy(each) for each in DOCUMENTS]) == ()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(each, (*path, key))


def part(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_every_change_is_told(data: st.DataObject) -> None:
    """Whatever is taken away, replaced or put elsewhere in a definition of an example."""
    document = data.draw(st.sampled_from(DOCUMENTS))
    value = copy.deepcopy(dict(document.value))
    ways = [path for path in places(value) if path and path[0] not in ("kind", "id")]
    path = data.draw(st.sampled_from(ways))
    around, key = part(value, path[:-1]), path[-1]
    kind = data.draw(st.sampled_from(["drop", "replace", "turn"]))
    if kind == "drop":
        del around[key]
    elif kind == "replace":
        around[key] = "another"
    elif isinstance(around[key], list):
        around[key].reverse()
    after = Document(document.kind, document.id, document.file, 1, value)
    found = differences([document], [after])
    # The order of rows, steps and elements has meaning; that of keys has none.
    same = canonical(plain(document.kind, document.value)) == canonical(plain(document.kind, value))
    assert bool(found) is not same
    for each in found:
        sentence = each.sentence(Words("sk"))
        assert sentence
        assert "{" not in sentence.split(":")[0]


@pytest.mark.parametrize("wrong", ["another", ["another"], {"another": 1}, 7, [["another"]]])
@pytest.mark.parametrize(
    ("kind", "key"),
    [("decision", "inputs"), ("decision", "outputs"), ("decision", "rules"), ("process", "stages")],
)
def test_a_draft_of_a_wrong_shape_is_compared(kind: str, key: str, wrong: object) -> None:
    document = next(each for each in DOCUMENTS if each.kind == kind and key in each.value)
    after = Document(kind, document.id, document.file, 1, {**document.value, key: wrong})
    assert differences([document], [after])
    assert differences([after], [document])


# ── words ────────────────────────────────────────────────────────────────────────────────────


# Of JSON Schema; they are shown as they are written.
BORROWED = {
    *("$comment", "$ref", "additionalProperties", "contains", "dependentRequired"),
    *("dependentSchemas", "deprecated", "else", "examples", "maxContains", "maxProperties"),
    *("minContains", "minProperties", "not", "patternProperties", "prefixItems"),
    *("propertyNames", "unevaluatedItems", "unevaluatedProperties", "writeOnly", "$defs"),
}


def keys_of_the_language() -> set[str]:
    """Every key of a definition, without those of JSON Schema alone, scenarios and mappings."""
    found: set[str] = set()
    for kind in sorted(set(SCHEMAS) - {"scenario", "mapping", "reference", "sets", "functions"}):
        waiting: list[Any] = [schema(kind)]
        while waiting:
            here = waiting.pop()
            if isinstance(here, Mapping):
                members = here.get("properties")
                found |= set(members) if isinstance(members, Mapping) else set()
                waiting += here.values()
            elif isinstance(here, list | tuple):
                waiting += here
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_has_a_name_for_people(language: str) -> None:
    words = Words(language)
    keys = keys_of_the_language()
    assert len(keys) > 150
    assert sorted(key for key in keys - BORROWED if not words.has(f"language.named.{key}")) == []
