"""JSON in and out: exact numbers, one canonical text, refusals with a place."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.platform.codec import (
    CodecError,
    apply_patch,
    canonical,
    diff_patch,
    digest,
    dumps,
    loads,
    loads_strict,
    merge_patch,
)
from orderloom.platform.codec.patches import same

numbers = st.integers() | st.decimals(allow_nan=False, allow_infinity=False).filter(
    lambda number: abs(number.adjusted()) < 6000
)
texts = st.text(st.characters(codec="utf-8"))
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_values_come_back_equal_by_both_readers(value: Any) -> None:
    written = dumps(value)
    assert loads(written) == value
    assert loads_strict(written) == value


@given(values, values)
def test_a_difference_applied_gives_the_other_value_to_the_digit(one: Any, other: Any) -> None:
    assert same(apply_patch(one, diff_patch(one, other)), other)


@given(values)
def test_nothing_changed_is_no_operation(value: Any) -> None:
    assert diff_patch(value, value) == []


AMOUNT = b"1234567890123456789012345678901.234"


@pytest.mark.parametrize("read", [loads, loads_strict])
def test_an_amount_of_34_digits_survives(read: Any) -> None:
    assert dumps(read(b'{"total":' + AMOUNT + b"}")) == b'{"total":' + AMOUNT + b"}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b": 1, "a": Decimal("1.50"), "é": None}, '{"a":1.5,"b":1,"é":null}'),
        ([Decimal("2.0"), Decimal("2E1"), Decimal("-0")], "[2,20,0]"),
        (Decimal("1E-9"), "0.000000001"),
        (Decimal("12345678901234567890.10"), "12345678901234567890.1"),
        ('\u0001/\\"', '"\\u0001/\\\\\\""'),
    ],
)
def test_canonical_text(value: Any, expected: str) -> None:
    assert canonical(value).decode() == expected


def test_equal_values_have_equal_digests() -> None:
    assert digest({"a": 1, "b": Decimal("2.0")}) == digest({"b": 2, "a": Decimal("1.000")})
    assert digest({"a": 1}) != digest({"a": True})


@pytest.mark.parametrize("value", [1.5, {1: 2}, Decimal("NaN"), object()])
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical(value)


REFUSED = [
    (b'{"a":1,\n "b":{"a":1,"a":2}}', "json.duplicate_key", 2, 13),
    (b'{"a":{"b":1},"b":2,\n"b":3}', "json.duplicate_key", 2, 1),
    (b'{"a": NaN}', "json.number", 1, 7),
    (b'{"a": -Infinity}', "json.number", 1, 7),
    (b"[1e9999999]", "json.number", 1, 2),
    (b"[" + b"9" * 2000 + b"]", "json.number", 1, 2),
    (b'["\\ud800"]', "json.surrogate", 0, 0),
    (b'{"a": 1,}', "json.malformed", 1, 9),
    (b'{"a": "\n"}', "json.malformed", 1, 8),
    (b'["\xff"]', "json.encoding", 1, 3),
    (b"\n" + b"[" * 10_000 + b"]" * 10_000, "json.too_deep", 2, 101),
    (b'"' + b"a" * 10_000_000 + b'"', "json.too_big", 0, 0),
    (b"", "json.malformed", 1, 1),
    (b'\xef\xbb\xbf{"a": 1}', "json.malformed", 1, 1),
]


@pytest.mark.parametrize(("text", "code", "line", "column"), REFUSED)
def test_a_text_is_refused_with_code_and_place(
    text: bytes, code: str, line: int, column: int
) -> None:
    with pytest.raises(CodecError) as caught:
        loads_strict(text)
    assert (caught.value.code, caught.value.line, caught.value.column) == (code, line, column)


def test_brackets_in_texts_are_no_depth() -> None:
    assert loads_strict('["' + "[" * 500 + '\\"]"]') == ["[" * 500 + '"]']


@pytest.mark.parametrize(
    ("target", "patch", "expected"),
    # RFC 7396, appendix A
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patch(target: Any, patch: Any, expected: Any) -> None:
    assert merge_patch(target, patch) == expected


def test_paths_of_a_difference_are_json_pointers() -> None:
    before = {"a/b": {"c~d": [1, 2, 3]}, "x": 1}
    after = {"a/b": {"c~d": [1, 5]}, "y": 1}
    assert diff_patch(before, after) == [
        {"op": "remove", "path": "/x"},
        {"op": "replace", "path": "/a~1b/c~0d/1", "value": 5},
        {"op": "remove", "path": "/a~1b/c~0d/2"},
        {"op": "add", "path": "/y", "value": 1},
    ]


def test_the_public_parser_cases(shared_data: Path) -> None:
    """`y_` must be read, `n_` must be refused; duplicate keys are refused on purpose."""
    on_purpose = {"y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"}
    wrong = []
    for file in _cases(shared_data):
        try:
            loads_strict(file.read_bytes())
            read = True
        except CodecError:
            read = False
        wanted = file.name.startswith("y_") and file.name not in on_purpose
        if not file.name.startswith("i_") and read != wanted:
            wrong.append(file.name)
    assert wrong == []


def _cases(shared_data: Path) -> list[Path]:
    found = sorted((shared_data / "security").rglob("*.json"))
    return [file for file in found if file.name[:2] in ("y_", "n_", "i_")]
