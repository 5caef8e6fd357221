"""The schemas themselves: valid, described, closed, and such that a branch can be chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from orderloom.forms.schema import exact_validator
from orderloom.platform.codec import dumps, loads
from orderloom.platform.definitions.choice import Choice
from orderloom.platform.definitions.document import KINDS
from orderloom.platform.definitions.schema import SCHEMAS, reference_of, schema


@pytest.mark.parametrize("kind", SCHEMAS)
def test_each_is_a_schema_of_2020_12(kind: str) -> None:
    body = dict(schema(kind))
    assert body["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert body["$id"].endswith(f"/{kind}.json")
    Draft202012Validator.check_schema(body)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_property_is_described_in_a_sentence(kind: str) -> None:
    poor = {
        place: text
        for place, part in _parts(schema(kind), "")
        for name, member in (part.get("properties") or {}).items()
        if not _is_demand(place) and not _is_sentence(text := _description(kind, member))
        for place in [f"{place}.{name}"]
    }
    assert poor == {}


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_definition_has_a_title_or_a_description(kind: str) -> None:
    bare = [name for name, part in schema(kind)["$defs"].items() if not {*part} & {"title", "$ref"}]
    assert bare == []


@pytest.mark.parametrize("kind", SCHEMAS)
def test_maps_with_named_keys_are_closed_but_for_the_authors_own(kind: str) -> None:
    open_ = [
        place
        for place, part in _parts(schema(kind), "")
        if part.get("type") == "object" and "properties" in part and not _is_open(part)
        if part.get("additionalProperties") is not False or _own(part) is not True
    ]
    assert open_ == []


@pytest.mark.parametrize("kind", SCHEMAS)
def test_examples_fit_what_they_are_examples_of(kind: str) -> None:
    body = dict(schema(kind))
    wrong = [
        f"{place}: {example}"
        for place, part in _parts(body, "")
        for example in part.get("examples", ())
        if not exact_validator({**part, "$defs": body["$defs"]}).is_valid(example)
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", SCHEMAS)
def test_branches_of_a_choice_can_be_told_apart(kind: str) -> None:
    choice = Choice(schema(kind)["$defs"])
    alike = [
        f"{place}: {_name(one)}, {_name(other)}"
        for place, part in _parts(schema(kind), "")
        for one, other in combinations(
            [choice.seen(leaf) for leaf in choice.leaves(part.get("anyOf") or ())], 2
        )
        if not _apart(one, other)
    ]
    assert alike == []


@pytest.mark.parametrize("kind", SCHEMAS)
def test_what_is_served_is_plain_and_the_same(kind: str) -> None:
    body = dict(schema(kind))
    assert loads(dumps(body)) == body
    assert schema(kind) is schema(kind)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_reference_leads_to_a_definition_that_is_used(kind: str) -> None:
    used = {name for _, part in _parts(schema(kind), "") if (name := reference_of(part))}
    assert used == set(schema(kind)["$defs"])


def test_kinds_name_themselves() -> None:
    assert [schema(kind)["properties"]["kind"]["const"] for kind in KINDS] == list(KINDS)


def test_there_is_no_schema_of_anything_else() -> None:
    for kind in ("document", "sets", "parts", "../sets", ""):
        with pytest.raises(KeyError):
            schema(kind)


def test_nobody_changes_a_schema() -> None:
    with pytest.raises(TypeError):
        schema("form")["title"] = "Mine"  # type: ignore[index]


def _parts(part: Any, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every schema inside a schema, with its place."""
    if not isinstance(part, Mapping):
        return
    yield place, part
    for key in ("properties", "$defs", "dependentSchemas", "patternProperties"):
        for name, inner in (part.get(key) or {}).items():
            yield from _parts(inner, f"{place}.{key}.{name}")
    for key in ("items", "additionalProperties", "propertyNames", "if", "then", "else"):
        yield from _parts(part.get(key), f"{place}.{key}")
    for index, inner in enumerate(part.get("anyOf") or ()):
        yield from _parts(inner, f"{place}.anyOf.{index}")


def _is_demand(place: str) -> bool:
    """Inside `if`, which describes nothing."""
    return place.endswith(".if")


def _description(kind: str, member: Any) -> str:
    return str(Choice(schema(kind)["$defs"]).seen(member).get("description", ""))


def _is_sentence(text: str) -> bool:
    return len(text) > 8 and text[0] in '`"' + text[0].upper() and text[-1] in ".!?"


def _is_open(part: Mapping[str, Any]) -> bool:
    """A part of a definition around it, or a map whose other keys are the author's names."""
    return "propertyNames" in part or "$ref" in part


def _own(part: Mapping[str, Any]) -> Any:
    return (part.get("patternProperties") or {}).get("^x-")


def _apart(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    types = [set(_types(each)) for each in (one, other)]
    if not types[0] & types[1]:
        return True
    constants = [_constants(each) for each in (one, other)]
    if all(constants) and not constants[0] & constants[1]:
        return True
    marks = [tuple(each.get("required") or ())[:1] for each in (one, other)]
    return types[0] & types[1] <= {"object"} and marks[0] != marks[1]


def _types(part: Mapping[str, Any]) -> list[str]:
    kinds = part.get("type", "string" if {"enum", "const"} & set(part) else "object")
    return [kinds] if isinstance(kinds, str) else list(kinds)


def _constants(part: Mapping[str, Any]) -> set[str]:
    member = (part.get("properties") or {}).get("type")
    if not isinstance(member, Mapping):
        return set()
    return {member["const"]} if "const" in member else set(member.get("enum") or ())


def _name(part: Mapping[str, Any]) -> str:
    return str(part.get("title") or part.get("required") or part.get("type"))
