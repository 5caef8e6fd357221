"""The quick check passes exactly what jsonschema, the authority, passes."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderloom.forms.fast_check import fast_check
from orderloom.forms.schema import exact_validator, is_multiple

numbers = st.integers(-4, 4) | st.decimals(-4, 4, places=1) | st.sampled_from([Decimal("2.0"), 10])
texts = st.sampled_from(["", "a", "ab", "abc", "2026-02-28", "2026-02-30", "x@y.pl", "é́"])
scalars = st.none() | st.booleans() | numbers | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=8,
)


def _keywords(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    kinds = st.sampled_from(["string", "number", "integer", "boolean", "array", "object", "null"])
    few = st.integers(0, 3)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": kinds | st.lists(kinds, min_size=1, max_size=3, unique=True),
            "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
            "required": st.lists(st.sampled_from("abc"), max_size=2, unique=True),
            "additionalProperties": st.booleans() | inner,
            "items": inner,
            "minItems": few,
            "maxItems": few,
            "minLength": few,
            "maxLength": few,
            "minimum": numbers,
            "exclusiveMaximum": numbers,
            "multipleOf": st.sampled_from([1, 2, Decimal("0.5")]),
            "pattern": st.sampled_from(["^a", "b$", "é"]),
            "format": st.sampled_from(["date", "email", "unknown"]),
            "enum": st.lists(texts, min_size=1, unique=True),
            "const": texts,
            "title": texts,
            "x-own": scalars,
        },
    )


schemas = st.recursive(_keywords(st.just({})), _keywords, max_leaves=4)


@settings(max_examples=400)
@given(schemas, values)
def test_it_agrees_with_the_authority(schema: dict[str, Any], value: Any) -> None:
    check = fast_check(schema, is_multiple)
    assert check is not None
    assert check(value) == exact_validator(schema).is_valid(value)


@pytest.mark.parametrize(
    "more",
    [
        {"anyOf": [{}]},
        {"$ref": "#/$defs/a"},
        {"enum": [1]},
        {"uniqueItems": True},
        {"patternProperties": {"a": {}}},
        {"if": {}},
        {"properties": {"a": True}},
    ],
)
def test_what_it_does_not_know_is_left_to_the_authority(more: dict[str, Any]) -> None:
    assert fast_check({"type": "object", **more}, is_multiple) is None
    assert fast_check({"properties": {"a": {"type": "array", "items": more}}}, is_multiple) is None
